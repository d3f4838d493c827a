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

from access.grants.own_duties import next_duties
from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.permissions import Permission
from access.scope import Among
from audit import events
from audit.purposes import Purpose
from backoffice.day_lists import DayLists, Moving, day_lists
from casework.models import ContestedSentence
from ledger.balances import with_balance
from ledger.models import Receipt
from ledger.queries import rows_of, to_decide
from tenants.account_queue import Pile, address_of, lay, pile_for, pile_of
from tenants.models import Account, Residence
from tenants.queries import missions

FEW = 8  # maximum number of rows in each list of the account managers' home page


@dataclass(frozen=True)
class Move:
    """A household that moves in or out on the day `day`. `names` are those of the people who move."""

    account: Account
    day: date
    names: Sequence[str]

    @property
    def who(self) -> str:
        return ", ".join(self.names)


@door(Permission.ACCOUNTS_LIST, get_event=events.LIST_SHOWN, from_standby=True)
def work(request: DoorRequest) -> HttpResponse:
    access = request.access
    access.note(list="work")
    lists = day_lists(access, FEW)
    deciding = to_decide(access)
    receipts, waiting = _first(access.rows(Receipt).waiting().select_related("agency"))
    context: dict[str, Any] = {
        "day": access.day,
        "duties": next_duties(access),
        "receipts": receipts,
        "waiting": waiting,
        "missions": [mission for mission in missions(access) if mission.done_count < mission.doors_count],
        "deciding": deciding,
        "answered": _answered(access),
        **lists.totals,
        "cut": lists.cut,
        **accounts_of_day(access, lists),
    }
    context["nothing"] = not any(
        context[name] for name in ("late", "waiting", "arriving", "leaving", "gone", "missions", "deciding", "answered")
    )
    return lay(
        render(request, "backoffice/work.html", context), access.person, _piles(context), secure=request.is_secure()
    )


def _answered(access: AccessContext) -> list[Account]:
    """Return the accounts for which this person contested a refused sentence and has not opened the answer yet."""
    if not access.holds(Permission.NOTES_WRITE):
        return []
    own = access.rows(ContestedSentence).witnessed(None).filter(asked_by=access.person).exclude(outcome="")
    # Most people contested nothing. To plan the query below takes longer than all other queries about the person.
    if not own.order_by().values_list("pk")[:1]:
        return []
    visible = access.rows(Account)
    contests = access.rows(ContestedSentence).witnessed(None).with_unread_answer(access.person, visible.witnessed(None))
    return list(visible.with_place().filter(pk__in=contests.values("account")).order_by("reference"))


def accounts_of_day(access: AccessContext, lists: DayLists) -> dict[str, Any]:
    """Return the accounts for four lists: to contact, to settle (close), moving in and moving out.

    One query reads the accounts of all four lists, and one the people who move. Both are limited to the buildings of
    these accounts, which is faster.
    """
    late, former, arriving, leaving = lists.late, lists.former, lists.arriving, lists.leaving
    people = [person for moving in (arriving, leaving) for household in moving.values() for person in household]
    leases = {lease for lease, _day in (*arriving, *leaving)}
    buildings = {owed.building for owed in late.values()} | {*former.values()} | {place for _pk, place in people}
    with access.narrow_to(buildings):
        wanted = access.rows(Account).filter(Q(Among("pk", [*late, *former])) | Q(Among("lease", leases)))
        accounts = {account.pk: account for account in with_balance(wanted.with_place())} if buildings else {}
        calls = [accounts[pk] for pk in late if pk in accounts]
        oldest = [accounts[pk] for pk in former if pk in accounts]
        rows = rows_of(access, [*calls, *oldest], {pk: owed.cents for pk, owed in late.items()})
        moving = access.rows(Residence).select_related(None).select_related("tenant")
        residences = moving.in_bulk([pk for pk, _place in people])
    by_lease = {account.lease_id: account for account in accounts.values()}
    return {
        "calls": rows[: len(calls)],
        "former": rows[len(calls) :],
        "arrivals": _moves(arriving, by_lease, residences),
        "departures": _moves(leaving, by_lease, residences),
    }


def _piles(context: Mapping[str, Any]) -> list[Pile]:
    """Return an account queue for each list of the page, so that the person can step from one account to the next. Each
    queue has the purpose for which the person opens its accounts."""
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


def _first(rows: Any) -> tuple[list[Any], int]:
    """Return the first FEW rows, and how many rows there are. The count needs a query only if there may be more than
    FEW."""
    first = list(rows[:FEW])
    return first, len(first) if len(first) < FEW else rows.count()


def _moves(households: Moving, by_lease: Mapping[UUID, Account], residences: Mapping[UUID, Residence]) -> list[Move]:
    """Return the moves of households to show. A household whose account the person may not see is left out."""
    return [
        Move(by_lease[lease], day, [residences[pk].tenant.display_name for pk, _place in people if pk in residences])
        for (lease, day), people in households.items()
        if lease in by_lease
    ]


# --- One after another -----------------------------------------------------------------------------------------------


@door(Permission.ACCOUNTS_LIST, get_event=events.LIST_SHOWN)
def account_turn(request: DoorRequest) -> HttpResponse:
    """Open the next account of the account queue, the list that the person works through. The URL parameter `rang` is
    the account's position in the list.

    If the person may no longer open this account, the one after it is tried, or the one before it if the URL has the
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
