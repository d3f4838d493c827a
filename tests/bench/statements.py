"""Measures the database's share of the time that a page takes.

The page's SQL statements are recorded once, then executed again without any Python code between them.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle

import psycopg2

from tests.bench.serving import GUARDED, UNGUARDED, environment

_VARIABLE = {"default": "DATABASE_URL", "trace": "LOGE_TRACE_URL", "cache": "LOGE_CACHE_URL"}
# SQL of the `@door` decorator on view functions: it sets the database role, fetches the object, checks access, and
# records the audit event.
_DOOR_CALLS, _EVENT_CALLS = ("access_enter(", "buildings_threshold("), ("INSERT INTO public.audit_event",)
# Matches the id of the audit event in the EXECUTE of its prepared INSERT. The id is the first value.
_EVENT_ID = re.compile(r"(?<=^EXECUTE \w{29} \()'[0-9a-f-]{36}'::uuid")


@dataclass(frozen=True)
class PageRequest:
    """A page to request: its URL, the session cookie, and the form data if the request is a POST."""

    path: str
    session: str
    form: dict[str, str] | None = None


@dataclass(frozen=True)
class PageStatements:
    """The SQL statements of a page, each as (login, whether the login `default` is in a transaction, SQL, what was
    sent: the SQL or an EXECUTE), and the prepared statements of the logins, each as (login, PREPARE)."""

    statements: list[tuple[str, bool, str, str]]
    prepared: list[tuple[str, str]]

    @property
    def count(self) -> int:
        return len(self.statements)

    @property
    def of_door(self) -> "PageStatements":
        """The statements with which the `@door` decorator fetches the object and checks access. Those of the view
        function are left out."""
        return self._only(_DOOR_CALLS)

    @property
    def of_event(self) -> "PageStatements":
        return self._only(_EVENT_CALLS)

    def _only(self, patterns: Sequence[str]) -> "PageStatements":
        matching = [statement for statement in self.statements if any(pattern in statement[2] for pattern in patterns)]
        assert len(matching) == len(patterns), f"{patterns}, once each, but {matching}"
        return PageStatements(matching, self.prepared)


def captured(application: str, database: str, pages: Sequence[PageRequest]) -> list[PageStatements]:
    requests = json.dumps([[page.path, page.session, page.form] for page in pages])
    command = [sys.executable, "-m", "tests.bench.capture", application]
    environ = environment(database, application)
    completed = subprocess.run(command, input=requests, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    return [
        PageStatements([tuple(statement) for statement in page], [tuple(statement) for statement in prepared])
        for page, prepared in json.loads(completed.stdout.splitlines()[-1])
    ]


def replay(pages: Sequence[PageStatements], application: str, database: str) -> Callable[[], object]:
    """Return a function that executes the recorded SQL statements of one page on each call, page after page.

    The function uses database connections of its own, and the same transactions as the recorded page."""
    addresses = environment(database, application)
    aliases = {statement[0] for page in pages for statement in page.statements}
    logins = {alias: psycopg2.connect(addresses[_VARIABLE[alias]]) for alias in aliases}
    for connection in logins.values():
        connection.autocommit = True
    cursors = {alias: connection.cursor() for alias, connection in logins.items()}
    for alias, statement in {(alias, statement) for page in pages for alias, statement in page.prepared}:
        if alias in cursors:
            cursors[alias].execute(statement)
    scripts = cycle([(cursors[alias], text) for alias, text in _with_transactions(page)] for page in pages)

    def replay_next() -> None:
        for cursor, text in next(scripts):
            cursor.execute(text)
            if cursor.description:
                cursor.fetchall()

    return replay_next


def _with_transactions(page: PageStatements) -> list[tuple[str, str]]:
    script, inside = [], False
    for alias, atomic, text, sent in page.statements:
        if atomic != inside:
            script.append(("default", "BEGIN" if atomic else "COMMIT"))
            inside = atomic
        if any(call in text for call in _EVENT_CALLS):
            sent, changed = _EVENT_ID.subn("gen_random_uuid()", sent)
            assert changed == 1, sent
        script.append((alias, sent))
    return [*script, ("default", "COMMIT")] if inside else script


def capture_both(database: str, pages: Sequence[PageRequest]) -> list[tuple[PageStatements, PageStatements]]:
    """Return two lists of SQL statements per page: first without, then with access control."""
    return list(zip(captured(UNGUARDED, database, pages), captured(GUARDED, database, pages), strict=True))
