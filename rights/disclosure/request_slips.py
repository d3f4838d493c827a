"""The receipt that the front desk prints for a person who makes a request about their data (GDPR).

The front desk may register requests but not read them. So the URL of the receipt contains what is printed on it, signed
when the request is registered. For an hour, the employee who registered the request can open this URL.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core import signing

from access.models import Person
from rights.delays import due_on
from rights.models.subject_request import Right, number_of

_SIGNED, HOUR = "tenants.slip", 3600


@dataclass(frozen=True)
class Slip:
    """Content of a receipt: id of the request, the exercised right and the day of the request. The receipt does not say
    whose request it is."""

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
    content = [str(by.pk), str(slip.request), slip.kind.value, slip.opened_on.isoformat()]
    return signing.dumps(content, salt=_SIGNED)


def slip_of(token: str, by: Person) -> Slip | None:
    """Return the content of the signed receipt for a request. Return None if the signature is wrong or older than an
    hour, or if another employee than `by` registered the request."""
    try:
        clerk, request, kind, opened_on = signing.loads(token, salt=_SIGNED, max_age=HOUR)
    except signing.BadSignature:
        return None
    return Slip(UUID(request), Right(kind), date.fromisoformat(opened_on)) if clerk == str(by.pk) else None
