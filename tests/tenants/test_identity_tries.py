"""Guessing tenants' names at the front desk must be limited.

Per day in Paris, five wrong names are allowed per account reference, and twenty per employee.
"""

import threading
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test import Client

from audit.record import AuditLogUnavailable
from tests.builders import assign, events, leave_line, paris_day
from tests.oversight.test_look_rules import DAY, asks_nothing, questions_of
from tests.sign_in import let_in
from tests.tenants.test_front_desk import CALM, OWING, check_identity

TAKE = "/accueil/demande/"


@pytest.fixture
def paola(landlord, sign_in):
    return sign_in("paola")


def miss_names(client, reference, many, start=0):
    for number in range(start, start + many):
        assert check_identity(client, reference, f"Essai{number}").status_code == 200


def test_each_attempt_and_each_miss_is_recorded(landlord, paola):
    account = landlord.account(OWING)
    miss_names(paola, account.reference, 1)
    check_identity(paola, account.reference, OWING)
    tries = [event for event in events() if event["kind"] in ("identity_tried", "identity_missed")]
    lines = [
        (event["kind"].removeprefix("identity_"), event["about"], event["role"], event["facts"]) for event in tries
    ]
    assert lines == [(kind, account.pk, "front_desk", {}) for kind in ("tried", "missed", "tried")]


def test_after_five_misses_a_reference_opens_to_nobody(landlord, paola):
    owes, calm, noel = landlord.account(OWING).reference, landlord.account(CALM).reference, Client()
    assign(landlord.person("noel"), "front_desk", landlord.place("Office des Trois-Rives"))
    let_in(noel, landlord.person("noel"))
    miss_names(paola, owes, 3)
    miss_names(noel, owes, 2)
    for client in (paola, noel):
        assert check_identity(client, owes, OWING).status_code == 200
        assert check_identity(client, calm, CALM).status_code == 302


def test_successful_attempts_do_not_count_as_misses(landlord, paola):
    owes = landlord.account(OWING).reference
    for _number in range(7):
        assert check_identity(paola, owes, OWING).status_code == 302
    miss_names(paola, owes, 4)
    assert check_identity(paola, owes, OWING).status_code == 302


def test_after_twenty_misses_in_a_day_nothing_opens_to_that_person(landlord, paola):
    for number in range(20):
        miss_names(paola, f"ZZZ{number % 10}-ZZZZ-ZZZ{number // 10}", 1)
    assert check_identity(paola, landlord.account(OWING).reference, OWING).status_code == 200
    assign(landlord.person("noel"), "front_desk", landlord.place("Office des Trois-Rives"))
    noel = Client()
    let_in(noel, landlord.person("noel"))
    assert check_identity(noel, landlord.account(OWING).reference, OWING).status_code == 302


def test_misses_are_counted_per_day_in_paris(landlord, paola):
    account = landlord.account(OWING)
    midnight = datetime.combine(paris_day(), time(0), ZoneInfo("Europe/Paris"))
    for number in range(5):
        line = {"outcome": "attempted", "permission": "identity_check", "seconds": number - 6, "at": midnight}
        leave_line("identity_tried", landlord.person("paola"), account, **line)
    assert check_identity(paola, account.reference, OWING).status_code == 302
    for number in range(5):
        line = {"outcome": "attempted", "permission": "identity_check", "seconds": number, "at": midnight}
        leave_line("identity_tried", landlord.person("paola"), account, **line)
    assert check_identity(paola, account.reference, OWING).status_code == 200


def test_subject_requests_at_the_counter_count_as_attempts(landlord, paola):
    owes = landlord.account(OWING)
    form = {"reference": owes.reference, "first_name": "Jean", "proof": "photo", "kind": "access"}
    for number in range(5):
        assert paola.post(TAKE, {**form, "last_name": f"Essai{number}"}).status_code == 200
    assert len(events(kind="identity_missed")) == 5
    assert check_identity(paola, owes.reference, OWING).status_code == 200


def test_concurrent_attempts_are_counted(landlord, paola):
    """Wrong names that arrive at the same time, over several database connections, must all count towards the limit."""
    owes, statuses = landlord.account(OWING).reference, []
    miss_names(paola, owes, 4)
    clients = [Client() for _number in range(4)]
    for client in clients:
        let_in(client, landlord.person("paola"))

    def work(client):
        try:
            statuses.append(check_identity(client, owes, "Faux").status_code)
            statuses.append(check_identity(client, owes, OWING).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8 and not events(kind="identity_checked")


def test_attempt_that_cannot_be_recorded_is_answered_503(landlord, paola, monkeypatch):
    monkeypatch.setattr("tenants.identity_tries.record_view", _raise_unavailable)
    assert check_identity(paola, landlord.account(OWING).reference, OWING).status_code == 503
    assert not events(kind="identity_checked")


def _raise_unavailable(*_what, **_more):
    raise AuditLogUnavailable


# --- The nightly rule ------------------------------------------------------------------------------------------------


def record_miss(landlord, day=DAY, seconds=0, name="paola"):
    line = {"outcome": "attempted", "permission": "identity_check", "role": "front_desk", "seconds": seconds}
    return leave_line("identity_missed", landlord.person(name), landlord.account(OWING), day, **line)


def test_five_misses_in_an_hour_raise_a_question(landlord):
    for number in range(4):
        record_miss(landlord, seconds=number * 890)
    assert asks_nothing("guessed")
    last = record_miss(landlord, seconds=3590)
    [question] = questions_of("guessed")
    assert (question.event, question.person_id) == (last, landlord.person("paola").pk)


def test_ten_misses_in_a_day_raise_a_question(landlord):
    for number in range(9):
        record_miss(landlord, seconds=number * 1900)
    assert asks_nothing("guessed")
    record_miss(landlord, seconds=9 * 1900)
    assert len(questions_of("guessed")) == 1


def test_misses_of_one_reference_on_three_days_raise_a_question(landlord):
    record_miss(landlord, DAY - 12)
    record_miss(landlord, DAY)
    assert asks_nothing("guessed")
    record_miss(landlord, DAY - 5)
    assert len(questions_of("guessed")) == 1
