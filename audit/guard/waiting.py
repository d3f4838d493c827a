"""Limits how long requests wait for the audit log's database connection, and how many requests wait at once.

Normally PostgreSQL's timeouts (access/database/timeouts.py) end a waiting statement. If the server does not answer at
all, a watchdog closes the connection after `LONGEST` seconds. Requests that need the log are then refused at once; one
request every `PAUSE` seconds tests whether the log answers again. Pages that write no audit event still work.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import Error, OperationalError

# The watchdog closes a connection whose statement takes LONGEST seconds; PostgreSQL's own timeouts are shorter.
LONGEST = 7.0
# If a statement fails after SLOW seconds or more, the audit log counts as not answering.
SLOW = 1.8
PAUSE = 2.0
# The watchdog looks for statements that take too long every _CHECK_INTERVAL seconds.
_CHECK_INTERVAL = 0.5


class StillHanging(OperationalError):
    """Raised instead of executing a statement, because the audit log did not answer a moment ago."""


class Watchdog:
    """Closes database connections whose statement takes too long.

    The watching thread starts with the first statement. A thread started earlier, before gunicorn forks, would not
    exist in the worker processes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[object, tuple[float, Any]] = {}
        self._pid = 0

    @contextmanager
    def watching(self, connection: Any) -> Iterator[None]:
        token = object()
        with self._lock:
            self._waiting[token] = (time.monotonic() + LONGEST, connection)
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._watch, daemon=True, name="audit watchdog").start()
        try:
            yield
        finally:
            with self._lock:
                del self._waiting[token]

    def _watch(self) -> None:
        while True:
            time.sleep(_CHECK_INTERVAL)
            now = time.monotonic()
            # While `_lock` is held, no watched statement can end, so `shutdown` cannot break a later statement.
            with self._lock:
                for deadline, connection in self._waiting.values():
                    if deadline < now:
                        # Shut down the connection's socket, so that the thread waiting for PostgreSQL gets an error.
                        with suppress(Exception), socket.socket(fileno=os.dup(connection.connection.fileno())) as end:
                            end.shutdown(socket.SHUT_RDWR)


class Breaker:
    """Circuit breaker: while the audit log does not answer in time, refuses all statements for it, except one at a time
    that tests whether the log answers again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed_until = 0.0
        # `_trying` is the id of the only thread that may test the log until `_tries_until`; 0 means no thread.
        self._trying, self._tries_until = 0, 0.0

    @contextmanager
    def admitting(self) -> Iterator[None]:
        """Context manager for a statement: note whether the audit log answered in time. If the log has recently stopped
        answering, raise StillHanging at once instead of running the statement."""
        self.admit()
        begun = time.monotonic()
        try:
            yield
        except Error:
            if self._tries() or time.monotonic() - begun >= SLOW:
                self._closed_until = time.monotonic() + PAUSE
            raise
        else:
            self._closed_until = 0.0
        finally:
            if self._tries():
                self._trying = 0

    def admit(self) -> None:
        """Raise StillHanging if the audit log has recently stopped answering. After PAUSE seconds, let one
        thread at a time pass without an error, to test whether the log answers again."""
        with self._lock:
            now = time.monotonic()
            if not self._closed_until or self._tries():
                return
            if now < self._closed_until or (self._trying and now < self._tries_until):
                raise StillHanging("the audit log does not answer")
            self._trying, self._tries_until = threading.get_ident(), now + 2 * LONGEST

    def _tries(self) -> bool:
        return self._trying == threading.get_ident()


_watchdog, _breaker = Watchdog(), Breaker()


@contextmanager
def bounded(connection: Any) -> Iterator[None]:
    """Context manager for statements on the audit log's own connection. A statement raises django.db.Error if it takes
    longer than `LONGEST` seconds."""
    with _breaker.admitting(), _watchdog.watching(connection):
        yield


def require_answering() -> None:
    """Raise StillHanging if the audit log has recently stopped answering. Call this before work that ends with writing
    an audit event, so that no work is done in vain."""
    _breaker.admit()
