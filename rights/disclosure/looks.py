"""The audit events in an access report: who (by role) viewed or changed the person's data, when, and for what purpose.

Names of employees are left out unless their disclosure was decided. Whatever concerns other tenants is left out.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from access.roles import ROLES
from audit import events
from audit.events import KINDS, Outcome
from audit.purposes import words_of
from audit.reading import OLD_KIND

# An event of a kind in SHARED concerns a whole household, so each lease holder and resident finds it in their report.
# An event of a kind that is not in SHARED may concern one resident, so only this resident's access report lists it.
SHARED = tuple(
    kind.code
    for kind in (
        events.ACCOUNT_OPENED,
        events.STATEMENT_PRINTED,
        events.LEASE_OPENED,
        events.BOOKS_OPENED,
        events.EXHIBIT_SHOWN,
        events.CONTACT_RECORDED,
        events.CONTACT_TAKEN_BACK,
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
    """An audit event in an access report: an employee viewed or changed the person's data. The property `number`
    identifies the event in letters between the person and the landlord."""

    id: UUID
    at: datetime
    kind: str
    purpose: str
    outcome: str
    role: str
    # The employee's name, if it was decided that the access report names the employee; otherwise None.
    name: str | None = None

    @property
    def number(self) -> str:
        return str(self.id)[:8]

    @property
    def description(self) -> Promise | str:
        return KINDS[self.kind].sentence if self.kind in KINDS else OLD_KIND

    @property
    def why(self) -> Promise | str:
        return words_of(self.purpose)

    @property
    def is_look(self) -> bool:
        return self.outcome == Outcome.SHOWN

    @property
    def role_name(self) -> Promise | str:
        return ROLES[self.role].name if self.role in ROLES else _("rôle supprimé depuis") if self.role else ""


def looks_at() -> list[Seen]:
    """Return the audit events for the access report that the current user is preparing, oldest first. Events older than
    the retention period of the audit log no longer exist."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, kind, purpose, outcome, role, name FROM rights_disclosed_views(%s)", [list(SHARED)]
        )
        return [Seen(*row) for row in cursor.fetchall()]


def requesters() -> dict[UUID, str]:
    """Return the name of every tenant who has made a subject request: tenant id -> name. The list of requests needs
    the names, while row-level security hides the tenants' other data.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant, name FROM rights_requesters()")
        return dict(cursor.fetchall())


def restricted_people() -> dict[UUID, str]:
    """Return the name of every tenant whose data are or were restricted, for the pages of restrictions: id -> name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant, name FROM rights_restricted_people()")
        return dict(cursor.fetchall())
