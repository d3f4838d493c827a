"""Who covers which building when, as lanes of days. Pure: no database, no today, no words but names."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """One person in charge from one day to another, both included."""

    name: str
    first: date
    last: date
    reason: str = ""  # "absence" or "vacancy" for a stand-in, "oncall" for hours, empty for whoever holds the post
    assignment: UUID | None = None

    @property
    def on_call(self) -> bool:
        """Covers hours, and nobody's days."""
        return self.reason == "oncall"

    @property
    def stand_in(self) -> bool:
        return bool(self.reason)

    @property
    def kind(self) -> str:
        return "oncall" if self.on_call else "standin" if self.reason else "holder"


@dataclass(frozen=True)
class Bar:
    """A stretch of a lane, `days` wide. `kind`: holder, standin, oncall, gap, or empty for blank paper."""

    kind: str
    first: date
    last: date
    name: str = ""
    reason: str = ""
    assignment: UUID | None = None
    goes_before: bool = False
    goes_after: bool = False
    doubled: bool = False  # somebody else holds the post on some of these days

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Row:
    """One building: its lanes of bars, the stretches without anybody, and those with two who hold the post."""

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
    """The picture of one building between two days, both included."""
    seen = sorted(
        (s for s in spans if s.first <= last and s.last >= first),
        key=lambda s: (s.on_call, s.stand_in, s.first, s.name),
    )
    everybody = _count([span for span in seen if not span.on_call], first, last)
    holders = _count([span for span in seen if not span.stand_in], first, last)
    gaps = [Bar("gap", *stretch) for stretch in _stretches(everybody, first, lambda n: n == 0)]
    doubles = [Bar("double", *stretch) for stretch in _stretches(holders, first, lambda n: n > 1)]
    bars = [_marked(_bar(span, first, last), doubles) for span in seen]
    return Row(_lanes([*gaps, *bars], first, last), gaps, doubles)


def duties(spans: Iterable[Span], first: date, last: date) -> list[list[Bar]]:
    """The lanes of who is on call between two days, both included; an hour without anybody is no gap."""
    seen = sorted((s for s in spans if s.first <= last and s.last >= first), key=lambda s: (s.first, s.name))
    return _lanes([_bar(span, first, last) for span in seen], first, last)


def _count(spans: Sequence[Span], first: date, last: date) -> list[int]:
    """How many are in charge, day by day."""
    days = (last - first).days + 1
    counts = [0] * days
    for span in spans:
        for day in range(max((span.first - first).days, 0), min((span.last - first).days + 1, days)):
            counts[day] += 1
    return counts


def _stretches(counts: Sequence[int], first: date, wanted: Callable[[int], bool]) -> Iterator[tuple[date, date]]:
    """(first day, last day) of each unbroken run of days whose count is wanted."""
    start: int | None = None
    for position, count in enumerate([*counts, None]):
        inside = count is not None and wanted(count)
        if inside and start is None:
            start = position
        elif not inside and start is not None:
            yield first + start * DAY, first + (position - 1) * DAY
            start = None


def _marked(bar: Bar, doubles: Sequence[Bar]) -> Bar:
    overlaps = bar.kind == "holder" and any(not _apart(bar, double) for double in doubles)
    return replace(bar, doubled=True) if overlaps else bar


def _lanes(bars: Iterable[Bar], first: date, last: date) -> list[list[Bar]]:
    """Bars that share a day lie in different lanes; gaps go where they fit, which is the first."""
    lanes: list[list[Bar]] = []
    for bar in bars:
        lane = next((lane for lane in lanes if all(_apart(bar, other) for other in lane)), None)
        if lane is None:
            lanes.append(lane := [])
        lane.append(bar)
    return [_filled(lane, first, last) for lane in lanes]


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


def _apart(one: Bar, other: Bar) -> bool:
    return one.last < other.first or other.last < one.first


def _filled(lane: list[Bar], first: date, last: date) -> list[Bar]:
    """The lane from end to end, with blank paper between its bars."""
    filled: list[Bar] = []
    day = first
    for bar in sorted(lane, key=lambda bar: bar.first):
        if bar.first > day:
            filled.append(Bar("", day, bar.first - DAY))
        filled.append(bar)
        day = bar.last + DAY
    return [*filled, Bar("", day, last)] if day <= last else filled
