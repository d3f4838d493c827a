"""What the counter hands to who exercises a right. It cannot read a demand: what the slip says is signed as the demand
is taken in, for the one clerk who took it, and believed for an hour."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core import signing

from access.models import Person
from tenants.delays import due_on
from tenants.models.subject_request import Right, number_of

_SIGNED, HOUR = "tenants.slip", 3600


@dataclass(frozen=True)
class Slip:
    """Which demand, over which right, of which day. Not whose."""

    request: UUID
    kind: Right
    opened_on: date

    @property
    def number(self) -> str:
        return number_of(self.request)

    @property
    def right(self) -> str:
        return str(self.kind.label)

    @property
    def due_on(self) -> date:
        return due_on(self.opened_on)


def signed(slip: Slip, by: Person) -> str:
    said = [str(by.pk), str(slip.request), slip.kind.value, slip.opened_on.isoformat()]
    return signing.dumps(said, salt=_SIGNED)


def slip_of(token: str, by: Person) -> Slip | None:
    """None: not signed, for another clerk, or older than an hour."""
    try:
        clerk, request, kind, opened_on = signing.loads(token, salt=_SIGNED, max_age=HOUR)
    except signing.BadSignature:
        return None
    return Slip(UUID(request), Right(kind), date.fromisoformat(opened_on)) if clerk == str(by.pk) else None
