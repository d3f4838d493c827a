"""All views of a person's data: day, purpose and role. Neither the employee nor other tenants are shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise

from access.roles import ROLES
from audit import events
from audit.events import KINDS, Outcome
from audit.purposes import words_of

# Kinds of event about a whole account or household: access reports list them for each of its holders and residents.
# Events of all other kinds are listed only for the person whom they name, because they may be about another resident.
SHARED = tuple(
    kind.code
    for kind in (
        events.ACCOUNT_OPENED,
        events.STATEMENT_PRINTED,
        events.LEASE_OPENED,
        events.BOOKS_OPENED,
        events.EXHIBIT_SHOWN,
        events.NOTE_WRITTEN,
        events.NOTE_REPLACED,
        events.NOTE_WITHDRAWN,
        events.FACT_RECORDED,
        events.FACT_REPLACED,
        events.FACT_WITHDRAWN,
        events.FACT_CONTESTED,
        events.REFUSAL_CONTESTED,
        events.SEALED_READ,
        events.CONTEST_DECIDED,
        events.INHERITED_READ,
        events.INHERITED_DECIDED,
        events.EMERGENCY_OPENED,
        events.EMERGENCY_REVIEWED,
        events.EMERGENCY_NOTICE_PRINTED,
        events.CHARGE_POSTED,
        events.PAYMENT_TAKEN,
        events.ADJUSTMENT_POSTED,
        events.ENTRY_REVERSED,
        events.ACCOUNT_SETTLED,
    )
)


@dataclass(frozen=True)
class Seen:
    """One view or change of the person's data. The person quotes `number` when writing about it."""

    id: UUID
    at: datetime
    kind: str
    purpose: str
    outcome: str
    role: str
    name: str | None = None  # name of the employee, if it was decided to disclose it in this report

    @property
    def number(self) -> str:
        return str(self.id)[:8]

    @property
    def description(self) -> Promise | str:
        return KINDS[self.kind].sentence if self.kind in KINDS else self.kind

    @property
    def why(self) -> Promise | str:
        return words_of(self.purpose)

    @property
    def is_look(self) -> bool:
        return self.outcome == Outcome.SHOWN

    @property
    def role_name(self) -> Promise | str:
        return ROLES[self.role].name if self.role in ROLES else self.role


def looks_at() -> list[Seen]:
    """Views of the data of the person whose access report is being prepared, oldest first, as far as the audit log
    reaches."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, kind, purpose, outcome, role, name FROM rights_disclosed_views(%s)", [list(SHARED)]
        )
        return [Seen(*row) for row in cursor.fetchall()]


def requesters() -> dict[UUID, str]:
    """Return the names of all tenants who have made a subject request, by tenant id.

    Row-level security hides their other data, except while the current user prepares their access report.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant, name FROM rights_requesters()")
        return dict(cursor.fetchall())
