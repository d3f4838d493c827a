"""What holds for requests whatever they ask: methods, headers, forms, errors, and that looking changes nothing."""

import io
import json
import logging
import re
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from access import door as doors
from access.checks import OPEN
from housing.logs import JsonLines
from tests.audit.test_fail_closed import everything_stored, revoked
from tests.builders import events, run
from tests.visits import WHO, visits

pytestmark = pytest.mark.usefixtures("unkept")

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
NOT_KEPT = ("audit_event", "access_session", "shared_cache")


def kept() -> dict[str, str]:
    return {table: rows for table, rows in everything_stored().items() if not table.startswith(NOT_KEPT)}


@pytest.fixture
def browsers(house, sign_in):
    """Everybody whom a door needs, signed in beforehand: signing in is written down too."""
    made = {name: sign_in(name) for name in (*WHO.values(), "fatou", "noel")}
    return made.__getitem__


def test_looking_changes_nothing(known, browsers):
    """Every door by somebody who may pass it: afterwards the same rows, and none written anew. HEAD is answered as GET
    is (tests/architecture/test_two_worlds.py)."""
    before = kept()
    looks = [visit for visit in visits() if "GET" in visit.door.methods]
    assert len(looks) > 100
    for who, theirs in groupby(sorted(looks, key=lambda visit: visit.who), lambda visit: visit.who):
        client, asked = browsers(who), list(theirs)
        for visit in asked:
            assert client.get(visit.url(known)).status_code in (200, 302), visit.name
        assert kept() == before, f"one of {[visit.name for visit in asked]}"


def test_other_methods_are_refused(known, browsers):
    before = kept()
    tried = 0
    for visit in visits():
        client = browsers(visit.who)
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "ZZ", *(() if visit.posts else ("POST",))):
            answer = client.generic(method, visit.url(known))
            assert answer.status_code == 405, (method, visit.name)
            assert visit.door.api or not answer.content, (method, visit.name)  # a problem says what it is
            assert set(answer["Allow"].split(", ")) == set(visit.door.methods)
            tried += 1
    assert tried > 400 and kept() == before


