"""gunicorn with the settings of `housing/serving/` must withstand half-sent requests and forged headers.

A demonstration server must accept clients on the same computer only.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from housing.serving.own_machine import is_loopback
from housing.serving.receiving import BODY_BYTES, HEADER_BYTES, RequestRefusedError, request_size
from tests.housing.test_proxy import free_port

THREADS, HALF_SENT = 2, 12
GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
HALF = GET[:-2]
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"


def start(bind: str, **environ: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "gunicorn", "tests.housing.served:application"]
    command += ["--config", "python:housing.serving"]
    given = {**os.environ, "LOGE_WORKERS": "1", "LOGE_THREADS": str(THREADS), "LOGE_BIND": bind, "LOGE_DEMO": "0"}
    # The request queue is long enough for all tests, except those that set a shorter queue.
    given |= {"SERVED_SECONDS": "2", "LOGE_QUEUE": "1000"}
    return subprocess.Popen(
        command, env=given | environ, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@contextmanager
def running(bind: str, **environ: str) -> Iterator[None]:
    process = start(bind, **environ)
    try:
        yield
    finally:
        process.terminate()
        process.communicate(timeout=30)


def wait_for(port: int) -> None:
    for _try in range(300):
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                ask(port)
                return
        time.sleep(0.1)
    raise AssertionError("gunicorn does not answer")


def ask(port: int, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET" if body is None else "POST", "/chemin", body, headers or {})
    answer = connection.getresponse()
    told = json.loads(answer.read())
    connection.close()
    return told


def open_connection(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    return connection


def read_answer(connection: socket.socket) -> None:
    received = b""
    while not received.endswith(b"}"):
        received += connection.recv(4096)


def send_nothing(_connection: socket.socket) -> None:
    """Behave like a client that opens a connection and sends no request."""


def send_half_a_line(connection: socket.socket) -> None:
    connection.sendall(GET[:7])


def send_half_a_header(connection: socket.socket) -> None:
    connection.sendall(HALF)


def send_half_a_body(connection: socket.socket) -> None:
    connection.sendall(POST + b"x" * 50)


def send_half_of_the_next(connection: socket.socket) -> None:
    connection.sendall(GET)
    read_answer(connection)
    connection.sendall(HALF)


def send_half_of_the_next_at_once(connection: socket.socket) -> None:
    connection.sendall(GET + HALF)
    read_answer(connection)


@pytest.mark.parametrize(
    "send",
    [
        send_nothing,
        send_half_a_line,
        send_half_a_header,
        send_half_a_body,
        send_half_of_the_next,
        send_half_of_the_next_at_once,
    ],
)
def test_half_sent_requests_block_nobody_and_are_closed(port, patient_port, send: Callable[[socket.socket], None]):
    with ExitStack() as open_ones:
        for _ in range(HALF_SENT):
            send(open_ones.enter_context(open_connection(patient_port)))
        assert ask(patient_port, body=b"x" * 1000)["body"] == 1000
        waiting = [open_ones.enter_context(open_connection(port)) for _ in range(HALF_SENT)]
        for connection in waiting:
            send(connection)
        # The client receives b"" when the server closes the connection, as it must at the timeout.
        assert [connection.recv(1000) for connection in waiting] == [b""] * HALF_SENT
    assert ask(port)["PATH_INFO"] == "/chemin"


def test_clients_that_do_not_read_their_answer_block_nobody(port):
    with ExitStack() as open_ones:
        for _ in range(THREADS):
            open_ones.enter_context(open_connection(port)).sendall(GET.replace(b"/ ", b"/large ", 1))
        assert ask(port)["PATH_INFO"] == "/chemin"


def test_slow_and_pipelined_requests_are_answered(port):
    with open_connection(port) as connection:
        for part in (GET[:5], GET[5:30], GET[30:], GET + GET + POST, b"x" * 99, b"x"):
            connection.sendall(part)
            time.sleep(0.05)
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 4 or not received.endswith(b"}"):
            received += connection.recv(4096)
    assert received.count(b'"body": 100}') == 1 and received.count(b'"body": 0}') == 3


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (HALF + b"x: " + b"x" * HEADER_BYTES, 431),
        (HALF + b"Content-Length: %d\r\n\r\n" % (BODY_BYTES + 1), 413),
        (HALF + b"Transfer-Encoding: chunked\r\n\r\n", 411),
        (HALF + b"Content-Length: 1x\r\n\r\n", 400),
    ],
)
def test_requests_too_large_or_without_length_are_refused(port, request_head, status):
    with open_connection(port) as connection:
        connection.sendall(request_head)
        answer = connection.recv(4096).decode()
    assert answer.startswith(f"HTTP/1.1 {status} ")


def test_request_size_is_computed_from_the_header():
    assert request_size(GET[:-1]) == 0 and request_size(GET) == request_size(GET + GET) == len(GET)
    assert request_size(POST) == len(POST) + 100
    header = HALF + b"content-LENGTH:  3 \r\n\r\n"
    assert request_size(header) == len(header) + 3
    with pytest.raises(RequestRefusedError, match="411"):
        request_size(HALF + b"TRANSFER-encoding: identity\r\n\r\n")


# --- Headers from a proxy, or from a client through a proxy ---

MOVING = ("Script-Name", "Path-Info", "Remote-User", "Remote-Addr", "X-Forwarded-Prefix", "X-Forwarded-Host")
TRUSTED = {"LOGE_PROXIES": "127.0.0.1"}


@pytest.mark.parametrize("spelling", [str, str.upper, lambda name: name.replace("-", "_").upper()])
def test_no_header_changes_the_path_or_the_user(port, spelling):
    plain, forged = ask(port), ask(port, {spelling(name): "/chemin" for name in MOVING})
    assert plain["SCRIPT_NAME"] == "" and plain["REMOTE_USER"] is None
    assert {name: value for name, value in forged.items() if name != "headers"} == {
        name: value for name, value in plain.items() if name != "headers"
    }


def test_header_names_with_underscores_are_dropped(port):
    forged = {"X_Forwarded_For": "6.6.6.6", "X_Forwarded_Proto": "https", "Hx_Request": "true", "Authorization_": "x"}
    assert ask(port, forged)["headers"].keys() == ask(port)["headers"].keys()


def test_only_x_forwarded_proto_sets_the_scheme(port):
    assert ask(port)["wsgi.url_scheme"] == "http"
    assert ask(port, {"X-Forwarded-Proto": "https"})["wsgi.url_scheme"] == "https"
    for other in ({"X-Forwarded-Ssl": "on"}, {"X-Forwarded-Protocol": "ssl"}, {"Front-End-Https": "on"}):
        assert ask(port, other)["wsgi.url_scheme"] == "http"


def test_headers_do_not_change_the_links_of_a_page(landlord, sign_in):
    """A forged header must not change where the links of a page lead."""
    client = sign_in("elise")
    forged = {"X-Forwarded-Prefix": "/ailleurs", "X-Forwarded-Host": "ailleurs.example", "X-Script-Name": "/ailleurs"}
    forged |= {"Remote-User": "ines", "X-Original-Url": "/trace/", "X-Rewrite-Url": "/trace/"}
    page = client.get("/regles/", headers=forged).content.decode()
    assert "Élise" in page and "ailleurs" not in page


# --- Where a demonstration listens ---

SENTENCE = "LOGE_DEMO=1 laisse entrer sans mot de passe"


def refusal_of(bind: str, **environ: str) -> str:
    process = start(bind, LOGE_DEMO="1", **environ)
    try:
        told, _nothing = process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.terminate()
        told, _nothing = process.communicate(timeout=30)
        return ""
    assert process.returncode != 0
    return str(told)


@pytest.mark.parametrize("way", ["LOGE_BIND", "GUNICORN_CMD_ARGS", "socket"])
def test_a_demonstration_refuses_to_listen_beyond_loopback(tmp_path: Path, way):
    port = free_port()
    here = f"127.0.0.1:{port}"
    told = {
        "LOGE_BIND": lambda: refusal_of(f"0.0.0.0:{port}"),
        "GUNICORN_CMD_ARGS": lambda: refusal_of(here, GUNICORN_CMD_ARGS=f"--bind {here} --bind 0.0.0.0:{free_port()}"),
        "socket": lambda: refusal_of(f"unix:{tmp_path / 'loge.sock'}"),
    }[way]()
    assert SENTENCE in told and "Traceback" not in told


def test_gunicorn_s_port_variable_is_ignored():
    port, other = free_port(), free_port()
    with running(f"127.0.0.1:{port}", LOGE_DEMO="1", PORT=str(other)):
        wait_for(port)
        assert ask(port)["PATH_INFO"] == "/chemin"
        with socket.socket() as trial:
            assert trial.connect_ex(("127.0.0.1", other)) != 0


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:127.0.0.1", {}, 200),
        ("192.0.2.7", {}, 403),
        ("", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 403),
    ],
)
def test_a_demonstration_refuses_remote_clients_on_any_server(bare, settings, peer, headers, status):
    """A demonstration must refuse remote clients even if started by `manage runserver 0.0.0.0:8000`."""
    settings.DEMO = True
    answer = Client().get("/entrer/", REMOTE_ADDR=peer, headers={"Host": "localhost", **headers})
    assert answer.status_code == status
    assert (SENTENCE in answer.content.decode()) == (status == 403)


def test_is_loopback_covers_exactly_the_loopback_networks():
    assert [is_loopback(address) for address in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")] == [True] * 4
    assert [is_loopback(one) for one in ("0.0.0.0", "::", "", "localhost", "10.0.0.1", "::ffff:10.0.0.1")] == [
        False
    ] * 6
