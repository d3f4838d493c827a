"""The next on-call duties of the person who makes the request, with their hours."""

from dataclasses import dataclass
from datetime import datetime, time

from access.grants.hours import PARIS, instant
from access.guard.context import AccessContext
from access.models import Place
from access.roles import ON_CALL

MOST = 7  # Maximum number of duties on a page.


@dataclass(frozen=True)
class Duty:
    """One period of on-call duty, for example one night. `ends` itself is not covered."""

    begins: datetime
    ends: datetime
    place: Place

    @property
    def is_overnight(self) -> bool:
        """Whether the duty ends on a later day than it begins, in Paris."""
        return self.ends.astimezone(PARIS).date() > self.begins.astimezone(PARIS).date()


def next_duties(access: AccessContext) -> list[Duty]:
    """Return the person's current and next on-call duties, the earliest first, with one SQL statement."""
    assignments = access.person.assignments.open_on(access.day).filter(role=ON_CALL.code)
    duties = []
    for row in assignments.select_related("place__parent"):
        # An assignment that was ended early stops at midnight, even in the middle of a night.
        stop = instant(row.ended_on, time()) if row.ended_on else datetime.max.replace(tzinfo=access.at.tzinfo)
        for begins, ends in row.hours.stretches(row.first_day, row.last_day):
            if begins < stop and access.at < min(ends, stop):
                duties.append(Duty(begins, min(ends, stop), row.place))
    return sorted(duties, key=lambda duty: (duty.begins, duty.place.name))[:MOST]
