"""Home page of people who manage accounts: today's arrears, receipts to allocate, arrivals, departures and tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from audit import events
from audit.purposes import Purpose
from casework.queries import contact_list
from ledger.balances import with_balance
from ledger.models import Receipt
from ledger.queries import rows_of, to_decide
from tenants.account_queue import Pile, address_of, lay, pile_for, pile_of
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
    arriving, arrivals_total = _households(access.rows(Residence).arriving(access.day), "moved_in")
    leaving, departures_total = _households(access.rows(Residence).leaving(access.day), "moved_out")
    deciding, late = to_decide(access), contact_list(access).due
    to_call, moving = list(late)[:FEW], {lease for lease, _day in (*arriving, *leaving)}
    # To make fewer queries, one query reads the accounts of all three lists.
    accounts = list(access.rows(Account).filter(Q(pk__in=to_call) | Q(lease__in=moving)).with_place())
    by_lease = {account.lease_id: account for account in accounts}
    calls = [account for account in accounts if account.pk in to_call]
    former = access.rows(Account).former(access.day).order_by("lease__ends_on", "reference")
    oldest, gone = _first(with_balance(former.with_place()), former)
    receipts, waiting = _first(access.rows(Receipt).waiting().select_related("agency"))
    rows = rows_of(access, [*calls, *oldest], late)
    context: dict[str, Any] = {
        "day": access.day,
        "calls": sorted(rows[: len(calls)], key=lambda row: -row.late_cents),
        "late": len(late),
        "receipts": receipts,
        "waiting": waiting,
        "former": rows[len(calls) :],
        "gone": gone,
        "arrivals": _moves(arriving, by_lease),
        "arriving": arrivals_total,
        "departures": _moves(leaving, by_lease),
        "leaving": departures_total,
        "missions": [mission for mission in missions(access) if mission.done_count < mission.doors_count],
        "deciding": deciding,
    }
    context["nothing"] = not any(
        context[name] for name in ("late", "waiting", "arriving", "leaving", "gone", "missions", "deciding")
    )
    return lay(
        render(request, "backoffice/work.html", context), access.person, _piles(context), secure=request.is_secure()
    )


def _piles(context: Mapping[str, Any]) -> list[Pile]:
    """Return the account queue of each list of the page, with the purpose for which the person opens its accounts."""
    lists = (
        ("decider", [line["row"] for line in context["deciding"]], Purpose.ACCOUNTING),
        ("appeler", context["calls"], Purpose.ARREARS),
        ("arrivees", context["arrivals"], Purpose.MOVING),
        ("departs", context["departures"], Purpose.MOVING),
        ("solder", context["former"], Purpose.CLOSING),
    )
    return [
        pile_for(f"{reverse('work')}#{name}", {row.account.reference: purpose for row in rows}, name)
        for name, rows, purpose in lists
    ]


def _first(rows: Any, counted: Any = None) -> tuple[list[Any], int]:
    """Return the first FEW rows, and the number of all rows. Counts with a query only if there may be more rows.

    `counted` is a cheaper queryset of the same rows.
    """
    first = list(rows[:FEW])
    return first, len(first) if len(first) < FEW else (rows if counted is None else counted).count()


def _households(residences: Any, moved: str) -> tuple[dict[tuple[UUID, date], list[Residence]], int]:
    """Group the people who move in or out by lease and day. Returns the first few groups, and the total of leases.

    `moved` is the name of the date field that says when a person moves.
    """
    people: dict[tuple[UUID, date], list[Residence]] = {}
    first = list(residences[: FEW * 4])
    for residence in first:
        people.setdefault((residence.lease_id, getattr(residence, moved)), []).append(residence)
    leases = {residence.lease_id for residence in first}
    total = len(leases) if len(first) < FEW * 4 else residences.order_by().values("lease").distinct().count()
    return dict(list(people.items())[:FEW]), total


def _moves(households: Mapping[tuple[UUID, date], Sequence[Residence]], by_lease: Mapping[UUID, Account]) -> list[Move]:
    """Return the moves of households, without those whose account the person may not see."""
    return [
        Move(by_lease[lease], day, [residence.tenant.display_name for residence in household])
        for (lease, day), household in households.items()
        if lease in by_lease
    ]


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
            return redirect(address_of(reference, pile))
        rank += step
    return redirect(pile.back or "accounts")
