"""Invariants that are checked on every request of a test, from a test client or a browser.

conftest.py applies them with the fixture `invariants`:
- After the request, neither the setting `loge.person` (the current person) nor a database role is set on the
  connection.
- A GET writes nothing: in a view with the `@door` decorator its transaction is read-only, elsewhere it writes only to
  sessions.
- When a form is shown again after an error, the transaction of its view was rolled back.
- A page shows the name of the person who requested it.
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
# Tables of sessions. A GET may write to them, because any request may begin, use or end a session.
WRITTEN_BY_GET = {"access_session", "usersessions_usersession"}
# URL name -> tables that a GET of this page may write to, in addition to the session tables.
WRITTEN_BY_ROUTE = {
    # The OpenID provider redirects the browser to this URL, so a GET signs a person in or links an account.
    "directory_back": {"access_person", "socialaccount_socialaccount"},
    # Recovery codes may be shown only once, so a GET of this page records that the codes were shown.
    "mfa_view_recovery_codes": {"mfa_authenticator"},
}
_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
# Matches a call of one of the application's SQL functions, which may write to any table.
_CALLS = re.compile(r"\s*SELECT (?:\S+ FROM )?\w+\(", re.IGNORECASE)
_STAYING = "SELECT current_setting('loge.person', true), current_setting('role')"
_WHO = re.compile(r'class="who"[^>]*><span>([^<]*)<')


@dataclass
class Broken:
    """Collects one sentence for each invariant that a request broke."""

    found: list[str] = field(default_factory=list)


@dataclass
class _Statements:
    """Records the SQL statements that one request runs on the `default` connection."""

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
        # A view with the `@door` decorator runs in one transaction, so its transaction id needs to be found only once.
        undecided = behind_a_door and not self.transactions and self.method not in SAFE
        if undecided and (writes or _CALLS.match(text)):
            # PostgreSQL assigns a transaction id at the first write, so a SQL function that only reads adds no id.
            self.transactions |= set(_asked(connection, "SELECT pg_current_xact_id_if_assigned()::text")) - {None}
        return result


@contextmanager
def holding() -> Iterator[Broken]:
    """Check the invariants on every request in this process, from a test client or in a thread of the live server."""
    broken, plain = Broken(), BaseHandler.get_response

    def get_response(self: BaseHandler, request: Any) -> Any:
        statements = _Statements(request.method)
        with connections["default"].execute_wrapper(statements):
            answer = plain(self, request)
        violations = _broken(request, answer, statements)
        broken.found.extend(f"{request.method} {request.path}: {violation}" for violation in violations)
        return answer

    with patch.object(BaseHandler, "get_response", get_response):
        yield broken


def _broken(request: Any, answer: Any, statements: _Statements) -> Iterator[str]:
    connection = connections["default"]
    if connection.connection is not None and not connection.connection.closed and not connection.in_atomic_block:
        try:
            person, role = _row(connection, _STAYING)
        except Error:
            # The database server has closed the connection, so neither `loge.person` nor a role is set any more.
            person, role = "", "none"
        if person or role != "none":
            yield f"the connection stays with {person or 'nobody'} as {role}"
    if statements.method in SAFE:
        if statements.writable_door:
            yield "the door's transaction is not read-only"
        route = getattr(request.resolver_match, "view_name", "")
        if more := statements.written - WRITTEN_BY_GET - WRITTEN_BY_ROUTE.get(route, set()):
            yield f"wrote {sorted(more)}"
    elif answer.status_code == 200 and _is_page_of_a_door(request):
        statuses = {_asked(connection, "SELECT pg_xact_status(%s::xid8)", xid)[0] for xid in statements.transactions}
        if statuses - {"aborted"}:
            yield f"the form was shown again, and its view's writes were committed ({sorted(statements.written)})"
    yield from _of_somebody_else(request, answer)


def _is_page_of_a_door(request: Any) -> bool:
    door = getattr(getattr(request.resolver_match, "func", None), "door", None)
    return door is not None and door.writes and not door.api


def _of_somebody_else(request: Any, answer: Any) -> Iterator[str]:
    access = getattr(request, "access", None)
    if answer.status_code != 200 or access is None or access.shown_as or answer.streaming:
        return
    named = _WHO.search(answer.content.decode(errors="replace"))
    if named and unescape(named[1]) != access.person.name:
        yield "the page shows another person's name"


def _asked(connection: Any, question: str, *params: Any) -> list[Any]:
    return list(_row(connection, question, *params))


def _row(connection: Any, question: str, *params: Any) -> tuple[Any, ...]:
    """Fetch one row without Django's cursor, so that this query is not counted by tests that count queries."""
    with connection.connection.cursor() as cursor:
        cursor.execute(question, params or None)
        row: tuple[Any, ...] = cursor.fetchone()
    return row
