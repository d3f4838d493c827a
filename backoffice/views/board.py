"""The managers' board: debts, vacant dwellings, moves, missing caretakers, and the number of tasks to decide on.

The page names no resident. Figures about residents are stored once for all readers of the page (oversight/board.py).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.grants.cover_gaps import buildings_without_caretaker
from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.models import AccessRequest, Place
from access.pages.acting import row_or_404
from access.permissions import Permission
from access.reach import paths_held
from audit import events
from backoffice.waiting.counting import waiting_of
from oversight.board import read_board, read_sectors
from oversight.models import BoardFigure

AHEAD = timedelta(days=14)  # A building that lacks a caretaker today or within this time is counted.
LATE_AFTER = timedelta(days=7)  # An access request without a decision is late after this time.
SECTORS_A_PAGE = 40
GAPS = 8  # maximum number of buildings without a caretaker that the page names


@dataclass(frozen=True)
class Waiting:
    """How many requests of one kind wait, and how many of them are late."""

    label: Promise | str
    url: str
    number: int
    late: int


@door(Permission.BOARD_READ, get_event=events.LIST_SHOWN)
def board(request: DoorRequest) -> HttpResponse:
    access = request.access
    figures = access.rows(BoardFigure).witnessed(None)
    sectors = list(access.rows(Place).filter(pk__in=figures.order_by().values("place")).order_by("name", "code"))
    chosen = row_or_404(sectors, request.GET["lieu"]) if "lieu" in request.GET else None
    paths = [chosen.path] if chosen else paths_held(access.person.pk, [Permission.BOARD_READ])
    page = Paginator(sectors, SECTORS_A_PAGE).get_page(request.GET.get("page"))
    names = {place.pk: place for place in page.object_list}
    access.note(list="board", count=1 if chosen else len(sectors))
    context: dict[str, Any] = {
        "board": read_board(figures.filter(place=chosen) if chosen else figures, access.day),
        "chosen": chosen,
        "sectors": len(sectors),
        "page_obj": page,
        "lines": [(names[line.place], line) for line in read_sectors(figures, list(names), access.day)],
        "gaps": buildings_without_caretaker(paths, access.day, access.day + AHEAD, GAPS),
        "today": access.day,
        "last_day": access.day + AHEAD,
        "waiting": [] if chosen else [count_access_requests(access), *count_queues(request)],
    }
    return render(request, "backoffice/board.html", context)


def count_access_requests(access: AccessContext) -> Waiting:
    """Count the access requests that nobody has decided, for the places that the person oversees."""
    rows = access.rows(AccessRequest).witnessed(None).open_at(access.at)
    late = rows.filter(asked_at__lt=access.at - LATE_AFTER).count()
    return Waiting(_("Demandes d’accès à décider"), reverse("requests"), rows.count(), late)


def count_queues(request: DoorRequest) -> list[Waiting]:
    """Return how many tasks wait for a decision of this person, by kind of task."""
    numbers: dict[str, Waiting] = {}
    for row in waiting_of(request):
        before = numbers.get(str(row.label), Waiting(row.label, reverse(row.queue.page), 0, 0))
        late = row.number if row.is_late else 0
        numbers[str(row.label)] = Waiting(row.label, before.url, before.number + row.number, before.late + late)
    return list(numbers.values())
