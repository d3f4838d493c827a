"""Hours of on-call duty, in Paris time: one continuous period from the first day to the last, or each night.

When clocks change, an hour that occurs twice in October means the second one, and a time skipped in March means the
time to which the clock jumps. The SQL function `access_on_duty` must agree with this module.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """Hours of on-call duty from `start` to `end`. `end` itself is not covered.

    With `nightly`, the hours repeat each day, and hours from 18:00 to 7:00 end at 7:00 on the next day.
    """

    start: time
    end: time
    nightly: bool = False

    @property
    def minutes(self) -> tuple[int, int]:
        """Return start and end of the duty as minutes since midnight."""
        return self.start.hour * 60 + self.start.minute, self.end.hour * 60 + self.end.minute

    def fit(self, first_day: date, last_day: date) -> bool:
        """Return whether the duty ends after it starts. On a single day, `end` must be later than `start`."""
        return last_day > first_day or (last_day == first_day and self.end > self.start)

    def stretches(self, first_day: date, last_day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yields (start, end) in UTC for each period of on-call duty. `end` itself is not covered."""
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
    """Convert a time of day in Paris to a datetime in UTC."""
    sooner = datetime.combine(day, hour, PARIS)
    later = sooner.replace(fold=1)
    lacking = (sooner.utcoffset() or timedelta(0)) < (later.utcoffset() or timedelta(0))
    return (sooner if lacking else later).astimezone(UTC)
