"""Vacancies: dwellings to let, from the former tenant's notice to the next lease. They store nothing about either
tenant."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet, within
from allocations.models.contingent import Contingent, OwnContingent
from audit.record import Subject
from buildings.models import Building, Unit
from privacy.classes import DataClass
from privacy.processing_activities import ALLOCATION
from privacy.retention import DataPolicy
from privacy.retention_periods import WITHOUT_END


class VacancyState(models.TextChoices):
    DECLARED = "declared", _("déclarée")
    ORIENTED = "oriented", _("orientée")
    SHORTLISTED = "shortlisted", _("présélection faite")
    CONVENED = "convened", _("inscrite en commission")
    DECIDED = "decided", _("décidée")
    OFFERED = "offered", _("proposée")
    LET = "let", _("louée")
    WITHDRAWN = "withdrawn", _("retirée")


# Final states of a vacancy. A trigger restricts the transitions between states (allocations/sql/flow.sql).
ENDED = (VacancyState.LET, VacancyState.WITHDRAWN)


class OutsideFlow(models.TextChoices):
    """Why a vacancy is excluded from the yearly shares of reserving bodies (CCH, article R441-5)."""

    TRANSFER = "transfer", _("mutation d’un locataire de l’organisme")
    REHOUSING = "rehousing", _("relogement (renouvellement urbain, habitat indigne)")
    SALE = "sale", _("relogement avant une vente")
    IDENTIFIED = "identified", _("réservation identifiée (défense, sécurité, hôpitaux)")


class OrientationReason(models.TextChoices):
    BEHIND = "behind", _("réservataire en retard sur sa part")
    SUITED = "suited", _("type de logement prévu par la convention")
    PLACE = "place", _("lieu prévu par la convention")
    FIRST_LETTING = "first_letting", _("programme neuf partagé à la livraison")
    RETURNED = "returned", _("rendu par un autre réservataire")


# These columns tell the outcome of a session, so reserving bodies and commission members may not read them.
TELLS_OUTCOME = ("state", "ended_on", "eligible")


class VacancyQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the vacancies that the person may read: those of an officer's places, all vacancies for a manager, and
        those of a nominator's contingents."""
        if compartment in (Compartment.VACANCIES, Compartment.POOL):
            return self.filter(within("building", person, compartment))
        if compartment is Compartment.CONTINGENT:
            return self.filter(Q(OwnContingent("contingent", person.pk))).defer(*TELLS_OUTCOME)
        return self.all() if compartment is Compartment.STEERING else self.none()

    def open(self) -> Self:
        return self.exclude(state__in=ENDED)


class Vacancy(models.Model):
    privacy = dict.fromkeys(
        (
            "id",
            "unit",
            "building",
            "available_on",
            "declared_on",
            "state",
            "contingent",
            "outside_flow",
            "oriented_on",
            "orientation_reason",
            "ended_on",
            "eligible",
        ),
        DataClass.PLAIN,
    ) | {"declared_by": DataClass.PERSONAL, "oriented_by": DataClass.PERSONAL}
    data_policy = DataPolicy(ALLOCATION, WITHOUT_END)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="vacancies", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    available_on = models.DateField(_("disponible le"))
    declared_on = models.DateField()
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(_("état"), max_length=16, choices=VacancyState.choices, default=VacancyState.DECLARED)
    contingent = models.ForeignKey(Contingent, models.PROTECT, null=True, blank=True, related_name="vacancies")
    outside_flow = models.CharField(
        _("hors du flux"), max_length=16, choices=OutsideFlow.choices, blank=True, default=""
    )
    oriented_on = models.DateField(null=True, blank=True)
    oriented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    orientation_reason = models.CharField(
        _("raison de l’orientation"), max_length=16, choices=OrientationReason.choices, blank=True, default=""
    )
    ended_on = models.DateField(null=True, blank=True)
    # How many applications in the pool suited the dwelling last night; the count stops at 200.
    eligible = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = VacancyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["building", "state"], name="vacancy_building")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                condition=~Q(state__in=["let", "withdrawn"]),
                name="vacancy_one_open_a_unit",
                violation_error_message=_("Une vacance est déjà ouverte pour ce logement."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=VacancyState.values),
                name="vacancy_state_known",
                violation_error_message=_("Cet état n’existe pas."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declared", "withdrawn"])
                | (Q(oriented_on__isnull=False) & (Q(contingent__isnull=False, outside_flow="") | ~Q(outside_flow=""))),
                name="vacancy_oriented_or_outside_the_flow",
                violation_error_message=_("Orientez d’abord ce logement vers un réservataire, ou hors du flux."),
            ),
            models.CheckConstraint(
                condition=Q(contingent__isnull=True, orientation_reason="")
                | Q(contingent__isnull=False, orientation_reason__in=OrientationReason.values),
                name="vacancy_orientation_has_a_reason",
                violation_error_message=_("Indiquez la raison de l’orientation."),
            ),
            models.CheckConstraint(
                condition=(Q(state__in=["let", "withdrawn"]) & Q(ended_on__isnull=False))
                | (~Q(state__in=["let", "withdrawn"]) & Q(ended_on__isnull=True)),
                name="vacancy_ends_on_a_day",
                violation_error_message=_("La fin d’une vacance doit être datée."),
            ),
        ]

    def __str__(self) -> str:
        return f"vacancy {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    def subject(self) -> Subject | None:
        """Return None, because audit events about a vacancy name the vacancy and no person."""
        return None
