"""Reads the balances of accounts. Checks the days of entries, and whether an account may be closed."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, models
from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from access.database.prepared import prepared
from access.pages.panels import functions_beside
from ledger.models import Balance
from ledger.models.cash_receipt import CASH, CASH_LIMIT_CENTS
from tenants.models import Account
from tenants.models.account import AccountQuerySet

AHEAD = timedelta(days=31)  # AHEAD: an entry may take effect this long after today at most


def with_balance(accounts: AccountQuerySet) -> AccountQuerySet:
    """Annotate each account with `balance_cents`. A positive balance is owed by the tenant."""
    total = Subquery(Balance._default_manager.filter(account=OuterRef("pk")).values("balance_cents"))
    balance = Coalesce(total, Value(0), output_field=models.BigIntegerField())
    rows: AccountQuerySet = accounts.annotate(balance_cents=balance)
    return rows


def balance_of(account: Account) -> int:
    """Return the balance of an account that was read through `with_balance`."""
    cents: int = vars(account)["balance_cents"]
    return cents


def owing(accounts: AccountQuerySet) -> AccountQuerySet:
    return accounts.filter(balance__balance_cents__gt=0)


def in_credit(accounts: AccountQuerySet) -> AccountQuerySet:
    return accounts.filter(balance__balance_cents__lt=0)


def check_day(account: Account, effective_on: date, today: date) -> None:
    """Raise ValidationError if the day is before the account was opened, or too far in the future for an entry."""
    if effective_on < account.opened_on:
        sentence = _("Le compte est ouvert depuis le %(day)s : choisissez une date d’effet postérieure.")
        raise ValidationError(
            {"effective_on": ValidationError(sentence, "early", {"day": f"{account.opened_on:%d/%m/%Y}"})}
        )
    if effective_on > today + AHEAD:
        sentence = _("La date d’effet doit être au plus tard le %(day)s, dans 31 jours.")
        raise ValidationError({"effective_on": ValidationError(sentence, "late", {"day": f"{today + AHEAD:%d/%m/%Y}"})})


def check_received(account: Account, received: date, today: date) -> None:
    """Check the day of a payment. Raises ValidationError if the day is in the future or before the account was opened.

    A future day is often a mistyped month. The payment would not count until then, and the tenant would be asked to pay
    again.
    """
    if received > today:
        sentence = _("Ce jour est dans le futur : enregistrez un paiement après sa réception.")
        raise ValidationError({"effective_on": ValidationError(sentence, "to_come")})
    check_day(account, received, today)


def check_cash(label: str, cents: int) -> None:
    """Check a payment against the legal limit for cash. Raises ValidationError. The database also checks the sum of the
    day."""
    if label == CASH and abs(cents) > CASH_LIMIT_CENTS:
        sentence = _("La loi limite les espèces à 1 000 € : choisissez un autre moyen de paiement pour cette somme.")
        raise ValidationError({"cents": ValidationError(sentence, "cash_limit")})


def may_settle(account: Account, balance_cents: int, today: date) -> bool:
    """Return True if the account can be settled (closed for good). The database checks the same conditions again."""
    ends_on = account.lease.ends_on
    return account.settled_on is None and balance_cents == 0 and ends_on is not None and ends_on < today


@dataclass(frozen=True)
class BesideAccount:
    """Whether an account has any write-off requests, its tenants any former names, and its lease units besides the main
    one."""

    write_offs: bool
    former_names: bool
    other_units: bool


def rows_beside(account: Account, tenants: list[UUID]) -> tuple[BesideAccount, dict[str, Any]]:
    """Check in one statement which rows the page of an account must read: of this app, and of the page's panels, by
    function. Most accounts have none of these rows."""
    panels = functions_beside("account")
    ids = (account.pk, account.lease_id)
    with connection.cursor() as cursor:
        cursor.execute(_statement_beside(), [*ids, account.lease.main_unit_id, tenants, *(ids * len(panels))])
        own, *others = cursor.fetchone()
    return BesideAccount(**own), dict(zip(panels, others, strict=True))


@cache
def _statement_beside() -> str:
    calls = ["ledger_beside_account(%s, %s, %s, %s)", *functions_beside("account")]
    rows = ", ".join(f"to_json(row{number})" for number in range(len(calls)))
    return prepared(f"SELECT {rows} FROM " + ", ".join(f"{call} row{number}" for number, call in enumerate(calls)))  # noqa: S608 - calls are constants of the code
