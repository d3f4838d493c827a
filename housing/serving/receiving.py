"""A gunicorn worker that gives a request to a thread only once the whole request has arrived.

In gunicorn's own threaded worker a thread waits for the client, so eight half-sent requests block all eight threads and
thereby all other requests. Here the worker's main loop collects each request, within limits, as a proxy would. The loop
never waits for a single client: incomplete requests are in `pending_conns` until their timeout.
"""

import logging
import re
import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn import http
from gunicorn.workers.gthread import TConn, ThreadWorker

from housing.serving import queue_capacity
from housing.serving.queueing import RequestQueue, busy_answer, has_session_cookie, is_health_check

# In seconds: how long a whole request may take to arrive, and how long a client may take to read an answer.
SECONDS = 20
# In bytes per second: a client that reads at least this fast may take longer than SECONDS to read an answer.
SLOWEST = 50_000
# In seconds: how long the worker waits, after the last answer on a connection, for the client to close it.
LINGER_SECONDS = 2
# Maximum size of a request's header and body. docs/operations/nginx.conf has the same limits.
HEADER_BYTES, BODY_BYTES = 64 * 1024, 10 * 1024 * 1024
# Maximum bytes of requests that a worker process holds in memory, whether still arriving or being answered.
BUFFERED_BYTES = 64 * 1024 * 1024
PART = 64 * 1024
# Maximum number of health checks that wait for their thread.
HEALTH_CHECKS = 20
# In seconds: minimum time between two log lines about a full queue.
LOG_SECONDS = 60
# Size in bytes of the kernel's send buffer. Most answers fit in, so no thread waits until a client reads an answer.
SEND_BUFFER = 1024 * 1024

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"[0-9]{1,15}")
_BUSY = "503 Service Unavailable"
_log = logging.getLogger("loge.serving")


class RequestRefusedError(Exception):
    """Raised for a request that the worker refuses before Django sees it. The message is the HTTP status to send, such
    as "413 Content Too Large"."""


def request_size(received: bytes | bytearray) -> int:
    """Return the size in bytes (header and body) of the request at the start of `received`, or 0 while its header is
    incomplete.

    gunicorn parses the request later and refuses most malformed requests. This function must refuse every request whose
    size gunicorn could compute differently: otherwise a thread would wait for bytes that never come.
    """
    header_end = received.find(_END)
    if header_end < 0:
        if len(received) > HEADER_BYTES:
            raise RequestRefusedError("431 Request Header Fields Too Large")
        return 0
    fields = [line.partition(b":") for line in bytes(received[:header_end]).split(b"\r\n")]
    values = [(name.strip().lower(), value.strip(b" \t")) for name, _colon, value in fields]
    if any(name == b"transfer-encoding" for name, _value in values):
        raise RequestRefusedError("411 Length Required")
    lengths = [value for name, value in values if name == b"content-length"]
    if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
        raise RequestRefusedError("400 Bad Request")
    length = int(lengths[0]) if lengths else 0
    if length > BODY_BYTES:
        raise RequestRefusedError("413 Content Too Large")
    return header_end + len(_END) + length


class ClientSocket(socket.socket):
    """The socket of a client's connection. A thread must wait for the client if an answer does not fit in the kernel's
    buffer. A client that then reads slower than SLOWEST is disconnected, so that the thread becomes free."""

    sent_bytes, sending_seconds = 0, 0.0

    @classmethod
    def of(cls, accepted: socket.socket) -> "ClientSocket":
        client = cls(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        # Reads time out after one second, because a thread reads a request only after the whole request has arrived.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 1, 0))
        return client

    def begin_answer(self) -> None:
        self.sent_bytes, self.sending_seconds = 0, 0.0

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        whole, begun = memoryview(data), time.monotonic()
        try:
            for start in range(0, len(whole), PART):
                delivered = max(0, self.sent_bytes - self.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF))
                left = SECONDS + delivered / SLOWEST - self.sending_seconds - (time.monotonic() - begun)
                self.settimeout(max(0.001, left))
                super().sendall(whole[start : start + PART], flags)
                self.sent_bytes += len(whole[start : start + PART])
        finally:
            self.sending_seconds += time.monotonic() - begun
            self.settimeout(None)


class Connection(TConn):
    """A client's connection, and the part of its next request that has arrived. `received`: the bytes so far. `size`:
    the total size of that request, 0 until known. `in_hand`: size of the request that a thread is answering. `leaving`:
    the connection is closing, so bytes that still arrive are ignored and nothing more is sent. `queue`: the queue of
    the request that waits or is being answered."""

    size, in_hand, leaving = 0, 0, False
    queue: RequestQueue

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.received = bytearray()
        self.parser = http.get_parser(self.cfg, self.sock, self.client)
        self.initialized = self.data_ready = True


