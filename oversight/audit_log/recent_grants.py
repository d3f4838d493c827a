"""Lists access requested, granted, extended or refused in the last week, for the data protection officer. The list
shows what was granted and where, but no names.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise

from audit import events, reading
from audit.events import Outcome
from audit.models import Event
from oversight.audit_log.lines import place_names, role_name

DAYS = 7
MOST = 8
_BY_TWO = events.ACCESS_APPROVED.code
# _OF_IT: events that approving an access request causes. The list shows only the event of the approval.
_OF_IT = {events.PERSON_ADDED.code, events.ASSIGNMENT_GRANTED.code}
KINDS = (
    events.ACCESS_REQUESTED.code,
    _BY_TWO,
    events.ACCESS_REFUSED.code,
    events.ACCESS_WITHDRAWN.code,
    events.ASSIGNMENT_EXTENDED.code,
    events.PERSON_REOPENED.code,
    events.TOKEN_MADE.code,
    events.TOKEN_REVOKED.code,
    *sorted(_OF_IT),
)


@dataclass(frozen=True)
class Gift:
    event: Event
    place: str

    @property
    def sentence(self) -> Promise | str:
        return reading.sentence(self.event)

    @property
    def role(self) -> Promise | str:
        """The role that was requested or granted, not the role of the person who acted."""
        return role_name(self.event.facts.get("role", ""))

    @property
    def first_day(self) -> date | None:
        return _day(self.event.facts.get("first_day"))

    @property
    def last_day(self) -> date | None:
        return _day(self.event.facts.get("last_day"))

    @property
    def access_request(self) -> UUID | None:
        """The id of the access request, for a link to the page of the request. The linked page names the people
        concerned; the list of events does not."""
        fact = self.event.facts.get("request")
        return UUID(fact) if fact else None


def gifts(events: Any, day: date) -> list[Gift]:
    """Return the events about access of the last week, newest first. An approval is listed once; the events that it
    caused are left out."""
    start = timezone.make_aware(datetime.combine(day - timedelta(days=DAYS), time.min))
    filters = reading.Asked(kinds=KINDS, outcomes=(Outcome.CHANGED,), start=start)
    lines = list(reading.narrowed(events, filters).newest_first())
    approvals = {line.request for line in lines if line.kind == _BY_TWO}
    lines = [line for line in lines if line.kind not in _OF_IT or line.request not in approvals]
    names = place_names({line.place for line in lines if line.place})
    return [Gift(line, names.get(line.place, "")) for line in lines]


def _day(fact: Any) -> date | None:
    return date.fromisoformat(fact) if fact else None
