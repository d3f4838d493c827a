"""The closed list of fact codes: what may be recorded, about what, who writes it, who reads it, and for how long."""

import re
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from casework.slots import Slot
from formats.language import in_french
from formats.typography import typeset
from privacy.classes import DataClass
from privacy.processing_activities import RULES
from privacy.retention import DataPolicy
from privacy.retention_periods import RIGHT, WITHOUT_END
from privacy.screened import ScreenedText

ROLES = r"^[a-z_]+(\|[a-z_]+)*$"
SLOTS = r"^[a-z_]+:[a-z]+(;[a-z_]+:[a-z]+)*$"
LONGEST = 36  # months
_FIELD = re.compile(r"\{[a-z_]+\}")  # a placeholder such as {date} in the sentence of a fact code


class FactScope(models.TextChoices):
    """What a fact is about: a resident, a dwelling or an account. Each kind has its own table and its own readers."""

    CARD = "card", _("la fiche d’un occupant")
    DWELLING = "dwelling", _("un logement")
    ACCOUNT = "account", _("un compte")


# OLD_COMMENT: the fact code of all notes that the import makes from legacy comments.
OLD_COMMENT = "old_comment"


class FactCodeQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return all fact codes. They contain no personal data, so everybody may see them."""
        return self.all()

    def of(self, scope: FactScope) -> Self:
        return self.filter(compartment=scope).order_by("theme", "code")

    def in_use(self, scope: FactScope) -> Self:
        return self.filter(compartment=scope, retired_on__isnull=True).order_by("theme", "code")


class FactCode(models.Model):
    privacy = dict.fromkeys(
        [
            "code",
            "compartment",
            "theme",
            "title_fr",
            "title_en",
            "sentence_fr",
            "sentence_en",
            "fields",
            "writers",
            "readers",
            "life_months",
            "ends_by_its_date",
            "tenant_told",
            "precaution",
            "retired_on",
            "added_on",
        ],
        DataClass.PLAIN,
    ) | {"added_by": DataClass.PERSONAL}
    data_policy = DataPolicy(RULES, RIGHT)

    code = models.CharField(_("code"), max_length=32, primary_key=True)
    compartment = models.CharField(_("sujet du fait"), max_length=8, choices=FactScope.choices)
    theme = models.CharField(_("rubrique"), max_length=16)
    # The title of a fact code is screened like its sentence, because a title can also reveal sensitive data.
    title_fr = ScreenedText(_("titre"), max_length=40)
    title_en = ScreenedText(_("titre en anglais"), max_length=40)
    sentence_fr = ScreenedText(_("phrase"), max_length=160)
    sentence_en = ScreenedText(_("phrase en anglais"), max_length=160)
    fields = models.CharField(_("champs"), max_length=160)
    writers = models.CharField(_("rôles qui écrivent"), max_length=60)
    readers = models.CharField(_("rôles qui lisent"), max_length=60)
    life_months = models.PositiveSmallIntegerField(_("durée, en mois"))
    ends_by_its_date = models.BooleanField(default=False)
    tenant_told = models.BooleanField(_("le locataire en est informé"), default=True)
    precaution = models.BooleanField(default=False)
    retired_on = models.DateField(null=True, blank=True)
    added_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = FactCodeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_]{2,31}$"),
                name="fact_code_is_a_code",
                violation_error_message=_("Écrivez le code en minuscules, sans accent ni espace."),
            ),
            models.CheckConstraint(
                condition=Q(life_months__gte=1, life_months__lte=LONGEST),
                name="fact_code_has_a_life",
                violation_error_message=_("La durée d’un fait doit être comprise entre un mois et trois ans."),
            ),
            models.CheckConstraint(
                condition=Q(writers__regex=ROLES) & Q(readers__regex=ROLES) & Q(fields__regex=SLOTS),
                name="fact_code_is_well_formed",
                violation_error_message=_("Indiquez les rôles qui écrivent le code, ceux qui le lisent et ses champs."),
            ),
            models.CheckConstraint(
                condition=Q(precaution=False) | Q(tenant_told=True, life_months__lte=6, writers="sector_manager"),
                name="fact_precaution_is_a_managers",
                violation_error_message=_(
                    "Une consigne doit être décidée par un responsable et communiquée au locataire, pour "
                    "six mois au plus."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_needed(self) -> bool:
        """Whether the import of legacy comments uses this fact code, so that it must not be retired."""
        return self.pk == OLD_COMMENT

    @property
    def title(self) -> str:
        return self.title_fr if in_french() else self.title_en

    @property
    def sentence(self) -> str:
        """The template of the fact's sentence in the reader's language, with a {name} for each field."""
        return typeset(self.sentence_fr) if in_french() else self.sentence_en

    @property
    def sentence_with_gaps(self) -> str:
        """The sentence in the reader's language, with "…" for each field."""
        return _FIELD.sub("…", self.sentence)

    @property
    def slots(self) -> list[Slot]:
        return [Slot(*pair.split(":")) for pair in self.fields.split(";")]

    @property
    def names_contact(self) -> bool:
        """Whether a field of the fact refers to a contact of the tenant."""
        return any(slot.type == "contact" for slot in self.slots)

    def writable_by(self, roles: frozenset[str]) -> bool:
        return not roles.isdisjoint(self.writers.split("|"))

    def subject(self) -> None:
        """Return None: a fact code is part of a list of words, and concerns no tenant and no account."""


class FactTerm(models.Model):
    """An allowed value of a fact's fields of type `code`. A database trigger refuses values that are not in this table.

    The French and English words for each value are in CSV files.
    """

    privacy = {"id": DataClass.PLAIN, "list": DataClass.PLAIN, "code": DataClass.PLAIN}
    data_policy = DataPolicy(RULES, WITHOUT_END)

    list = models.CharField(max_length=24)
    code = models.CharField(max_length=40)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["list", "code"],
                name="fact_term_once",
                violation_error_message=_("Ce mot est déjà dans la liste."),
            )
        ]

    def __str__(self) -> str:
        return f"fact term {self.pk}"
