"""Hours of on-call duty, in Paris time: from the first day to the last without a break, or each night.

In the hour repeated in October, the second occurrence counts. A time skipped in March becomes the time to which the
clock jumps. PostgreSQL does the same, and its `access_on_duty` must agree with this module.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Hours:
    """On-call hours. `end` is the first minute not covered.

    With `nightly`, the hours repeat each day. From 18:00 to 7:00 then means until 7:00 on the next day.
    """

    start: time
    end: time
    nightly: bool = False

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end as minutes since midnight."""
        return self.start.hour * 60 + self.start.minute, self.end.hour * 60 + self.end.minute

    def fit(self, first_day: date, last_day: date) -> bool:
        """Whether these hours are possible between the two days: on a single day, the end must follow the start."""
        return last_day > first_day or (last_day == first_day and self.end > self.start)

    def stretches(self, first_day: date, last_day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yields (start, end) in UTC for each period of duty; the end is excluded."""
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
    """A time of day in Paris, as a UTC datetime."""
    sooner = datetime.combine(day, hour, PARIS)
    later = sooner.replace(fold=1)
    lacking = (sooner.utcoffset() or timedelta(0)) < (later.utcoffset() or timedelta(0))
    return (sooner if lacking else later).astimezone(UTC)
