"""A gunicorn worker that gives a request to a thread only once all of it has arrived.

gunicorn's own threaded worker reads from a thread that waits for the client: as many half-sent requests as there are
threads (eight) stop all others. Here the worker's main loop collects each request, as a proxy would, within limits.
"""

import re
import socket
import struct
import time
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

SECONDS = 20  # for a whole request to arrive, and for a client to take each part of an answer
HEADER_BYTES, BODY_BYTES = 64 * 1024, 10 * 1024 * 1024  # nginx takes as much (docs/nginx.conf)
WAITING_BYTES = 64 * 1024 * 1024  # of all requests of this worker that have not arrived whole
PART = 64 * 1024

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_ENCODED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)


class RequestRefusedError(Exception):
    """Says the status line of the answer."""


def missing_bytes(received: bytes | bytearray) -> int:
    """How many bytes of the request are still to come, at least; 0 for a whole one. The parser reads it afterwards:
    what is malformed is refused there."""
    header_end = received.find(_END)
    if header_end < 0:
        if len(received) > HEADER_BYTES:
            raise RequestRefusedError("431 Request Header Fields Too Large")
        return 1
    header = bytes(received[: header_end + len(_END)])
    if _ENCODED.search(header):
        raise RequestRefusedError("411 Length Required")
    declared = _LENGTH.search(header)
    length = int(declared[1]) if declared else 0
    if length > BODY_BYTES:
        raise RequestRefusedError("413 Content Too Large")
    return max(0, len(header) + length - len(received))


class ReceivingWorker(ThreadWorker):
    """Connections whose request has not arrived whole stand in `pending_conns`, which the base class empties of those
    whose time is over."""

    waiting_bytes = 0

    def accept(self, listener: socket.socket) -> None:
        try:
            client, address = listener.accept()
        except OSError:
            return  # somebody else accepted it, or it is gone: the loop goes on
        self.nr_conns += 1
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SECONDS, 0))
        conn = TConn(self.cfg, client, address, listener.getsockname())
        conn.parser = http.get_parser(self.cfg, client, address)
        self._collect(conn)

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """The next request of a connection that was left open."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._collect(conn)

    def finish_request(self, conn: Any, done: Any) -> None:
        """What the client sent behind its request may be a part of the next."""
        answered = not done.cancelled() and done.exception() is None and done.result() is True
        if answered and (behind := conn.parser.unreader.take_buffered()):
            self._collect(conn, behind)
        else:
            super().finish_request(conn, done)

    def murder_pending(self) -> None:
        before = len(self.pending_conns)
        super().murder_pending()
        if len(self.pending_conns) < before:
            self.waiting_bytes = sum(len(conn.received) for conn in self.pending_conns)

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops waits for nobody's second half."""
        super()._cap_keepalive(deadline)
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _collect(self, conn: Any, received: bytes = b"") -> None:
        conn.sock.setblocking(False)
        conn.received, conn.timeout = bytearray(), time.monotonic() + SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))
        if received:
            self._take(conn, received)

    def _receive(self, conn: Any, client: socket.socket) -> None:
        try:
            part = client.recv(PART)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if part:
            self._take(conn, part)
        else:
            self._drop(conn)

    def _take(self, conn: Any, part: bytes) -> None:
        conn.received += part
        self.waiting_bytes += len(part)
        try:
            if self.waiting_bytes > WAITING_BYTES:
                raise RequestRefusedError("503 Service Unavailable")
            if missing_bytes(conn.received):
                return
        except RequestRefusedError as refusal:
            self._drop(conn, f"HTTP/1.1 {refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())
            return
        received = bytes(conn.received)
        self._leave(conn)
        conn.parser.unreader.unread(received)
        conn.initialized = conn.data_ready = True
        self.enqueue_req(conn)

    def _leave(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        self.waiting_bytes -= len(conn.received)
        conn.received = bytearray()

    def _drop(self, conn: Any, answer: bytes = b"") -> None:
        self._leave(conn)
        self.nr_conns -= 1
        if answer:
            with suppress(OSError):  # whoever asked may be gone
                conn.sock.send(answer)
        conn.close()
