"""Lists of accounts for housing officers, former accounts, and the search. Search words are sent by POST, so that no
URL contains them."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import cached_property

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.guard.limits import keep_searches_within
from access.pages.lists import FirstRows, page_number
from access.permissions import Permission
from access.scope import Among
from audit import events
from audit.purposes import Purpose
from ledger.account_list import (
    Choice,
    all_accounts,
    first_of_many,
    former_accounts_of,
    has_many_buildings,
    sorted_accounts,
)
from ledger.arrears import first_former_accounts, former_accounts
from ledger.balances import with_balance
from ledger.forms.entries import AccountSearch
from ledger.queries import TITLES, Row, chosen_rows, counted_rows, groups_of, rows_of
from tenants.account_queue import lay, pile_for
from tenants.models import Account
from tenants.search import Search

A_PAGE = 60
FOUND = 50
# For page n of a very long list, the accounts of n * STRETCH buildings are counted first, and of more only if needed.
STRETCH = 16


# PURPOSES maps filters of the account list to the purpose for which users open an account from the filtered list.
# For a list without a filter in PURPOSES, the user is asked for the purpose of opening an account.
PURPOSES = {
    "du": Purpose.ARREARS,
    "arrivees": Purpose.MOVING,
    "departs": Purpose.MOVING,
}


# --- Lists -----------------------------------------------------------------------------------------------------------


@door(Permission.ACCOUNTS_LIST, get_event=events.LIST_SHOWN, from_standby=True)
def accounts(request: DoorRequest) -> HttpResponse:
    access = request.access
    access.note(list="accounts")
    first = first_of_many(access)
    choice = all_accounts(request, is_wide=bool(first))
    state = choice.criteria.state
    if choice.is_default and choice.form.is_valid():
        walk = Walk(access, state, request.GET.get("page", ""), first)
        page, total = page_of(request, walk), walk.total
        accounts = list(page)
        with access.narrow_to({account.building_id for account in accounts}):
            rows = rows_of(access, accounts)
    else:
        page, rows, total = chosen_page(request, choice)
    context = {
        "tab": "accounts",
        "page_obj": page,
        "rows": rows,
        "total": total,
        "title": TITLES[state],
        **choice.context(request),
    }
    return in_hand(request, render(request, "ledger/accounts.html", context), rows, PURPOSES.get(state, ""))


@door(Permission.ACCOUNTS_LIST, get_event=events.LIST_SHOWN)
def accounts_former(request: DoorRequest) -> HttpResponse:
    """List the accounts whose lease has ended and that are not settled yet."""
    access = request.access
    access.note(list="accounts_former")
    choice = former_accounts_of(request, is_wide=has_many_buildings(access))
    total: int | None
    if choice.is_first_rows:
        number = page_number(request.GET.get("page", ""))
        first = first_former_accounts(access, A_PAGE * number + 1)
        paginator = FirstRows(list(first.items()), A_PAGE)
        page = paginator.get_page(number)
        rows, total = rows_with(access, dict(page)), paginator.total
    elif choice.is_default and choice.form.is_valid() and not choice.criteria.state:
        page = page_of(request, Paginator(list(former_accounts(access).items()), A_PAGE))
        rows, total = rows_with(access, dict(page)), page.paginator.count
    else:
        page, rows, total = chosen_page(request, choice, former=True)
    context = {"tab": "accounts_former", "page_obj": page, "rows": rows, "total": total, **choice.context(request)}
    return in_hand(request, render(request, "ledger/accounts_former.html", context), rows, Purpose.CLOSING)


def chosen_page(
    request: DoorRequest, choice: Choice, *, former: bool = False
) -> tuple[Page[Any], list[Row], int | None]:
    """Return one page of a filtered or sorted list of accounts, the rows of the page, and the number of accounts in the
    list.

    If a filter is invalid, the page is empty and the number is None.
    """
    access = request.access
    if not choice.form.is_valid():
        return Paginator([], A_PAGE).get_page(1), [], None
    with choice.narrowing(access):
        ordered = sorted_accounts(access, choice, former=former).witnessed(None)
        page = page_of(request, Paginator(ordered.values_list("pk", "building"), A_PAGE))
        return page, rows_with(access, dict(page)), page.paginator.count


def rows_with(access: AccessContext, listed: dict[UUID, UUID]) -> list[Row]:
    """Return list rows for these accounts, in the same order. `listed` maps the id of each account to its building."""
    if not listed:
        return []
    with access.narrow_to(set(listed.values())):
        accounts = with_balance(access.rows(Account).filter(Among("pk", listed)).with_place())
        by_id = {account.pk: account for account in accounts}
        return rows_of(access, [by_id[pk] for pk in listed if pk in by_id])


def in_hand(request: DoorRequest, answer: HttpResponse, rows: Sequence[Row], purpose: str = "") -> HttpResponse:
    """Store the accounts of this page as an account queue, so that the user can step from one account to the next.

    The queue contains the URL of the list. After a search, this URL does not contain the searched words.
    """
    back = request.path if request.method == "POST" else request.get_full_path()
    pile = pile_for(back, {row.account.reference: purpose for row in rows})
    return lay(answer, request.access.person, [pile], secure=request.is_secure())


class Walk(Paginator):
    """Paginator for a list of accounts ordered by building, staircase, floor and door.

    It counts the accounts of each building, and then reads only the accounts of the buildings on a page. For a person
    with more than FEW buildings, only the first ones (`first`) are counted if they fill the page. The total is then
    unknown.
    """

    def __init__(self, access: AccessContext, chosen: str, page: str, first: Sequence[UUID]) -> None:
        self.access, self.is_wide = access, bool(first)
        self.rows = with_balance(chosen_rows(access, chosen).with_place())
        super().__init__(self.rows, A_PAGE)
        self.counted = counted_rows(access, chosen)
        number = page_number(page)
        self.groups = [] if self.is_wide else groups_of(self.counted)
        # Count the accounts of the first buildings. If they do not fill the page, count FEW buildings, then all.
        for buildings in (first[: STRETCH * number], first, None) if self.is_wide else ():
            if buildings is None:
                self.groups = groups_of(self.counted)
                break
            with access.narrow_to(buildings):
                # Drop the last group, because buildings of the same name may follow that were not counted.
                self.groups = groups_of(self.counted.filter(building__in=buildings))[:-1]
            if sum(group.number for group in self.groups) > number * A_PAGE:
                break
        self.ends = list(accumulate(group.number for group in self.groups))

    @cached_property
    def count(self) -> int:
        return self.ends[-1] if self.ends else 0

    @property
    def total(self) -> int | None:
        return None if self.is_wide else self.count

    def buildings_on(self, number: int) -> tuple[list[UUID], int]:
        """Return the buildings with accounts on this page, and how many accounts of the first building are on earlier
        pages."""
        first, begins = (number - 1) * self.per_page, [0, *self.ends]
        on_page = [k for k, end in enumerate(self.ends) if end > first and begins[k] < first + self.per_page]
        buildings = [building for k in on_page for building in self.groups[k].buildings]
        return buildings, first - begins[on_page[0]] if on_page else 0

    def page(self, number: int | str) -> Page[Account]:
        number = self.validate_number(number)
        buildings, skipped = self.buildings_on(number)
        with self.access.narrow_to(buildings):
            rows = list(self.rows.filter(building__in=buildings)[skipped : skipped + self.per_page])
        return Page(rows, number, self)


def page_of(request: DoorRequest, pages: Paginator) -> Page[Any]:
    return pages.get_page(page_number(request.GET.get("page", "")))


# --- Search ----------------------------------------------------------------------------------------------------------


@door(Permission.ACCOUNTS_SEARCH, get_event=events.FORM_SHOWN, post_is_search=True)
def accounts_search(request: DoorRequest) -> HttpResponse:
    """Search the accounts that the user may see. If exactly one account matches all words exactly, open it.

    The audit event contains the number of results but not the searched words.
    """
    form = AccountSearch(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "ledger/accounts_search.html", {"form": form})
    access, words = request.access, form.cleaned_data["q"]
    keep_searches_within(access.by.pk)
    search = Search(access, words)
    matches = search.accounts()
    with access.narrow_to(matches.buildings):
        accounts = matches.first(with_balance(access.rows(Account).with_place()), FOUND)
        results = [] if matches.is_one_exact else rows_of(access, accounts)
    access.note(events.SEARCH_RUN, count=matches.total, scope="accounts")
    if matches.is_one_exact and accounts:
        opened = Row(accounts[0], "", (), "")
        return in_hand(request, redirect("account", reference=opened.account.reference), [opened])
    context = {"form": form, "words": words, "too_short": search.is_too_short, "day": access.day}
    context |= {"rows": results, "total": matches.total, "searched": True, "is_cut": matches.is_cut}
    return in_hand(request, render(request, "ledger/accounts_search.html", context), results)
