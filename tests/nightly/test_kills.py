"""PostgreSQL connections are killed again and again, while officers and machine clients use the web application.

Every acknowledged payment must be stored exactly once, and every page that was served must have its audit event. A
request that fails because of a killed connection must be answered 503 with `Retry-After`, never 500.
"""

import http.client
import json
import os
import random
import threading
import time
from collections import Counter
from contextlib import closing
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.conf import settings
from django.db import connections

from tests.bench.serving import GUARDED, served, session_of
from tests.builders import paris_day, run

KILLS = int(os.environ.get("LOGE_KILLS", "30"))
# OFFICERS is the number of threads that send requests. BETWEEN is the mean number of seconds between two kills.
OFFICERS, BETWEEN = 4, 0.8
SLOWEST = 45  # A request that gets no answer within this many seconds fails.
CSRF = "a" * 32

pytestmark = [
    pytest.mark.nightly,
    pytest.mark.unwatched("sends requests to a server of its own"),
    pytest.mark.spoils,
]


class Officer(threading.Thread):
    """A thread that opens a page and books a payment, again and again. It sends a payment again with the same
    idempotency key until the server acknowledges this payment."""

    def __init__(self, port, session, account, day):
        super().__init__(daemon=True)
        self.port, self.session, self.account, self.day = port, session, account, str(day)
        self.done = threading.Event()
        self.statuses, self.no_retry = Counter(), []
        self.views, self.paid = 0, {}

    def run(self):
        while not self.done.is_set():
            self.open_page()
            self.pay()

    def open_page(self):
        """Open the list of accounts, which is a view of personal data that must have its audit event.

        Users need not state a reason for opening this page, so one request is enough.
        """
        self.views += self.ask("GET", "/comptes/") == 200

    def pay(self):
        key = str(uuid4())
        payment = {"label": "bank_transfer", "cents": random.randint(100, 99_999), "effective_on": self.day}
        for _try in range(60):
            if self.ask("POST", f"/api/v1/accounts/{self.account.reference}/payments/", payment, key) == 201:
                self.paid[key] = payment["cents"]
                return
            time.sleep(0.1)
        raise AssertionError("a payment was never acknowledged")

    def ask(self, method, path, body_data=None, key=""):
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        headers = {"Cookie": cookies, "Host": f"localhost:{self.port}", "X-CSRFToken": CSRF}
        headers |= {"Content-Type": "application/json", "Idempotency-Key": key} if body_data else {}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=SLOWEST)) as connection:
            connection.request(method, path, json.dumps(body_data) if body_data else None, headers)
            answer = connection.getresponse()
            body = answer.read()
        self.statuses[answer.status] += 1
        if answer.status == 503 and not answer.headers["Retry-After"]:
            self.no_retry.append((path, body[:200]))
        return answer.status


def kill_main(cursor, name):
    """Kill all PostgreSQL connections of the web application's login, as an administrator might."""
    cursor.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND usename = %s",
        [name, f"{settings.INSTANCE}_web"],
    )
    return cursor.fetchone()[0]


def kill_all(cursor, name):
    """Kill all PostgreSQL connections of the application, also those of the audit log. Spare only the two logins with
    which this test itself is connected."""
    cursor.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND usename <> ALL (%s)",
        [name, [f"{settings.INSTANCE}_owner", "postgres"]],
    )
    return cursor.fetchone()[0]


@pytest.mark.parametrize("kill", [kill_main, kill_all])
def test_no_payment_and_no_event_is_lost_while_the_server_is_killed(landlord, kill):
    name = connections["default"].settings_dict["NAME"]
    session = session_of(landlord.person("elise"))
    account = landlord.account("Dette-Glycines A")
    [(before,)] = run("SELECT count(*) FROM ledger_entry")
    with served(GUARDED, name) as server, closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"])) as super_:
        super_.autocommit = True
        officers = [Officer(server.port, session, account, paris_day()) for _officer in range(OFFICERS)]
        for officer in officers:
            officer.start()
        ended = 0
        with super_.cursor() as cursor:
            for _kill in range(KILLS):
                time.sleep(BETWEEN * random.uniform(0.5, 1.5))
                ended += kill(cursor, name)
        end = time.monotonic() + 60  # Within a minute, all clients must be served normally again.
        while time.monotonic() < end and not all(officer.views > 1 and len(officer.paid) > 1 for officer in officers):
            time.sleep(0.2)
        for officer in officers:
            officer.done.set()
        for officer in officers:
            officer.join(120)
    assert not any(officer.is_alive() for officer in officers)
    statuses = sum((officer.statuses for officer in officers), Counter())
    assert ended >= KILLS / 2 and set(statuses) <= {200, 201, 503}, statuses
    assert [bare for officer in officers for bare in officer.no_retry] == []
    paid = {key: cents for officer in officers for key, cents in officer.paid.items()}
    rows = run(
        "SELECT idempotency_key, amount_cents FROM ledger_entry WHERE idempotency_key = ANY (%s)", [*map(UUID, paid)]
    )
    assert sorted(rows) == sorted((UUID(key), -cents) for key, cents in paid.items()) and len(paid) > OFFICERS
    [(after,)] = run("SELECT count(*) FROM ledger_entry")
    assert after - before == len(paid)
    [(recorded,)] = run("SELECT count(*) FROM audit_event WHERE kind = 'payment_taken' AND outcome = 'changed'")
    assert recorded == len(paid)
    views = sum(officer.views for officer in officers)
    [(events,)] = run(
        "SELECT count(*) FROM audit_event WHERE outcome = 'shown' AND actor = %s", landlord.person("elise").pk
    )
    assert views > OFFICERS and events >= views
