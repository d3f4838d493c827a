"""Reserving bodies (holders of a right to nominate candidates), their conventions, and their yearly shares of the
dwellings to let."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import BooleanField, F, Func, Q
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person, Place
from access.scope import ScopedQuerySet
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import ALLOCATION, SIGNATURES
from privacy.retention import DataPolicy
from privacy.retention_periods import MISSION, WITHOUT_END

READERS = (Compartment.STEERING, Compartment.VACANCIES)
# Compartments (kinds of data) that may read a reserving body's name. Some may not read its conventions and shares.
NAME_READERS = (*READERS, Compartment.POOL, Compartment.COMMITTEE, Compartment.APPLICANTS)


class OwnContingent(Func):
    """SQL condition that is true if the person nominates candidates for the contingent (share of a reserving body)
    today."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, contingent: str, person_id: uuid.UUID) -> None:
        super().__init__(F(contingent))
        self.person_id = person_id

    def as_sql(self, compiler: SQLCompiler, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        contingent, params = compiler.compile(self.source_expressions[0])
        return f"{contingent} = ANY (ARRAY (SELECT allocations_contingents_of(%s)))", (*params, self.person_id)


class HolderKind(models.TextChoices):
    """Kinds of body that may nominate candidates. The law limits the shares of the two kinds of State contingent."""

    STATE_PRIORITY = "state_priority", _("État, publics prioritaires")
    STATE_AGENTS = "state_agents", _("État, agents publics")
    COMMUNE = "commune", _("commune")
    EPCI = "epci", _("intercommunalité")
    DEPARTMENT = "department", _("département")
    REGION = "region", _("région")
    EMPLOYERS = "employers", _("Action Logement")
    PUBLIC_BODY = "public_body", _("établissement public")
    LANDLORD = "landlord", _("organisme, logements non réservés")


class ContingentQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the contingents (shares of reserving bodies) that the person may read: all of them for managers and
        officers, and their own for nominators."""
        if compartment is Compartment.CONTINGENT:
            return self.filter(Q(OwnContingent("id", person.pk)))
        return self.all() if compartment in NAME_READERS else self.none()


class Contingent(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "kind": DataClass.PLAIN,
        "holder": DataClass.PLAIN,
        "place": DataClass.PLAIN,
        "ended_on": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ALLOCATION, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("nature"), max_length=16, choices=HolderKind.choices)
    holder = models.CharField(_("réservataire"), max_length=80)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", verbose_name=_("lieu"))
    ended_on = models.DateField(null=True, blank=True)

    objects = ContingentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "holder"],
                name="contingent_once",
                violation_error_message=_("Ce réservataire est déjà enregistré."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=HolderKind.values) & ~Q(holder=""),
                name="contingent_has_its_holder",
                violation_error_message=_("Indiquez la nature et le nom du réservataire."),
            ),
        ]

    def __str__(self) -> str:
        return f"contingent {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because audit events about a contingent name the contingent and no person."""
        return None


class OfContingentQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        if compartment is Compartment.CONTINGENT:
            return self.filter(Q(OwnContingent("contingent", person.pk)))
        return self.all() if compartment in READERS else self.none()


class Convention(models.Model):
    """A reservation convention between the landlord and a reserving body (CCH, article R441-5), with its first and last
    day."""

    privacy = dict.fromkeys(("id", "contingent", "signed_on", "first_day", "last_day"), DataClass.PLAIN)
    data_policy = DataPolicy(ALLOCATION, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contingent = models.ForeignKey(Contingent, models.PROTECT, related_name="conventions")
    signed_on = models.DateField(_("signée le"))
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))

    objects = OfContingentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gt=F("first_day"), signed_on__lte=F("last_day")),
                name="convention_ends_after_it_starts",
                violation_error_message=_("Une convention finit après son début et après sa signature."),
            ),
        ]

    def __str__(self) -> str:
        return f"convention {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because audit events about a convention name no person."""
        return None


class YearQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.all() if compartment in READERS else self.none()


