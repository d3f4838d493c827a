"""Exports as spreadsheets, and account statements. The audit log records each export and the people in its file."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from audit import events
from formats.months import months_after
from formats.spreadsheets import Cents, download, kind_of
from ledger import register
from ledger.account_list import Choice, all_accounts, former_accounts_of, has_many_buildings, sorted_accounts
from ledger.balances import balance_of, with_balance
from ledger.models import Entry
from ledger.queries import (
    Period,
    addresses_of,
    head_of,
    label_of,
    named,
    period_of,
    rows_of,
)
from ledger.register import Ledger
from tenants.models import Account
from tenants.models.account import PLACED_BY
from tenants.models.restriction import restricted_today

YEAR = 12  # YEAR: number of months in an account statement if the user chose no period


@door(Permission.ACCOUNTS_EXPORT, model=Account, lookup="reference", get_event=events.EXPORT_TAKEN)
def account_export(request: DoorRequest, account: Account) -> HttpResponse:
    """Export the entries of one account, oldest first."""
    kind = kind_of(request)
    request.access.note(format=kind)
    lines = register.lines_of(list(request.access.rows(Entry).filter(account=account).in_order()))
    header = [
        _("Date d’effet"),
        _("Date comptable"),
        _("Période"),
        _("Nature"),
        _("Libellé"),
        _("Origine"),
        _("Motif"),
        _("Montant"),
        _("Solde"),
    ]
    cells = [
        [
            line.entry.effective_on,
            line.entry.booked_on,
            f"{line.entry.period:%m/%Y}",
            str(line.entry.get_kind_display()),
            label_of(line),
            str(line.entry.get_source_display()),
            line.entry.reason_text,
            Cents(line.entry.amount_cents),
            Cents(line.balance),
        ]
        for line in lines
    ]
    return download(kind, _("compte-%(reference)s") % {"reference": account.reference}, header, cells)


@door(Permission.ACCOUNTS_EXPORT, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def accounts_export(request: DoorRequest) -> HttpResponse:
    """Export all pages of the list of accounts, with its filters and in its order.

    The audit log records each account and person in the file. With invalid filters, the list shows what is wrong. The
    accounts of people whose data may only be stored (GDPR, art. 18) are left out.
    """
    choice = all_accounts(request, is_wide=has_many_buildings(request.access))
    return _accounts_file(request, choice, "accounts", _("comptes"))


@door(Permission.ACCOUNTS_EXPORT, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def accounts_former_export(request: DoorRequest) -> HttpResponse:
    """Export all pages of the list of former accounts, as `accounts_export` does for all accounts."""
    choice = former_accounts_of(request, is_wide=has_many_buildings(request.access))
    return _accounts_file(request, choice, "accounts_former", _("comptes-locataires-partis"), former=True)


def _accounts_file(request: DoorRequest, choice: Choice, page: str, name: str, *, former: bool = False) -> HttpResponse:
    access, kind = request.access, kind_of(request)
    access.note(format=kind)
    if not choice.is_valid:
        return redirect(f"{reverse(page)}?{request.GET.urlencode()}")
    with choice.narrowing(access):
        accounts = sorted_accounts(access, choice, former=former).exclude(pk__in=restricted_today())
        rows = rows_of(access, list(with_balance(accounts.with_place())))
    header = [
        _("Référence"),
        _("Titulaires"),
        _("Adresse"),
        _("Bâtiment"),
        _("Escalier"),
        _("Porte"),
        _("Bail jusqu’au"),
        _("Solde"),
    ]
    cells = [
        [
            row.account.reference,
            row.who,
            row.address,
            row.account.building.place.name,
            row.account.lease.main_unit.staircase,
            row.account.lease.main_unit.door,
            row.account.lease.ends_on,
            Cents(balance_of(row.account)),
        ]
        for row in rows
    ]
    return download(kind, name, header, cells)


# --- Statement -------------------------------------------------------------------------------------------------------


@door(
    Permission.ACCOUNT_VIEW,
    model=Account,
    lookup="reference",
    get_event=events.STATEMENT_PRINTED,
    select_related=PLACED_BY,
)
def account_statement(request: DoorRequest, account: Account) -> HttpResponse:
    """Show a statement for the tenant: opening balance, entries, closing balance."""
    access = request.access
    period = period_of(request)
    head = head_of(access, account, fresh=True, since=_first_month(period.first, period.last))
    ledger: Ledger = head["ledger"]
    first, last = statement_period(period, ledger, access.day)
    months = list(register.months_between(ledger.begins or access.day, _latest_day(ledger, access.day)))
    lines_of_period = [line for line in named(ledger, "").lines if first <= line.day <= last]
    sums = {
        "opening": ledger.balance_on(first - timedelta(days=1)),
        "closing": ledger.balance_on(last),
        "charged": sum(line.charged or 0 for line in lines_of_period),
        "paid": sum(line.paid or 0 for line in lines_of_period),
    }
    context = {
        "kept": lines_of_period,
        "first": first,
        "last": last,
        "last_month": register.first_of(last),
        "choices": months[::-1],
    }
    context["address"] = addresses_of(access, [account]).get(account.building_id, "")
    return render(request, "ledger/statement.html", {**head, **sums, **context})


def statement_period(period: Period, ledger: Ledger, day: date) -> tuple[date, date]:
    """Return the first and last day of an account statement, which covers whole months.

    The user may choose both months. By default, the last month is the current month, or the month of the latest entry
    if that entry is dated later. By default, the first month is eleven months before the last month.
    """
    last = period.last or register.first_of(_latest_day(ledger, day))
    return min(_first_month(period.first, last) or last, last), register.last_of(last)


def _first_month(first: date | None, last: date | None) -> date | None:
    return first or (months_after(last, 1 - YEAR) if last else None)


def _latest_day(ledger: Ledger, day: date) -> date:
    """Return the day of the latest entry, or today (`day`) if that is later."""
    return max(day, ledger.ends or day)
