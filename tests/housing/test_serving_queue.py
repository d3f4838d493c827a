"""When more requests arrive than the threads can answer, some wait in a bounded queue, and others get 503 at once."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from housing.serving.queueing import RETRY_AFTER, RequestQueue, has_session_cookie, is_health_check
from tests.housing.test_proxy import free_port
from tests.housing.test_serving import THREADS, running, wait_for

QUEUE = 3
SIGNED_IN = {"Cookie": "csrftoken=a; sessionid=forged"}
ANONYMOUS: dict[str, str] = {}


@pytest.fixture(scope="module")
def busy_port() -> Iterator[int]:
    port = free_port()
    with running(f"127.0.0.1:{port}", SERVED_SECONDS="20", LOGE_QUEUE=str(QUEUE)):
        wait_for(port)
        yield port


def ask(port: int, path: str, headers: dict[str, str]) -> tuple[int, str | None, str, float]:
    """Send a GET request. Returns the status, the header Retry-After, the body and the duration in seconds."""
    start = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        return answer.status, answer.getheader("Retry-After"), body, time.monotonic() - start


def send(port: int, path: str, headers: dict[str, str]) -> socket.socket:
    """Send a GET request without waiting for the answer. Returns the open connection."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    lines = [f"GET {path} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers.items())]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    return connection


def status_of(connection: socket.socket) -> int:
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    answer.read()
    connection.close()
    return answer.status


def test_requests_beyond_the_queue_get_503_and_a_sentence_in_two_languages(busy_port):
    with ThreadPoolExecutor(30) as clients:
        answers = list(clients.map(lambda _number: ask(busy_port, "/wait", ANONYMOUS), range(30)))
    refused = [answer for answer in answers if answer[0] == 503]
    served = [answer for answer in answers if answer[0] == 200]
    assert len(served) >= THREADS + QUEUE and len(refused) >= 10 and len(served) + len(refused) == 30
    assert {retry_after for _status, retry_after, _body, _seconds in refused} == {str(RETRY_AFTER)}
    assert all("Réessayez dans quelques secondes" in body and "Try again" in body for _s, _r, body, _t in refused)
    assert json.loads(served[0][2])["body"] == 0
    assert ask(busy_port, "/chemin", ANONYMOUS)[0] == 200


def fill(port: int) -> list[socket.socket]:
    """Occupy all threads and fill the queue with requests without a session cookie."""
    busy = []
    for _number in range(THREADS + QUEUE):
        busy.append(send(port, "/wait", ANONYMOUS))
        time.sleep(0.02)
    return busy


def test_requests_with_a_session_cookie_replace_those_without(busy_port):
    waiting = fill(busy_port)
    signed_in = send(busy_port, "/wait", SIGNED_IN)
    assert status_of(waiting.pop()) == 503
    assert status_of(signed_in) == 200
    assert [status_of(connection) for connection in waiting] == [200] * (THREADS + QUEUE - 1)


@pytest.mark.parametrize("path", ["/sante", "/sante/vie", "/sante/fond"])
def test_health_checks_are_answered_while_the_queue_is_full(busy_port, path):
    waiting = fill(busy_port)
    status, _retry_after, _body, seconds = ask(busy_port, path, ANONYMOUS)
    assert status == 200 and seconds < 0.4
    assert ask(busy_port, "/santerre", ANONYMOUS)[0] == 503
    assert [status_of(connection) for connection in waiting] == [200] * (THREADS + QUEUE)


def run_all(queue: RequestQueue) -> list[str]:
    order = []
    while (name := queue.start_next()) is not None:
        order.append(name)
        queue.running -= 1
    return order


def test_the_queue_runs_requests_with_a_session_first_and_each_kind_in_order():
    queue = RequestQueue(threads=1, capacity=4)
    for name, has_session in (("a", False), ("b", True), ("c", False), ("d", True)):
        assert queue.add(name, has_session=has_session) is None
    assert queue.start_next() == "b" and queue.start_next() is None
    queue.running -= 1
    assert run_all(queue) == ["d", "a", "c"]


def test_a_full_queue_refuses_the_newest_request_without_a_session():
    queue = RequestQueue(threads=1, capacity=2)
    for name in ("running", "b", "c"):
        assert queue.add(name) is None
        queue.start_next()
    assert queue.add("d") == "d"
    assert queue.add("e", has_session=True) == "c" and queue.add("f", has_session=True) == "b"
    assert queue.add("g", has_session=True) == "g"
    queue.running -= 1
    assert run_all(queue) == ["e", "f"]


def test_which_requests_have_a_session_cookie_or_check_the_health():
    end = b"\r\nHost: localhost\r\n\r\n"
    for header in (b"Cookie: sessionid=a", b"cookie:sessionid=a", b"COOKIE: a=b; __Host-sessionid=c; d=e"):
        assert has_session_cookie(b"GET / HTTP/1.1\r\n" + header + end)
    for header in (b"Cookie: sessionid=", b"Cookie: xsessionid=a", b"X-Cookie: sessionid=a", b"Cookie: a=sessionid"):
        assert not has_session_cookie(b"GET / HTTP/1.1\r\n" + header + end)
    assert not has_session_cookie(b"POST / HTTP/1.1" + end + b"\r\nCookie: sessionid=a")
    assert is_health_check(b"GET /sante HTTP/1.1" + end) and is_health_check(b"HEAD /sante/vie?a HTTP/1.1" + end)
    assert not is_health_check(b"POST /sante HTTP/1.1" + end) and not is_health_check(b"GET /santes HTTP/1.1" + end)
