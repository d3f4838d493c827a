"""Legal figures of allocation that the landlord enters, each with its source and its first and last day.

If a required figure is not in force, Loge does not compute and names the missing figure.
"""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.vocabulary import LEGAL_FIGURES
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END

SOURCE_NUMBER = r"^[A-Z]{0,2}[0-9][0-9A-Z-]{0,20}$"
READERS = (Compartment.APPLICANTS, Compartment.STEERING, Compartment.INTAKE, Compartment.POOL, Compartment.COMMITTEE)


class SourceKind(models.TextChoices):
    CODE = "code", _("article du code de la construction et de l’habitation")
    DECREE = "decree", _("décret")
    ORDER = "order", _("arrêté")
    AGREEMENT = "agreement", _("convention intercommunale d’attribution")
    PROCEDURE = "procedure", _("règlement intérieur de la commission")
    BOARD = "board", _("délibération de l’organisme")


class LegalFigureQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return all figures, but none in a compartment (kind of data) that may not read figures."""
        return self.all() if compartment in READERS else self.none()

    def in_force(self, day: date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)


class LegalFigure(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "code": DataClass.PLAIN,
        "value": DataClass.PLAIN,
        "source_kind": DataClass.PLAIN,
        "source_number": DataClass.PLAIN,
        "source_date": DataClass.PLAIN,
        "first_day": DataClass.PLAIN,
        "last_day": DataClass.PLAIN,
        "entered_on": DataClass.PLAIN,
        "entered_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("chiffre"), max_length=48, choices=LEGAL_FIGURES.choices)
    value = models.PositiveIntegerField(_("valeur"))
    source_kind = models.CharField(_("source"), max_length=16, choices=SourceKind.choices)
    # The number of an article or legal text, such as "R441-2-7"; a constraint rejects other text.
    source_number = models.CharField(_("numéro de l’article ou du texte"), max_length=24)
    source_date = models.DateField(_("date du texte, ou de sa version"))
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"), null=True, blank=True)
    entered_on = models.DateField()
    # The author is null if a command such as `demo` entered the figure.
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = LegalFigureQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["code", "first_day"],
                name="legal_figure_once_a_day",
                violation_error_message=_("Ce chiffre est déjà enregistré à partir de ce jour."),
            ),
            models.CheckConstraint(
                condition=Q(code__in=list(LEGAL_FIGURES.terms)),
                name="legal_figure_listed",
                violation_error_message=_("Ce chiffre n’est pas dans la liste."),
            ),
            models.CheckConstraint(
                condition=Q(
                    source_number__regex=r"^[A-Z]{0,2}[0-9][0-9A-Z-]{0,20}$", source_kind__in=SourceKind.values
                ),
                name="legal_figure_has_its_source",
                violation_error_message=_(
                    "Donnez le numéro de l’article ou du texte, par exemple R441-2-7 ou 2025-1234."
                ),
            ),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="legal_figure_ends_after_it_starts",
                violation_error_message=_("Le dernier jour précède le premier."),
            ),
        ]

    def __str__(self) -> str:
        return f"legal figure {self.code}"

    @property
    def label(self) -> str:
        return LEGAL_FIGURES.label(self.code)

    def subject(self) -> Subject | None:
        """Return None, because audit events about a legal figure name no person."""
        return None


def figure(code: str, day: date, using: str = "default") -> int:
    """Return the value of a legal figure on a day. Raises ValidationError with the figure's name if no value is in
    force."""
    row = LegalFigure._default_manager.using(using).in_force(day).filter(code=code).order_by("-first_day").first()
    if row is None:
        missing = gettext(
            "Un chiffre légal manque : %(figure)s. Le responsable du peuplement doit l’enregistrer avec sa source."
        )
        raise ValidationError(missing % {"figure": LEGAL_FIGURES.label(code)}, code="figure_missing")
    return int(row.value)
