"""Attacks on the SCIM API: hostile bodies, a token limited to one agency, raw SQL, two simultaneous requests."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from access.models import Assignment, Person
from access.scim.messages import ScimProblem, active_after_patch, active_in
from tests.access.acting import acting
from tests.access.programs import made, program
from tests.access.test_scim import BASE, ENTRA, HEAD_OFFICE, MEDIA, USER, directory, search, send, stored, two
from tests.builders import OWNER, assign, events, make_person, paris_day, run

__all__ = ["directory", "two"]


@pytest.fixture
def of_agency(landlord, two):
    """The client with a token for one agency."""
    options = {"permissions": ("people_deprovision",), "role": "access_administrator", "place": "Agence Belleville"}
    return program(made(landlord, two, **options)[1])


@pytest.fixture
def outside(landlord):
    """An employee of the head office, which is above the agency."""
    return make_person("Ailleurs Dupont", landlord.place(HEAD_OFFICE))


def machine() -> Person:
    return Person.objects.using(OWNER).get(is_machine=True)


# --- Bodies ---


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_deeply_nested_body_is_refused(landlord, directory, method):
    elise, depth = landlord.person("elise"), 1200
    nested = f'{{"{USER}":' * depth + "{}" + "}" * depth
    body = f'{{"Operations":[{{"op":"replace","value":{nested}}}]}}' if method == "PATCH" else nested
    assert len(body) < 64 * 1024
    answer = directory.generic(method, f"{BASE}/Users/{elise.pk}", body, content_type=MEDIA)
    assert answer.status_code in (200, 400) and stored(elise).is_active
    assert not events(kind="person_closed", outcome="failed")


def test_two_spellings_of_one_attribute_are_refused():
    """A body with "active" and "Active" must be refused, because JSON parsers differ in which of the two they use."""
    for body in ({"active": False, "Active": True}, {USER: {"ACTIVE": True, "active": False}}):
        with pytest.raises(ScimProblem) as refusal:
            active_in(body)
        assert (refusal.value.status, refusal.value.kind) == (400, "invalidSyntax")
    operation = {"op": "replace", "path": "active", "value": False}
    for body in (
        {"Operations": [operation], "operations": []},
        {"Operations": [operation | {"Value": True}]},
        {"Operations": [{"op": "replace", "value": {"active": False, "Active": True}}]},
    ):
        with pytest.raises(ScimProblem):
            active_after_patch(body)


# --- A token of a part of the organisation ---


def test_token_of_an_agency_does_not_learn_who_works_elsewhere(landlord, of_agency, outside):
    assert search(of_agency, f'userName eq "{outside.email}"').json()["totalResults"] == 0
    for method, body in (("GET", None), ("PATCH", ENTRA), ("PUT", {"active": False}), ("DELETE", None)):
        answer = send(of_agency, method, outside, body)
        assert answer.status_code == 404 and answer.json()["status"] == "404", method
    assert stored(outside).is_active
    own = landlord.person("elise")
    assert search(of_agency, f'userName eq "{own.email}"').json()["totalResults"] == 1


# --- Raw SQL ---


def test_token_of_an_agency_closes_nobody_elsewhere_by_raw_sql(landlord, of_agency, outside):
    with acting(machine()), pytest.raises(DatabaseError, match="a program"), transaction.atomic():
        Person.objects.filter(pk=outside.pk).update(is_active=False)
    assert stored(outside).is_active


def test_token_ends_assignments_neither_in_the_past_nor_in_the_name_of_others(landlord, directory):
    elise, program_itself = landlord.person("elise"), machine()
    row = Assignment.objects.using(OWNER).filter(person=elise, ended_on=None).first()
    run("UPDATE access_assignment SET first_day = first_day - 10 WHERE id = %s", str(row.pk))
    departure = {"end_reason": "departure", "ended_by": program_itself, "ended_on": paris_day()}
    for forged in (
        {"ended_on": paris_day() - timedelta(days=5)},
        {"ended_by": landlord.person("jules")},
        {"ended_by": None},
    ):
        with acting(program_itself), pytest.raises(DatabaseError, match="a program"), transaction.atomic():
            Assignment.objects.filter(pk=row.pk).update(**departure | forged)
    with acting(program_itself):
        assert Assignment.objects.filter(pk=row.pk).update(**departure) == 1


# --- The last administrators ---


def test_two_departures_at_once_leave_two_administrators(landlord, two, directory):
    """Of two simultaneous departures of administrators, one must be refused if both would leave only one."""
    third = make_person("Troisième Main", landlord.place(HEAD_OFFICE))
    assign(third, "access_administrator", landlord.place(HEAD_OFFICE))
    statuses, program_itself = [], machine()

    def close_second():
        try:
            statuses.append(send(directory, "PATCH", two.second, ENTRA).status_code)
        finally:
            connections.close_all()

    other = threading.Thread(target=close_second)
    with acting(program_itself):
        Person.objects.filter(pk=third.pk).update(is_active=False)
        other.start()
        other.join(3)
        assert other.is_alive(), "the second request waits for the first"
    other.join(20)
    assert statuses == [409]
    assert [stored(person).is_active for person in (two.asker, two.second, third)] == [True, True, False]
    [refused] = events(kind="departure_refused")
    assert refused["facts"]["person"] == str(two.second.pk)
