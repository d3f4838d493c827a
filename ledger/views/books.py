"""The accountant's books: entries by account reference. They do not show or link to names, dwellings or addresses."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.fragment import fragment
from access.permissions import Permission
from audit import events
from ledger.balances import with_balance
from ledger.queries import months_shown, named, read_ledger, reference_typed, since_of
from tenants.models import Account

A_PAGE = 60


@door(Permission.BOOKS_VIEW, get_event=events.LIST_SHOWN, post_is_search=True)
def books(request: DoorRequest) -> HttpResponse:
    """List accounts by reference. The search accepts only the beginning of a reference."""
    access = request.access
    rows = access.rows(Account).order_by("reference")
    words, searched = request.POST.get("q", ""), request.method == "POST"
    if searched:
        beginning = reference_typed(words)
        rows = rows.filter(reference__startswith=beginning) if beginning else rows.none()
    page = Paginator(with_balance(rows), A_PAGE).get_page(request.GET.get("page"))
    total = page.paginator.count
    if searched:
        access.note(events.SEARCH_RUN, count=total, scope="books")
    else:
        access.note(list="books")
    context = {"words": words[:20], "searched": searched}
    return render(request, "ledger/books.html", {**context, "page_obj": page, "total": total})


@door(Permission.BOOKS_VIEW, model=Account, lookup="reference", get_event=events.BOOKS_OPENED)
def book(request: DoorRequest, account: Account) -> HttpResponse:
    """Show an accountant the ledger by months, as officers see it, but without names, dwelling or address."""
    ledger = named(read_ledger(request.access, account, since_of(request)), "")
    context = {"reference": account.reference, "settled_on": account.settled_on, "total": ledger.count}
    months = months_shown(request, ledger)
    if request.htmx:
        return fragment(request, "ledger/account_months.html", months)
    return render(request, "ledger/books_account.html", {**context, "balance": ledger.balance, **months})
