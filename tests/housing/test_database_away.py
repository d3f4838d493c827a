"""If the database connection is lost, pages and API must answer with status 503 and a `Retry-After` header.

The connection is lost before a request, before each of its SQL statements in turn, at its commit, or while a session is
written. No response may have status 500, contain the name of a person, or be incomplete.
"""

from collections.abc import Callable
from itertools import count
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connection, connections
from django.test import Client
from django.urls import NoReverseMatch, reverse

from access.checks import OPEN
from tests.audit.test_fail_closed import names, names_in, unreachable
from tests.builders import events, run
from tests.clones import run_as_super
from tests.visits import visits

ASKING_NOBODY = {"health_live", "csp", "accessibility", "security_txt"}
SAFE = (200, 302, 400, 403, 404, 405, 429)


def end_backend() -> None:
    """Terminate the connection's server process, as an administrator, a restart or a failover would."""
    assert connection.connection is not None
    run_as_super(f"SELECT pg_terminate_backend({int(connection.connection.get_backend_pid())}, 5000)")


class Cut:
    """Close the database connection before SQL statement number `at` of a request, and count the statements.

    If `at` is 0, the connection stays open.
    """

    def __init__(self, at: int = 0) -> None:
        self.at, self.statements = at, 0

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.statements += 1
        if self.statements == self.at:
            end_backend()
        return execute(sql, params, many, context)


def is_unavailable(answer: Any) -> bool:
    program = answer.wsgi_request.path.startswith("/api/")
    if program and answer.json()["code"] not in ("unavailable", "no_trace"):
        return False
    return answer.status_code == 503 and answer["Retry-After"] == "30" and names_in(answer) == []


def quiet(client: Client) -> Client:
    # When a view raises an exception, the test client must return the error page, as a server does.
    client.raise_request_exception = False
    return client


@pytest.mark.usefixtures("unkept")
def test_every_page_answers_503_while_the_database_is_down(sample_objects, sign_in):
    clients = {visit.who: quiet(sign_in(visit.who)) for visit in visits()}
    urls = {visit.name: visit.url(sample_objects) for visit in visits()}
    everybody = names()
    others = {}
    for name in OPEN.keys() - ASKING_NOBODY - {"health_ready", "health_deep", "metrics"}:
        try:
            others[name] = reverse(name)
        except NoReverseMatch:
            continue
    assert len(others) > 25
    with unreachable("default"):
        for visit in visits():
            answer = visit.ask_at(clients[visit.who], urls[visit.name], sample_objects, visit.methods[-1])
            assert answer.status_code == 503 and answer["Retry-After"] == "30", visit.name
            assert [one for one in names_in(answer, everybody) if one not in urls[visit.name]] == [], visit.name
        for name, url in others.items():
            assert clients["elise"].get(url).status_code == 503, name
            assert clients["elise"].post(url, {"x": 1}).status_code == 503, name
        assert quiet(Client()).get("/sante/vie").status_code == 200


def paths(sample_objects: Any) -> dict[str, tuple[str, str, dict[str, Any] | None]]:
    """Return the sample requests of this module by name: (user, URL, POST data or None for GET)."""
    reference = sample_objects.account.reference
    [payment] = [visit for visit in visits() if visit.name == "entry_payment"]
    return {
        "page": ("elise", f"/comptes/{reference}/", None),
        "act": ("elise", payment.url(sample_objects), payment.post(sample_objects)),
        "api": ("elise", f"/api/v1/accounts/{reference}/", None),
        "refusal": ("awa", f"/comptes/{reference}/", None),
        "nowhere": ("elise", "/rien/", None),
        "own sessions": ("elise", "/entrer/sessions/", None),
        "lock": ("elise", "/entrer/verrouiller/", {}),
        "way in": ("nobody", "/entrer/", {"login": "awa@loge.example", "password": "une phrase assez longue"}),
    }


def booked() -> int:
    [(entries,)] = run("SELECT count(*) FROM ledger_entry")
    return int(entries)


@pytest.mark.parametrize("path", ["page", "act", "api", "refusal", "nowhere", "own sessions", "lock", "way in"])
def test_a_connection_lost_before_any_statement_gives_503(sample_objects, sign_in, path):
    who, url, posted = paths(sample_objects)[path]

    def ask(cut: Cut) -> Any:
        # Each request starts with a new connection, as in production after the connection health check.
        connections["default"].close()
        client = quiet(sign_in(who))
        with connection.execute_wrapper(cut):
            return client.get(url) if posted is None else client.post(url, posted)

    written = booked()
    for number in count(1):
        cut = Cut(number)
        answer = ask(cut)
        # If the request has fewer than `number` statements, the loss of the connection was tested before each one.
        if cut.statements < number:
            assert answer.status_code in SAFE and number > 1
            return
        assert is_unavailable(answer), f"{path}, before statement {number}: {answer.status_code}"
        assert booked() == written


@pytest.mark.parametrize("program", [False, True], ids=["page", "program"])
def test_a_commit_that_fails_gives_503_and_changes_nothing(sample_objects, sign_in, program):
    client = quiet(sign_in("elise"))
    name = "api_payment" if program else "entry_payment"
    [visit] = [one for one in visits() if one.name == name]
    before, commits = booked(), type(connections["default"])._commit

    def lost(self: Any) -> Any:
        if self.alias == "default":
            end_backend()
        return commits(self)

    with patch.object(type(connections["default"]), "_commit", lost):
        answer = visit.ask(client, sample_objects, "POST")
    assert is_unavailable(answer) and booked() == before
    assert events(kind="account_opened") == []
    connections["default"].close()
    assert visit.ask(client, sample_objects, "POST").status_code in (201, 302) and booked() == before + 1


@pytest.mark.parametrize("alias", ["cache", "default"])
def test_sign_in_gives_503_without_its_tables(landlord, alias):
    with unreachable(alias):
        answer = quiet(Client()).post("/entrer/", {"login": "awa@loge.example", "password": "une phrase assez longue"})
    assert is_unavailable(answer)


@pytest.mark.parametrize(
    "where", ["backoffice.context.theme_of", "access.signin.sessions.watch", "access.api.tokens.recognise"]
)
def test_a_database_error_in_any_layer_gives_503(landlord, sign_in, monkeypatch, where):
    def gone(*_args: Any, **_more: Any) -> None:
        raise OperationalError("terminating connection due to administrator command: Dette, awa@loge.example")

    client = quiet(sign_in("elise"))
    monkeypatch.setattr(where, gone)
    headers = {"Authorization": "Bearer x"} if where.startswith("access.api.tokens") else {}
    url = "/api/v1/accounts/" if headers else "/regles/"
    assert is_unavailable(client.get(url, headers=headers))


def test_an_error_in_the_code_still_gives_500(landlord, sign_in, monkeypatch):
    def broken(*_args: Any, **_more: Any) -> None:
        raise ValueError("Dette")

    monkeypatch.setattr("ledger.views.accounts.page_of", broken)
    answer = quiet(sign_in("elise")).get("/comptes/")
    assert answer.status_code == 500 and "Retry-After" not in answer
