"""Emergency accesses. The managers are notified of each one at once, and one of them reviews it later.

An access opens, for 45 minutes, either the card of a household outside the employee's own buildings, or the evacuation
list of one of these buildings.
"""

import uuid
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet, within
from audit.record import Subject
from buildings.models import Building, Unit
from formats.working_days import working_days_after
from privacy.classes import DataClass
from privacy.processing_activities import EMERGENCIES
from privacy.retention import DataPolicy
from privacy.retention_periods import EMERGENCY
from tenants.models.identity_check import NowInLoge
from tenants.models.lease import Lease

MINUTES, A_DAY, WORKING_DAYS = 45, 5, 3


class EmergencyReason(models.TextChoices):
    """The kind of emergency at a household, which discloses nothing about the people of the household."""

    FIRE = "fire", _("Feu ou fumée")
    WATER = "water", _("Fuite ou inondation")
    GAS = "gas", _("Gaz ou électricité")
    DOOR = "door", _("Porte forcée ou restée ouverte")
    SILENCE = "silence", _("Occupant qui ne répond plus")
    RESCUERS = "rescuers", _("Demande des secours sur place")


# EMPTIES: reasons for which the evacuation list of a building may be opened.
EMPTIES = (EmergencyReason.FIRE, EmergencyReason.GAS, EmergencyReason.WATER, EmergencyReason.RESCUERS)


class ClosingReason(models.TextChoices):
    """Why a person closed an emergency access before its 45 minutes. Only the audit event stores it."""

    OVER = "over", _("Urgence terminée")
    MISTAKE = "mistake", _("Ouverte par erreur")


class Verdict(models.TextChoices):
    JUSTIFIED = "justified", _("Justifié")
    UNJUSTIFIED = "unjustified", _("Injustifié")


def review_by(day: date) -> date:
    """Return the last day for the review of an emergency access opened on `day`: three working days later."""
    return working_days_after(day, WORKING_DAYS)


class EmergencyAccessQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the emergency accesses that `person` may see: their own, those at the places that they manage, or all
        accesses for readers of the whole audit log."""
        if compartment is Compartment.EMERGENCY:
            return self.filter(person=person, lease__isnull=False)
        if compartment is Compartment.EVACUATION:
            return self.filter(person=person, lease__isnull=True)
        rows = self.select_related("person", "building__place", "unit")
        if compartment is Compartment.CONTESTS:
            return rows.filter(within("building", person, compartment))
        return self if compartment is Compartment.ALL_TRACE else self.none()

    def open_now(self) -> Self:
        return self.filter(until__gt=NowInLoge())

    def waiting_first(self) -> Self:
        """Order emergency accesses: first those that wait for a review, by deadline, then the reviewed ones, latest
        first."""
        rank = Case(When(verdict="", then=0), default=1)
        return self.order_by(rank, Case(When(verdict="", then=F("review_by"))), F("opened_at").desc(), "id")


class EmergencyAccess(models.Model):
    """Temporary access to the card of one household or, without `lease` and `unit`, to a building's evacuation list.

    Only a database function inserts rows: it can look up a household that the employee may not see yet. Afterwards
    only the columns of the review may change.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "lease": DataClass.PERSONAL,
        "unit": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "reason": DataClass.PERSONAL,
        "opened_at": DataClass.PERSONAL,
        "until": DataClass.PERSONAL,
        "review_by": DataClass.PLAIN,
        "verdict": DataClass.PERSONAL,
        "reviewed_by": DataClass.PERSONAL,
        "reviewed_on": DataClass.PLAIN,
    }
    data_policy = DataPolicy(EMERGENCIES, EMERGENCY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="+", db_constraint=False, null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, null=True)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", editable=False, db_constraint=False)
    reason = models.CharField(_("nature de l’urgence"), max_length=16, choices=EmergencyReason.choices)
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    review_by = models.DateField()
    verdict = models.CharField(pgettext_lazy("examen", "avis"), max_length=16, choices=Verdict.choices, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    reviewed_on = models.DateField(null=True, blank=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=EmergencyReason.values),
                name="emergency_reason_known",
                violation_error_message=_("Ce motif d’urgence n’est pas dans la liste."),
            ),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(reviewed_by__isnull=False, reviewed_on__isnull=False),
                name="emergency_verdict_signed",
                violation_error_message=_("Un avis sur un accès d’urgence doit être signé et daté."),
            ),
            models.CheckConstraint(
                condition=Q(lease__isnull=False, unit__isnull=False)
                | Q(lease__isnull=True, unit__isnull=True, reason__in=EMPTIES),
                name="emergency_of_a_household_or_a_building",
                violation_error_message=_("Un accès d’urgence doit concerner un foyer ou un immeuble à évacuer."),
            ),
        ]

    def __str__(self) -> str:
        return f"emergency access {self.pk}"

    def is_late(self, day: date) -> bool:
        return not self.verdict and self.review_by < day

    def closed_early(self) -> bool:
        """Whether the access ended before its 45 minutes: the person closed it, or opened another one."""
        return self.until < self.opened_at + timedelta(minutes=MINUTES)

    def subject(self) -> Subject:
        return Subject("lease", self.lease_id) if self.lease_id else Subject("building", self.building_id)