class FlowBase(models.Model):
    """The number of dwellings to let in a year, minus those that the law excludes. The yearly shares of reserving
    bodies are computed from this number."""

    privacy = dict.fromkeys(
        ("year", "lettings", "transfers", "rehousing", "sales", "identified", "entered_on"), DataClass.PLAIN
    ) | {"entered_by": DataClass.PERSONAL}
    data_policy = DataPolicy(ALLOCATION, WITHOUT_END)

    year = models.PositiveSmallIntegerField(_("année"), primary_key=True)
    lettings = models.PositiveIntegerField(_("logements à attribuer dans l’année"))
    transfers = models.PositiveIntegerField(_("dont mutations de locataires"))
    rehousing = models.PositiveIntegerField(_("dont relogements (renouvellement urbain, habitat indigne)"))
    sales = models.PositiveIntegerField(_("dont relogements avant une vente"))
    identified = models.PositiveIntegerField(_("dont réservations identifiées (défense, sécurité, hôpitaux)"))
    entered_on = models.DateField()
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = YearQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(lettings__gte=F("transfers") + F("rehousing") + F("sales") + F("identified")),
                name="flow_base_excludes",
                violation_error_message=_("Les logements exclus du flux dépassent le nombre de logements à attribuer."),
            )
        ]

    def __str__(self) -> str:
        return f"flow of {self.year}"

    @property
    def base(self) -> int:
        return self.lettings - self.transfers - self.rehousing - self.sales - self.identified

    def subject(self) -> Subject | None:
        """Return None, because audit events about numbers of dwellings name no person."""
        return None


class FlowYear(models.Model):
    """The share of a contingent in the dwellings to let in a year, in thousandths. A trigger checks the legal limits of
    the State's shares over all rows of the year."""

    privacy = dict.fromkeys(("id", "contingent", "base", "share_permille"), DataClass.PLAIN)
    data_policy = DataPolicy(ALLOCATION, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contingent = models.ForeignKey(Contingent, models.PROTECT, related_name="shares")
    base = models.ForeignKey(FlowBase, models.CASCADE, related_name="shares", db_column="year")
    share_permille = models.PositiveSmallIntegerField(_("part, en pour mille"))

    objects = OfContingentQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["contingent", "base"],
                name="flow_share_once_a_year",
                violation_error_message=_("La part de ce réservataire est déjà fixée pour cette année."),
            ),
            models.CheckConstraint(
                condition=Q(share_permille__lte=1000),
                name="flow_share_within_the_whole",
                violation_error_message=_("Une part ne dépasse pas mille pour mille."),
            ),
        ]

    def __str__(self) -> str:
        return f"share {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because audit events about a yearly share name no person."""
        return None


class NominatorQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        if compartment is Compartment.CONTINGENT:
            return self.filter(person=person)
        return self.all() if compartment is Compartment.STEERING else self.none()


class Nominator(models.Model):
    """Allows a person of a reserving body to nominate candidates for a contingent. It has no effect unless the person
    is also assigned the role of nominator."""

    privacy = {
        "id": DataClass.PLAIN,
        "contingent": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "first_day": DataClass.PERSONAL,
        "last_day": DataClass.PERSONAL,
        "named_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(SIGNATURES, MISSION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contingent = models.ForeignKey(Contingent, models.PROTECT, related_name="nominators")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("personne"))
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = NominatorQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["contingent", "person"],
                name="nominator_once",
                violation_error_message=_("Cette personne est déjà désignée pour ce réservataire."),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"), last_day__lte=F("first_day") + 1096),
                name="nominator_for_three_years",
                violation_error_message=_("Une désignation dure trois ans au plus."),
            ),
            models.CheckConstraint(
                condition=Q(named_by__isnull=True) | ~Q(named_by=F("person")),
                name="nominator_named_by_another",
                violation_error_message=_("Personne ne se désigne soi-même."),
            ),
        ]

    def __str__(self) -> str:
        return f"nominator {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because audit events about a nominator name neither an applicant nor a resident."""
        return None
