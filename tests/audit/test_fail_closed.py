"""While the audit log cannot be written, every page and endpoint must answer 503, change nothing and show no name."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import NoReverseMatch, reverse

from access.checks import OPEN, TOLD_BY_GET, UNTOLD
from tests.builders import events, run
from tests.sign_in import let_in
from tests.visits import Visit, visits

TRACE = f'"{settings.INSTANCE}_trace"'
FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION no_room();
"""
TABLES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    # Even a refused request may write to these two tables, so they are not compared before and after the request.
    " AND relname NOT IN ('shared_cache', 'oversight_countedword')"
    " ORDER BY 1"
)
NAMES = (
    "SELECT last_name FROM tenants_tenant UNION SELECT id::text FROM tenants_tenant UNION SELECT phone"
    " FROM tenants_tenant UNION SELECT id::text FROM tenants_residence UNION SELECT id::text FROM tenants_account"
    " UNION SELECT reference FROM tenants_account UNION SELECT name FROM access_person UNION SELECT email"
    " FROM access_person UNION SELECT id::text FROM access_person UNION SELECT name FROM access_place"
)


@contextmanager
def revoked() -> Iterator[None]:
    """Make the audit log fail: revoke the right of its database login to insert events."""
    [(held,)] = run(
        "SELECT string_agg(column_name, ', ') FROM information_schema.column_privileges"
        " WHERE table_name = 'audit_event' AND grantee = %s",
        TRACE.strip('"'),
    )
    run(f"REVOKE INSERT ON audit_event FROM {TRACE}")
    yield
    run(f"GRANT INSERT ({held}) ON audit_event TO {TRACE}")


@contextmanager
def unreachable(alias: str = "trace") -> Iterator[None]:
    """Make a database connection fail: point it at a port where nothing listens."""
    away = connections[alias]
    before = {name: away.settings_dict[name] for name in ("HOST", "PORT")}
    away.close()
    away.settings_dict.update(HOST="127.0.0.1", PORT="9")
    yield
    away.close()
    away.settings_dict.update(before)


@contextmanager
def full() -> Iterator[None]:
    """Make the audit log fail: every insert raises an error, as if the disk were full."""
    run(FULL)
    yield
    run("DROP TRIGGER no_room ON audit_event; DROP FUNCTION no_room()")


FAULTS = {"revoked": revoked, "unreachable": unreachable, "full": full}


def everything_stored() -> dict[str, str]:
    """Return a hash of the rows of each table, to prove that a request changed nothing.

    The hash includes the transaction number that last wrote each row, so it also detects a
    change that was undone.
    """
    row = "t.xmin::text || t::text"
    digest = f"SELECT '{{0}}', md5(coalesce(string_agg({row}, '|' ORDER BY {row}), '')) FROM {{0}} t"
    return dict(run(" UNION ALL ".join(digest.format(table) for (table,) in run(TABLES))))


def answers_to_requests() -> list[tuple]:
    """Return all subject requests, without who prepares them."""
    without = "to_jsonb(q) - 'prepared_by_id' - 'prepared_until'"
    return run(f"SELECT ({without})::text FROM rights_subjectrequest q ORDER BY q.id")


def names() -> list[str]:
    """Return all names, references and ids in the database.

    While the audit log is down, no response may contain one.
    """
    return [name for (name,) in run(NAMES) if name]


# LEADING_ON has pages that answer a POST with a redirect, although they change nothing but a signed cookie.
LEADING_ON = {"account_purpose", "control_act"}


def names_in(answer, known_names: list[str] | None = None) -> list[str]:
    """Return which of `known_names` (by default all names, references and ids) occur in a response."""
    text = answer.content.decode() + "".join(f"{name}: {value}\n" for name, value in answer.headers.items())
    told = names() if known_names is None else known_names
    return [name for name in told if name in text and re.search(rf"\b{re.escape(name)}", text)]


@pytest.mark.usefixtures("unkept")
@pytest.mark.parametrize("who", sorted({visit.who for visit in visits()}))
def test_every_door_answers_503_without_an_audit_log(sample_objects, sign_in, who):
    client = sign_in(who)
    stored, everybody, answered = everything_stored(), names(), answers_to_requests()
    assert len(everybody) > 60
    asked = [(visit, method) for visit in visits() if visit.who == who for method in visit.methods]
    for name, fault in FAULTS.items():
        with fault():
            for visit, method in asked:
                told, answer = f"{method} {visit.name}, trace {name}", visit.ask(client, sample_objects, method)
                led_on = method == "GET" or visit.name in LEADING_ON
                nothing_shown = led_on and answer.status_code == 302 and not answer.content
                assert answer.status_code == 503 or nothing_shown, f"{told}: {answer.status_code}"
                assert [one for one in names_in(answer, everybody) if one not in visit.url(sample_objects)] == [], told
        # SampleObjects.in_hand() changes which subject request is in preparation, for each page that needs one.
        now = everything_stored() | {"rights_subjectrequest": stored["rights_subjectrequest"]}
        assert [table for table, rows in now.items() if rows != stored[table]] == [], f"trace {name}"
        assert answers_to_requests() == answered, f"trace {name}"
    # Now that the audit log works again, each page must open. Otherwise the 503 could have another cause.
    statuses = {
        visit.name: visit.ask(client, sample_objects, "GET").status_code for visit, how in asked if how == "GET"
    }
    assert {name: status for name, status in statuses.items() if status not in (200, 302)} == {}


