"""Guarantees about every request: allowed methods, security headers, CSRF tokens, error pages without internal details,
and GET requests that change nothing."""

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

from access.checks import OPEN
from access.guard import door as doors
from housing.logs import JsonLines
from tests.audit.test_fail_closed import answers_to_requests, everything_stored, revoked
from tests.builders import events, run
from tests.visits import WHO, visits

pytestmark = pytest.mark.usefixtures("unkept")

TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
NOT_KEPT = ("audit_event", "access_session", "shared_cache")


def kept() -> dict[str, str]:
    """Return a digest of each table that a request without effect must leave as it is.

    SampleObjects.in_hand() changes which subject request is in preparation, so only the other columns are compared.
    """
    tables = {table: rows for table, rows in everything_stored().items() if not table.startswith(NOT_KEPT)}
    return tables | {"rights_subjectrequest": str(answers_to_requests())}


@pytest.fixture
def browsers(landlord, sign_in):
    """Return a function that takes an employee's name and returns the employee's signed-in test client.

    All clients sign in here, before a test compares rows, because signing in writes to the database.
    """
    made = {name: sign_in(name) for name in (*WHO.values(), "fatou", "noel")}
    return made.__getitem__


def test_get_changes_nothing(sample_objects, browsers):
    """A GET request to any page, by a person who may open the page, changes only the audit log, sessions and the cache.

    HEAD needs no test here: tests/architecture/test_noninterference.py proves that HEAD is handled like GET.
    """
    before = kept()
    looks = [visit for visit in visits() if "GET" in visit.door.methods]
    assert len(looks) > 100
    for who, theirs in groupby(sorted(looks, key=lambda visit: visit.who), lambda visit: visit.who):
        client, pages = browsers(who), list(theirs)
        for visit in pages:
            assert client.get(visit.url(sample_objects)).status_code in (200, 302), visit.name
        assert kept() == before, f"one of {[visit.name for visit in pages]}"


def test_unlisted_methods_get_405(sample_objects, browsers):
    before = kept()
    tried = 0
    for visit in visits():
        client = browsers(visit.who)
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "ZZ", *(() if visit.posts else ("POST",))):
            answer = client.generic(method, visit.url(sample_objects))
            assert answer.status_code == 405, (method, visit.name)
            # Only the API explains a 405 in the body of the response; the response of a page has no body.
            assert visit.door.api or not answer.content, (method, visit.name)
            assert set(answer["Allow"].split(", ")) == set(visit.door.methods)
            tried += 1
    assert tried > 400 and kept() == before


