"""The bounded queue of requests that wait for a thread of a worker process, and the answer when the queue is full.

If more requests arrive than the process can answer, it refuses some at once and answers the others quickly. In a queue
without a limit, all of them would wait for seconds.
"""

import re
from collections import deque
from typing import Any

# In seconds: after what time a refused client may try again.
RETRY_AFTER = 5
# Monitoring must distinguish a busy server from a broken one, so health checks have a queue and a thread of their own.
_HEALTH_CHECK = re.compile(rb"(?:GET|HEAD) /sante(?:/vie|/fond)?[ ?]")
_SESSION = re.compile(rb"\r\ncookie:(?:[^\r]*[ ;])?(?:__Host-)?sessionid=[^\r; ]", re.IGNORECASE)
_SENTENCES = (
    "Loge reçoit trop de demandes en ce moment. Rien n’a été modifié. Réessayez dans quelques secondes.\n"
    "Loge is receiving too many requests at the moment. Nothing was changed. Try again in a few seconds.\n"
)


class RequestQueue:
    """Queue of connections, each with one complete request. At most `threads` of these requests run at a time, and at
    most `capacity` others wait."""

    def __init__(self, threads: int, capacity: int) -> None:
        self.threads, self.capacity, self.running = threads, capacity, 0
        self.signed_in: deque[Any] = deque()
        self.others: deque[Any] = deque()

    def add(self, conn: Any, *, has_session: bool = False) -> Any | None:
        """Add a connection. If the queue is full, returns the connection to refuse: the newest one without a session
        cookie, or else the one that was to be added."""
        refused = None
        if self.running >= self.threads and len(self.signed_in) + len(self.others) >= self.capacity:
            if not (has_session and self.others):
                return conn
            refused = self.others.pop()
        (self.signed_in if has_session else self.others).append(conn)
        return refused

    def start_next(self) -> Any | None:
        """Remove and return the connection whose request runs next, or None if all threads are busy or nobody waits."""
        waiting = self.signed_in or self.others
        if self.running >= self.threads or not waiting:
            return None
        self.running += 1
        return waiting.popleft()


def is_health_check(request: bytes) -> bool:
    return _HEALTH_CHECK.match(request) is not None


def has_session_cookie(request: bytes) -> bool:
    """Whether the request has a session cookie, which anybody can forge. The cookie gives a better place in the queue,
    and no right."""
    return _SESSION.search(request, 0, request.find(b"\r\n\r\n") + 2) is not None


def busy_answer() -> bytes:
    """Return the answer to a request for which the queue has no place. It contains no personal data."""
    body = _SENTENCES.encode()
    head = (
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nCache-Control: no-store\r\n"
        f"Retry-After: {RETRY_AFTER}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
