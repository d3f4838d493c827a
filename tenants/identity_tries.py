"""A name tried under a reference: recorded before its answer, so that a miss counts whatever becomes of the request."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from access.models import Person
from audit import events
from audit.events import Outcome
from audit.record import Context, Subject, look


@dataclass(frozen=True)
class Try:
    """`id`: its line of the audit log, by which the database counts it."""

    id: UUID
    by: Person
    about: Subject | None
    context: Context

    def miss(self) -> None:
        look(events.IDENTITY_MISSED, Outcome.ATTEMPTED, by=self.by, about=self.about, context=self.context)


def begin_try(*, by: Person, reference: str, context: Context) -> Try:
    """On the audit log's own connection: what misses is rolled back, its line is not. Raises TraceUnavailable."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_tried_account(%s)", [reference])
        (account,) = cursor.fetchone()
    about = Subject("account", account) if account else None
    line = look(events.IDENTITY_TRIED, Outcome.ATTEMPTED, by=by, about=about, context=context)
    return Try(line, by, about, context)
