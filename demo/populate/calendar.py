"""The months for which a ledger is generated. Dates are formatted once here, because many rows of the ledger contain
the same dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from formats.bulk_copy import NULL, cell

PAY_DAYS = (5, 8, 10, 12)
NO_REVERSAL = cell(None)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the generated ledgers. `cells` are the columns effective_on, booked_on and booked_at of an entry of this
    day, in COPY's binary format."""

    on: date
    cells: bytes


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the generated ledgers. Its rent is charged on its last day (`called`), and paid early in the next
    month.

    `back`: how many months of the calendar follow this one. `period`: the month's first day in COPY's binary format,
    for the column `period` of an entry. `called_cells`: the last columns of an entry of `called`, from `effective_on`.
    `paid` maps each possible day of payment, such as 5, to that day of the next month.
    """

    first: date
    last: date
    back: int
    called: Day
    period: bytes
    called_cells: bytes
    paid: dict[int, Day]

    @property
    def days(self) -> int:
        return self.last.day

    def lived(self, start: date, end: date | None) -> int:
        """Return the number of days in this month that belong to a lease from `start` to `end`."""
        until = self.last if end is None or end > self.last else end
        return (until - max(start, self.first)).days + 1


def day_of(on: date, booked: date | None = None) -> Day:
    booked = booked or on
    booked_at = datetime.combine(booked, time(5, 30), UTC)
    return Day(on, cell(on) + cell(booked) + cell(booked_at))


def months_before(day: date, count: int) -> date:
    """Return the first day of the month that lies `count` months before the month of `day`."""
    index = day.year * 12 + day.month - 1 - count
    return date(index // 12, index % 12 + 1, 1)


def month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def month_of(first: date, back: int) -> Month:
    """Return the month that begins on `first`. `back`: how many months of the calendar follow it."""
    last = month_end(first)
    after = last + timedelta(days=1)
    paid = {number: day_of(after.replace(day=number)) for number in PAY_DAYS}
    called, period = day_of(last, last.replace(day=25)), cell(first)
    return Month(first, last, back, called, period, called.cells + period + NO_REVERSAL, paid)


class Calendar:
    """The months for which rent is charged: the last `months` complete months before today, oldest first."""

    def __init__(self, today: date, months: int) -> None:
        self.today = today
        self.months = [month_of(months_before(today, back + 1), back) for back in reversed(range(months))]
        self.first = self.months[0].first if self.months else today

    def calls(self, start: date, end: date | None) -> Iterator[Month]:
        for month in self.months:
            if month.last >= start and (end is None or month.first <= end):
                yield month

    def text(self, day: date | None) -> str:
        return NULL if day is None else day.isoformat()
