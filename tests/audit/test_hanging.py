"""While statements on the audit log hang, pages must answer 503 within seconds and static files must be served."""

import http.client
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.conf import settings
from django.db import OperationalError, connections

from access.database.timeouts import TIMEOUTS
from audit import events
from audit.events import Outcome
from audit.guard import waiting
from audit.record import AuditLogUnavailable, record_view
from tests.audit.test_fail_closed import names_in
from tests.bench.serving import GUARDED, served, session_of
from tests.builders import run

STATIC = "/static/loge/logo.svg"


@pytest.fixture(autouse=True)
def fresh_breaker(monkeypatch):
    monkeypatch.setattr(waiting, "_breaker", waiting.Breaker())


@contextmanager
def locked(database):
    """Lock the table audit_event exclusively, as a migration or a debugger might, so that all statements on it hang."""
    with closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"], dbname=database)) as holding:
        with holding.cursor() as cursor:
            cursor.execute("LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE")
        yield
        holding.rollback()


def database():
    return connections["default"].settings_dict["NAME"]


@pytest.mark.unwatched("its log cannot be read while it is locked")
def test_a_locked_table_gives_503_after_the_timeout_then_at_once(landlord, sign_in, monkeypatch):
    # After a timeout, requests get 503 at once for PAUSE seconds. With 600 seconds, no pause ends during the test.
    monkeypatch.setattr(waiting, "PAUSE", 600.0)
    client, account = sign_in("elise"), landlord.account("Dette-Glycines A")
    url = f"/comptes/{account.reference}/"
    assert client.get(url).status_code == 200
    statements = []

    def note(execute, sql, *arguments):
        statements.append(sql)
        return execute(sql, *arguments)

    with locked(database()), connections["trace"].execute_wrapper(note):
        for request in range(4):
            statements.clear()
            answer = client.get(url)
            assert answer.status_code == 503 and answer["Retry-After"] and not names_in(answer)
            assert bool(statements) == (request == 0)
    waiting._breaker._closed_until = time.monotonic() - 1
    assert client.get(url).status_code == 200


def test_a_server_that_stops_answering_is_disconnected(bare, monkeypatch):
    """If PostgreSQL stops answering, the application must give up after its own timeout and close the connection.

    The test stops the PostgreSQL process, because PostgreSQL's own timeouts would otherwise end the statement.
    """
    monkeypatch.setattr(waiting, "LONGEST", 1.0)
    monkeypatch.setattr(waiting, "SLOW", 0.5)
    [(pid,)] = run("SELECT pg_backend_pid()", alias="trace")
    os.kill(pid, signal.SIGSTOP)
    # If the test hangs, this timer lets the stopped PostgreSQL process continue after 30 seconds.
    going_on = threading.Timer(30, os.kill, (pid, signal.SIGCONT))
    going_on.start()
    try:
        with pytest.raises(AuditLogUnavailable):
            record_view(events.LIST_SHOWN, Outcome.SHOWN, by="test", list="accounts")
        assert going_on.is_alive(), "the request ended only when the server went on"
    finally:
        going_on.cancel()
        os.kill(pid, signal.SIGCONT)
    with pytest.raises(AuditLogUnavailable) as refused:
        record_view(events.LIST_SHOWN, Outcome.SHOWN, by="test", list="accounts")
    assert isinstance(refused.value.__cause__, waiting.StillHanging)
    connections["trace"].close()


def test_one_thread_tries_again_while_the_others_are_refused():
    breaker = waiting.Breaker()

    def refused():
        with ThreadPoolExecutor(1) as other:
            return isinstance(other.submit(breaker.admit).exception(), waiting.StillHanging)

    assert not refused()
    breaker._closed_until = time.monotonic() - 1
    breaker.admit()
    with breaker.admitting():
        assert refused()
    assert not refused()
    breaker._closed_until = time.monotonic() - 1
    with pytest.raises(OperationalError), breaker.admitting():
        raise OperationalError
    assert refused()


def ask(port, path, session=""):
    """Send a GET request to the local server. Returns the status code of the response."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
        connection.request("GET", path, headers={"Host": f"localhost:{port}", "Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
    return answer.status


WAITING = "SELECT pid, query_start FROM pg_stat_activity WHERE datname = %s AND wait_event = 'relation'"


def count_waits(database, ended):
    """Watch the database until the event `ended` is set. Returns how many statements waited for a lock on a table."""
    waits = set()
    with closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"], dbname=database)) as watching:
        watching.autocommit = True
        while not ended.wait(0.1):
            with watching.cursor() as cursor:
                cursor.execute(WAITING, (database,))
                waits.update(cursor.fetchall())
    return len(waits)


PAGES = 32


@pytest.mark.unwatched("asks a server of its own")
def test_static_files_and_health_are_answered_while_many_pages_hang(landlord, monkeypatch):
    """Static files and health checks must be served while many pages wait for the audit log.

    The waiting pages occupy all threads of the server until one page times out. From then on, pages get 503 at once.
    """
    # The allowed number of waiting requests is raised, because one worker process may get all requests of the test.
    monkeypatch.setenv("LOGE_QUEUE", str(2 * PAGES))
    session = session_of(landlord.person("elise"))
    url = f"/comptes/{landlord.account('Dette-Glycines A').reference}/"
    ended = threading.Event()
    with served(GUARDED, database()) as server, ThreadPoolExecutor(PAGES + 10) as threads:
        assert ask(server.port, STATIC) == 200
        with locked(database()):
            waits = threads.submit(count_waits, database(), ended)
            pages = [threads.submit(ask, server.port, url, session) for _page in range(PAGES)]
            time.sleep(0.3)
            files = [threads.submit(ask, server.port, path) for path in (STATIC, "/sante/vie") for _file in range(4)]
            health = threads.submit(ask, server.port, "/sante")
            try:
                assert {page.result() for page in pages} == {503}
                assert {file.result() for file in files} == {200}
                assert health.result() == 503
            finally:
                ended.set()
            assert 1 <= waits.result() <= PAGES / 2


def test_each_login_has_its_limits_from_its_role(bare):
    """Lock and statement timeouts must be settings of each database role.

    A connection pool may lose the settings of a connection.
    """
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    asked = ", ".join(f"current_setting('{name}')" for name in names)
    for alias in ("default", "trace", "cache", "jobs", "prune", "seal"):
        connections[alias].close()
        [found] = run(f"SELECT {asked}", alias=alias)
        wanted = TIMEOUTS["web" if alias == "default" else alias]
        assert tuple(milliseconds(text) for text in found) == tuple(milliseconds(text) for text in wanted), alias
    assert tuple(TIMEOUTS["trace"])[:2] == ("2s", "5s")


def milliseconds(text):
    [(found,)] = run("SELECT extract(epoch FROM %s::interval)", text if text[-1].isalpha() else f"{text} ms")
    return found
