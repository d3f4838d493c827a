"""Leases with their units, parties and dates. A unit has one lease at a time, and nobody lives in a parking space."""

import uuid
from datetime import date
from typing import Self

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
from privacy.retention_periods import TENANCY_FILE
from tenants.models.hidden import OfLeaseQuerySet, lease_not_hidden
from tenants.models.tenant import Tenant


class Capacity(models.TextChoices):
    HOLDER = "holder", _("titulaire")
    CO_HOLDER = "co_holder", _("cotitulaire")
    GUARANTOR = "guarantor", _("organisme garant")


class LeaseQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return super().visible_to(person, compartment).filter(lease_not_hidden(compartment, "pk"))

    def in_force(self, day: date) -> Self:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Lease(models.Model):
    """A lease. `ends_on` is the last day of the lease.

    A foreign key over (main_unit, building) guarantees that `building` is the building of the main unit.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "main_unit": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "signed_on": DataClass.PERSONAL,
        "starts_on": DataClass.PERSONAL,
        "notice_on": DataClass.PERSONAL,
        "ends_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(TENANCY, TENANCY_FILE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    main_unit = models.ForeignKey(Unit, models.PROTECT, related_name="leases", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="leases", db_index=False, editable=False, db_constraint=False
    )
    signed_on = models.DateField(_("signé le"), null=True, blank=True)
    starts_on = models.DateField(_("prend effet le"))
    notice_on = models.DateField(_("congé reçu le"), null=True, blank=True)
    ends_on = models.DateField(_("prend fin le"), null=True, blank=True)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="lease_ends_after_it_starts",
                violation_error_message=_("La fin du bail doit être postérieure à son début."),
            ),
            models.UniqueConstraint(
                fields=["id", "building"],
                name="lease_in_one_building",
                violation_error_message=_("Un bail ne peut être que dans un seul bâtiment."),
            ),
        ]
        indexes = [
            models.Index(fields=["building", "ends_on"], name="lease_building"),
            models.Index(fields=["ends_on", "id"], condition=Q(ends_on__isnull=False), name="lease_ended"),
        ]

    def __str__(self) -> str:
        return f"lease {self.pk}"

    def subject(self) -> Subject:
        return Subject("lease", self.pk)


class LeaseParty(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "lease": DataClass.PERSONAL,
        "tenant": DataClass.PERSONAL,
        "name_key": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "capacity": DataClass.PERSONAL,
        "first_day": DataClass.PERSONAL,
        "last_day": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(TENANCY, TENANCY_FILE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="parties", db_constraint=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="parties")
    # Copy of `Tenant.name_key` (the normalised name), so that a search within a building uses one index.
    # A foreign key over (tenant, name_key) keeps the copied name equal to the name of the tenant.
    name_key = models.CharField(max_length=162, editable=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    capacity = models.CharField(_("qualité"), max_length=16, choices=Capacity.choices, default=Capacity.HOLDER)
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"), null=True, blank=True)

    objects = OfLeaseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="party_ends_after_it_starts",
                violation_error_message=_("Pour ce titulaire, la fin doit être postérieure au début."),
            ),
            models.UniqueConstraint(
                fields=["lease", "tenant"],
                condition=Q(last_day__isnull=True),
                name="party_once_a_lease",
                violation_error_message=_("Cette personne est déjà titulaire du bail."),
            ),
        ]
        indexes = [models.Index(fields=["building", "name_key"], name="party_building_name")]

    def __str__(self) -> str:
        return f"party {self.pk}"

    def subject(self) -> Subject:
        return Subject("tenant", self.tenant_id)


class LeaseUnitQuerySet(ScopedQuerySet):
    def in_force(self, day: date) -> Self:
        return self.filter(Q(last_day__isnull=True) | Q(last_day__gte=day), first_day__lte=day)

    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the units leased in the buildings of `person`.

        The units of discreet households are included, because pages would otherwise show their dwellings as vacant.
        Only the compartment IDENTITY (database role for birth dates and bank details) excludes these units.
        """
        rows = self.filter(within("building", person, compartment)).select_related("unit")
        return rows.filter(lease_not_hidden(compartment)) if compartment is Compartment.IDENTITY else rows


class LeaseUnit(models.Model):
    """A unit of a lease, and the period for which it is leased.

    Pages that list vacant dwellings read these rows even for households hidden by a discreet mark. Otherwise the
    dwellings of these households would appear vacant. The rows contain no names.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "lease": DataClass.PERSONAL,
        "unit": DataClass.PLAIN,
        "building": DataClass.PLAIN,
        "first_day": DataClass.PLAIN,
        "last_day": DataClass.PLAIN,
    }
    data_policy = DataPolicy(TENANCY, TENANCY_FILE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="units")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="lettings", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"), null=True, blank=True)

    objects = LeaseUnitQuerySet.as_manager()

    class Meta:
        # An exclusion constraint in the migration allows only one lease at a time for a unit.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="letting_ends_after_it_starts",
                violation_error_message=_("La fin de la location doit être postérieure à son début."),
            )
        ]
        indexes = [models.Index(fields=["building", "last_day"], name="letting_building")]

    def __str__(self) -> str:
        return f"letting {self.pk}"

    def subject(self) -> None:
        """Return None, because the period of a unit in a lease is not about a particular resident."""
