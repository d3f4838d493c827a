"""The database's part of a page: its statements, taken down once and said again, without Python between."""

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
# What the door says by itself: who enters, and what guardian and the rules answer of the object; then its trace.
_OF_THE_DOOR, _OF_THE_TRACE = ("access_enter(", "buildings_threshold("), ("INSERT INTO audit_event",)
_EVENT = re.compile(r"(INSERT INTO audit_event.*?VALUES \()'[0-9a-f-]{36}'(?:::uuid)?", re.S)


@dataclass(frozen=True)
class Asked:
    """A page to ask for: an address, a session, and words when they are posted."""

    path: str
    session: str
    words: dict[str, str] | None = None


@dataclass(frozen=True)
class Said:
    """The statements of a page: (login, inside a transaction?, text)."""

    statements: list[tuple[str, bool, str]]

    @property
    def count(self) -> int:
        return len(self.statements)

    @property
    def at_the_door(self) -> "Said":
        """Without what the view reads: what each page of the house pays, whatever it shows."""
        return self._only(_OF_THE_DOOR)

    @property
    def in_the_trace(self) -> "Said":
        return self._only(_OF_THE_TRACE)

    def _only(self, some: Sequence[str]) -> "Said":
        kept = [one for one in self.statements if any(words in one[2] for words in some)]
        assert len(kept) == len(some), "the door says something else now"
        return Said(kept)


def captured(application: str, database: str, pages: Sequence[Asked]) -> list[Said]:
    asked = json.dumps([[page.path, page.session, page.words] for page in pages])
    command = [sys.executable, "-m", "tests.bench.capture", application]
    environ = environment(database, application)
    done = subprocess.run(command, input=asked, env=environ, check=True, stdout=subprocess.PIPE, text=True)
    return [Said([tuple(one) for one in page]) for page in json.loads(done.stdout.splitlines()[-1])]


def replay(pages: Sequence[Said], application: str, database: str) -> Callable[[], object]:
    """Says one page after the other again, on connections of its own, in the transactions they were said in."""
    addresses = environment(database, application)
    spoken = {one[0] for said in pages for one in said.statements}
    logins = {alias: psycopg2.connect(addresses[_VARIABLE[alias]]) for alias in spoken}
    for connection in logins.values():
        connection.autocommit = True
    cursors = {alias: connection.cursor() for alias, connection in logins.items()}
    scripts = cycle([(cursors[alias], text) for alias, text in _with_transactions(said)] for said in pages)

    def act() -> None:
        for cursor, text in next(scripts):
            cursor.execute(text)
            if cursor.description:
                cursor.fetchall()

    return act


def _with_transactions(said: Said) -> list[tuple[str, str]]:
    script, inside = [], False
    for alias, atomic, text in said.statements:
        if alias == "default" and atomic != inside:
            script.append(("default", "BEGIN" if atomic else "COMMIT"))
            inside = atomic
        elif inside and alias != "default":
            script.append(("default", "COMMIT"))
            inside = False
        script.append((alias, _EVENT.sub(r"\1gen_random_uuid()", text)))
    return [*script, ("default", "COMMIT")] if inside else script


def both(database: str, pages: Sequence[Asked]) -> list[tuple[Said, Said]]:
    """(with no locks, with them) for each page."""
    return list(zip(captured(UNGUARDED, database, pages), captured(GUARDED, database, pages), strict=True))
