"""The officer's day: whom to call, what came in, who arrives and leaves, what is still open. Each line leads on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from access.guard.context import DoorRequest, Look
from access.guard.door import door
from access.permissions import Permission
from audit import events
from audit.purposes import Purpose
from tenants.arrears import late_accounts
from tenants.models import Account, Receipt, Residence
from tenants.pile import lay, pile_of
from tenants.views.accounts import rows_of
from tenants.views.reminders import missions
from tenants.views.write_offs import to_decide

FEW = 8  # lines of a list; the whole of it is one step away


@dataclass(frozen=True)
class Move:
    """A household that comes or goes: its account, and who of it moves that day."""

    account: Account
    day: date
    names: Sequence[str]

    @property
    def who(self) -> str:
        return ", ".join(self.names)


@door(Permission.ACCOUNTS_LIST, records=events.LIST_SHOWN)
def work(request: DoorRequest) -> HttpResponse:
    look = request.look
    look.note(list="work")
    arrivals, arriving = _moves(look, look.rows(Residence).arriving(look.day), "moved_in")
    departures, leaving = _moves(look, look.rows(Residence).leaving(look.day), "moved_out")
    counted = {"arriving": arriving, "leaving": leaving}
    deciding = to_decide(look)
    lists = {"arrivals": arrivals, "departures": departures, "missions": _open_missions(look), "deciding": deciding}
    context = {"day": look.day, **_calls(look), **_receipts(look), **_former(look), **counted, **lists}
    context["nothing"] = not any(
        context[name] for name in ("late", "waiting", "arriving", "leaving", "gone", "missions", "deciding")
    )
    purposes = ((context["calls"], Purpose.ARREARS), ([one["row"] for one in deciding], Purpose.ACCOUNTING))
    others = ((arrivals + departures, Purpose.MOVING), (context["former"], Purpose.CLOSING))
    hand: dict[str, str] = {}
    for some, purpose in (*purposes, *others):
        for one in some:
            hand.setdefault(one.account.reference, purpose)
    answer = render(request, "tenants/work.html", context)
    return lay(answer, look.person, reverse("work"), hand, secure=request.is_secure())


def _calls(look: Look) -> dict[str, Any]:
    """Those who have owed for more than a month, the largest sums first."""
    late = late_accounts(look)
    found = look.rows(Account).filter(pk__in=list(late)[:FEW]).with_place()
    rows = sorted(rows_of(look, list(found)), key=lambda row: -late[row.account.pk])
    for row in rows:
        row.account.late_cents = late[row.account.pk]
    return {"calls": rows, "late": len(late)}


def _receipts(look: Look) -> dict[str, Any]:
    waiting = look.rows(Receipt).waiting()
    return {"receipts": list(waiting.select_related("agency")[:FEW]), "waiting": waiting.count()}


def _former(look: Look) -> dict[str, Any]:
    """The longest gone first."""
    former = look.rows(Account).former(look.day)
    first = former.order_by("lease__ends_on", "reference").with_place().with_balance()[:FEW]
    return {"former": rows_of(look, list(first)), "gone": former.count()}


def _moves(look: Look, residences: Any, moved: str) -> tuple[list[Move], int]:
    """The first households, and how many there are: two who move in together are one."""
    people: dict[Any, list[Residence]] = {}
    for one in residences[: FEW * 4]:
        people.setdefault((one.lease_id, getattr(one, moved)), []).append(one)
    first = dict(list(people.items())[:FEW])
    accounts = look.rows(Account).filter(lease__in={lease for lease, _day in first}).with_place()
    by_lease = {one.lease_id: one for one in accounts}
    moves = [
        Move(by_lease[lease], day, [one.tenant.display_name for one in some])
        for (lease, day), some in first.items()
        if lease in by_lease
    ]
    return moves, residences.order_by().values("lease").distinct().count()


def _open_missions(look: Look) -> list[Any]:
    """Messages that caretakers have not passed on at every door yet."""
    return [one for one in missions(look) if one.done_count < one.doors_count]


# --- One after another -----------------------------------------------------------------------------------------------


@door(Permission.ACCOUNTS_LIST, records=events.LIST_SHOWN)
def account_turn(request: DoorRequest) -> HttpResponse:
    """To the account at a rank of the pile, past those that left the desk since. Shows nothing itself."""
    pile = pile_of(request, request.look.person)
    rank, step = _number(request.GET.get("rang", "")), -1 if "retour" in request.GET else 1
    while 1 <= rank <= len(pile.references):
        reference = pile.references[rank - 1]
        if request.look.rows(Account).filter(reference=reference).exists():
            return redirect("account", reference=reference)
        rank += step
    return redirect(pile.back or "accounts")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
