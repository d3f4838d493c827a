"""Computes the bars of a chart that shows who looks after which building when.

This module uses no database, clock or translation.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """One person's assignment to a building from `first` to `last`, both included."""

    name: str
    first: date
    last: date
    # `reason` is "absence" or "vacancy" for a stand-in, "oncall" for on-call duty, or "" for a permanent post.
    reason: str = ""
    assignment: UUID | None = None

    @property
    def on_call(self) -> bool:
        """Return whether this assignment is on-call duty.

        On-call duty covers only some hours of a day, so a building with nothing but on-call duty counts as uncovered.
        """
        return self.reason == "oncall"

    @property
    def stand_in(self) -> bool:
        return bool(self.reason)

    @property
    def kind(self) -> str:
        return "oncall" if self.on_call else "standin" if self.reason else "holder"


@dataclass(frozen=True)
class Bar:
    """Bar of the coverage chart, `days` wide. `kind` is holder, standin, oncall, gap, double, or "" for blank space."""

    kind: str
    first: date
    last: date
    name: str = ""
    reason: str = ""
    assignment: UUID | None = None
    goes_before: bool = False
    goes_after: bool = False
    doubled: bool = False  # `doubled` is true if the building has two permanent caretakers on a day.

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Row:
    """One building in the coverage chart.

    `lanes` are its lines of bars. `gaps` are days without caretaker, `doubles` days with two permanent caretakers.
    """

    lanes: list[list[Bar]]
    gaps: list[Bar] = field(default_factory=list)
    doubles: list[Bar] = field(default_factory=list)

    @property
    def wrong(self) -> bool:
        return bool(self.gaps or self.doubles)

    @property
    def days_without(self) -> int:
        return sum(gap.days for gap in self.gaps)

    @property
    def days_doubled(self) -> int:
        return sum(double.days for double in self.doubles)


def cover(spans: Iterable[Span], first: date, last: date) -> Row:
    """Return the row of one building in the chart for the days from `first` to `last`, both included."""
    visible = sorted(
        (s for s in spans if s.first <= last and s.last >= first),
        key=lambda s: (s.on_call, s.stand_in, s.first, s.name),
    )
    everybody = _count([span for span in visible if not span.on_call], first, last)
    holders = _count([span for span in visible if not span.stand_in], first, last)
    gaps = [Bar("gap", *stretch) for stretch in _stretches(everybody, first, lambda n: n == 0)]
    doubles = [Bar("double", *stretch) for stretch in _stretches(holders, first, lambda n: n > 1)]
    bars = [_bar(span, first, last) for span in visible]
    for number, bar in enumerate(bars):
        if bar.kind == "holder" and any(not _apart(bar, double) for double in doubles):
            bars[number] = replace(bar, doubled=True)
    return Row(_lanes([*gaps, *bars], first, last), gaps, doubles)


def duties(spans: Iterable[Span], first: date, last: date) -> list[list[Bar]]:
    """Return the bars of on-call duty from `first` to `last`, both included, in lines without overlapping bars.

    Days without on-call duty are not shown as gaps.
    """
    visible = sorted((s for s in spans if s.first <= last and s.last >= first), key=lambda s: (s.first, s.name))
    return _lanes([_bar(span, first, last) for span in visible], first, last)


def _count(spans: Sequence[Span], first: date, last: date) -> list[int]:
    """Return the number of assignments (`spans`) on each day from `first` to `last`."""
    days = (last - first).days + 1
    counts = [0] * days
    for span in spans:
        for day in range(max((span.first - first).days, 0), min((span.last - first).days + 1, days)):
            counts[day] += 1
    return counts


def _stretches(counts: Sequence[int], first: date, wanted: Callable[[int], bool]) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each series of consecutive days on which the number of assignments satisfies the
    function `wanted`."""
    start: int | None = None
    for position, count in enumerate([*counts, None]):
        inside = count is not None and wanted(count)
        if inside and start is None:
            start = position
        elif not inside and start is not None:
            yield first + start * DAY, first + (position - 1) * DAY
            start = None


def _lanes(bars: Iterable[Bar], first: date, last: date) -> list[list[Bar]]:
    """Distribute the bars over lines of the chart, so that no two bars on a line overlap.

    Bars of days without a caretaker come first in `bars`, so that they are all on the first line.
    """
    lanes: list[list[Bar]] = []
    for bar in bars:
        lane = next((lane for lane in lanes if all(_apart(bar, other) for other in lane)), None)
        if lane is None:
            lanes.append(lane := [])
        lane.append(bar)
    return [with_blanks(lane, first, last) for lane in lanes]


def _bar(span: Span, first: date, last: date) -> Bar:
    return Bar(
        span.kind,
        max(span.first, first),
        min(span.last, last),
        span.name,
        span.reason,
        span.assignment,
        goes_before=span.first < first,
        goes_after=span.last > last,
    )


def _apart(bar: Bar, other: Bar) -> bool:
    return bar.last < other.first or other.last < bar.first


def with_blanks(lane: list[Bar], first: date, last: date) -> list[Bar]:
    """Return the bars of one line of the chart, with blank bars on all other days from `first` to `last`."""
    filled: list[Bar] = []
    day = first
    for bar in sorted(lane, key=lambda bar: bar.first):
        if bar.first > day:
            filled.append(Bar("", day, bar.first - DAY))
        filled.append(bar)
        day = bar.last + DAY
    return [*filled, Bar("", day, last)] if day <= last else filled
