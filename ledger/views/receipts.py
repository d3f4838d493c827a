"""Pages of incoming payments without a known account. Officers and accountants assign the payments of their places.

To assign a payment, the user types the full reference of the account.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.models import Place
from access.pages.acting import done
from access.pages.lists import Listing, between, listing_of
from access.pages.sorting import Column, by_label
from access.permissions import Permission
from audit import events
from ledger.actions.entries import reverse_entry
from ledger.actions.receipts import clear_receipt
from ledger.forms.filters import ReceiptFilter
from ledger.forms.receipts import ClearForm, UndoForm
from ledger.models import Clearing, Entry, Receipt
from ledger.vocabulary import ENTRY_LABELS
from tenants.models import Account

A_PAGE, LATELY = 30, 10
COLUMNS = (
    Column("recu", gettext_lazy("Reçu le"), lambda _access: [F("received_on").asc(), F("amount_cents").asc()]),
    Column("montant", gettext_lazy("Montant"), lambda _access: [F("amount_cents").asc()], largest_first=True),
    Column("moyen", gettext_lazy("Moyen"), lambda _access: [by_label("label", dict(ENTRY_LABELS.choices))]),
    Column("agence", gettext_lazy("Agence"), lambda _access: [F("agency__name").asc(), F("received_on").asc()]),
)


@dataclass(frozen=True)
class Cleared:
    """A row in the list of payments that were assigned to an account: the assignment (clearing), its entry and its
    account."""

    clearing: Clearing
    entry: Entry
    account: Account


@door(Permission.RECEIPTS_CLEAR, get_event=events.RECEIPT_CLEARED, post_event=events.RECEIPT_CLEARED)
def receipts(request: DoorRequest) -> HttpResponse:
    return _receipts(request, Permission.RECEIPTS_CLEAR, "receipts", "account")


@door(Permission.BOOKS_CLEAR, get_event=events.RECEIPT_CLEARED, post_event=events.RECEIPT_CLEARED)
def books_receipts(request: DoorRequest) -> HttpResponse:
    return _receipts(request, Permission.BOOKS_CLEAR, "books_receipts", "book")


def waiting_receipts(access: AccessContext) -> int:
    """Count the payments in suspense that this person may assign to an account. The home page shows the number."""
    count: int = access.rows(Receipt).waiting().count()
    return count


def _receipts(request: DoorRequest, permission: Permission, page_name: str, account_url: str) -> HttpResponse:
    form: ClearForm | UndoForm | None = None
    if request.method == "POST":
        form = UndoForm(request.POST) if "undo" in request.POST else ClearForm(request.POST)
        if form.is_valid() and _acted(request, form, permission):
            return redirect(page_name)
    request.access.note(events.LIST_SHOWN, list="receipts")
    listing, waiting = waiting_list(request)
    page = Paginator(waiting, A_PAGE).get_page(request.GET.get("page"))
    forms = {str(row.pk): ClearForm(initial={"receipt": row.pk}, auto_id=f"e{row.pk.hex}_%s") for row in page}
    if isinstance(form, ClearForm):  # A form with an error is shown again with what the user typed.
        forms[form["receipt"].value()] = form
    rows = [(receipt, forms[str(receipt.pk)]) for receipt in page]
    context = {"page_obj": page, "rows": rows, "form": form, "total": page.paginator.count}
    more = {"lately": _lately(request.access), "account_url": account_url, "here": page_name}
    return render(request, "ledger/receipts.html", {**context, **more, **listing.context(request)})


def waiting_list(request: DoorRequest) -> tuple[Listing, Any]:
    """Return the filters and order of the list of payments in suspense, and its rows."""
    access = request.access
    waiting = access.rows(Receipt).waiting().select_related("agency")
    places = access.rows(Place).filter(pk__in=waiting.witnessed(None).order_by().values("agency"))
    listing = listing_of(request, ReceiptFilter(request.GET, places), COLUMNS, "recu")
    criteria = listing.form.criteria
    if place := criteria.get("lieu"):
        waiting = waiting.filter(agency=place)
    bounds = {"amount_cents__gte": criteria.get("minimum"), "amount_cents__lte": criteria.get("maximum")}
    waiting = waiting.filter(**{lookup: cents for lookup, cents in bounds.items() if cents})
    return listing, listing.sort(between(waiting, "received_on", criteria.get("du"), criteria.get("au")), access)


def _acted(request: DoorRequest, form: ClearForm | UndoForm, permission: Permission) -> bool:
    if isinstance(form, UndoForm):
        return _undone(request, form)
    access, data = request.access, form.cleaned_data
    receipt = access.rows(Receipt).waiting().filter(pk=data["receipt"]).first()
    if receipt is None:
        form.add_error(None, _("Cet encaissement n’est plus en attente : une autre personne l’a affecté."))
        return False
    account = access.rows(Account).filter(reference=data["reference"], settled_on=None).first()
    if account is None or not access.may(permission, account.building_id):
        form.add_error("reference", _("Aucun compte ouvert de votre périmètre n’a cette référence."))
        return False
    if not done(form, clear_receipt, request, receipt=receipt, account=account):
        return False
    messages.success(request, _("L’encaissement est enregistré dans le compte."))
    return True


def _undone(request: DoorRequest, form: UndoForm) -> bool:
    access = request.access
    clearing = access.rows(Clearing).standing().filter(pk=form.cleaned_data["undo"]).first()
    entry = access.rows(Entry).filter(pk=clearing.entry_id).first() if clearing else None
    if entry is None:
        raise Http404
    if not done(form, reverse_entry, request, entry=entry, reason="wrong_account"):
        return False
    messages.success(request, _("L’affectation est annulée : l’encaissement est de nouveau en attente."))
    return True


def _lately(access: AccessContext) -> list[Cleared]:
    """Return the ten latest clearings (assignments of payments to accounts) that are not reversed.

    Clearings on accounts that the person may not see are left out.
    """
    clearings = list(access.rows(Clearing).standing().select_related("receipt")[:LATELY])
    entries = access.rows(Entry).in_bulk([clearing.entry_id for clearing in clearings])
    accounts = access.rows(Account).in_bulk([entry.account_id for entry in entries.values()])
    pairs = ((clearing, entries.get(clearing.entry_id)) for clearing in clearings)
    return [
        Cleared(clearing, entry, accounts[entry.account_id])
        for clearing, entry in pairs
        if entry and entry.account_id in accounts
    ]
