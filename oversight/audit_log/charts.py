"""Counts of audit events that identify nobody: groups of fewer than five people are merged into one.

Hiding a single figure is not enough, because subtracting the other figures from the total would reveal it. After
merging, each figure, sum or difference concerns at least five people. The charts accept no filter, because the totals
under two filters could be subtracted as well.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from access.roles import ROLES
from audit import reading
from audit.events import Outcome
from audit.reading import By, Cell, Count
from oversight.audit_log.lines import above_agencies, counting_places

LEAST = 5
WEEKS = 13


@dataclass(frozen=True)
class Merged:
    """Counts after small groups are merged. `large`: number of events of each group that is large enough. `small`: keys
    of the merged groups. `rest`: number of events of the merged groups together, None when there are none. `hidden`:
    all groups together have fewer than five people, so no figure is published."""

    large: Mapping[str, int]
    small: frozenset[str] = frozenset()
    rest: int | None = None
    hidden: bool = False

    @property
    def total(self) -> int | None:
        return None if self.hidden else sum(self.large.values()) + (self.rest or 0)

    def of(self, key: str) -> int | None:
        """Number of events of one group. None if unpublished: the group was merged, or all groups are hidden."""
        return None if self.hidden or key in self.small else self.large.get(key, 0)


def merge_small(cells: Iterable[Cell], people_in: Callable[[Iterable[str]], int]) -> Merged:
    """Merge the groups of fewer than five people. The function `people_in` counts the distinct people in several
    groups, because one person may be in more than one group."""
    large = sorted(cells, key=lambda cell: (cell.people, cell.events, cell.key), reverse=True)
    small: list[Cell] = []
    while large and large[-1].people < LEAST:
        small.append(large.pop())
    if small and large and people_in([cell.key for cell in small]) < LEAST:
        # Together, the small groups still have fewer than five people, so the next larger group is merged with them.
        small.append(large.pop())
    elif small and not large and people_in([cell.key for cell in small]) < LEAST:
        return Merged({}, frozenset(cell.key for cell in small), hidden=True)
    rest = sum(cell.events for cell in small) if small else None
    return Merged({cell.key: cell.events for cell in large}, frozenset(cell.key for cell in small), rest)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def mondays(today: date) -> list[date]:
    """Return the Mondays that begin the weeks of the charts, oldest first, up to this week."""
    this = monday_of(today)
    return [this - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def week_bars(weeks: Sequence[date], counts: Merged) -> list[dict[str, Any]]:
    """Return one bar per week with its number of audit events, for the template parts/weeks.html. The bar of the
    current week is marked `partial`, because the week is not over."""
    return [
        {
            "monday": monday,
            "count": counts.of(monday.isoformat()),
            "partial": monday == weeks[-1],
        }
        for monday in weeks
    ]


@dataclass(frozen=True)
class Row:
    """A table row for one group of audit events, such as the events of a role. `looks` is how often data were opened,
    `refusals` how often access was refused. Either is None if the group was merged with others. `share` is the length
    of the bar, from 0 to 1. `key` identifies the group; it is empty for the row of the merged groups."""

    name: str
    looks: int | None
    refusals: int | None
    share: float
    key: str = ""


def rows(looks: Merged, refusals: Merged, names: Mapping[str, str], rest_name: str) -> list[Row]:
    """Return a table row for each group of audit events, sorted by how often data were opened. A last row has the total
    of the groups that are too small to publish.

    If only one number of a group, `looks` or `refusals`, is too small to publish, this number is None.
    """
    keys = set(looks.large) | looks.small | set(refusals.large) | refusals.small
    longest = max(looks.large.values(), default=0) or 1
    lines = [
        Row(str(names.get(key, key)), looks.of(key), refusals.of(key), (looks.of(key) or 0) / longest, key)
        for key in keys
    ]
    lines.sort(key=lambda row: (row.looks is None, -(row.looks or 0), row.name))
    if looks.rest is not None or refusals.rest is not None:
        lines.append(Row(rest_name, looks.rest, refusals.rest, 0))
    return lines


def start(day: date) -> datetime:
    """Return the start of the first week in the charts."""
    return timezone.make_aware(datetime.combine(mondays(day)[0], time.min))


def overview(day: date, at: datetime) -> dict[str, Any]:
    """Return the template context of the audit log's overview page: how often data were opened and access was refused.
    Events are counted until `at`, by week, place, role and outcome."""
    weeks, since = mondays(day), start(day)
    groups, places = counting_places()

    def counted(by: By, *outcomes: str) -> Merged:
        count = Count(by, since, at, outcomes, groups if by is By.PLACE else None)
        return merge_small(count.cells(), count.people_in)

    def table(by: By, names: dict[str, Any], rest: str) -> list[Row]:
        return rows(counted(by, Outcome.SHOWN), counted(by, *reading.REFUSALS), names, rest)

    weekly, weekly_refusals = counted(By.WEEK, Outcome.SHOWN), counted(By.WEEK, *reading.REFUSALS)
    # Rare kinds of refusal are merged into one figure. If only one were hidden, the total would disclose its figure.
    # Outcomes that are not refusals are counted separately, because no published total would disclose a hidden figure.
    refused = counted(By.OUTCOME, *reading.REFUSALS)
    others = {code: counted(By.OUTCOME, code) for code in Outcome if code not in reading.REFUSALS}
    roles = {"": _("sans rôle"), **{code: str(role.name) for code, role in ROLES.items()}}
    return {
        # The row of a place above the agencies has no link to events: that list would include the agencies' events too.
        "agencies": set(groups.values()) - above_agencies(),
        "known_roles": set(ROLES),
        "looks": week_bars(weeks, weekly),
        "refusals": week_bars(weeks, weekly_refusals),
        "total_looks": weekly.total,
        "total_refusals": weekly_refusals.total,
        "by_place": table(By.PLACE, {"": _("sans lieu"), **places}, _("Autres lieux, ensemble")),
        "by_role": table(By.ROLE, roles, _("Autres rôles, ensemble")),
        "by_outcome": [
            (code, words, others.get(Outcome(code), refused).of(code)) for code, words in reading.OUTCOMES.items()
        ],
    }
