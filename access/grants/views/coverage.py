"""Coverage chart: who looks after each building during four weeks, with days without caretaker and days with two."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render

from access.grants.coverage import DAY, Bar, Row, Span, cover, duties
from access.grants.reasons import StartReason
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Assignment, Level, Place
from access.pages.acting import day_in_url
from access.permissions import Permission
from access.roles import CARETAKER, ON_CALL
from audit import events

WEEKS = 4
PAGE = 40
_WHY = {
    StartReason.STAND_IN_ABSENCE: "absence",
    StartReason.STAND_IN_VACANCY: "vacancy",
    StartReason.ON_CALL: "oncall",
}
_SHOWN = (CARETAKER.code, ON_CALL.code)


@dataclass
class Line:
    place: Place
    row: Row
    sector: Place | None
    # `duties` has the bars of on-call duty in the whole sector, as one list for each line of the chart.
    duties: list[list[Bar]] = field(default_factory=list)
    dwellings: int = 0

    def names(self) -> tuple[str, str, str]:
        """Sort key of this line of the chart: the names of its sector, estate and building."""
        parent = self.place.parent
        return self.sector.name if self.sector else "", parent.name if parent else "", self.place.name


@door(Permission.COVERAGE_READ, get_event=events.RIGHTS_READ)
def coverage(request: DoorRequest) -> HttpResponse:
    day = min(max(day_in_url(request, "du") or request.access.day, date(2000, 1, 3)), date(2200, 1, 1))
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(weeks=WEEKS) - DAY
    only_wrong = request.GET.get("trous") == "1"
    everywhere = _lines(request, first, last)
    wrong = [line for line in everywhere if line.row.wrong]
    lines = wrong if only_wrong else everywhere
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    keys = [line.place.pk for line in page.object_list]
    dwellings = Count("building__units", filter=Q(building__units__kind="dwelling"))
    counted = request.access.rows(Place).filter(pk__in=keys).annotate(dwellings=dwellings)
    counts = {place.pk: place.dwellings for place in counted}
    for line in page.object_list:
        line.dwellings = counts[line.place.pk]
    request.access.note(question="coverage", day=first, count=len(lines))
    step = timedelta(weeks=WEEKS)
    context = {
        "page_obj": page,
        "lines": lines,
        "wrong": len(wrong),
        "first": first,
        "last": last,
        "before": (first - step).isoformat(),
        "after": (first + step).isoformat(),
        "days": [first + n * DAY for n in range(WEEKS * 7)],
        "weeks": [first + timedelta(weeks=n) for n in range(WEEKS)],
        "today": request.access.day,
        "only_wrong": only_wrong,
        "may_write": request.access.holds(Permission.ASSIGNMENTS_MANAGE),
        "may_stand_in": request.access.holds(Permission.STAND_INS_GRANT),
    }
    return render(request, "access/coverage.html", context)


def _lines(request: DoorRequest, first: date, last: date) -> list[Line]:
    tree = {place.pk: place for place in request.access.rows(Place)}
    spans: dict[UUID, list[Span]] = {}  # `spans` maps place ids to assignments of caretakers and on-call staff.
    assignments = request.access.rows(Assignment).during(first, last)
    # Leave out people whose sign-in is closed, because they cannot look after a building.
    for row in assignments.filter(role__in=_SHOWN, person__is_active=True):
        span = Span(row.person.name, row.first_day, row.until, _WHY.get(row.reason, ""), row.pk)
        spans.setdefault(row.place_id, []).append(span)
    buildings = [place for place in tree.values() if place.level == Level.BUILDING]
    lines = []
    for place in buildings:
        place.parent = tree.get(place.parent_id)
        sector = next((tree[s] for s in place.steps if s in tree and tree[s].level == Level.SECTOR), None)
        above = sector.steps if sector else []
        shared = [span for step in above for span in spans.get(step, ()) if span.on_call]
        own = [span for step in place.steps for span in spans.get(step, ()) if not (span.on_call and step in above)]
        lines.append(Line(place, cover(own, first, last), sector, duties(shared, first, last)))
    return sorted(lines, key=Line.names)
