"""Accounts in arrears: sums owed for more than a month."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, DateField, F, Func, Value

from access.guard.context import AccessContext
from ledger.models import Balance
from tenants.models import Account

A_MONTH = timedelta(days=31)  # `ledger_unpaid` in ledger/sql/balances.sql uses the same number of days


class ChargedAfter(Func):
    """SQL expression: the cents of an account's charges that took effect after `day`, read from its balance.

    `width_bucket` counts the days up to `day` in an ordered array. `recent_cents` has the sum from each day on.
    """

    output_field = BigIntegerField()

    def __init__(self, day: date) -> None:
        super().__init__(F("recent_days"), F("recent_cents"), Value(day, DateField()))

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        (days, _), (cents, _), (day, params) = (compiler.compile(part) for part in self.source_expressions)
        return f"coalesce({cents}[width_bucket({day}::date, {days}) + 1], 0)", tuple(params)


def late_accounts(access: AccessContext) -> dict[UUID, int]:
    """Return the cents that have been owed for more than a month, by account, largest sum first.

    A payment settles the oldest debt first. So the sums include all payments and refunds, but only the charges that are
    more than a month old. A rejected direct debit counts at once although it raises the debt, because it cancels a
    counted payment. Reversed entries and their reversals are ignored. Former accounts are left out. Only ids and sums
    are returned; the page loads the names separately.
    """
    month_ago = access.day - A_MONTH
    balances = Balance._default_manager.visible_to(access.person, access.compartment).filter(owed_since__lte=month_ago)
    late = balances.annotate(late=F("balance_cents") - ChargedAfter(month_ago)).order_by("-late", "account")
    accounts = Account._default_manager.visible_to(access.person, access.compartment).order_by()
    # Former accounts are read on their own: to join each balance with its account and lease takes ten times as long.
    former = set(accounts.former(access.day).values_list("pk", flat=True))
    return {account: cents for account, cents in late.values_list("account", "late") if account not in former}
