"""Adds up the stored figures of the managers' board for the places of a person.

Every number of the page is a stored figure or a sum of stored figures. Nothing else is read, because the difference
between two numbers must not reveal a number that is not stored (decision 67).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, Sum
from django.utils.functional import Promise

from formats.months import months_after
from oversight.models.board import DEBTS, DEBTS_FROM, MOVES_FROM, VACANT, BoardKind


@dataclass(frozen=True)
class Tally:
    """A number on the managers' board: one stored figure, or a sum of figures. Small figures are stored without number.

    `number`: the number, or None if all figures are too small.
    `is_least`: whether some figures are too small, so that the true number may be larger.
    `limit`: the smallest number that is displayed for a single figure, or 0 for a sum.
    """

    number: int | None
    is_least: bool = False
    cents: int | None = None
    limit: int = 0

    @staticmethod
    def sum_of(parts: Iterable["Tally"]) -> "Tally":
        """Add up tallies, leaving out those whose number is too small to be displayed."""
        listed = list(parts)
        numbers = [part.number for part in listed if part.number is not None]
        sums = [part.cents for part in listed if part.cents is not None]
        return Tally(
            sum(numbers) if numbers else None,
            any(part.is_least or part.number is None for part in listed),
            sum(sums) if sums else None,
        )


@dataclass(frozen=True)
class Line:
    """A line of a table of the page. `share` is the length of its bar, relative to the longest."""

    label: Promise | str
    tally: Tally
    share: float = 0


@dataclass(frozen=True)
class Moves:
    """Arrivals and departures of one period."""

    code: str
    arrivals: Tally
    departures: Tally


@dataclass(frozen=True)
class Board:
    """The figures of some sectors. `debts_on` is the day on which debts were counted; it is None if nothing was counted
    yet, or if each of the sectors has a single building. `moves_on` and `dwellings_on` are the same for moves and
    dwellings."""

    debts_on: date | None
    moves_on: date | None
    dwellings_on: date | None
    debts: list[Line]
    all_debts: Tally
    vacant: list[Line]
    all_vacant: int
    dwellings: int
    moves: list[Moves]


@dataclass(frozen=True)
class SectorLine:
    """A sector in the list of sectors: debts of more than three months, and vacant dwellings."""

    place: UUID
    late: Tally
    vacant: int
    dwellings: int


def read_board(figures: Any, day: date) -> Board:
    """Return the board of the sectors whose figures are given. `figures` is a queryset of BoardFigure."""
    month = latest_month(figures, day)
    cells = sum_figures(figures)
    days = figures.filter(month=month).aggregate(
        debts=Max("counted_on", filter=Q(kind__in=DEBTS)),
        moves=Max("counted_on", filter=Q(kind=BoardKind.ARRIVING)),
        dwellings=Max("counted_on", filter=Q(kind=BoardKind.DWELLINGS)),
    )

    def of(kind: str, ago: int = 0) -> Tally:
        return cells.get((kind, months_after(month, -ago)), Tally(None, limit=_limit(kind)))

    debts = [of(kind) for kind in DEBTS]
    vacant = [of(kind).number or 0 for kind in VACANT]
    return Board(
        debts_on=days["debts"],
        moves_on=days["moves"],
        dwellings_on=days["dwellings"],
        debts=_lines(DEBTS, debts),
        all_debts=Tally.sum_of(debts),
        vacant=_lines(VACANT, [Tally(number) for number in vacant]),
        all_vacant=sum(vacant),
        dwellings=of(BoardKind.DWELLINGS).number or 0,
        moves=moves_by_period(of),
    )


def moves_by_period(of: Callable[..., Tally]) -> list[Moves]:
    """Return the arrivals and departures in each of the four periods that the board displays.

    `of(kind, ago)` returns the number of arrivals or departures of the month that is `ago` months before the latest.
    """
    arriving, leaving = of(BoardKind.ARRIVING), of(BoardKind.LEAVING)
    return [
        Moves("last_month", of(BoardKind.ARRIVED, 1), of(BoardKind.LEFT, 1)),
        Moves(
            "last_months",
            Tally.sum_of(of(BoardKind.ARRIVED, ago) for ago in (1, 2, 3)),
            Tally.sum_of(of(BoardKind.LEFT, ago) for ago in (1, 2, 3)),
        ),
        Moves("this_month", arriving, leaving),
        Moves(
            "next_months",
            Tally.sum_of((arriving, of(BoardKind.ARRIVING_LATER))),
            Tally.sum_of((leaving, of(BoardKind.LEAVING_LATER))),
        ),
    ]


def read_sectors(figures: Any, places: Sequence[UUID], day: date) -> list[SectorLine]:
    """Return a line for each of these sectors, in their order."""
    rows = figures.filter(place__in=places, month=latest_month(figures, day))
    cells = {(row["place"], row["kind"]): row for row in rows.values("place", "kind", "number", "cents")}

    def of(place: UUID, kind: str) -> Tally:
        row = cells.get((place, kind)) or {"number": None, "cents": None}
        return Tally(row["number"], row["number"] is None, row["cents"], _limit(kind))

    return [
        SectorLine(
            place,
            Tally.sum_of((of(place, BoardKind.DEBT_3_MONTHS), of(place, BoardKind.DEBT_6_MONTHS))),
            sum(of(place, kind).number or 0 for kind in VACANT),
            of(place, BoardKind.DWELLINGS).number or 0,
        )
        for place in places
    ]


def latest_month(figures: Any, day: date) -> date:
    """Return the latest month that was counted, or the month of `day` if there is none."""
    latest: date | None = figures.filter(kind=BoardKind.ARRIVING).aggregate(latest=Max("month"))["latest"]
    return latest or day.replace(day=1)


def sum_figures(figures: Any) -> dict[tuple[str, date], Tally]:
    """Return the sum of the figures of each kind and month, and whether some of them are too small to be displayed."""
    missing = Count("pk", filter=Q(number__isnull=True))
    sums = figures.values("kind", "month").annotate(
        total=Sum("number"), owed=Sum("cents"), missing=missing, parts=Count("pk")
    )
    return {
        (row["kind"], row["month"]): Tally(
            row["total"], bool(row["missing"]), row["owed"], _limit(row["kind"]) if row["parts"] == 1 else 0
        )
        for row in sums.order_by()
    }


def _limit(kind: str) -> int:
    return DEBTS_FROM if kind in DEBTS else MOVES_FROM


def _lines(kinds: Iterable[BoardKind], numbers: Sequence[Tally]) -> list[Line]:
    most = max((tally.number or 0 for tally in numbers), default=0)
    return [
        Line(kind.label, tally, (tally.number or 0) / most if most else 0)
        for kind, tally in zip(kinds, numbers, strict=True)
    ]
