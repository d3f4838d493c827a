"""The only writer of the audit log.

Views of data and refusals are written on the audit log's own connection and committed at once, so that no rollback
loses them. Changes are written on the connection of the change, inside its transaction: both are committed or neither.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID, uuid4

from django.db import Error, connections, transaction

from audit.events import KINDS, SIGN_IN_FAILED, Code, Kind, Outcome
from audit.guard.inserts import RowNotStored, require_stored_rows
from audit.guard.waiting import bounded, require_answering

_CODE = re.compile(r"[A-Za-z0-9_.:\-]{1,64}")
# The schema is explicit because a table of the same name could come first on a login's search path.
_INSERT = """INSERT INTO public.audit_event
    (id, kind, outcome, actor, machine, role, permission, purpose, route, about_kind, about, place, shown, count,
    request, facts)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::uuid[], %s, %s, %s::jsonb)"""


class TraceUnavailable(Exception):
    """The audit log could not be written, so no data may be shown."""


class Actor(Protocol):
    @property
    def pk(self) -> UUID | None: ...


@dataclass(frozen=True)
class Subject:
    """What an event is about: a kind of thing and its id. The audit log has no foreign keys."""

    kind: str
    id: UUID | None


@dataclass(frozen=True)
class Context:
    """Facts about the request, set once by the door and written in every event of that request."""

    role: str = ""
    permission: str = ""
    route: str = ""
    request: UUID | None = None
    purpose: str = ""


NOWHERE = Context()


def look(kind: Kind, outcome: Outcome, *, by: Actor | str, **details: Any) -> UUID:
    """Write a view of data or a refusal on the audit log's own connection. Raises TraceUnavailable."""
    try:
        with bounded(connections["trace"]):
            return _write(kind, outcome, by=by, using="trace", **details)
    except Error as error:
        raise TraceUnavailable from error


def require_answering_log() -> None:
    """Raises TraceUnavailable while the audit log hangs, so that the page does not wait on another connection."""
    try:
        require_answering()
    except Error as error:
        raise TraceUnavailable from error


def try_the_trace() -> None:
    """Write an event and roll it back. Raises TraceUnavailable if a view of data could not be recorded now."""
    try:
        with bounded(connections["trace"]), transaction.atomic(using="trace"):
            _write(SIGN_IN_FAILED, Outcome.REFUSED, by="health", using="trace")
            transaction.set_rollback(True, using="trace")
    except Error as error:
        raise TraceUnavailable from error


def record(kind: Kind, *, by: Actor | str, using: str = "default", **details: Any) -> UUID:
    """Write a change inside the transaction that makes it. `by` is a person, or the name of a machine."""
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
    actor, machine = (None, _code(by)) if isinstance(by, str) else (by.pk, "")
    row: list[Any] = [event_id, kind.code, outcome, actor, machine, context.role, context.permission]
    row += [context.purpose, context.route]
    row += [about.kind if about else "", about.id if about else None, place]
    row += [[str(item) for item in shown_ids], len(shown_ids) if count is None else count, context.request]
    with connections[using].cursor() as cursor:
        try:
            cursor.execute(_INSERT, [*row, json.dumps(_encode_facts(kind, facts))])
            require_stored_rows(cursor, 1, "audit_event")
        except RowNotStored as error:
            raise TraceUnavailable from error
    return event_id


def _encode_facts(kind: Kind, facts: dict[str, Any]) -> dict[str, Any]:
    """Facts as JSON values. Raises TypeError for a fact that the kind does not declare, or of another type."""
    if KINDS.get(kind.code) is not kind:
        raise TypeError(f"{kind.code} is not on the list of events")
    unknown = facts.keys() - kind.facts.keys()
    if unknown:
        raise TypeError(f"{kind.code} does not carry {', '.join(sorted(unknown))}")
    return {name: _encode_fact(kind, name, value) for name, value in facts.items() if value is not None}


def _encode_fact(kind: Kind, name: str, value: Any) -> str | int:
    expected = kind.facts[name]
    if expected is Code:
        return _code(value)
    if not isinstance(value, expected) or isinstance(value, bool):
        raise TypeError(f"{kind.code}.{name} is a {expected.__name__}, not {type(value).__name__}")
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _code(value: str) -> str:
    if not _CODE.fullmatch(value):
        raise TypeError("A code has 1 to 64 letters, digits, and _ . : -")
    return str(value)
