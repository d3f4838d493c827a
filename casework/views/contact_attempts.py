"""The list of accounts to contact today, its export, and the page that records the outcome of a contact attempt."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.pages.lists import FirstRows, page_number
from access.permissions import Permission
from access.scope import Among
from audit import events
from audit.purposes import Purpose
from casework.actions.contact_attempts import NOT_YOURS_TODAY, record_contact, take_back_contact
from casework.forms.contact_attempts import ContactForm
from casework.models import ContactAttempt
from casework.queries import ContactList, contact_choice, first_contacts, sorted_contacts
from formats.spreadsheets import Cents, download, kind_of
from ledger.account_list import Choice
from ledger.arrears import Late, late_accounts
from ledger.balances import balance_of, with_balance
from ledger.queries import Row, head_of, rows_of
from tenants.account_queue import address_of, lay, pile_for, pile_of
from tenants.models import Account
from tenants.models.account import PLACED_BY
from tenants.queries import restriction_of

A_PAGE = 60


@dataclass(frozen=True)
class Line:
    """An account to contact, with the latest contact attempt, if any."""

    row: Row
    latest: ContactAttempt | None


# --- The list --------------------------------------------------------------------------------------------------------


@door(Permission.ACCOUNTS_LIST, get_event=events.LIST_SHOWN)
def accounts_to_contact(request: DoorRequest) -> HttpResponse:
    """List the accounts in arrears to contact today. Unless the person chooses an order, the largest sum is first."""
    access = request.access
    access.note(list="accounts_to_contact")
    choice = contact_choice(request)
    total, later, page, lines = _first_page(access, request) if choice.is_first_rows else _page(access, request, choice)
    context = {
        "tab": "accounts_to_contact",
        "page_obj": page,
        "lines": lines,
        "total": total,
        "later": later,
        "day": access.day,
        **choice.context(request),
    }
    purposes = dict.fromkeys((line.row.account.reference for line in lines), Purpose.ARREARS)
    answer = render(request, "casework/accounts_to_contact.html", context)
    return lay(answer, access.person, [pile_for(request.get_full_path(), purposes)], secure=request.is_secure())


def _page(access: AccessContext, request: DoorRequest, choice: Choice) -> tuple[int | None, int, Page[Any], list[Line]]:
    """Return how many accounts are listed (None if the filters are invalid), how many come back later, the page and its
    lines."""
    is_valid = choice.form.is_valid()
    listed = sorted_contacts(access, choice) if is_valid else ContactList({}, 0)
    page = Paginator(list(listed.due.items()), A_PAGE).get_page(request.GET.get("page"))
    return len(listed.due) if is_valid else None, listed.later, page, _lines(access, dict(page))


def _first_page(access: AccessContext, request: DoorRequest) -> tuple[int | None, int, Page[Any], list[Line]]:
    """Return the same as `_page` for a person with very many buildings: only the accounts of the page are read, and
    counted only if they are all."""
    number = page_number(request.GET.get("page", ""))
    first = first_contacts(access, A_PAGE * number + 1)
    paginator = FirstRows(list(first.items()), A_PAGE)
    page = paginator.get_page(number)
    listed = dict(page)
    with access.narrow_to(set(listed.values())):
        late = late_accounts(access, (), among=listed)
    lines = _lines(access, {account: late[account] for account in listed if account in late})
    return paginator.total, 0, page, lines


@door(Permission.ACCOUNTS_EXPORT, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def contacts_export(request: DoorRequest) -> HttpResponse:
    """Export all pages of the list of accounts to contact, with its filters and in its order.

    The audit log records each account in the file. With invalid filters, the list shows what is wrong.
    """
    access, kind = request.access, kind_of(request)
    access.note(format=kind)
    choice = contact_choice(request)
    if not choice.form.is_valid():
        return redirect(f"{reverse('accounts_to_contact')}?{request.GET.urlencode()}")
    due = sorted_contacts(access, choice).due
    header = [
        _("Référence"),
        _("Titulaires"),
        _("Adresse"),
        _("Bâtiment"),
        _("Escalier"),
        _("Porte"),
        _("Dû depuis plus d’un mois"),
        _("Solde"),
        _("Dernier contact"),
        _("Résultat"),
    ]
    cells = [
        [
            line.row.account.reference,
            line.row.who,
            line.row.address,
            line.row.account.building.place.name,
            line.row.account.lease.main_unit.staircase,
            line.row.account.lease.main_unit.door,
            Cents(line.row.late_cents),
            Cents(balance_of(line.row.account)),
            line.latest.made_on if line.latest else None,
            line.latest.get_outcome_display() if line.latest else "",
        ]
        for line in _lines(access, due)
    ]
    return download(kind, _("comptes-a-contacter"), header, cells)


def _lines(access: AccessContext, due: Mapping[UUID, Late]) -> list[Line]:
    """Return list rows for the given accounts, in the same order, each with its latest contact attempt."""
    if not due:
        return []
    with access.narrow_to({late.building for late in due.values()}):
        accounts = access.rows(Account).filter(Among("pk", due)).with_place()
        rows = rows_of(access, list(with_balance(accounts)), {pk: late.cents for pk, late in due.items()})
        latest = {attempt.account_id: attempt for attempt in access.rows(ContactAttempt).latest_of(list(due))}
    order = {pk: number for number, pk in enumerate(due)}
    rows.sort(key=lambda row: order[row.account.pk])
    return [Line(row, latest.get(row.account.pk)) for row in rows]


# --- One account -----------------------------------------------------------------------------------------------------


@door(
    Permission.CONTACTS_RECORD,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
    select_related=PLACED_BY,
)
def account_contact(request: DoorRequest, account: Account) -> HttpResponse:
    """Record the outcome of a contact attempt, or take back one that the same person recorded today."""
    access = request.access
    back = address_of(account.reference, pile_of(request, access.person, account.reference))
    if "annuler" in request.POST:
        _take_back(request, account, request.POST["annuler"])
        return redirect(back)
    restricted, form = restriction_of("account", account.pk), ContactForm(request.POST or None)
    if not restricted and form.is_valid() and done(form, record_contact, request, account=account, **form.cleaned_data):
        messages.success(request, _("Le contact est enregistré."))
        return redirect(f"{back}#appel")
    context = {**head_of(access, account, fresh=True), "form": form, "back": back, "restricted": restricted}
    return render(request, "casework/account_contact.html", context)


def _take_back(request: DoorRequest, account: Account, pk: str) -> None:
    """Take back an attempt. If the database refuses, the next page shows the reason."""
    access = request.access
    mine = access.rows(ContactAttempt).filter(account=account, made_by=access.person, made_on=access.day)
    attempt = next((attempt for attempt in mine if str(attempt.pk) == pk), None)
    try:
        if attempt is None:
            raise ValidationError(NOT_YOURS_TODAY)
        take_back_contact(by=access.person, attempt=attempt, context=access.context)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Le contact est annulé."))
