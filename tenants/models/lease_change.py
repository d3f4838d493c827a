"""Changes made today to a lease, with the values before each change. A change can be undone until midnight."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from buildings.models import Building
from privacy.classes import DataClass
from privacy.processing_activities import TENANCY
from privacy.retention import DataPolicy
from privacy.retention_periods import UNTIL_MIDNIGHT
from tenants.models.hidden import OfLeaseQuerySet
from tenants.models.lease import Lease
from tenants.models.residence import TodayInParis


class Change(models.TextChoices):
    SIGNED = "signed", _("bail enregistré")
    NOTICE = "notice", _("congé enregistré")
    MOVED_IN = "moved_in", _("arrivée enregistrée")
    MOVED_OUT = "moved_out", _("départ enregistré")
    TRANSFERRED = "transferred", _("mutation enregistrée")


class LeaseChangeQuerySet(OfLeaseQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return super().visible_to(person, compartment).select_related("made_by")

    def of_today(self) -> Self:
        """Return today's changes, latest first. Only the latest change of a lease can be undone."""
        return self.filter(day=TodayInParis()).order_by("-made_at", "-id")


class LeaseChange(models.Model):
    """A change made to a lease today. The row is deleted when the change is undone, and otherwise the following night.

    `before` has ids and dates in the format that the SQL function tenants_undo_change() reads. If `before` has
    the key `final`, the change cannot be undone, because data of another app depend on the change.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "lease": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "kind": DataClass.PERSONAL,
        "made_by": DataClass.PERSONAL,
        "made_at": DataClass.PERSONAL,
        "day": DataClass.PERSONAL,
        "before": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(TENANCY, UNTIL_MIDNIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lease = models.ForeignKey(Lease, models.CASCADE, related_name="changes", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    kind = models.CharField(max_length=12, choices=Change.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(auto_now_add=True)
    day = models.DateField()
    before: Any = models.JSONField()

    objects = LeaseChangeQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"lease change {self.pk}"

    @property
    def is_final(self) -> bool:
        return "final" in self.before

    def subject(self) -> None:
        """Return no resident as the subject of audit events: events about a change name the account of the lease."""
