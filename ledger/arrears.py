"""Accounts in arrears: sums owed for more than a month."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, DateField, F, Func, Value

from access.guard.context import AccessContext
from access.scope import Among
from ledger.models import Balance
from tenants.models import Lease
from tenants.queries import first_rows

A_MONTH = timedelta(days=31)  # The SQL function `ledger_unpaid` (ledger/sql/balances.sql) uses the same length.


class ChargedAfter(Func):
    """SQL expression: the sum, in cents, of an account's charges that took effect after `day`.

    For each day with a charge (`recent_days`), the account's balance row stores the sum of the charges on and after
    this day (`recent_cents`). `width_bucket` finds the first such day after `day`.
    """

    output_field = BigIntegerField()

    def __init__(self, day: date) -> None:
        super().__init__(F("recent_days"), F("recent_cents"), Value(day, DateField()))

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        (days, _), (cents, _), (day, params) = (compiler.compile(part) for part in self.source_expressions)
        return f"coalesce({cents}[width_bucket({day}::date, {days}) + 1], 0)", tuple(params)


class Late(NamedTuple):
    """The sum in cents that an account has owed for more than a month, and the account's building."""

    cents: int
    building: UUID


def late_accounts(
    access: AccessContext,
    former: Collection[UUID],
    owed_since: date | None = None,
    *,
    among: Collection[UUID] | None = None,
    latest_first: bool = False,
) -> dict[UUID, Late]:
    """Return the sum that each account has owed for more than a month, largest first, except the accounts in `former`.

    With `owed_since`, return only accounts that have owed a charge since this day or longer. With `among`, return only
    these accounts. With `latest_first`, begin with the accounts that have owed for the shortest time, as the SQL
    function `casework_first_to_contact` does.

    The sum is the balance without the charges of the last month, because payments settle the oldest debt first. A
    rejected direct debit counts at once, because it cancels a payment. Reversed
    entries and their reversals are ignored.
    """
    if among is not None and not among:
        return {}
    balances, month_ago = late_balances(access), access.day - A_MONTH
    if owed_since:
        balances = balances.filter(owed_since__lte=owed_since)
    if among is not None:
        balances = balances.filter(Among("pk", among))
    order = ("-owed_since", "-account") if latest_first else ("-late", "account")
    late = balances.annotate(late=F("balance_cents") - ChargedAfter(month_ago)).order_by(*order)
    rows = late.values_list("account", "late", "building")
    return {account: Late(cents, building) for account, cents, building in rows if account not in former}


def late_balances(access: AccessContext) -> Any:
    """Return the balances of accounts that have owed a charge for more than a month."""
    balances = Balance._default_manager.visible_to(access.person, access.compartment)
    return balances.filter(owed_since__lte=access.day - A_MONTH)


def former_accounts(access: AccessContext) -> dict[UUID, UUID]:
    """Return the accounts whose lease has ended and that are not settled (closed) yet, with the building of each.

    The lease that ended first comes first. A query of its own reads these accounts: joining each balance with its
    account and lease would take ten times as long.
    """
    return dict(former_leases(access).order_by("ends_on", "account__reference").values_list("account", "building"))


def first_former_accounts(access: AccessContext, most: int) -> dict[UUID, UUID]:
    """Return the first of the former accounts, at most `most`, for a person with very many buildings. The lease that
    ended last comes first, because an index finds the latest ends without reading all leases."""
    first = first_rows(["former"], most)["former"]
    return latest_former_accounts(access, most) if first is None else first


def latest_former_accounts(access: AccessContext, most: int) -> dict[UUID, UUID]:
    """Return the same accounts as `first_former_accounts`, but read all ended leases of the person's buildings."""
    return dict(former_leases(access).order_by("-ends_on", "-pk").values_list("account", "building")[:most])


def former_leases(access: AccessContext) -> Any:
    """Return the leases that have ended and whose accounts are not settled (closed) yet.

    The query starts from leases, because an index finds the ended leases of a building.
    """
    leases = Lease._default_manager.visible_to(access.person, access.compartment).filter(ends_on__lt=access.day)
    return leases.filter(account__isnull=False, account__settled_on__isnull=True)
