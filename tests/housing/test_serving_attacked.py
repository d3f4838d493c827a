"""Clients that attack the server must not block the server for other clients.

The attackers send ambiguous Content-Length headers, keep connections open, read slowly, or try to fill the server's
memory.
"""

import socket
import time
from contextlib import ExitStack, suppress
from threading import Thread

import pytest

from housing.serving import receiving
from housing.serving.receiving import LINGER_SECONDS, ClientSocket, RequestRefusedError, request_size
from tests.housing.test_serving import GET, HALF, THREADS, ask, open_connection

CONNECTIONS = 500
LENGTHS = (
    b"Content-Length: 0000000000000000000050",
    b"Content-Length: 99999999999999999",
    b"Content-Length: +5",
    b"Content-Length: 5, 5",
    b"Content-Length: \xb2",
    b"Content-Length:",
    b"Content-Length: 5\r\nContent-Length: 5",
    b"Content-Length: 5\r\nContent-length: 50",
    b"Content-Length:\r\n 5",
    b"Content-Length\t: 5\r\nContent-Length: 50",
)


@pytest.mark.parametrize("line", LENGTHS)
def test_an_ambiguous_content_length_is_refused(line):
    with pytest.raises(RequestRefusedError, match="400"):
        request_size(HALF + line + b"\r\n\r\n")


@pytest.mark.parametrize("line", LENGTHS[:2])
def test_an_ambiguous_content_length_blocks_no_thread(patient_port, line):
    with ExitStack() as opened:
        for _ in range(THREADS):
            opened.enter_context(open_connection(patient_port)).sendall(HALF + line + b"\r\n\r\n")
        assert ask(patient_port)["PATH_INFO"] == "/chemin"


CLOSING, MALFORMED = GET.replace(b"1.1", b"1.0"), b"GARBAGE\r\n\r\n"


@pytest.mark.parametrize("request_text", [CLOSING, MALFORMED], ids=["closing", "malformed"])
def test_clients_that_do_not_close_block_nobody(patient_port, request_text):
    with ExitStack() as opened:
        for _ in range(40):
            opened.enter_context(open_connection(patient_port)).sendall(request_text)
        time.sleep(0.2)
        assert ask(patient_port)["PATH_INFO"] == "/chemin"


def test_a_client_that_does_not_close_is_closed_soon_after_its_answer(port):
    """If a client does not close its connection after the answer, the server must close it after LINGER_SECONDS.

    Until then, the server reads and discards what the client sends. Afterwards, the kernel answers with a reset.
    """
    with open_connection(port) as connection:
        connection.sendall(CLOSING)
        while connection.recv(4096):
            pass
        connection.sendall(b"x")
        time.sleep(LINGER_SECONDS - 0.7)
        connection.sendall(b"x")
        time.sleep(2)
        with pytest.raises(OSError):
            for _ in range(2):
                connection.sendall(b"x")
                time.sleep(0.1)


def test_a_slow_reader_is_disconnected(port):
    """A client that reads too slowly must be disconnected, although it reads something before each timeout.

    It reads 4,096 bytes every half second.
    """
    with ExitStack() as opened:
        slow = [opened.enter_context(open_connection(port)) for _ in range(THREADS)]
        for connection in slow:
            connection.sendall(GET.replace(b"/ ", b"/many ", 1))
        answered = None
        with socket.create_connection(("127.0.0.1", port), timeout=20) as other:
            other.sendall(GET)
            other.setblocking(False)
            for _try in range(60):
                time.sleep(0.5)
                for connection in slow:
                    connection.recv(4096)
                with suppress(BlockingIOError):
                    answered = other.recv(100)
                    break
    assert answered and answered.startswith(b"HTTP/1.1 200")


def test_a_reader_below_the_minimum_rate_is_disconnected(monkeypatch):
    monkeypatch.setattr(receiving, "SECONDS", 0.3)
    monkeypatch.setattr(receiving, "PART", 1024)
    monkeypatch.setattr(receiving, "SEND_BUFFER", 4096)
    accepted, reader = socket.socketpair()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

    def read_slowly() -> None:
        with suppress(OSError):
            while reader.recv(1024):
                time.sleep(0.05)

    with ClientSocket.of(accepted) as sending, reader:
        thread = Thread(target=read_slowly, daemon=True)
        thread.start()
        with pytest.raises(TimeoutError):
            sending.sendall(b"x" * 200_000)
        sending.shutdown(socket.SHUT_RDWR)
        thread.join(2)


def test_usual_answers_fit_into_the_kernel_s_buffer(patient_port):
    with ExitStack() as opened:
        for _ in range(4 * THREADS):
            opened.enter_context(open_connection(patient_port)).sendall(GET.replace(b"/ ", b"/page ", 1))
        time.sleep(0.2)
        assert ask(patient_port)["PATH_INFO"] == "/chemin"


def test_too_many_connections_lock_nobody_out(patient_port):
    with ExitStack() as opened:
        idle = [opened.enter_context(open_connection(patient_port)) for _ in range(CONNECTIONS + 50)]
        assert ask(patient_port)["PATH_INFO"] == "/chemin"
        assert idle[0].recv(1) == b""


def test_large_requests_are_refused_before_memory_fills(patient_port):
    """When unfinished requests fill the buffer, the server must refuse some with 503 and still answer other clients.

    The buffer `receiving.BUFFERED_BYTES` is 2 MB in this server (tests/housing/served.py).
    """
    with ExitStack() as opened:
        large = [
            opened.enter_context(socket.create_connection(("127.0.0.1", patient_port), timeout=20)) for _ in range(6)
        ]
        for connection in large:
            connection.sendall(HALF + b"Content-Length: 600000\r\n\r\n" + b"x" * 500_000)
        time.sleep(0.3)
        assert ask(patient_port)["PATH_INFO"] == "/chemin"
        refused = [connection for connection in large if _answer_of(connection).startswith(b"HTTP/1.1 503 ")]
        assert 2 <= len(refused) <= 4


def _answer_of(connection: socket.socket) -> bytes:
    connection.settimeout(0.3)
    try:
        return connection.recv(100)
    except TimeoutError:
        return b""


def test_queued_requests_count_as_buffered_memory(patient_port):
    with ExitStack() as opened:
        large = [
            opened.enter_context(socket.create_connection(("127.0.0.1", patient_port), timeout=20)) for _ in range(8)
        ]
        for connection in large:
            path = HALF.replace(b"/ ", b"/wait ", 1)
            connection.sendall(path + b"Content-Length: 600000\r\n\r\n" + b"x" * 600_000)
            time.sleep(0.04)  # The pause lets the server receive each request before the next one begins.
        answers = [connection.recv(12) for connection in large]
    assert b"HTTP/1.1 200" in answers and b"HTTP/1.1 503" in answers
    assert ask(patient_port)["PATH_INFO"] == "/chemin"


def test_a_header_is_parsed_once_per_request(monkeypatch):
    """The header must not be parsed again for each part of the body, because a client can send a body byte by byte."""
    measured = []
    monkeypatch.setattr(receiving, "request_size", lambda received: measured.append(1) or 1000)
    worker = receiving.ReceivingWorker.__new__(receiving.ReceivingWorker)
    conn = receiving.Connection.__new__(receiving.Connection)
    conn.received = bytearray()
    for _ in range(50):
        worker._take(conn, b"x")
    assert len(measured) == 1