class ReceivingWorker(ThreadWorker):
    """gunicorn's threaded worker, except that its main loop first collects each whole request.

    `pending_conns`: the connections on which a request is still arriving, and those that are closing.
    """

    # `pending_conns` is typed as Any, because its objects are of our class Connection, not TConn as in gunicorn.
    pending_conns: Any
    buffered_bytes, log_after = 0, 0.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.queue = RequestQueue(self.cfg.threads, queue_capacity)
        self.health_checks = RequestQueue(1, HEALTH_CHECKS)

    def get_thread_pool(self) -> ThreadPoolExecutor:
        """Called by gunicorn when the process starts: create the threads, with one more for health checks."""
        return ThreadPoolExecutor(max_workers=self.queue.threads + self.health_checks.threads)

    def accept(self, listener: socket.socket) -> None:
        try:
            accepted, address = listener.accept()
        except OSError:
            # The connection is gone: another worker process has accepted it, or the client has closed it.
            return
        self.nr_conns += 1
        self._collect(Connection(self.cfg, ClientSocket.of(accepted), address, listener.getsockname()))
        if self.nr_conns >= self.worker_connections:
            # Too many connections are open: drop the one whose request has been incomplete for the longest time.
            self._drop(self.pending_conns[0])

    def on_client_socket_readable(self, conn: Any, client: socket.socket) -> None:
        """Called by gunicorn when bytes arrive on an idle keep-alive connection: begin to receive the next request."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._collect(conn)

    def finish_request(self, conn: Any, done: Any) -> None:
        """Called by gunicorn after an answer: close the connection, or wait for the next request of the client. The
        client may already have sent the beginning of the next request. These bytes are then taken from gunicorn's
        parser."""
        self.buffered_bytes -= conn.in_hand
        conn.in_hand = 0
        conn.queue.running -= 1
        self._start_waiting(conn.queue)
        if done.cancelled() or done.exception() is not None or done.result() is not True:
            self._linger(conn)
        elif behind := conn.parser.unreader.take_buffered():
            self._collect(conn, behind)
        else:
            super().finish_request(conn, done)

    def murder_pending(self) -> None:
        now = time.monotonic()
        for conn in [conn for conn in self.pending_conns if conn.timeout <= now]:
            self._drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        """Called by gunicorn when the worker process stops: shorten the time limit of each incomplete request to
        `deadline`."""
        super()._cap_keepalive(deadline)  # type: ignore[misc]  # new in gunicorn 27, and its stubs are of 26
        for conn in self.pending_conns:
            conn.timeout = min(conn.timeout, deadline)

    def _collect(self, conn: Any, received: bytes = b"") -> None:
        conn.sock.setblocking(False)
        conn.size, conn.timeout = 0, time.monotonic() + SECONDS
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))
        if received:
            self._take(conn, received)

    def _receive(self, conn: Any, client: socket.socket) -> None:
        if conn.leaving and conn not in self.pending_conns:
            # Ignore an event of a connection that an earlier event of the same poll has already dropped.
            return
        try:
            part = client.recv(PART)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if not part:
            self._drop(conn)
        elif not conn.leaving:
            self._take(conn, part)

    def _take(self, conn: Any, part: bytes) -> None:
        conn.received += part
        self.buffered_bytes += len(part)
        if self.buffered_bytes > BUFFERED_BYTES:
            # Memory is full: refuse the largest incomplete request, so that smaller requests can still arrive.
            largest = max(self.pending_conns, key=lambda pending: len(pending.received))
            if len(largest.received) > PART:
                self._refuse(largest, _BUSY)
        try:
            conn.size = conn.size or request_size(conn.received)
        except RequestRefusedError as refusal:
            self._refuse(conn, str(refusal))
        if conn.leaving or not 0 < conn.size <= len(conn.received):
            return
        received = bytes(conn.received)
        self._leave(conn)
        conn.in_hand = len(received)
        self.buffered_bytes += conn.in_hand
        conn.sock.begin_answer()
        conn.parser.unreader.unread(received)
        conn.queue = self.health_checks if is_health_check(received) else self.queue
        if (refused := conn.queue.add(conn, has_session=has_session_cookie(received))) is not None:
            self.buffered_bytes -= refused.in_hand
            refused.in_hand = 0
            self._send_refusal(refused, busy_answer())
            self._log_full_queue()
        self._start_waiting(conn.queue)

    def _log_full_queue(self) -> None:
        if time.monotonic() >= self.log_after:
            self.log_after = time.monotonic() + LOG_SECONDS
            _log.warning("queue_full")

    def _start_waiting(self, queue: RequestQueue) -> None:
        while (conn := queue.start_next()) is not None:
            self.enqueue_req(conn)

    def _refuse(self, conn: Any, status: str) -> None:
        self._leave(conn)
        self._send_refusal(conn, f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode())

    def _send_refusal(self, conn: Any, answer: bytes) -> None:
        with suppress(OSError):
            conn.sock.send(answer)
        self._linger(conn)

    def _linger(self, conn: Any) -> None:
        """Send nothing more, and close the connection once the client has closed it, or after LINGER_SECONDS.

        Closing a connection with unread bytes at once would reset the connection, and the client could lose the last
        answer. The connection waits in the poller, so it does not block the main loop.
        """
        conn.leaving, conn.timeout = True, time.monotonic() + LINGER_SECONDS
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._receive, conn))

    def _leave(self, conn: Any) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        self.buffered_bytes -= len(conn.received)
        conn.received = bytearray()

    def _drop(self, conn: Any) -> None:
        self._leave(conn)
        conn.leaving = True
        self.nr_conns -= 1
        conn.close()
