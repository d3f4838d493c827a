"""Invariants of every request that a test sends, by a client or a browser (conftest.py: `invariants`).

- Nothing of the person stays on the connection: neither `loge.person` nor the role outlives its transaction.
- A GET writes nothing: behind a door its transaction is read-only, elsewhere it touches sessions alone.
- A form shown again after an error keeps nothing of what its view wrote: its transaction is aborted.
- A page names the person who asked for it, and nobody who asked before.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from unittest.mock import patch

from django.core.handlers.base import BaseHandler
from django.db import connections
from psycopg2 import Error

SAFE = ("GET", "HEAD", "OPTIONS")
# Any request may note that its session is in use, begin one or end it.
WRITTEN_BY_GET = {"access_session", "usersessions_usersession"}
# Routes whose GET writes more, and why.
WRITTEN_BY_ROUTE = {
    # The answer of the directory comes as a GET, with a state that serves once: it signs in or ties a name.
    "directory_back": {"access_person", "socialaccount_socialaccount"},
    # Codes are shown once: the row notes that they were, before they leave.
    "mfa_view_recovery_codes": {"mfa_authenticator"},
}
_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
_CALLS = re.compile(r"\s*SELECT (?:\S+ FROM )?\w+\(", re.IGNORECASE)  # a function of ours may write too
_STAYING = "SELECT current_setting('loge.person', true), current_setting('role')"
_WHO = re.compile(r'class="who"[^>]*><span>([^<]*)<')


@dataclass
class Broken:
    """One line for each invariant that a request broke."""

    found: list[str] = field(default_factory=list)


@dataclass
class _Statements:
    """Watches the web's connection during one request."""

    method: str
    written: set[str] = field(default_factory=set)
    transactions: set[str] = field(default_factory=set)
    writable_door: bool = False

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        connection, text = context["connection"], sql if isinstance(sql, str) else ""
        if self.method in SAFE and "access_enter(" in text:
            self.writable_door |= params[-1] != "on"
        if writes := _WRITES.match(text):
            self.written.add(writes[1])
        behind_a_door = getattr(connection, "leaves_passwords_out", False)
        undecided = behind_a_door and not self.transactions and self.method not in SAFE  # a door is one transaction
        if undecided and (writes or _CALLS.match(text)):
            # Nothing where nothing was written after all: the row was there already, or the function only reads.
            self.transactions |= set(_asked(connection, "SELECT pg_current_xact_id_if_assigned()::text")) - {None}
        return result


@contextmanager
def holding() -> Iterator[Broken]:
    """Compares every request that this process answers with what must hold: a client's, or one that a server in a
    thread of its own takes from a browser."""
    broken, plain = Broken(), BaseHandler.get_response

    def get_response(self: BaseHandler, request: Any) -> Any:
        statements = _Statements(request.method)
        with connections["default"].execute_wrapper(statements):
            answer = plain(self, request)
        broken.found.extend(f"{request.method} {request.path}: {what}" for what in _broken(request, answer, statements))
        return answer

    with patch.object(BaseHandler, "get_response", get_response):
        yield broken


def _broken(request: Any, answer: Any, statements: _Statements) -> Iterator[str]:
    connection = connections["default"]
    if connection.connection is not None and not connection.connection.closed and not connection.in_atomic_block:
        try:
            person, role = _row(connection, _STAYING)
        except Error:
            person, role = "", "none"  # the server ended it: the next request opens another
        if person or role != "none":
            yield f"the connection stays with {person or 'nobody'} as {role}"
    if statements.method in SAFE:
        if statements.writable_door:
            yield "the transaction behind the door may write"
        route = getattr(request.resolver_match, "view_name", "")
        if more := statements.written - WRITTEN_BY_GET - WRITTEN_BY_ROUTE.get(route, set()):
            yield f"wrote {sorted(more)}"
    elif answer.status_code == 200 and _is_page_of_a_door(request):
        statuses = {_asked(connection, "SELECT pg_xact_status(%s::xid8)", xid)[0] for xid in statements.transactions}
        if statuses - {"aborted"}:
            yield f"shown again, and kept what its view wrote ({sorted(statements.written)})"
    yield from _of_somebody_else(request, answer)


def _is_page_of_a_door(request: Any) -> bool:
    door = getattr(getattr(request.resolver_match, "func", None), "door", None)
    return door is not None and door.writes and not door.api


def _of_somebody_else(request: Any, answer: Any) -> Iterator[str]:
    passing = getattr(request, "look", None)
    if answer.status_code != 200 or passing is None or passing.shown_as or answer.streaming:
        return
    named = _WHO.search(answer.content.decode(errors="replace"))
    if named and unescape(named[1]) != passing.person.name:
        yield "the page is somebody else's"


def _asked(connection: Any, question: str, *params: Any) -> list[Any]:
    return list(_row(connection, question, *params))


def _row(connection: Any, question: str, *params: Any) -> tuple[Any, ...]:
    """A query on the raw connection, so that it is not counted; empty in a broken transaction."""
    with connection.connection.cursor() as cursor:
        cursor.execute(question, params or None)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
