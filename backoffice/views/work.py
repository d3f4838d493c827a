"""Home page of people who manage accounts: today's arrears, receipts to allocate, arrivals, departures and tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.permissions import Permission
from audit import events
from audit.purposes import Purpose
from ledger.arrears import late_accounts
from ledger.balances import with_balance
from ledger.models import Receipt
from ledger.queries import rows_of, to_decide
from tenants.account_queue import lay, pile_of
from tenants.models import Account, Residence
from tenants.queries import missions

FEW = 8  # maximum number of lines in each list of the account managers' home page


@dataclass(frozen=True)
class Move:
    """A household that moves in or out on a day. `names` are the people who move."""

    account: Account
    day: date
    names: Sequence[str]

    @property
    def who(self) -> str:
        return ", ".join(self.names)


@door(Permission.ACCOUNTS_LIST, get_event=events.LIST_SHOWN)
def work(request: DoorRequest) -> HttpResponse:
    access = request.access
    access.note(list="work")
    arrivals, arriving = _moves(access, access.rows(Residence).arriving(access.day), "moved_in")
    departures, leaving = _moves(access, access.rows(Residence).leaving(access.day), "moved_out")
    deciding, late = to_decide(access), late_accounts(access)
    calls = rows_of(access, list(access.rows(Account).filter(pk__in=list(late)[:FEW]).with_place()), late)
    waiting, former = access.rows(Receipt).waiting(), access.rows(Account).former(access.day)
    oldest = with_balance(former.order_by("lease__ends_on", "reference").with_place())[:FEW]
    context = {
        "day": access.day,
        "calls": sorted(calls, key=lambda row: -row.late_cents),
        "late": len(late),
        "receipts": list(waiting.select_related("agency")[:FEW]),
        "waiting": waiting.count(),
        "former": rows_of(access, list(oldest)),
        "gone": former.count(),
        "arrivals": arrivals,
        "arriving": arriving,
        "departures": departures,
        "leaving": leaving,
        "missions": [mission for mission in missions(access) if mission.done_count < mission.doors_count],
        "deciding": deciding,
    }
    context["nothing"] = not any(
        context[name] for name in ("late", "waiting", "arriving", "leaving", "gone", "missions", "deciding")
    )
    purposes = ((context["calls"], Purpose.ARREARS), ([line["row"] for line in deciding], Purpose.ACCOUNTING))
    others = ((arrivals + departures, Purpose.MOVING), (context["former"], Purpose.CLOSING))
    hand: dict[str, str] = {}
    for rows, purpose in (*purposes, *others):
        for row in rows:
            hand.setdefault(row.account.reference, purpose)
    answer = render(request, "backoffice/work.html", context)
    return lay(answer, access.person, reverse("work"), hand, secure=request.is_secure())


def _moves(access: AccessContext, residences: Any, moved: str) -> tuple[list[Move], int]:
    """Group the people who move in or out by household. Returns the first few households, and the total number.

    `moved` is the name of the date field that says when a person moves.
    """
    people: dict[Any, list[Residence]] = {}
    for residence in residences[: FEW * 4]:
        people.setdefault((residence.lease_id, getattr(residence, moved)), []).append(residence)
    first = dict(list(people.items())[:FEW])
    accounts = access.rows(Account).filter(lease__in={lease for lease, _day in first}).with_place()
    by_lease = {account.lease_id: account for account in accounts}
    moves = [
        Move(by_lease[lease], day, [residence.tenant.display_name for residence in household])
        for (lease, day), household in first.items()
        if lease in by_lease
    ]
    return moves, residences.order_by().values("lease").distinct().count()


# --- One after another -----------------------------------------------------------------------------------------------


@door(Permission.ACCOUNTS_LIST, get_event=events.LIST_SHOWN)
def account_turn(request: DoorRequest) -> HttpResponse:
    """Redirect to the account at position `rang` (a URL parameter) of the list of accounts that the person works
    through.

    If the person can no longer open this account, the next one is tried, or the previous one if the URL has the
    parameter `retour`.
    """
    pile = pile_of(request, request.access.person)
    text, step = request.GET.get("rang", ""), -1 if "retour" in request.GET else 1
    rank = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    while 1 <= rank <= len(pile.references):
        reference = pile.references[rank - 1]
        if request.access.rows(Account).filter(reference=reference).exists():
            return redirect("account", reference=reference)
        rank += step
    return redirect(pile.back or "accounts")
