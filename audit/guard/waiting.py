"""Limits how long a request waits for the audit log's connection, and how many requests wait for it at once.

Normally the login's `lock_timeout` and `statement_timeout` (access/database/timeouts.py) end a waiting statement. If
the server, pool or network no longer answers, a watchdog closes the connection after `LONGEST` seconds. After such a
timeout, requests are refused at once, and one request every `PAUSE` seconds tries the log again. Meanwhile the other
threads of the process go on serving pages that write no audit event.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import Error, OperationalError

LONGEST = 7.0  # seconds until the watchdog closes a connection; longer than the timeouts set in PostgreSQL
SLOW = 1.8  # seconds; a statement that fails after at least this time counts as timed out, so the log hangs
PAUSE = 2.0
_CHECK_INTERVAL = 0.5  # seconds


class StillHanging(OperationalError):
    """The audit log did not answer a moment ago, so this statement was refused without being tried."""


class Watchdog:
    """Closes connections whose statement takes too long. The watching thread starts with the first statement, because a
    thread started earlier would not survive gunicorn's fork."""

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
            # While the lock is held, no thread can end its statement, so no later statement is cut off by mistake.
            with self._lock:
                for deadline, connection in self._waiting.values():
                    if deadline < now:
                        # Shut down the connection's socket, so that the thread waiting for PostgreSQL gets an error.
                        with suppress(Exception), socket.socket(fileno=os.dup(connection.connection.fileno())) as end:
                            end.shutdown(socket.SHUT_RDWR)


class Breaker:
    """Circuit breaker: while the audit log hangs, refuses every request except one, which tries the log again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed_until = 0.0
        # While the log hangs: the id of the only thread that may try it again, and until when it is the only one.
        self._trying, self._tries_until = 0, 0.0

    @contextmanager
    def admitting(self) -> Iterator[None]:
        """Run a statement, and note whether the log answered. Raises StillHanging at once while the log hangs."""
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
        """Raise StillHanging while the audit log hangs. After PAUSE seconds, one thread at a time may try the log
        again."""
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
    """Raises StillHanging while the log hangs. Call it first, so that work that must write an event later fails
    early."""
    _breaker.admit()
