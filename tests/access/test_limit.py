"""A person may open a limited number of accounts an hour. After that, pages answer 429 and write an audit event."""

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connections, transaction

from access.guard import limits
from access.guard.limits import LIMITED
from tenants.models import Account
from tests.builders import OWNER, events, run
from tests.visits import visits

BELLEVILLE = ("Dette-Glycines A", "Calme-Glycines A", "Dette-Glycines B", "Calme-Glycines B")

FIVE_OPENED = (
    "INSERT INTO audit_event (id, at, kind, outcome, actor, machine, role, permission, route, about_kind, about,"
    " shown, count, facts) SELECT gen_random_uuid(), now() - %s::interval, 'account_opened', 'shown', %s, '', '',"
    " '', '', 'account', gen_random_uuid(), '{}', 0, '{}' FROM generate_series(1, 5)"
)


@pytest.fixture
def paths(landlord):
    return [f"/comptes/{landlord.account(name).reference}/" for name in BELLEVILLE]


def test_past_the_limit_an_account_is_refused_and_it_is_recorded(landlord, sign_in, paths, settings):
    settings.ACCOUNTS_AN_HOUR = 2
    elise, denis = sign_in("elise"), sign_in("denis")
    assert [elise.get(path).status_code for path in paths[:2]] == [200, 200]
    refused = elise.get(paths[2])
    assert refused.status_code == 429 and refused["Retry-After"]
    text = refused.content.decode()
    assert "Vous pouvez ouvrir 2 comptes différents" in text and "Dette" not in text
    [event] = events(kind="limit_reached")
    assert event["actor"] == landlord.person("elise").pk and event["outcome"] == "refused"
    assert event["about"] == landlord.account(BELLEVILLE[2]).pk and event["shown_ids"] == []
    tower = f"/comptes/{landlord.account('Dette-Tour basse').reference}/"
    assert denis.get(tower).status_code == 200


def test_opened_accounts_lists_and_cards_are_not_limited(landlord, sign_in, paths, settings):
    settings.ACCOUNTS_AN_HOUR = 1
    elise = sign_in("elise")
    assert [elise.get(paths[0]).status_code for _ in range(3)] == [200, 200, 200]
    for path in ("/comptes/", "/aujourdhui/", "/immeubles/", f"/fiches/{landlord.residence('Dette-Glycines A').pk}/"):
        assert elise.get(path).status_code in (200, 404), path
    assert not events(kind="limit_reached")


def test_pages_of_an_account_count_as_the_account(landlord, sign_in, paths, settings):
    """Each page about an account, such as its statement, counts towards the hourly limit of opened accounts."""
    settings.ACCOUNTS_AN_HOUR = 1
    elise = sign_in("elise")
    assert elise.get(paths[0]).status_code == 200
    for part in ("", "paiement/", "decompte/", "bail/", "identite/"):
        assert elise.get(paths[1] + part).status_code in (429, 404), part
    assert elise.post(paths[1] + "paiement/", {}).status_code == 429


def test_only_accounts_of_the_last_hour_count(landlord, sign_in, paths, settings):
    settings.ACCOUNTS_AN_HOUR = 5
    elise = sign_in("elise")
    run(FIVE_OPENED, "61 minutes", landlord.person("elise").pk)
    run(FIVE_OPENED, "5 minutes", landlord.person("fatou").pk)
    assert elise.get(paths[0]).status_code == 200
    run(FIVE_OPENED, "59 minutes", landlord.person("elise").pk)
    assert elise.get(paths[1]).status_code == 429


def test_the_count_uses_an_index_even_if_there_are_few_events(landlord):
    """A connection keeps the plan of its first count. At the beginning of a month, reading all of the few events seems
    fastest, but the plan is still used when the month has many."""
    elise = landlord.person("elise").pk
    run(FIVE_OPENED, "5 minutes", elise)
    run("ANALYZE audit_event")
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT set_config('loge.person', %s, true)", [str(elise)])
        cursor.execute("SELECT audit_accounts_opened_last_hour(%s)", [uuid4()])
        [opened] = cursor.fetchone()
        cursor.execute("SELECT sum(seq_scan) FROM pg_stat_xact_user_tables WHERE relname LIKE 'audit\\_event%'")
        [sequential_scans] = cursor.fetchone()
    assert (opened, sequential_scans) == (5, 0)


def test_the_books_without_names_are_not_limited(landlord, sign_in, settings):
    settings.ACCOUNTS_AN_HOUR = 0
    assert sign_in("helene").get(f"/ecritures/{landlord.account(BELLEVILLE[0]).reference}/").status_code in (200, 404)
    assert not events(kind="limit_reached")


def test_simultaneous_api_requests_are_all_counted(landlord, settings, monkeypatch):
    settings.API_A_MINUTE, asker, now = 5, uuid4(), time.time()
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: now))

    def asks(_number: int) -> bool:
        try:
            limits.slow_down(asker)
        except limits.TooFast:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(asks, range(40))) == 5
    limits.slow_down(uuid4())


# --- Every door of an account ----------------------------------------------------------------------------------------

# Resets the hourly limit of opened accounts: moves recent audit events two hours back, with the triggers off.
FORGET = """DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'audit_event'::regclass LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', part);
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER audit_keep_rows', part);
    END LOOP;
    UPDATE audit_event SET at = at - interval '2 hours' WHERE at > now() - interval '1 hour';
END $$"""


def doors_of_one_account():
    doors = [
        visit for visit in visits() if visit.door.model is Account and visit.door.permission.compartment in LIMITED
    ]
    names = {visit.name for visit in doors}
    assert len(doors) > 20 and {"account", "account_statement", "account_export", "api_entries"} <= names
    return doors


def test_past_the_limit_every_door_of_an_account_refuses(sample_objects, sign_in, settings):
    settings.ACCOUNTS_AN_HOUR = 1
    doors = doors_of_one_account()
    clients = {visit.who: sign_in(visit.who) for visit in doors}
    for client in clients.values():
        assert client.get(f"/comptes/{sample_objects.landlord.account(BELLEVILLE[1]).reference}/").status_code == 200
    answers = [
        (visit.name, visit.ask(clients[visit.who], sample_objects, method).status_code)
        for visit in doors
        for method in visit.methods
    ]
    assert [(name, status) for name, status in answers if status != 429] == []


def test_every_door_of_an_account_counts_what_it_shows(sample_objects, sign_in, settings):
    """With a limit of one account an hour, opening any page of one account must make the next account answer 429."""
    settings.ACCOUNTS_AN_HOUR = 1
    other, opened, uncounted = f"/comptes/{sample_objects.landlord.account(BELLEVILLE[1]).reference}/", 0, []
    for visit in doors_of_one_account():
        client = sign_in(visit.who)
        run(FORGET)
        if visit.ask(client, sample_objects, visit.methods[0]).status_code == 200:
            opened += 1
            uncounted += [] if client.get(other).status_code == 429 else [visit.name]
    assert opened > 15 and uncounted == []
