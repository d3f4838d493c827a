"""Residences: who lives in which unit, from one day to another. A tenant is found through a residence, or as a party of
a lease.
"""

import uuid
from datetime import date, timedelta
from typing import Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet, within
from audit.record import Subject
from buildings.models import Building, Unit
from privacy.classes import DataClass
from privacy.processing_activities import TENANCY
from privacy.retention import DataPolicy
from privacy.retention_periods import RESIDENCE
from tenants.models.emergency import EmergencyAccess
from tenants.models.hidden import lease_not_hidden
from tenants.models.identity_check import IdentityCheck

ARRIVALS_AHEAD = timedelta(days=14)
DEPARTURES_BEHIND = timedelta(days=7)
_DOORS = ("tenant", "lease", "unit", "building", "moved_in", "moved_out")


class ResidenceQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the residences in the buildings of `person`, with tenant and unit.

        For cards, the front desk and emergency accesses, only residences that are current, begin soon or have just
        ended are returned (see `around()`). For other kinds of data (compartments), row-level policies limit how old
        the residences are.
        """
        condition = lease_not_hidden(compartment)
        rows = self.filter(within("building", person, compartment)).select_related("tenant", "unit")
        if compartment is Compartment.COUNTER:
            checked = IdentityCheck._default_manager.visible_to(person, compartment).valid().values("lease")
            return rows.around().filter(condition, lease__in=checked)
        # An emergency access shows only the household whose card the employee opened.
        if compartment is Compartment.EMERGENCY:
            opened = EmergencyAccess._default_manager.visible_to(person, compartment).open_now().values("lease")
            return self.filter(condition, lease__in=opened).select_related("tenant", "unit").around()
        # An evacuation list shows doors without names, so columns such as `name_key` are not loaded.
        if compartment is Compartment.EVACUATION:
            opened = EmergencyAccess._default_manager.visible_to(person, compartment).open_now().values("building")
            return self.filter(condition, building__in=opened).living(TodayInParis()).only(*_DOORS)
        rows = rows.filter(condition)
        return rows.around() if compartment in {Compartment.CARD, Compartment.HELP} else rows

    def around(self) -> Self:
        """Return current residences, those that begin within 14 days, and those that ended at most 7 days ago.

        After a transfer to another dwelling of the landlord, the old residence is excluded at once.
        """
        today = TodayInParis()
        left_lately = Q(transferred=False, moved_out__gte=today - DEPARTURES_BEHIND)
        still = Q(moved_out__isnull=True) | Q(moved_out__gte=today) | left_lately
        return self.filter(still, moved_in__lte=today + ARRIVALS_AHEAD)

    def living(self, day: "date | TodayInParis") -> Self:
        return self.filter(Q(moved_out__isnull=True) | Q(moved_out__gte=day), moved_in__lte=day)

    def arriving(self, day: date) -> Self:
        return self.filter(moved_in__gt=day, moved_in__lte=day + ARRIVALS_AHEAD).order_by("moved_in", "id")

    def leaving(self, day: date) -> Self:
        """Return the residences that end in the next 14 days or ended in the last 7 days."""
        window = (day - DEPARTURES_BEHIND, day + ARRIVALS_AHEAD)
        return self.filter(moved_out__range=window).order_by("moved_out", "id")

    def by_door(self) -> Self:
        return self.order_by("unit__staircase", F("unit__floor").desc(nulls_last=True), "unit__door", "name_key", "id")


class TodayInParis(models.Func):
    """The current day by the database's clock, so that for pages and policies a new day begins at the same moment."""

    function = "loge_today"
    output_field = models.DateField()

    def __init__(self) -> None:
        super().__init__()


class Residence(models.Model):
    """The period in which a tenant lives in a unit. `moved_out` is the last day of the period. A foreign key over
    (unit, building) guarantees that `building` is the building of the unit."""

    privacy = {
        "id": DataClass.PLAIN,
        "tenant": DataClass.PERSONAL,
        "name_key": DataClass.PERSONAL,
        "lease": DataClass.PERSONAL,
        "unit": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "moved_in": DataClass.PERSONAL,
        "moved_out": DataClass.PERSONAL,
        "transferred": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(TENANCY, RESIDENCE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(
        "tenants.Tenant", models.PROTECT, related_name="residences", db_index=False, db_constraint=False
    )
    # Copy of `Tenant.name_key` (the normalised name), so that a search within a building uses one index.
    # A foreign key over (tenant, name_key) keeps the copied name equal to the name of the tenant.
    name_key = models.CharField(max_length=162, editable=False)
    lease = models.ForeignKey("tenants.Lease", models.PROTECT, related_name="residences")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="residences", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="residences", db_index=False, editable=False, db_constraint=False
    )
    moved_in = models.DateField(_("entré le"))
    moved_out = models.DateField(_("dernier jour"), null=True, blank=True)
    transferred = models.BooleanField(default=False, editable=False)

    objects = ResidenceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            # Facts about residents refer to (id, building), so that a fact and its residence have the same building.
            models.UniqueConstraint(
                fields=["id", "building"],
                name="residence_in_one_building",
                violation_error_message=_("Une occupation ne peut être que dans un seul bâtiment."),
            ),
            models.CheckConstraint(
                condition=Q(moved_out__isnull=True) | Q(moved_out__gte=F("moved_in")),
                name="residence_ends_after_it_starts",
                violation_error_message=_("Le départ doit être postérieur à l’arrivée."),
            ),
        ]
        indexes = [
            models.Index(fields=["building", "name_key"], name="residence_building_name"),
            models.Index(fields=["tenant"], name="residence_tenant"),
            models.Index(fields=["building", "moved_in"], name="residence_moved_in"),
            models.Index(
                fields=["building", "moved_out"], condition=Q(moved_out__isnull=False), name="residence_moved_out"
            ),
            models.Index(fields=["moved_in", "id"], name="residence_arriving"),
            models.Index(fields=["moved_out", "id"], condition=Q(moved_out__isnull=False), name="residence_leaving"),
        ]

    def __str__(self) -> str:
        return f"residence {self.pk}"

    def is_arriving(self, day: date) -> bool:
        return self.moved_in > day

    def is_leaving(self, day: date) -> bool:
        return self.moved_out is not None and self.moved_out <= day + ARRIVALS_AHEAD

    def subject(self) -> Subject:
        tenant: UUID = self.tenant_id
        return Subject("tenant", tenant)
