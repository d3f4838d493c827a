"""The rental account: one for each lease, identified by a random reference. The amounts of accounts are in the app
ledger/.
"""

import re
import secrets
import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, OrderBy, Q
from django.db.models.functions import Substr
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.guard.purpose import Ask
from access.models import Person
from access.permissions import Permission
from access.scope import ScopedQuerySet, within
from audit.purposes import Purpose
from audit.record import Subject
from buildings.models import Building
from privacy.classes import DataClass
from privacy.processing_activities import ACCOUNTS
from privacy.retention import DataPolicy
from privacy.retention_periods import UNTIL_SETTLED
from tenants.account_queue import led_by
from tenants.models.hidden import lease_not_hidden
from tenants.models.lease import Lease

# Account references do not use 0, O, 1, I, L and U, because they are easily confused on the telephone.
# Twelve characters from an alphabet of 30 have 58 bits of entropy, so nobody can guess an account reference.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PLACED_BY = ("lease__main_unit", "building__place")


def new_reference() -> str:
    """Return a random reference such as "K7QX-9M2D-4RTB"."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def _group_of_reference(first: int) -> models.GeneratedField:
    return models.GeneratedField(
        expression=Substr("reference", first, 4),
        output_field=models.CharField(max_length=4),
        db_persist=True,
    )


def door_order() -> list[OrderBy]:
    """Return the order of accounts by the building, staircase, floor and door of the main unit of their lease."""
    unit = "lease__main_unit__"
    floor = F(f"{unit}floor").asc(nulls_last=True)
    return [F("building__place__name").asc(), F(f"{unit}staircase").asc(), floor, F(f"{unit}door").asc()]


class AccountQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the accounts in the buildings of `person`. Settled (closed) accounts are returned only in the
        compartment BOOKS (the database role of accountants), because only accountants still read the ledger entries of
        a settled account."""
        rows = self.filter(within("building", person, compartment), lease_not_hidden(compartment))
        return rows if compartment is Compartment.BOOKS else rows.filter(settled_on__isnull=True)

    def by_door(self) -> Self:
        """Order accounts by their building and door. The reference makes the order unique."""
        return self.order_by(*door_order(), "reference")

    def with_place(self) -> Self:
        return self.select_related(*PLACED_BY)

    def former(self, day: date) -> Self:
        """Return the accounts whose lease has ended and that are not settled (closed) yet."""
        return self.filter(lease__ends_on__lt=day, settled_on__isnull=True)


# _NEEDS_IDENTITY: the purposes for which birth dates and bank details may be opened.
_NEEDS_IDENTITY = (Purpose.TENANT_ASKED, Purpose.PAYMENT, Purpose.MOVING, Purpose.LEASE, Purpose.CORRESPONDENCE)


class Account(models.Model):
    ASK = Ask("account_purpose", led_by, only={Permission.IDENTITY_VIEW: _NEEDS_IDENTITY})
    REFERENCE = re.compile(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}")

    privacy = {
        "id": DataClass.PLAIN,
        "lease": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "reference": DataClass.PERSONAL,
        "reference_start": DataClass.PERSONAL,
        "reference_middle": DataClass.PERSONAL,
        "reference_end": DataClass.PERSONAL,
        "opened_on": DataClass.PERSONAL,
        "settled_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ACCOUNTS, UNTIL_SETTLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lease = models.OneToOneField(Lease, models.PROTECT, related_name="account", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="accounts", db_index=False, editable=False, db_constraint=False
    )
    reference = models.CharField(_("référence"), max_length=14, default=new_reference, editable=False)
    # The reference has three groups. Each has a column of its own, so that a search can find a part of the reference.
    reference_start = _group_of_reference(1)
    reference_middle = _group_of_reference(6)
    reference_end = _group_of_reference(11)
    opened_on = models.DateField(_("ouvert le"))
    settled_on = models.DateField(_("soldé le"), null=True, blank=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["reference"],
                name="account_reference_once",
                violation_error_message=_("Cette référence est déjà celle d’un autre compte."),
            ),
            models.UniqueConstraint(
                fields=["id", "building"],
                name="account_in_one_building",
                violation_error_message=_("Un compte ne peut être que dans un seul bâtiment."),
            ),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True) | Q(settled_on__gte=F("opened_on")),
                name="account_settled_after_it_opened",
                violation_error_message=_("La date de solde doit être postérieure à l’ouverture du compte."),
            ),
        ]
        indexes = [
            models.Index(fields=["building", "settled_on"], name="account_building"),
            models.Index(fields=["reference_start"], name="account_reference_start"),
            models.Index(fields=["reference_middle"], name="account_reference_middle"),
            models.Index(fields=["reference_end"], name="account_reference_end"),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"

    def subject(self) -> Subject:
        return Subject("account", self.pk)