@pytest.fixture
def broken(monkeypatch):
    def fails(*_args, **_more):
        raise ValueError("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr("ledger.views.accounts.page_of", fails)


@pytest.fixture
def answers(landlord, sign_in, broken):
    """Return responses by name: a successful page, a redirect, and one response for every kind of error."""
    client, account = sign_in("elise"), landlord.account("Dette-Glycines A")
    client.raise_request_exception = False
    responses = {
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
        responses["503"] = client.get(f"/comptes/{account.reference}/")
    assert all(str(responses[name].status_code) == name[:3] for name in responses if name[:3].isdigit())
    return responses


@pytest.mark.unwatched("breaks a page on purpose")
def test_error_pages_disclose_nothing_about_the_server(answers):
    telling = re.compile(
        # Two harmless texts are allowed: a folder of static files, "django_htmx/", and the French word "exceptionnel".
        r"Traceback|SELECT|/etc/|\.py\b|psycopg|django(?!_htmx/)|postgres|gunicorn|ValueError|Exception(?!nel)|site-packages",
        re.I,
    )
    for name, answer in answers.items():
        text = answer.content.decode() + "".join(f"{key}: {value}\n" for key, value in answer.headers.items())
        assert not telling.search(text), (name, telling.search(text))


@pytest.mark.unwatched("breaks a page on purpose")
def test_every_response_has_the_security_headers(answers, client_of_files):
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
def client_of_files(landlord):
    answer = Client().get("/static/loge/loge.css")
    assert answer.status_code == 200
    b"".join(answer.streaming_content)
    answer.close()
    return answer


def test_https_response_has_hsts(landlord, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    client = Client()
    client.handler.load_middleware()
    answer = client.get("/entrer/", secure=True)
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_forwarded_headers_change_nothing(landlord, browsers):
    path = f"/comptes/{landlord.account('Dette-Glycines A').reference}/"
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
def test_form_without_csrf_token_is_refused(sample_objects, browsers):
    """Every view function that accepts POST answers 403 to a signed-in client that sends no CSRF token.

    The API for nominators answers 401 here, because this web process does not accept the sessions of nominators.
    """
    before, tried = kept(), 0
    for visit in visits():
        if visit.posts:
            client = Client(enforce_csrf_checks=True)
            client.cookies = browsers(visit.who).cookies
            answer = client.post(
                visit.url(sample_objects), visit.post(sample_objects), headers={"Origin": "https://ailleurs.example"}
            )
            assert answer.status_code == (401 if visit.name == "api_own_nominate" else 403), visit.name
            tried += 1
    assert tried > 25 and kept() == before


COLUMNS = """SELECT column_name, array_agg(DISTINCT CASE WHEN data_type = 'uuid' THEN 'uuid'
        WHEN data_type IN ('integer', 'smallint', 'bigint', 'numeric') THEN 'cents'
        WHEN data_type = 'date' OR data_type LIKE 'timestamp%%' THEN 'day' ELSE 'text' END)
    FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1"""
MARKS = {"text": "zzmarque", "uuid": "7e57ab1e-0000-4000-8000-00000000abcd", "day": "1903-03-03", "cents": "987654321"}


def marked() -> list[dict[str, str]]:
    """Return dicts of form data. Each dict has a recognisable value for every column name in the database.

    Columns of different tables may share a name, but not the type. Each dict then has a value of a different type.
    """
    kinds = dict(run(COLUMNS))
    kinds |= {f"{name}_id": ["uuid"] for name in kinds}
    turns = max(map(len, kinds.values()))
    assert len(kinds) > 200 and {kind for types in kinds.values() for kind in types} == MARKS.keys()
    return [{name: MARKS[types[turn % len(types)]] for name, types in kinds.items()} for turn in range(turns)]


# A test posts to all pages in turn. The POST to a page in TAKEN_AWAY fails, because an earlier POST changed the data.
# Status -> pages that fail with it. With 200, the page displays its form again. With 404, the object no longer exists.
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


def sent(client: Client, url: str, data: dict[str, object]) -> Any:
    """Post a form with URL encoding. Multipart encoding is used only for forms with files, because parsing is slow."""
    if any(hasattr(value, "read") for value in data.values()):
        return client.post(url, data)
    return client.post(url, urlencode(data, doseq=True), content_type="application/x-www-form-urlencoded")


@pytest.mark.unwatched("posts what no page offers")
def test_extra_form_fields_are_not_stored(sample_objects, browsers, settings):
    """No page stores a form field that the page does not offer. Each form is posted with valid data and with an extra
    field for every column name in the database."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
    first, turns = {}, marked()
    for visit in visits():
        if not visit.door.writes:
            continue
        valid, client, url = visit.post(sample_objects), browsers(visit.who), visit.url(sample_objects)
        offered = set(re.findall(r'name="([^"]+)"', client.get(url).content.decode())) | valid.keys()
        for marks in turns:
            data = {**{name: mark for name, mark in marks.items() if name not in offered}, **valid}
            # The API answers 422 to a request with an unknown field.
            if visit.door.api:
                headers = {"Idempotency-Key": MARKS["uuid"]}
                answer = client.post(url, data, content_type="application/json", headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), visit.name
            else:
                answer = sent(client, url, data)
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
def test_entry_is_refused_when_the_assignment_ends_after_the_check(landlord, sample_objects, sign_in, monkeypatch):
    """Row-level security refuses a ledger entry if the employee's assignment to the building ends after the view
    function has checked permissions and before the INSERT."""
    elise = landlord.person("elise")
    data, plain = {"key": "3b7e5d7e-0000-4000-8000-000000000001", "cents": "12,50", "label": "cheque"}, doors._fetch
    from tests.form_values import typed

    data["effective_on"] = typed()

    def and_then_it_ends(*args):
        row = plain(*args)
        run("UPDATE access_assignment SET ended_on = first_day, end_reason = 'mistake' WHERE person_id = %s", elise.pk)
        connections["owner"].close()
        return row

    client = sign_in("elise")
    client.raise_request_exception = False
    [before] = run("SELECT count(*) FROM ledger_entry")
    monkeypatch.setattr(doors, "_fetch", and_then_it_ends)
    answer = client.post(reverse("entry_payment", kwargs={"reference": sample_objects.account.reference}), data)
    assert answer.status_code != 302 and run("SELECT count(*) FROM ledger_entry") == [before]
    assert events(route="entry_payment")[0]["outcome"] == "attempted"


def test_no_url_contains_a_name(sample_objects, browsers):
    """No link or form action on any page contains the name of a tenant or an employee, because URLs end up in logs and
    in the browser's history."""
    names = [
        name
        for (name,) in run("SELECT lower(last_name) FROM tenants_tenant UNION SELECT lower(name) FROM access_person")
    ]
    addresses = set()
    for visit in visits():
        page = browsers(visit.who).get(visit.url(sample_objects))
        addresses |= set(re.findall(r'(?:href|action)="([^"]+)"', page.content.decode(errors="replace")))
    assert len(addresses) > 100
    inside = {address for address in addresses if not address.startswith(("tel:", "mailto:"))}
    assert [address for address in inside for name in names if name.replace(" ", "") in address.lower()] == []


def test_no_internal_path_or_version_is_exposed(landlord, sign_in):
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


def test_attempted_bypasses_are_logged(landlord):
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


def test_pages_without_a_door_show_no_resident(sample_objects):
    stands_for = {"mfa_remove_webauthn": [1], "caretaker_page": ["immeubles/"]}
    for name in OPEN:
        if name in ("account_reset_password_from_key", "account_change_password"):
            continue
        answer = Client().get(reverse(name, args=stands_for.get(name, [])))
        assert (
            sample_objects.account.reference not in answer.content.decode() and "Dette" not in answer.content.decode()
        ), name
