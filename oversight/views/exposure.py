"""Page of the exposure figures: how many resident cards the employees of each role can open, and how many of these they
did not open in a year. No figure is about one employee.
"""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from access.roles import ROLES
from audit import events
from oversight.audit_log import charts
from oversight.models import ExposureDay


@dataclass(frozen=True)
class Series:
    """The exposure figures of a role, for each week and the latest day. Each figure counts the resident cards that
    employees of the role could open but did not open in a year."""

    name: Promise | str
    weeks: list[dict[str, Any]]
    latest: ExposureDay

    @property
    def share(self) -> int:
        """Percentage of unused access. Each pair of an employee and a resident whose card the employee can open is
        counted; it is unused if the employee has not opened the card for a year."""
        return round(100 * self.latest.unused / self.latest.possible) if self.latest.possible else 0


@door(Permission.TRACE_READ, get_event=events.HISTORY_READ)
def exposure(request: DoorRequest) -> HttpResponse:
    weeks = charts.mondays(request.access.day)
    rows = list(request.access.rows(ExposureDay).filter(day__gte=weeks[0]).order_by("day"))
    request.access.note(scope="exposure")
    names = {**{code: role.name for code, role in ROLES.items()}, "": _("rôles de moins de cinq personnes, ensemble")}
    series = []
    for role in sorted({row.role for row in rows}, key=lambda code: (code == "", [*ROLES, ""].index(code))):
        days = [row for row in rows if row.role == role]
        last = {charts.monday_of(row.day).isoformat(): row.unused for row in days}
        bars = charts.week_bars(weeks, charts.Merged(last))
        series.append(Series(names.get(role, role), bars, days[-1]))
    return render(request, "oversight/exposure.html", {"series": series})