POSTING = [visit for visit in visits() if visit.posts]


@pytest.mark.parametrize("visit", POSTING, ids=lambda visit: visit.name)
def test_the_same_requests_succeed_once_the_audit_log_is_back(landlord, sample_objects, sign_in, visit: Visit):
    """Each form that gets 503 while the audit log is down must be accepted when the audit log works.

    Otherwise the 503 could have another cause. A form that changes data must record an attempt and a change.
    """
    client = sign_in(visit.who)
    with unreachable():
        refused = visit.ask(client, sample_objects, visit.methods[0])
    led_on = visit.methods[0] == "GET" or visit.name in LEADING_ON
    assert refused.status_code == 503 or (led_on and refused.status_code == 302 and not refused.content)
    earlier = len(recorded(visit))
    stored = everything_stored()
    answer = visit.ask(client, sample_objects, "POST")
    errors = getattr(answer.context and answer.context.get("form"), "errors", "") if answer.context else ""
    expected = (
        visit.door.api.status if visit.door.api else 302 if visit.door.writes or visit.name in LEADING_ON else 200
    )
    # The page `token_make` answers with 201 and shows the new token. All other pages that write answer with a redirect.
    expected = 201 if visit.name == "token_make" else expected
    assert answer.status_code == expected, f"POST {visit.name}: {answer.status_code} {errors}"
    changed = {table for table, rows in everything_stored().items() if rows != stored.get(table)}
    changed -= {table for table in changed if table.startswith("audit_event")}
    assert bool(changed) == visit.door.writes, f"POST {visit.name} changed {changed or 'nothing'}"
    if visit.door.writes:
        [attempt, *changes] = recorded(visit)[earlier:]
        assert attempt["outcome"] == "attempted" and changes
        assert {change["outcome"] for change in changes} == {"changed"}
        assert {change["request"] for change in changes} == {attempt["request"]}
        assert {change["actor"] for change in changes} == {landlord.person(visit.who).pk}


def recorded(visit: Visit) -> list[dict]:
    """Return the audit events that name the permission of a page.

    Every page that changes data records an attempt. Some record a second attempt, as an event of a kind `..._tried`.
    The second attempt is left out.
    """
    return [event for event in events(permission=visit.door.permission.value) if not event["kind"].endswith("_tried")]


@pytest.mark.parametrize("name", FAULTS)
def test_refusals_answer_503_without_an_audit_log(landlord, sign_in, name):
    """While the audit log is down, even requests that otherwise get 403 or 404 must get 503.

    Otherwise somebody could break the audit log and then try out addresses of accounts unrecorded.
    """
    account = landlord.account("Dette-Glycines A")
    clients = {who: sign_in(who) for who in ("fatou", "awa")}
    with FAULTS[name]():
        for client in clients.values():
            answer = client.get(f"/comptes/{account.reference}/")
            assert answer.status_code == 503 and not names_in(answer)


def test_requests_outside_the_doors_test_the_audit_log_first(landlord):
    assert OPEN.keys() >= UNTOLD | TOLD_BY_GET
    client, answers = let_in(Client(), landlord.person("awa")), {}
    for name in OPEN:
        try:
            answers[name] = reverse(name)
        except NoReverseMatch:
            continue
    with unreachable():
        shut = {name for name, url in answers.items() if client.post(url).status_code == 503}
        shut_by_get = {name for name in TOLD_BY_GET if client.get(answers[name]).status_code == 503}
    assert len(shut) >= 25 and answers.keys() - shut == UNTOLD and shut_by_get == TOLD_BY_GET


@pytest.mark.parametrize("name", FAULTS)
def test_sign_in_answers_503_without_an_audit_log(landlord, name):
    awa = landlord.person("awa")
    awa.set_password("une phrase assez longue")
    awa.save(using="owner")
    with FAULTS[name]():
        answer = Client().post("/entrer/", {"login": awa.email, "password": "une phrase assez longue"})
        assert answer.status_code == 503 and not names_in(answer)
        wrong = Client().post("/entrer/", {"login": awa.email, "password": "une autre"})
        assert wrong.status_code == 503 and not names_in(wrong)
    assert "sessionid" not in answer.cookies
    assert Client().post("/entrer/", {"login": awa.email, "password": "une phrase assez longue"}).status_code == 302
