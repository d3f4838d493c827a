"""Every look at the person's data: its day, what it was for, under which role. Never by whom, never at whom else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise

from access.roles import ROLES
from audit import events
from audit.events import KINDS, Outcome
from audit.purposes import words_of

# Of an account or a household, and so of each who owes on it or lives there. Every other kind counts where it names the
# person themselves: bank details, a contact, a mark of discretion may be another's of the same account.
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
    """One look, or one act. `number`: how the person names it when they write about it."""

    id: UUID
    at: datetime
    kind: str
    purpose: str
    outcome: str
    role: str
    name: str | None = None  # told by decision alone

    @property
    def number(self) -> str:
        return str(self.id)[:8]

    @property
    def said(self) -> Promise | str:
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
    """At the person whose receipt is being made: the oldest first, as far back as the trace is kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, kind, purpose, outcome, role, name FROM tenants_disclosed_looks(%s)", [list(SHARED)]
        )
        return [Seen(*row) for row in cursor.fetchall()]


def requesters() -> dict[UUID, str]:
    """Who has asked, by name: of the rest nothing is read before their demand is taken up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant, name FROM tenants_requesters()")
        return dict(cursor.fetchall())
