"""Arranges the entries of an account as a ledger: lines with their running balance, by month, newest first. Makes no
query."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Protocol
from uuid import UUID

from formats.months import months_after

MONTHS_DRAWN = 12
EMPTY: Mapping[UUID, Any] = MappingProxyType({})


class Posted(Protocol):
    """The attributes of an entry that this module reads. Any object with these attributes can be used as an entry."""

    id: UUID
    kind: str
    amount_cents: int
    effective_on: date
    reverses_id: UUID | None


@dataclass(frozen=True)
class Line:
    """One line of the ledger. `balance` is the balance after this line.

    Either `charged` (raises the debt) or `paid` (lowers it) is set, in positive cents; the other is None.
    """

    entry: Any
    day: date
    charged: int | None
    paid: int | None
    balance: int
    struck: bool
    reverses: Any = None
    label: str = ""
    ref: str = ""
    url: str = ""


@dataclass(frozen=True)
class Month:
    """One month of the ledger. `balance` is the account's balance at the end of the month, even if a filter hides some
    lines."""

    first_day: date
    charged: int
    paid: int
    balance: int
    entries: Sequence[Line] = field(default_factory=list)
    open: bool = False


@dataclass(frozen=True)
class Ledger:
    """The lines of an account, oldest first: all lines, or only those from the day `since` on.

    `opening` is the balance before the first line. `begins` and `ends` are the days of the account's first and last
    entry, and None without entries. `count` is the number of all entries, including those before `since`.
    """

    lines: Sequence[Line] = ()
    opening: int = 0
    begins: date | None = None
    ends: date | None = None
    count: int = 0
    since: date | None = None

    @classmethod
    def whole(cls, entries: Sequence[Posted]) -> "Ledger":
        """Return the ledger with all entries of an account. `entries` must be sorted by day and time of booking."""
        lines = lines_of(entries)
        return cls(lines, 0, lines[0].day, lines[-1].day, len(lines)) if lines else cls()

    @property
    def balance(self) -> int:
        return self.lines[-1].balance if self.lines else self.opening

    def balance_on(self, day: date) -> int:
        """Return the balance at the end of a day: after the last line up to this day, or else the opening balance.

        The day must not be earlier than the day before `since`, the first day of the ledger.
        """
        number = bisect_right(self.lines, day, key=attrgetter("day"))
        return self.lines[number - 1].balance if number else self.opening

    def months(self) -> list[date]:
        """Return the first day of each month from the first entry to the last, oldest first."""
        return list(months_between(self.begins, self.ends)) if self.begins and self.ends else []


def balance_of(entries: Iterable[Posted]) -> int:
    return sum(entry.amount_cents for entry in entries)


def lines_of(entries: Sequence[Posted], opening: int = 0, earlier: Mapping[UUID, Posted] = EMPTY) -> list[Line]:
    """Turn entries, which must be sorted by day, into lines, oldest first.

    `opening` is the balance before the first entry. `earlier` maps ids to older entries, which some of the given
    entries reverse.
    """
    by_id = {**earlier, **{entry.id: entry for entry in entries}}
    undone = {entry.reverses_id for entry in entries if entry.reverses_id}
    balance, lines = opening, []
    for entry in entries:
        cents = entry.amount_cents
        balance += cents
        lines.append(
            Line(
                entry=entry,
                day=entry.effective_on,
                charged=cents if cents > 0 else None,
                paid=-cents if cents < 0 else None,
                balance=balance,
                struck=entry.id in undone,
                reverses=by_id.get(entry.reverses_id) if entry.reverses_id else None,
            )
        )
    return lines


# --- Months ----------------------------------------------------------------------------------------------------------


def first_of(day: date) -> date:
    return day.replace(day=1)


def next_month(day: date) -> date:
    return first_of(first_of(day) + timedelta(days=31))


def last_of(month: date) -> date:
    """Return the last day of the month that a day is in."""
    return next_month(month) - timedelta(days=1)


def months_between(first: date, last: date) -> Iterator[date]:
    """Yield the first day of each month from `first` to `last`, both included, oldest first."""
    month = first_of(first)
    while month <= last:
        yield month
        month = next_month(month)


def months_of(
    ledger: Ledger, first: date | None = None, last: date | None = None, kind: str = "", unfolded: int = 2
) -> list[Month]:
    """Group the lines by month, newest first. On the page, the newest `unfolded` months are expanded.

    A month without entries is included, unless `kind` filters the lines.
    """
    by_month = {month: list(group) for month, group in groupby(ledger.lines, lambda line: first_of(line.day))}
    months, balance = [], ledger.opening
    for month in ledger.months():
        if ledger.since and month < ledger.since:
            continue
        in_month = by_month.get(month, [])
        balance = in_month[-1].balance if in_month else balance
        if (first is None or month >= first) and (last is None or month <= last):
            matching = [line for line in in_month if not kind or line.entry.kind == kind]
            if matching or not kind:
                charged, paid = sum(line.charged or 0 for line in matching), sum(line.paid or 0 for line in matching)
                months.append(Month(month, charged, paid, balance, matching[::-1]))
    months.reverse()
    return [replace(month, open=number < unfolded or bool(kind)) for number, month in enumerate(months)]


# --- The balance over a year -----------------------------------------------------------------------------------------


def points_of(lines: Iterable[Line], last_day: date) -> list[tuple[date, int]]:
    """Return each day with ledger lines up to `last_day`, with the balance at the end of the day, oldest first."""
    return [(day, list(group)[-1].balance) for day, group in groupby(lines, lambda line: line.day) if day <= last_day]


@dataclass(frozen=True)
class Year:
    """Summary of twelve months: the highest balance, its day, and how many months ended with a zero balance."""

    highest: int
    highest_on: date | None
    at_zero: int
    months: int


def ends_of(ledger: Ledger, last_day: date) -> list[tuple[date, int]]:
    """Return each month of the balance chart with its closing balance, newest first, for a table with the figures of
    the chart."""
    months = list(months_between(_months_before(last_day), last_day))
    return [(month, ledger.balance_on(min(last_of(month), last_day))) for month in reversed(months)]


def _months_before(last_day: date) -> date:
    """Return the first day of the twelve months that the balance chart covers."""
    return months_after(first_of(last_day), 1 - MONTHS_DRAWN)


def year_of(ledger: Ledger, last_day: date) -> Year:
    start = _months_before(last_day)
    # An account without entries in these months has the balance from before them.
    opening = [(start, ledger.balance_on(start))] if ledger.begins and ledger.begins < start else []
    points = opening + [(day, cents) for day, cents in points_of(ledger.lines, last_day) if day >= start]
    highest_on, highest = max(points, key=lambda point: (point[1], point[0]), default=(None, 0))
    begun = max(start, first_of(ledger.begins)) if ledger.begins else start
    ends = [min(last_of(month), last_day) for month in months_between(begun, last_day)]
    return Year(highest, highest_on, sum(ledger.balance_on(end) == 0 for end in ends), len(ends))
