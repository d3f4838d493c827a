"""Lists of accounts for housing officers, former accounts, and the search. Search words are sent by POST, never in
an address."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, groupby
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from access.guard.context import DoorRequest, Look
from access.guard.door import door
from access.permissions import Permission
from audit import events
from audit.purposes import Purpose
from buildings.models import Address, Building
from formats.folding import folded
from ledger.arrears import late_accounts
from ledger.balances import in_credit, owing, with_balance
from ledger.forms.entries import AccountSearch
from tenants.account_queue import lay
from tenants.forms.search import SHORTEST
from tenants.models import Account, LeaseParty, Residence
from tenants.models.lease import Capacity

A_PAGE = 60
FOUND = 50
REFERENCE_SIGNS = 4  # signs of a reference that a search needs; fewer would match too many accounts


TITLES = {
    "": _("Tous les comptes"),
    "du": _("Comptes en impayé"),
    "retard": _("Comptes à contacter"),
    "avoir": _("Comptes en avance"),
    "arrivees": _("Arrivées"),
    "departs": _("Départs"),
}
# The purpose of opening an account from each list. The other lists imply none.
PURPOSES = {
    "du": Purpose.ARREARS,
    "retard": Purpose.ARREARS,
    "arrivees": Purpose.MOVING,
    "departs": Purpose.MOVING,
}
MOVES: dict[str, Callable[[Any, date], Any]] = {
    "arrivees": lambda rows, day: rows.arriving(day),
    "departs": lambda rows, day: rows.leaving(day),
}


@dataclass(frozen=True)
class Row:
    """An account in a list. `address` is empty if its building has none.

    `late_cents` is zero where arrears are not shown.
    """

    account: Account
    holders: Sequence[str]
    address: str
    late_cents: int = 0

    @property
    def who(self) -> str:
        return ", ".join(self.holders)


# --- Lists -----------------------------------------------------------------------------------------------------------


@door(Permission.ACCOUNTS_LIST, records=events.LIST_SHOWN)
def accounts(request: DoorRequest) -> HttpResponse:
    look, chosen = request.look, choice_of(request)
    look.note(list="accounts")
    late = late_accounts(look) if chosen == "retard" else {}
    page = late_page(request, late) if chosen == "retard" else page_of(request, Walk(look, chosen_rows(look, chosen)))
    context = {"chosen": chosen, "title": TITLES[chosen], "tab": "accounts", **page_context(look, page, late)}
    return in_hand(request, render(request, "ledger/accounts.html", context), context["rows"], PURPOSES.get(chosen, ""))


@door(Permission.ACCOUNTS_LIST, records=events.LIST_SHOWN)
def accounts_former(request: DoorRequest) -> HttpResponse:
    """Accounts whose lease has ended and that are not settled yet."""
    look = request.look
    look.note(list="accounts_former")
    former = look.rows(Account).former(look.day).order_by("lease__ends_on", "reference")
    pages = Paginator(with_balance(former.with_place()), A_PAGE)
    context = {"tab": "accounts_former", **page_context(look, page_of(request, pages))}
    return in_hand(request, render(request, "ledger/accounts_former.html", context), context["rows"], Purpose.CLOSING)


def in_hand(request: DoorRequest, answer: HttpResponse, rows: Sequence[Row], purpose: str = "") -> HttpResponse:
    """Store the accounts of the page as the account queue. The address to return to does not include search words."""
    back = request.path if request.method == "POST" else request.get_full_path()
    hand = {row.account.reference: purpose for row in rows}
    return lay(answer, request.look.person, back, hand, secure=request.is_secure())


def choice_of(request: DoorRequest) -> str:
    chosen = request.GET.get("solde", "")
    return chosen if chosen in TITLES else ""


def chosen_rows(look: Look, chosen: str) -> Any:
    """The accounts of the chosen list, in walking order."""
    rows = look.rows(Account)
    if chosen == "retard":
        return rows.filter(pk__in=list(late_accounts(look))).by_door()
    if chosen in MOVES:
        moving = MOVES[chosen](look.rows(Residence), look.day)
        return rows.filter(lease__in=moving.order_by().values("lease")).by_door()
    rows = owing(rows) if chosen == "du" else in_credit(rows) if chosen == "avoir" else rows
    return rows.by_door()


class Walk(Paginator):
    """Paginator of accounts in walking order. Each page reads only the accounts of its own buildings.

    Sorting the accounts of a whole agency would look up each of them among all leases of the landlord.
    """

    def __init__(self, look: Look, rows: Any) -> None:
        self.rows = with_balance(rows.with_place())
        super().__init__(self.rows, A_PAGE)
        counts = rows.filter(building=OuterRef("pk")).order_by().values("building").annotate(n=Count("pk")).values("n")
        buildings = look.rows(Building).annotate(number=Subquery(counts)).filter(number__gt=0)
        # Buildings with the same name form one group, because their staircases are sorted together.
        by_name = groupby(buildings.order_by("place__name"), key=lambda building: building.place.name)
        self.groups = [list(group) for _name, group in by_name]
        self.ends = list(accumulate(sum(building.number for building in group) for group in self.groups))

    @cached_property
    def count(self) -> int:
        return self.ends[-1] if self.ends else 0

    def page(self, number: int | str) -> Page[Account]:
        number = self.validate_number(number)
        first = (number - 1) * self.per_page
        begins = [0, *self.ends]
        on_page = [k for k, end in enumerate(self.ends) if end > first and begins[k] < first + self.per_page]
        rows = self.rows.filter(building__in=[building.pk for k in on_page for building in self.groups[k]])
        skipped = first - begins[on_page[0]] if on_page else 0
        return Page(rows[skipped : skipped + self.per_page], number, self)


def page_of(request: DoorRequest, pages: Paginator) -> Page[Account]:
    return pages.get_page(request.GET.get("page"))


def late_page(request: DoorRequest, late: Mapping[UUID, int]) -> Page[Account]:
    """Accounts in arrears, largest sum first."""
    page: Page[Any] = Paginator(list(late), A_PAGE).get_page(request.GET.get("page"))
    rows = with_balance(request.look.rows(Account).filter(pk__in=list(page)).with_place())
    page.object_list = sorted(rows, key=lambda account: (-late[account.pk], account.pk))
    return page


def page_context(look: Look, page: Page[Account], late: Mapping[UUID, int] = MappingProxyType({})) -> dict[str, Any]:
    """The context of a list. Makes one query each for accounts with balances, holders and addresses."""
    return {"page_obj": page, "rows": rows_of(look, list(page), late), "total": page.paginator.count, "day": look.day}


def rows_of(look: Look, accounts: Sequence[Account], late: Mapping[UUID, int] = MappingProxyType({})) -> list[Row]:
    holders, addresses = holders_of(look, accounts), addresses_of(look, accounts)
    return [
        Row(
            account,
            holders.get(account.lease_id, []),
            addresses.get(account.building_id, ""),
            late.get(account.pk, 0),
        )
        for account in accounts
    ]


def holders_of(look: Look, accounts: Sequence[Account]) -> dict[UUID, list[str]]:
    """Names of the parties by lease: those of today, the last of an ended lease, or the first of a future one."""
    ends = {account.lease_id: min(account.lease.ends_on or look.day, look.day) for account in accounts}
    starts = {account.lease_id: max(account.lease.starts_on, look.day) for account in accounts}
    rows = look.rows(LeaseParty).filter(lease__in=ends).exclude(capacity=Capacity.GUARANTOR)
    # Parties that left or have not joined yet are not shown, so they are not read.
    rows = rows.filter(Q(last_day__isnull=True) | Q(last_day__gte=min(ends.values(), default=look.day)))
    rows = rows.filter(first_day__lte=max(starts.values(), default=look.day))
    names: dict[UUID, list[str]] = {}
    for party in rows.select_related("tenant").order_by("-capacity", "name_key", "id"):
        left = party.last_day is not None and party.last_day < ends[party.lease_id]
        if not left and party.first_day <= starts[party.lease_id]:
            names.setdefault(party.lease_id, []).append(party.tenant.display_name)
    return {lease: list(dict.fromkeys(listed)) for lease, listed in names.items()}


def addresses_of(look: Look, accounts: Sequence[Account]) -> dict[UUID, str]:
    rows = look.rows(Address).filter(building__in={account.building_id for account in accounts})
    lines: dict[UUID, str] = {}
    for address in rows.order_by("street", "number"):
        lines.setdefault(address.building_id, address.line)
    return lines


# --- Search ----------------------------------------------------------------------------------------------------------


@door(Permission.ACCOUNTS_SEARCH, records=events.FORM_SHOWN, searches=True)
def accounts_search(request: DoorRequest) -> HttpResponse:
    """Search by name, reference or address within one's reach. Only the number of results is recorded, not the
    words."""
    form = AccountSearch(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "ledger/accounts_search.html", {"form": form})
    words: str = form.cleaned_data["q"]
    condition = search_condition(request.look, words)
    rows = request.look.rows(Account).filter(condition).by_door() if condition else request.look.rows(Account).none()
    total = rows.count()
    request.look.note(events.SEARCH_RUN, count=total, scope="accounts")
    results = rows_of(request.look, list(with_balance(rows.with_place())[:FOUND]))
    context = {"form": form, "words": words, "too_short": not condition, "day": request.look.day}
    context |= {"rows": results, "total": total, "searched": True}
    return in_hand(request, render(request, "ledger/accounts_search.html", context), results)


def search_condition(look: Look, words: str) -> Q | None:
    """Condition for accounts whose reference begins with the words, or whose holders or address contain them.

    None if the words are too short.
    """
    searched = folded(words).split()
    if max((len(word) for word in searched), default=0) < SHORTEST:
        return None
    people = look.rows(LeaseParty)
    streets = look.rows(Address)
    for word in searched:
        people = people.filter(_begins("name_key", word))
        streets = streets.filter(_begins("search_key", word))
    wanted = Q(lease__in=people.values("lease")) | Q(building__in=streets.values("building"))
    beginning = reference_typed(words)
    return wanted | Q(reference__startswith=beginning) if beginning else wanted


def _begins(column: str, word: str) -> Q:
    return Q(**{f"{column}__startswith": word}) | Q(**{f"{column}__contains": f" {word}"})


def reference_typed(words: str) -> str:
    """Normalise the beginning of a reference: "k7qx 9m2d" becomes "K7QX-9M2D". Empty if it cannot be a reference."""
    signs = "".join(sign for sign in words.upper() if sign.isascii() and sign.isalnum())
    if not REFERENCE_SIGNS <= len(signs) <= 12:
        return ""
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))
