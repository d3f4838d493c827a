"""Clients that use the cluster: officers open accounts and book payments, and other people only open pages."""

import http.client
import json
import random
import ssl
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.nightly.cluster.machines import Proxy
from tests.nightly.cluster.network import SITES

SLOWEST = 60  # A request without an answer after this many seconds fails.
PAUSE = 0.15
CSRF = "a" * 32


@dataclass(frozen=True)
class Answer:
    """The answer to one request. `retry`: whether it has the header Retry-After, which says when to try again."""

    sent: float
    came: float
    status: int
    retry: bool
    path: str


class Visitor(threading.Thread):
    """A client in a thread: until it is stopped, it opens its page and, if it has an account, books payments.

    A payment is sent again with the same idempotency key until the server acknowledges it.
    """

    def __init__(self, proxy: Proxy, visits: dict[str, str], day: str) -> None:
        super().__init__(daemon=True)
        self.proxy, self.visits, self.day = proxy, visits, day
        self.done = threading.Event()
        self.answers: list[Answer] = []
        self.paid: dict[str, int] = {}
        self.problem = ""

    def run(self) -> None:
        try:
            while not self.done.is_set():
                self.ask("GET", self.visits["page"])
                if self.visits["account"]:
                    self.pay()
                time.sleep(PAUSE * random.uniform(0.5, 1.5))
        except Exception as error:
            self.problem = repr(error)  # An exception ends only this thread, so `all_served` must fail the test.

    def pay(self) -> None:
        key, cents = str(uuid4()), random.randint(100, 99_999)
        payment = {"label": "bank_transfer", "cents": cents, "effective_on": self.day}
        while self.ask("POST", f"/api/v1/accounts/{self.visits['account']}/payments/", payment, key) != 201:
            time.sleep(PAUSE)
            if self.done.is_set():
                return
        self.paid[key] = cents

    def ask(self, method: str, path: str, payment: dict[str, Any] | None = None, key: str = "") -> int:
        """Send one request and record the answer. Status 0 means that no answer came, which counts as a failure."""
        host, body = SITES[self.visits["site"]], json.dumps(payment) if payment else None
        cookies = f"{self.visits['cookies']}; __Host-csrftoken={CSRF}"
        headers = {"Cookie": cookies, "Host": host, "X-CSRFToken": CSRF, "Origin": f"https://{host}"}
        headers |= {"Content-Type": "application/json", "Idempotency-Key": key} if payment else {}
        sent, status, retry = time.monotonic(), 0, False
        anyone = ssl._create_unverified_context()  # Accept the test's certificate, which is self-signed.
        connecting = http.client.HTTPSConnection(self.proxy.address, self.proxy.port, timeout=SLOWEST, context=anyone)
        try:
            with closing(connecting) as connection:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                answer.read()
                status, retry = answer.status, "Retry-After" in answer.headers
        except (OSError, http.client.HTTPException):
            pass
        self.answers.append(Answer(sent, time.monotonic(), status, retry, path))
        return status


class Load:
    """The clients of the load test, which are started and stopped together."""

    def __init__(self, proxy: Proxy, visits: list[dict[str, str]], day: str) -> None:
        self.visitors = [Visitor(proxy, visit, day) for visit in visits]

    def __enter__(self) -> "Load":
        for visitor in self.visitors:
            visitor.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for visitor in self.visitors:
            visitor.done.set()
        for visitor in self.visitors:
            visitor.join(SLOWEST + 10)

    def since(self, start: float) -> list[Answer]:
        return [answer for visitor in self.visitors for answer in list(visitor.answers) if answer.sent >= start]

    def refused(self, start: float) -> list[Answer]:
        """Return the failed answers that came since `start`, even if their requests were sent before `start`."""
        answers = [answer for visitor in self.visitors for answer in list(visitor.answers) if answer.came >= start]
        return [answer for answer in answers if answer.status not in (200, 201)]

    def all_served(self, start: float) -> bool:
        """Whether each client got its page, and each officer booked a payment, by requests sent since `start`."""
        for visitor in self.visitors:
            assert not visitor.problem, visitor.problem
            wanted = {200, 201} if visitor.visits["account"] else {200}
            if not wanted <= {answer.status for answer in list(visitor.answers) if answer.sent >= start}:
                return False
        return True

    def paid(self) -> dict[str, int]:
        return {key: cents for visitor in self.visitors for key, cents in list(visitor.paid.items())}

    def refresh(self, visits: list[dict[str, str]]) -> None:
        """Give each client new cookies, because some cookies expire after 15 minutes."""
        for visitor, newer in zip(self.visitors, visits, strict=True):
            visitor.visits = newer
