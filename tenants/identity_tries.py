"""Records attempts of the front desk to open the card (contact page) of a visitor's household by a name, and an account
reference or a door.

Each attempt is recorded before it is checked. A rollback cannot remove the record, because the daily limits count it.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from access.models import Person
from audit import events
from audit.events import Outcome
from audit.record import Context, Subject, record_view


@dataclass(frozen=True)
class Try:
    """An attempt to open a visitor's card. `id` is the id of the attempt's audit event. The database counts these
    events to limit the attempts per day."""

    id: UUID
    by: Person
    about: Subject | None
    context: Context

    def miss(self) -> None:
        record_view(events.IDENTITY_MISSED, Outcome.ATTEMPTED, by=self.by, about=self.about, context=self.context)


def begin_try(*, by: Person, reference: str, context: Context) -> Try:
    """Record that an employee tries to open a card with this account reference. Raises AuditLogUnavailable.

    The event is written on the audit log's own database connection, so that a rollback does not remove it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_attempted_account(%s)", [reference])
        (account,) = cursor.fetchone()
    return _begin(by, account, context)


def begin_try_at_door(*, by: Person, words: list[str], door_parts: list[str], context: Context) -> Try:
    """Record that an employee tries to open a resident's card by address and door. Raises AuditLogUnavailable.

    The event is written on the audit log's own database connection, so that a rollback does not remove it. If exactly
    one dwelling matches, the event contains the account of its household.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_attempted_account_at(%s, %s)", [words, door_parts])
        (account,) = cursor.fetchone()
    return _begin(by, account, context)


def _begin(by: Person, account: UUID | None, context: Context) -> Try:
    about = Subject("account", account) if account else None
    line = record_view(events.IDENTITY_TRIED, Outcome.ATTEMPTED, by=by, about=about, context=context)
    return Try(line, by, about, context)
