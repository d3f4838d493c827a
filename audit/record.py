"""The only module that writes audit events.

Views of data and refused requests are written on the audit log's own connection and committed at once, so that no
rollback loses them. A change is recorded on the connection that makes the change, inside its transaction: the change
and its event are committed together or not at all.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.db import Error, connections, transaction

from audit.events import SIGN_IN_FAILED, Kind, Outcome, require_code
from audit.guard.inserts import RowNotStored, require_stored_rows
from audit.guard.waiting import bounded, require_answering

# The INSERT names the schema, so that no search path can direct it to a table of the same name in another schema.
# The ids are given as text[], because a prepared statement does not convert an array of texts to uuid[] by itself.
INSERT = """INSERT INTO public.audit_event
    (id, kind, outcome, actor, machine, role, permission, purpose, route, about_kind, about, place, shown, count,
    request, facts)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::text[]::uuid[], %s, %s, %s::jsonb)"""


class AuditLogUnavailable(Exception):
    """Raised if the audit log could not be written. The request must then show no data, because each display of data
    must be recorded."""


class Actor(Protocol):
    @property
    def pk(self) -> UUID | None: ...


@dataclass(frozen=True)
class Subject:
    """What an event is about: a kind of object and its id, because the audit log has no foreign keys."""

    kind: str
    id: UUID | None


@dataclass(frozen=True)
class Context:
    """Facts about an HTTP request, which are stored in every audit event of this request. The decorator `@door` of the
    view function sets them."""

    role: str = ""
    permission: str = ""
    route: str = ""
    request: UUID | None = None
    purpose: str = ""


NOWHERE = Context()


def record_view(kind: Kind, outcome: Outcome, *, by: Actor | str, **details: Any) -> UUID:
    """Record a view of data, or a refused or attempted request. Raises AuditLogUnavailable if the event cannot be
    stored.

    The event is committed at once on its own connection, so it remains if the request's transaction is rolled back.
    """
    try:
        with bounded(connections["trace"]):
            return _write(kind, outcome, by=by, using="trace", **details)
    except Error as error:
        raise AuditLogUnavailable from error


def require_answering_log() -> None:
    """Raise AuditLogUnavailable if the audit log has recently stopped answering. Called at the beginning of a request,
    so that the request fails at once instead of after its work."""
    try:
        require_answering()
    except Error as error:
        raise AuditLogUnavailable from error


def try_audit_log() -> None:
    """Health check: write an audit event and roll it back. Raises AuditLogUnavailable if that fails, because no view of
    data could then be recorded."""
    try:
        with bounded(connections["trace"]), transaction.atomic(using="trace"):
            _write(SIGN_IN_FAILED, Outcome.REFUSED, by="health", using="trace")
            transaction.set_rollback(True, using="trace")
    except Error as error:
        raise AuditLogUnavailable from error


def record(kind: Kind, *, by: Actor | str, using: str = "default", **details: Any) -> UUID:
    """Write the audit event of a change, inside the transaction that makes the change. `by` is a person, or the name of
    a program that made the change."""
    if not connections[using].in_atomic_block:
        raise RuntimeError("A change must be recorded inside its own transaction.")
    return _write(kind, Outcome.CHANGED, by=by, using=using, **details)


def _write(
    kind: Kind,
    outcome: Outcome,
    *,
    by: Actor | str,
    using: str,
    about: Subject | None = None,
    place: UUID | None = None,
    shown_ids: Sequence[UUID] = (),
    count: int | None = None,
    context: Context = NOWHERE,
    **facts: Any,
) -> UUID:
    event_id = uuid4()
    actor, machine = (None, require_code(by)) if isinstance(by, str) else (by.pk, "")
    row: list[Any] = [event_id, kind.code, outcome, actor, machine, context.role, context.permission]
    row += [context.purpose, context.route]
    row += [about.kind if about else "", about.id if about else None, place]
    row += [[str(item) for item in shown_ids], len(shown_ids) if count is None else count, context.request]
    with connections[using].cursor() as cursor:
        try:
            cursor.execute(INSERT, [*row, json.dumps(kind.encode(facts))])
            require_stored_rows(cursor, 1, "audit_event")
        except RowNotStored as error:
            raise AuditLogUnavailable from error
    return event_id
