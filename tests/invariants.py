"""Invariants of every request, checked by the tests that use `holding`.

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

from django.db import connections
from django.test import Client

SAFE = ("GET", "HEAD", "OPTIONS")
# A session is noted as in use, begun or ended by any request; signing in by a directory's link is a GET.
WRITTEN_BY_GET = {"access_session", "usersessions_usersession"}
_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
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
            self.writable_door |= _asked(connection, "SELECT current_setting('transaction_read_only')") != ["on"]
        if writes := _WRITES.match(text):
            self.written.add(writes[1])
            if getattr(connection, "leaves_passwords_out", False):  # behind a door
                self.transactions |= {str(xid) for xid in _asked(connection, "SELECT pg_current_xact_id_if_assigned()")}
        return result


@contextmanager
def holding() -> Iterator[Broken]:
    """Compares every request of the test's browsers with what must hold."""
    broken, plain = Broken(), Client.request

    def request(self: Client, **environ: Any) -> Any:
        statements = _Statements(environ.get("REQUEST_METHOD", "GET"))
        with connections["default"].execute_wrapper(statements):
            answer = plain(self, **environ)
        where = f"{statements.method} {answer.wsgi_request.path}"
        broken.found += [f"{where}: {what}" for what in _broken(answer, statements)]
        return answer

    with patch.object(Client, "request", request):
        yield broken


def _broken(answer: Any, statements: _Statements) -> Iterator[str]:
    connection = connections["default"]
    if connection.connection is not None and not connection.connection.closed and not connection.in_atomic_block:
        person, role = _row(connection, _STAYING)
        if person or role != "none":
            yield f"the connection stays with {person or 'nobody'} as {role}"
    if statements.method in SAFE:
        if statements.writable_door:
            yield "the transaction behind the door may write"
        if more := statements.written - WRITTEN_BY_GET:
            yield f"wrote {sorted(more)}"
    elif answer.status_code == 200 and _is_page_of_a_door(answer):
        statuses = {_asked(connection, "SELECT pg_xact_status(%s::xid8)", xid)[0] for xid in statements.transactions}
        if statuses - {"aborted"}:
            yield f"shown again, and kept what its view wrote to {sorted(statements.written)}"
    yield from _of_somebody_else(answer)


def _is_page_of_a_door(answer: Any) -> bool:
    door = getattr(getattr(answer.resolver_match, "func", None), "door", None)
    return door is not None and door.writes and not door.api


def _of_somebody_else(answer: Any) -> Iterator[str]:
    request = answer.wsgi_request
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
