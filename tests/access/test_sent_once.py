"""Idempotency of the assignments API: one key gives one action and one answer, even for simultaneous requests."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import DatabaseError, connections
from django.test import Client

from access.compartments import Compartment
from access.models import Assignment
from tests.builders import OWNER, events, paris_day, run
from tests.database.test_policies import as_role

ACTS = ("grant", "extend", "end")


def given(landlord):
    return Assignment.objects.using(OWNER).get(person=landlord.person("awa"), role="caretaker")


def sending(landlord, act):
    """Return (path, body, changed fields, kind of the audit event) of an API request, which the tests send twice.

    A body with the changed fields is another request, and must be refused under the same idempotency key.
    """
    assignment = given(landlord)
    grant = {
        "person": str(landlord.person("noel").pk),
        "place": str(landlord.building("Glycines B").pk),
        "reason": "posting",
    }
    grant |= {"first_day": f"{paris_day()}", "last_day": f"{paris_day(30)}"}
    day = {"last_day": f"{assignment.last_day.replace(year=assignment.last_day.year + 1)}"}
    return {
        "grant": ("grant/", grant, {"last_day": f"{paris_day(31)}"}, "assignment_granted"),
        "extend": (f"{assignment.pk}/extend/", day, {"last_day": f"{assignment.last_day}"}, "assignment_extended"),
        "end": (
            f"{assignment.pk}/end/",
            {"ended_on": f"{paris_day(3)}", "reason": "departure"},
            {"reason": "error"},
            "assignment_ended",
        ),
    }[act]


def send(client, path, body, key=None):
    headers = {"Idempotency-Key": str(key)} if key else {}
    return client.post(f"/api/v1/assignments/{path}", body, content_type="application/json", headers=headers)


def done(kind):
    return len(events(kind=kind, outcome="changed"))


@pytest.mark.parametrize("act", ACTS)
def test_the_same_key_acts_once_and_is_refused_with_another_body(landlord, sign_in, act):
    client, key, (path, body, other, kind) = sign_in("jules"), uuid4(), sending(landlord, act)
    before = done(kind)
    assert send(client, path, body).json()["code"] == "key_missing"
    first, again = send(client, path, body, key), send(client, path, body, key)
    assert first.status_code == (201 if act == "grant" else 200), first.content
    assert (again.status_code, again.content) == (first.status_code, first.content)
    refused = send(client, path, body | other, key)
    assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")
    assert refused["Content-Type"] == "application/problem+json"
    assert done(kind) == before + 1


@pytest.mark.parametrize("act", ACTS)
def test_four_simultaneous_requests_with_one_key_act_once(landlord, sign_in, act):
    client, key, (path, body, _other, kind) = sign_in("jules"), uuid4(), sending(landlord, act)
    before = done(kind)

    def send_as_twin(_number):
        twin = Client()
        twin.cookies = client.cookies
        try:
            answer = send(twin, path, body, key)
            return answer.status_code, answer.content
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as at_once:
        answers = set(at_once.map(send_as_twin, range(4)))
    assert len(answers) == 1 and {status for status, _body in answers} <= {200, 201}, answers
    assert done(kind) == before + 1


def test_a_repeated_answer_is_the_original_one(landlord, sign_in):
    client, key = sign_in("jules"), uuid4()
    path, body, *_rest = sending(landlord, "grant")
    first = send(client, path, body, key)
    mine = first.json()["id"]
    assert send(client, f"{mine}/extend/", {"last_day": f"{paris_day(60)}"}, uuid4()).status_code == 200
    assert send(client, f"{mine}/end/", {"ended_on": f"{paris_day()}", "reason": "error"}, uuid4()).status_code == 200
    assert send(client, path, body, key).content == first.content


def test_a_key_can_be_used_after_a_refusal_but_not_for_another_url(landlord, sign_in):
    client, key = sign_in("jules"), uuid4()
    path, body, *_rest = sending(landlord, "extend")
    assert send(client, path, {"last_day": f"{paris_day()}"}, key).status_code == 422
    assert send(client, path, body, key).status_code == 200
    elsewhere, end, *_rest = sending(landlord, "end")
    assert send(client, elsewhere, end, key).json()["code"] == "key_reused"


def test_a_key_is_visible_to_its_sender_only(landlord):
    """Only the sender of an idempotency key may read or insert the row that stores it. Nobody may change the row."""
    jules, person = landlord.person("jules"), landlord.person("georges")
    written = (
        "INSERT INTO access_sentact (id, sent_by_id, key, digest, assignment_id, last_day, end_reason)"
        " SELECT gen_random_uuid(), %s, gen_random_uuid(), '', a.id, a.last_day, '' FROM access_assignment a LIMIT 1"
    )
    run(written, str(jules.pk))
    assert as_role(Compartment.ASSIGNMENTS, person.pk, "SELECT id FROM access_sentact") == []
    assert len(as_role(Compartment.ASSIGNMENTS, jules.pk, "SELECT id FROM access_sentact")) == 1
    for words, values in ((written, (str(jules.pk),)), ("UPDATE access_sentact SET digest = 'x'", ())):
        with pytest.raises(DatabaseError, match=r"row-level security|permission denied"):
            as_role(Compartment.ASSIGNMENTS, person.pk, words, *values)
