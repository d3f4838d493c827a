"""Hours of an on-call duty in Paris: in one go from the first day to the last, or night after night. Pure: no database.

An hour that an October night has twice is the second one, and one that a March night lacks stands where the clock has
gone to: PostgreSQL reads them so, and `access_on_duty` says with it what this module says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """`end` is the first minute without. Night after night, an end at or before the start is on the day after."""

    start: time
    end: time
    nightly: bool = False

    @property
    def minutes(self) -> tuple[int, int]:
        """Both as minutes of their day."""
        return self.start.hour * 60 + self.start.minute, self.end.hour * 60 + self.end.minute

    def fit(self, first_day: date, last_day: date) -> bool:
        """Is there any hour between two days, both included?"""
        return last_day > first_day or (last_day == first_day and self.end > self.start)

    def stretches(self, first_day: date, last_day: date) -> Iterator[tuple[datetime, datetime]]:
        """(first instant, first instant without), in UTC."""
        if not self.nightly:
            yield instant(first_day, self.start), instant(last_day, self.end)
            return
        over = DAY if self.end <= self.start else timedelta(0)
        while first_day + over <= last_day:
            yield instant(first_day, self.start), instant(first_day + over, self.end)
            first_day += DAY

    def cover(self, first_day: date, last_day: date, at: datetime) -> bool:
        return any(begins <= at < ends for begins, ends in self.stretches(first_day, last_day))


def instant(day: date, hour: time) -> datetime:
    """An hour of a day in Paris, in UTC."""
    sooner = datetime.combine(day, hour, PARIS)
    later = sooner.replace(fold=1)
    lacking = (sooner.utcoffset() or timedelta(0)) < (later.utcoffset() or timedelta(0))
    return (sooner if lacking else later).astimezone(UTC)
