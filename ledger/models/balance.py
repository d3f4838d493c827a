"""Balances of accounts. Only a database trigger on entries writes them (`ledger/sql/balances.sql`), no Python code."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet, within
from audit.record import Subject
from buildings.models import Building
from privacy.classes import DataClass
from privacy.processing_activities import ACCOUNTS
from privacy.retention import DataPolicy
from privacy.retention_periods import LEDGER
from tenants.models.account import Account
from tenants.models.hidden import account_not_hidden


class BalanceQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the balances of the accounts that the person may see. A settled (closed) account has no balance
        row."""
        return self.filter(within("building", person, compartment), account_not_hidden(compartment))


class Balance(models.Model):
    """The balance of an account (the sum of its entries), with the figures from which arrears are computed.

    An account without a row has the balance zero. `owed_since`: day of the oldest charge that is not fully paid, or
    `date.min` if all charges together are less than the debt. `recent_days`: days of the last month on which something
    was charged. `recent_cents`: for each of these days, the sum of the charges on and after it.
    """

    privacy = {
        "account": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "balance_cents": DataClass.PERSONAL,
        "owed_since": DataClass.PERSONAL,
        "recent_days": DataClass.PERSONAL,
        "recent_cents": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ACCOUNTS, LEDGER)

    # DO_NOTHING, because no login may delete this row: the database deletes the row together with its account.
    account = models.OneToOneField(
        Account, models.DO_NOTHING, primary_key=True, related_name="balance", db_constraint=False
    )
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    balance_cents = models.BigIntegerField()
    owed_since = models.DateField(null=True)
    recent_days = ArrayField(models.DateField(), null=True)
    recent_cents = ArrayField(models.BigIntegerField(), null=True)

    objects = BalanceQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["building", "owed_since"],
                name="balance_owed",
                condition=models.Q(owed_since__isnull=False),
            ),
            models.Index(
                fields=["owed_since", "account"],
                name="balance_owed_since",
                condition=models.Q(owed_since__isnull=False),
            ),
            models.Index(fields=["building"], name="balance_in_credit", condition=models.Q(balance_cents__lt=0)),
        ]

    def __str__(self) -> str:
        return f"balance of account {self.pk}"

    def subject(self) -> Subject:
        return Subject("account", self.account_id)
