"""The accountant's books: entries by account reference. They do not show or link to names, dwellings or addresses."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.fragment import fragment
from access.permissions import Permission
from audit import events
from formats.spreadsheets import Cents, download, kind_of
from ledger.balances import balance_of, with_balance
from ledger.book_list import book_list
from ledger.queries import months_shown, named, read_ledger, reference_typed, since_of
from tenants.models import Account

A_PAGE = 60


@door(Permission.BOOKS_VIEW, get_event=events.LIST_SHOWN, post_is_search=True)
def books(request: DoorRequest) -> HttpResponse:
    """List accounts by reference. The search accepts only the beginning of a reference, and ignores the filters."""
    access = request.access
    listing, rows = book_list(request)
    words, searched = request.POST.get("q", ""), request.method == "POST"
    beginning = reference_typed(words)
    if searched:
        rows = with_balance(access.rows(Account)).order_by("reference")
        rows = rows.filter(reference__startswith=beginning) if beginning else rows.none()
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    total = page.paginator.count
    if searched:
        access.note(events.SEARCH_RUN, count=total, scope="books")
    else:
        access.note(list="books")
    context = {"words": words[:20], "searched": searched, "beginning": beginning, **listing.context(request)}
    return render(request, "ledger/books.html", {**context, "page_obj": page, "total": total})


@door(Permission.BOOKS_VIEW, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def books_export(request: DoorRequest) -> HttpResponse:
    """Export all pages of the list of accounts, with its filters and in its order. The file names nobody.

    The audit log records each account in it. With invalid filters, the list shows what is wrong. A very
    long list is not exported.
    """
    kind = kind_of(request)
    listing, rows = book_list(request)
    request.access.note(format=kind)
    if not listing.may_sort:
        messages.error(request, _("Votre liste est trop longue pour être exportée."))
        return redirect("books")
    if not listing.is_valid:
        return redirect(f"{reverse('books')}?{request.GET.urlencode()}")
    header = [_("Référence"), _("Ouvert"), _("Soldé"), _("Solde")]
    cells = [[row.reference, row.opened_on, row.settled_on, Cents(balance_of(row))] for row in rows]
    return download(kind, _("ecritures"), header, cells)


@door(Permission.BOOKS_VIEW, model=Account, lookup="reference", get_event=events.BOOKS_OPENED)
def book(request: DoorRequest, account: Account) -> HttpResponse:
    """Show an accountant the ledger by months, as officers see it, but without names, dwelling or address."""
    ledger = named(read_ledger(request.access, account, since_of(request)), "")
    context = {"reference": account.reference, "settled_on": account.settled_on, "total": ledger.count}
    months = months_shown(request, ledger)
    if request.htmx:
        return fragment(request, "ledger/account_months.html", months)
    return render(request, "ledger/books_account.html", {**context, "balance": ledger.balance, **months})
