"""Counts of the trace in which nobody can be singled out: groups under five people are merged, never masked alone.

One figure masked beside a total is found by subtraction. Merged, every figure published and every sum or difference of
them speaks of five people or more. The charts follow no filter: two filters would be two totals to subtract.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from audit.reading import Cell

LEAST = 5
WEEKS = 13


@dataclass(frozen=True)
class Merged:
    """`shown`: events of each group that is large enough. `rest`: events of the others together, None when there are
    none. `hidden`: all together are too few people, so that nothing is said at all."""

    shown: Mapping[str, int]
    small: frozenset[str] = frozenset()
    rest: int | None = None
    hidden: bool = False

    @property
    def total(self) -> int | None:
        return None if self.hidden else sum(self.shown.values()) + (self.rest or 0)

    def of(self, key: str) -> int | None:
        """Events of one group: None when it is not said by itself."""
        return None if self.hidden or key in self.small else self.shown.get(key, 0)


def merge_small(cells: Iterable[Cell], people_in: Callable[[Iterable[str]], int]) -> Merged:
    """`people_in` counts the different people of several groups together: somebody may be in two of them."""
    kept = sorted(cells, key=lambda cell: (cell.people, cell.events, cell.key), reverse=True)
    small: list[Cell] = []
    while kept and kept[-1].people < LEAST:
        small.append(kept.pop())
    if small and kept and people_in([cell.key for cell in small]) < LEAST:
        small.append(kept.pop())  # the smallest of the large ones brings its five people along
    elif small and not kept and people_in([cell.key for cell in small]) < LEAST:
        return Merged({}, frozenset(cell.key for cell in small), hidden=True)
    rest = sum(cell.events for cell in small) if small else None
    return Merged({cell.key: cell.events for cell in kept}, frozenset(cell.key for cell in small), rest)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def mondays(today: date) -> list[date]:
    """The Mondays of the weeks shown, this week's last."""
    this = monday_of(today)
    return [this - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]


def week_bars(weeks: Sequence[date], counts: Merged) -> list[dict[str, Any]]:
    """For parts/weeks.html. This week is not over, so its bar is drawn hollow."""
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
    """A line of a table: a group, its looks and refusals (None when merged), the length of its bar from 0 to 1.
    `key` is the group's, empty for those that are merged under one name."""

    name: str
    looks: int | None
    refusals: int | None
    share: float
    key: str = ""


def rows(looks: Merged, refusals: Merged, names: Mapping[str, str], rest_name: str) -> list[Row]:
    """Groups with most looks first, then what the small ones are together. Each column is merged by itself."""
    keys = set(looks.shown) | looks.small | set(refusals.shown) | refusals.small
    longest = max(looks.shown.values(), default=0) or 1
    lines = [
        Row(str(names.get(key, key)), looks.of(key), refusals.of(key), (looks.of(key) or 0) / longest, key)
        for key in keys
    ]
    lines.sort(key=lambda row: (row.looks is None, -(row.looks or 0), row.name))
    if looks.rest is not None or refusals.rest is not None:
        lines.append(Row(rest_name, looks.rest, refusals.rest, 0))
    return lines
