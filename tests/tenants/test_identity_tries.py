"""Names guessed under a reference: five misses a reference and twenty a person in a Paris day, each recorded."""

import threading
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.test import Client

from audit.record import TraceUnavailable
from tests.builders import assign, events, leave_line, paris_day
from tests.entering import let_in
from tests.tenants.test_front_desk import CALM, OWES, shows
from tests.tenants.test_look_rules import DAY, asked, silent

TAKE = "/accueil/demande/"


@pytest.fixture
def paola(house, sign_in):
    return sign_in("paola")


def missed(client, reference, many, start=0):
    for number in range(start, start + many):
        assert shows(client, reference, f"Essai{number}").status_code == 200


def test_each_try_leaves_its_line_and_each_miss_another(house, paola):
    account = house.account(OWES)
    missed(paola, account.reference, 1)
    shows(paola, account.reference, OWES)
    found = [one for one in events() if one["kind"] in ("identity_tried", "identity_missed")]
    lines = [(one["kind"].removeprefix("identity_"), one["about"], one["role"], one["facts"]) for one in found]
    assert lines == [(kind, account.pk, "front_desk", {}) for kind in ("tried", "missed", "tried")]


def test_after_five_misses_the_right_name_opens_nothing_by_whomever(house, paola):
    owes, calm, noel = house.account(OWES).reference, house.account(CALM).reference, Client()
    assign(house.person("noel"), "front_desk", house.place("Office des Trois-Rives"))
    let_in(noel, house.person("noel"))
    missed(paola, owes, 3)
    missed(noel, owes, 2)
    for client in (paola, noel):
        assert shows(client, owes, OWES).status_code == 200
        assert shows(client, calm, CALM).status_code == 302


def test_what_was_found_is_no_miss(house, paola):
    owes = house.account(OWES).reference
    for _number in range(7):
        assert shows(paola, owes, OWES).status_code == 302
    missed(paola, owes, 4)
    assert shows(paola, owes, OWES).status_code == 302


def test_after_twenty_misses_of_a_day_nothing_opens_to_that_person(house, paola):
    for number in range(20):
        missed(paola, f"ZZZ{number % 10}-ZZZZ-ZZZ{number // 10}", 1)
    assert shows(paola, house.account(OWES).reference, OWES).status_code == 200
    assign(house.person("noel"), "front_desk", house.place("Office des Trois-Rives"))
    noel = Client()
    let_in(noel, house.person("noel"))
    assert shows(noel, house.account(OWES).reference, OWES).status_code == 302


def test_the_day_is_the_one_of_paris(house, paola):
    account = house.account(OWES)
    midnight = datetime.combine(paris_day(), time(0), ZoneInfo("Europe/Paris"))
    for number in range(5):
        line = {"outcome": "attempted", "permission": "identity_check", "seconds": number - 6, "at": midnight}
        leave_line("identity_tried", house.person("paola"), account, **line)
    assert shows(paola, account.reference, OWES).status_code == 302
    for number in range(5):
        line = {"outcome": "attempted", "permission": "identity_check", "seconds": number, "at": midnight}
        leave_line("identity_tried", house.person("paola"), account, **line)
    assert shows(paola, account.reference, OWES).status_code == 200


def test_a_demand_about_somebody_s_data_is_counted_with_them(house, paola):
    owes = house.account(OWES)
    said = {"reference": owes.reference, "first_name": "Jean", "proof": "photo", "kind": "access"}
    for number in range(5):
        assert paola.post(TAKE, {**said, "last_name": f"Essai{number}"}).status_code == 200
    assert len(events(kind="identity_missed")) == 5
    assert shows(paola, owes.reference, OWES).status_code == 200


def test_tries_at_the_same_moment_are_counted_too(house, paola):
    """Across connections, as several processes would."""
    owes, statuses = house.account(OWES).reference, []
    missed(paola, owes, 4)
    clients = [Client() for _number in range(4)]
    for client in clients:
        let_in(client, house.person("paola"))

    def work(client):
        try:
            statuses.append(shows(client, owes, "Faux").status_code)
            statuses.append(shows(client, owes, OWES).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 8 and not events(kind="identity_checked")


def test_without_a_line_there_is_no_answer(house, paola, monkeypatch):
    monkeypatch.setattr("tenants.identity_tries.look", _broken)
    assert shows(paola, house.account(OWES).reference, OWES).status_code == 503
    assert not events(kind="identity_checked")


def _broken(*_what, **_more):
    raise TraceUnavailable


# --- The rule --------------------------------------------------------------------------------------------------------


def miss(house, day=DAY, seconds=0, name="paola"):
    line = {"outcome": "attempted", "permission": "identity_check", "role": "front_desk", "seconds": seconds}
    return leave_line("identity_missed", house.person(name), house.account(OWES), day, **line)


def test_five_misses_in_an_hour_are_asked_about(house):
    for number in range(4):
        miss(house, seconds=number * 890)
    assert silent("guessed")
    last = miss(house, seconds=3590)
    [one] = asked("guessed")
    assert (one.event, one.person_id) == (last, house.person("paola").pk)


def test_ten_misses_in_a_day_are_asked_about(house):
    for number in range(9):
        miss(house, seconds=number * 1900)
    assert silent("guessed")
    miss(house, seconds=9 * 1900)
    assert len(asked("guessed")) == 1


def test_the_same_reference_on_three_days_is_asked_about(house):
    miss(house, DAY - 12)
    miss(house, DAY)
    assert silent("guessed")
    miss(house, DAY - 5)
    assert len(asked("guessed")) == 1