@pytest.fixture
def broken(monkeypatch):
    def fails(*_args, **_more):
        raise ValueError("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr("tenants.views.accounts.page_of", fails)


@pytest.fixture
def answers(house, sign_in, broken):
    """One answer of each kind: what a page is not, may not, cannot; and a file."""
    client, account = sign_in("elise"), house.account("Dette-Glycines A")
    client.raise_request_exception = False
    found = {
        "400": client.get("/", headers={"Host": "ailleurs.example"}),
        "403": sign_in("awa").get(f"/comptes/{account.reference}/"),
        "404": client.get("/rien/"),
        "404 behind a door": sign_in("fatou").get(f"/comptes/{account.reference}/"),
        "403 without its token": Client(enforce_csrf_checks=True).post("/entrer/", {"login": "a", "password": "b"}),
        "500": client.get("/comptes/"),
        "302": Client().get("/comptes/"),
        "405": client.put("/comptes/"),
        "200": client.get("/regles/"),
        "health": client.get("/sante/vie"),
    }
    with revoked():
        found["503"] = client.get(f"/comptes/{account.reference}/")
    assert all(str(found[name].status_code) == name[:3] for name in found if name[:3].isdigit())
    return found


@pytest.mark.unwatched("breaks a page on purpose")
def test_error_pages_tell_nothing_of_the_machine(answers):
    telling = re.compile(
        # A folder of static files is not a version, and an exceptional access is a word of the trade.
        r"Traceback|SELECT|/etc/|\.py\b|psycopg|django(?!_htmx/)|postgres|gunicorn|ValueError|Exception(?!nel)|site-packages",
        re.I,
    )
    for name, answer in answers.items():
        text = answer.content.decode() + "".join(f"{key}: {value}\n" for key, value in answer.headers.items())
        assert not telling.search(text), (name, telling.search(text))


@pytest.mark.unwatched("breaks a page on purpose")
def test_every_kind_of_answer_carries_the_headers(answers, client_of_files):
    for name, answer in (*answers.items(), ("file", client_of_files)):
        assert answer["X-Content-Type-Options"] == "nosniff", name
        assert answer["Referrer-Policy"] == "same-origin" and answer["Cross-Origin-Opener-Policy"] == "same-origin", (
            name
        )
        if name != "file":
            assert answer["X-Frame-Options"] == "DENY" and answer["Cache-Control"] == "no-store", name
            policy = answer["Content-Security-Policy"]
            assert all(part in policy for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"))


@pytest.fixture
def client_of_files(house):
    answer = Client().get("/static/loge/loge.css")
    assert answer.status_code == 200
    b"".join(answer.streaming_content)
    answer.close()
    return answer


def test_over_https_a_browser_is_told_to_stay_there(house, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    told = Client()
    told.handler.load_middleware()
    answer = told.get("/entrer/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_forwarded_headers_change_nothing(house, browsers):
    path = f"/comptes/{house.account('Dette-Glycines A').reference}/"
    forged = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": "ailleurs.example",
        "X-Forwarded-Port": "8443",
        "X-Forwarded-Proto": "https",
        "X-Original-Url": "/regles/",
        "X-Rewrite-Url": "/regles/",
        "X-Http-Method-Override": "POST",
        "X-Forwarded-User": "ines",
        "Remote-User": "ines",
        "Forwarded": "for=203.0.113.9;host=ailleurs.example;proto=https",
    }
    assert browsers("elise").get(path, headers=forged).status_code == 200
    assert browsers("fatou").get(path, headers=forged).status_code == 404
    sent = Client().get(path, headers=forged)
    assert sent.status_code == 302 and sent["Location"].startswith("/entrer/")
    kept_of_it = run(
        "SELECT count(*) FROM audit_event e WHERE e::text LIKE '%%203.0.113%%' OR e::text LIKE '%%ailleurs%%'"
    )
    assert kept_of_it == [(0,)] and len(events(kind="account_opened")) == 1


@pytest.mark.unwatched("refused before any door is reached")
def test_a_form_without_its_token_is_refused(known, browsers):
    """Of each door that takes one, from a browser that is signed in elsewhere too."""
    before, tried = kept(), 0
    for visit in visits():
        if visit.posts:
            client = Client(enforce_csrf_checks=True)
            client.cookies = browsers(visit.who).cookies
            answer = client.post(visit.url(known), visit.post(known), headers={"Origin": "https://ailleurs.example"})
            assert answer.status_code == 403, visit.name
            tried += 1
    assert tried > 25 and kept() == before


COLUMNS = """SELECT column_name, array_agg(DISTINCT CASE WHEN data_type = 'uuid' THEN 'uuid'
        WHEN data_type IN ('integer', 'smallint', 'bigint', 'numeric') THEN 'cents'
        WHEN data_type = 'date' OR data_type LIKE 'timestamp%%' THEN 'day' ELSE 'text' END)
    FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1"""
MARKS = {"text": "zzmarque", "uuid": "7e57ab1e-0000-4000-8000-00000000abcd", "day": "1903-03-03", "cents": "987654321"}


def marked() -> list[dict[str, str]]:
    """For every column of every table a mark that it could hold; columns of one name that hold different things take
    turns."""
    kinds = dict(run(COLUMNS))
    kinds |= {f"{name}_id": ["uuid"] for name in kinds}
    turns = max(map(len, kinds.values()))
    assert len(kinds) > 200 and {kind for found in kinds.values() for kind in found} == MARKS.keys()
    return [{name: MARKS[found[turn % len(found)]] for name, found in kinds.items()} for turn in range(turns)]


# What the first POST of a page answers where an earlier one of the walk took away what it stands on: its form again, or
# nothing. All others are accepted.
TAKEN_AWAY = {
    200: {
        "books_receipts",
        "resident_out",
        "lease_new",
        "lease_undo",
        "person_leave",
        "assignment_move",
        "stand_in_grant",
        "on_call_grant",
    }
    | {"request_new", "request_approve", "request_refuse", "request_withdraw", "place_add"},
    404: {"card_fact", "dwelling_fact", "account_fact", "account_notes"},
}


def sent(client: Client, url: str, said: dict[str, object]) -> Any:
    """As a browser sends a form: in parts only where a file goes with it, for parts take their time to read."""
    if any(hasattr(value, "read") for value in said.values()):
        return client.post(url, said)
    return client.post(url, urlencode(said, doseq=True), content_type="application/x-www-form-urlencoded")


@pytest.mark.unwatched("posts what no page offers")
def test_a_field_nobody_asked_for_is_written_nowhere(known, browsers):
    """Each writing door's own POST, with every column of every table beside it."""
    first, turns = {}, marked()
    for visit in visits():
        if not visit.door.writes:
            continue
        asked, client, url = visit.post(known), browsers(visit.who), visit.url(known)
        offered = set(re.findall(r'name="([^"]+)"', client.get(url).content.decode())) | asked.keys()
        for marks in turns:
            said = {**{name: mark for name, mark in marks.items() if name not in offered}, **asked}
            if visit.door.api:  # a program is told that it said a word too many, and nothing is done
                headers = {"Idempotency-Key": MARKS["uuid"]}
                answer = client.post(url, said, content_type="application/json", headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), visit.name
            else:
                answer = sent(client, url, said)
            first.setdefault(visit.name, answer.status_code)
    for name, status in first.items():
        refused = next((code for code, names in TAKEN_AWAY.items() if name in names), None)
        done = {"token_make": 201}.get(name, 302)
        assert status == (422 if name.startswith("api_") else refused or done), (name, status)
    assert list(first.values()).count(302) > 40 and list(first.values()).count(422) >= 7
    for table in (name for (name,) in run(TABLES) if not name.startswith("audit_event")):
        for mark in MARKS.values():
            assert run(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", f"%{mark}%") == [(0,)], (table, mark)


@pytest.mark.unwatched("the database refuses in the middle of a request")
def test_an_assignment_that_ends_between_the_question_and_the_act(house, known, sign_in, monkeypatch):
    """The door has said yes; before the entry is written the right is gone; the row policy asks again."""
    elise = house.person("elise")
    asked, plain = {"key": "3b7e5d7e-0000-4000-8000-000000000001", "cents": "12,50", "label": "cheque"}, doors._fetch
    from tests.known import typed

    asked["effective_on"] = typed()

    def and_then_it_ends(*args):
        found = plain(*args)
        run("UPDATE access_assignment SET ended_on = first_day, end_reason = 'mistake' WHERE person_id = %s", elise.pk)
        connections["owner"].close()
        return found

    client = sign_in("elise")
    client.raise_request_exception = False
    [before] = run("SELECT count(*) FROM tenants_entry")
    monkeypatch.setattr(doors, "_fetch", and_then_it_ends)
    answer = client.post(reverse("entry_payment", kwargs={"reference": known.account.reference}), asked)
    assert answer.status_code != 302 and run("SELECT count(*) FROM tenants_entry") == [before]
    assert events(route="entry_payment")[0]["outcome"] == "attempted"


def test_no_address_holds_a_name(known, browsers):
    """Every link and every form of every page that its people may open."""
    names = [
        name
        for (name,) in run("SELECT lower(last_name) FROM tenants_tenant UNION SELECT lower(name) FROM access_person")
    ]
    found = set()
    for visit in visits():
        page = browsers(visit.who).get(visit.url(known))
        found |= set(re.findall(r'(?:href|action)="([^"]+)"', page.content.decode(errors="replace")))
    assert len(found) > 100
    inside = {address for address in found if not address.startswith(("tel:", "mailto:"))}
    assert [address for address in inside for name in names if name.replace(" ", "") in address.lower()] == []


def test_what_is_nobodys_business_is_not_there(house, sign_in):
    client = sign_in("jules")
    for path in (
        "/.git/config",
        "/.env",
        "/admin/",
        "/__debug__/",
        "/server-status",
        "/static/",
        "/docs/",
        "/manage.py",
    ):
        assert client.get(path).status_code == 404, path
    for answer in (client.get("/"), client.get("/rien/"), client.get("/entrer/")):
        assert not {"Server", "X-Powered-By", "X-Django-Version"} & set(answer.headers)


def test_attempts_to_go_round_are_lines_of_the_log(house):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    logging.getLogger("django").addHandler(handler)
    try:
        Client().get("/", headers={"Host": "ailleurs.example"})
        Client(enforce_csrf_checks=True).post("/entrer/", {"login": "a"})
    finally:
        logging.getLogger("django").removeHandler(handler)
    assert {json.loads(line)["logger"] for line in written.getvalue().splitlines()} >= {
        "django.security.DisallowedHost",
        "django.security.csrf",
    }


def test_what_needs_no_door_is_short_and_shows_nobody(known):
    stands_for = {"mfa_remove_webauthn": [1], "caretaker_page": ["immeubles/"]}
    for name in OPEN:
        if name in ("account_reset_password_from_key", "account_change_password"):
            continue
        answer = Client().get(reverse(name, args=stands_for.get(name, [])))
        assert known.account.reference not in answer.content.decode() and "Dette" not in answer.content.decode(), name
