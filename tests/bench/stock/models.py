"""Models of the comparison application (tests/bench/stock): the data of the account page, in tables of its own."""

import uuid

from auditlog.registry import auditlog
from django.db import models

from ledger.models.entry import EntryKind, Source
from ledger.vocabulary import ENTRY_LABELS


class Row(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)

    class Meta:
        abstract = True


class Building(Row):
    name = models.CharField(max_length=120)


class Unit(Row):
    building = models.ForeignKey(Building, models.PROTECT)
    kind = models.CharField(max_length=16)
    type = models.CharField(max_length=4)
    surface_m2 = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    staircase = models.CharField(max_length=8)
    floor = models.SmallIntegerField(null=True)
    door = models.CharField(max_length=8)


class Tenant(Row):
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)


class Lease(Row):
    main_unit = models.ForeignKey(Unit, models.PROTECT)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)


class Party(Row):
    lease = models.ForeignKey(Lease, models.PROTECT)
    tenant = models.ForeignKey(Tenant, models.PROTECT)
    capacity = models.CharField(max_length=16)
    last_day = models.DateField(null=True)


class Letting(Row):
    lease = models.ForeignKey(Lease, models.PROTECT)
    unit = models.ForeignKey(Unit, models.PROTECT)
    first_day = models.DateField()


class Account(Row):
    lease = models.OneToOneField(Lease, models.PROTECT)
    reference = models.CharField(max_length=14, unique=True)
    opened_on = models.DateField()
    settled_on = models.DateField(null=True)


class Entry(Row):
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=16, choices=EntryKind.choices)
    label = models.CharField(max_length=40)
    source = models.CharField(max_length=16, choices=Source.choices)
    amount_cents = models.BigIntegerField()
    effective_on = models.DateField()
    booked_at = models.DateTimeField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True)
    reason_text = ""

    @property
    def label_text(self) -> str:
        return ENTRY_LABELS.label(self.label)


class Fact(Row):
    account = models.ForeignKey(Account, models.PROTECT)
    code = models.CharField(max_length=40)
    written_on = models.DateField()
    ends_on = models.DateField()
    withdrawn_on = models.DateField(null=True)


class Note(Row):
    account = models.ForeignKey(Account, models.PROTECT)
    text = models.CharField(max_length=200)
    written_at = models.DateTimeField()
    ends_on = models.DateField()


auditlog.register(Account)
