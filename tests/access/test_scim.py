"""The landlord's directory closes the sign-in of people who leave, by SCIM, and does nothing else.

The payloads have the forms that public descriptions give for Microsoft Entra ID and Okta. No directory was connected.
"""

import json
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from access.constraints import name_of
from access.grants.actions.directory import close_departed
from access.models import Assignment, Person, Session
from access.scim.messages import ScimProblem, active_after_patch, active_in, address_sought
from tests.access.acting import acting
from tests.access.programs import made, program, two_administrators
from tests.builders import OWNER, assign, events, make_person, run
from tests.sign_in import listed
from tests.world import CAST

BASE, MEDIA = "/api/scim/v2", "application/scim+json"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH_OP = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]}
HEAD_OFFICE = "Office des Trois-Rives"

ENTRA = PATCH_OP | {"Operations": [{"op": "Replace", "path": "active", "value": False}]}
ENTRA_TEXT = PATCH_OP | {"Operations": [{"op": "Replace", "path": "active", "value": "False"}]}
ENTRA_LIST = [{"$ref": None, "value": "False"}]
ENTRA_OLD = PATCH_OP | {"Operations": [{"op": "Replace", "path": "active", "value": ENTRA_LIST}]}
ENTRA_ADD = PATCH_OP | {"Operations": [{"op": "Add", "path": f"{USER}:active", "value": "False"}]}
ENTRA_MANY = PATCH_OP | {
    "Operations": [
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "x@trois-rives.example"},
        {"op": "Replace", "path": "name.familyName", "value": "Autre"},
        {"op": "Replace", "path": "active", "value": "False"},
    ]
}
OKTA = PATCH_OP | {"Operations": [{"op": "replace", "value": {"active": False}}]}
OKTA_PUT = {
    "schemas": [USER],
    "id": "23a35c27-23d3-4c03-b4c5-6443c09e7173",
    "userName": "test.user@okta.local",
    "name": {"givenName": "Another", "middleName": "", "familyName": "User"},
    "emails": [{"primary": True, "value": "test.user@okta.local", "type": "work", "display": "test.user@okta.local"}],
    "active": False,
    "groups": [],
    "meta": {"resourceType": "User"},
}


@pytest.fixture
def two(landlord):
    return two_administrators(landlord)


@pytest.fixture
def directory(landlord, two):
    """An API client with the token of the landlord's directory, which is valid for the whole organisation."""
    options = {"permissions": ("people_deprovision",), "role": "access_administrator", "place": HEAD_OFFICE}
    return program(made(landlord, two, **options)[1])


def send(client, method: str, person: object, body: object = None):
    path = f"{BASE}/Users/{getattr(person, 'pk', person)}"
    return client.generic(method, path, json.dumps(body) if body is not None else "", content_type=MEDIA)


def search(client, expression: str | None):
    return client.get(f"{BASE}/Users", {} if expression is None else {"filter": expression})


def stored(person: Person) -> Person:
    return Person.objects.using(OWNER).get(pk=person.pk)


def open_assignments(person: Person) -> int:
    rows = Assignment.objects.using(OWNER).filter(person=person)
    return rows.filter(ended_on__isnull=True).count()


# --- Finding a person ---


def test_person_is_found_by_address_with_the_least_that_is_needed(landlord, directory):
    elise = landlord.person("elise")
    for expression in (
        f'userName eq "{elise.email}"',
        f'username EQ "{elise.email.upper()}"',
        f'emails[type eq "work"].value eq "{elise.email}"',
        f'{USER}:userName eq "{elise.email}"',
    ):
        answer = search(directory, expression)
        assert answer.status_code == 200 and answer["Content-Type"] == MEDIA, expression
        [found] = answer.json()["Resources"]
        assert found.keys() == {"schemas", "id", "userName", "active", "meta"}
        assert (found["id"], found["userName"], found["active"]) == (str(elise.pk), elise.email, True)
    assert directory.get(found["meta"]["location"]).json() == found
    assert {event["count"] for event in events(kind="person_matched")} == {1}


@pytest.mark.parametrize(
    "expression",
    [
        None,
        'userName eq "personne@trois-rives.example"',
        'userName eq "@trois-rives.example"',
        'externalId eq "00u1"',
    ],
)
def test_test_of_the_connection_gets_an_empty_list(landlord, directory, expression):
    """To test a connection, Okta requests /Users?startIndex=1&count=2, and Entra requests a user who does not exist."""
    answer = search(directory, expression).json()
    assert (answer["totalResults"], answer["Resources"]) == (0, [])
    assert directory.get(f"{BASE}/Users?startIndex=1&count=2").json()["totalResults"] == 0


@pytest.mark.parametrize(
    "expression",
    [
        'userName sw "a"',
        'userName co "@"',
        "userName pr",
        "active eq true",
        'displayName eq "Élise"',
        'not (userName eq "x")',
        'userName eq "a" or userName eq "b"',
        'userName ne "a"',
        'userName eq ""x"',
        "userName eq x",
        " ",
    ],
)
def test_no_filter_lists_the_staff(landlord, directory, expression):
    answer = search(directory, expression)
    assert answer.status_code == 400 and answer.json()["scimType"] == "invalidFilter"
    assert "@" not in answer.content.decode().replace("emails.value", "")


def test_quoted_signs_and_null_characters_are_read():
    assert address_sought(r'userName eq "o\"brien\\@x.example"') == 'o"brien\\@x.example'


def test_filter_with_a_null_character_matches_nobody(landlord, directory):
    assert search(directory, 'userName eq "a\0b"').json()["totalResults"] == 0


def test_machines_and_people_of_other_organisations_do_not_exist(landlord, directory, settings):
    settings.STAFF_DOMAINS = ["trois-rives.example"]
    [machine] = Person.objects.using(OWNER).filter(is_machine=True)
    guest = make_person("Invitée Dehors", landlord.place(HEAD_OFFICE))
    run("UPDATE access_person SET email = 'invitee@ville.example' WHERE id = %s", str(guest.pk))
    for person, email in ((machine, machine.email), (guest, "invitee@ville.example"), (uuid4(), "")):
        assert search(directory, f'userName eq "{email}"').json()["totalResults"] == 0
        for method, body in (("GET", None), ("PATCH", ENTRA), ("PUT", OKTA_PUT), ("DELETE", None)):
            answer = send(directory, method, person, body)
            assert answer.status_code == 404 and answer.json()["status"] == "404", (person, method)
    assert stored(guest).is_active and stored(machine).is_active


# --- Closing ---


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("PATCH", ENTRA),
        ("PATCH", ENTRA_TEXT),
        ("PATCH", ENTRA_OLD),
        ("PATCH", ENTRA_ADD),
        ("PATCH", ENTRA_MANY),
        ("PATCH", OKTA),
        ("PUT", OKTA_PUT),
        ("DELETE", None),
    ],
    ids=["Entra", "Entra, text", "Entra, list", "Entra, add", "Entra, several", "Okta", "Okta, PUT", "DELETE"],
)
def test_person_who_leaves_loses_assignments_sign_in_and_sessions(landlord, directory, method, body):
    elise = landlord.person("elise")
    listed(elise)
    assert open_assignments(elise) and Session.objects.using(OWNER).filter(person=elise).exists()
    answer = send(directory, method, elise, body)
    if method == "DELETE":
        assert (answer.status_code, answer.content) == (204, b"")
    else:
        assert answer.status_code == 200 and answer.json()["active"] is False
    assert not stored(elise).is_active and open_assignments(elise) == 0
    assert not Session.objects.using(OWNER).filter(person=elise).exists()
    assert (stored(elise).name, stored(elise).email) == (elise.name, elise.email)
    [machine] = Person.objects.using(OWNER).filter(is_machine=True)
    [closed] = events(kind="person_closed", outcome="changed")
    assert (closed["actor"], closed["facts"]["person"]) == (machine.pk, str(elise.pk))
    assert {event["facts"]["reason"] for event in events(kind="assignment_ended")} == {"departure"}
    assert search(directory, f'userName eq "{elise.email}"').json()["Resources"][0]["active"] is False
    again = send(directory, method, elise, body)
    assert again.status_code in (200, 204) and len(events(kind="person_closed", outcome="changed")) == 1


def test_closed_sign_in_with_assignments_left_loses_them(landlord, directory):
    elise = landlord.person("elise")
    Person.objects.using(OWNER).filter(pk=elise.pk).update(is_active=False)
    assert send(directory, "PATCH", elise, ENTRA).status_code == 200
    assert open_assignments(elise) == 0


@pytest.mark.parametrize(
    "body",
    [
        PATCH_OP | {"Operations": [{"op": "Replace", "path": "displayName", "value": "Autre"}]},
        PATCH_OP | {"Operations": [{"op": "replace", "value": {"userName": "x@trois-rives.example"}}]},
        PATCH_OP | {"Operations": [{"op": "Replace", "path": "active", "value": "True"}]},
    ],
)
def test_other_changes_and_active_true_change_nothing(landlord, directory, body):
    elise = landlord.person("elise")
    before = open_assignments(elise)
    answer = send(directory, "PATCH", elise, body)
    assert answer.status_code == 200 and answer.json()["userName"] == elise.email
    assert send(directory, "PUT", elise, {k: v for k, v in OKTA_PUT.items() if k != "active"}).status_code == 200
    assert stored(elise).is_active and open_assignments(elise) == before
    assert not events(kind="person_closed", outcome="changed")


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_nobody_is_reopened(landlord, directory, method):
    elise = landlord.person("elise")
    send(directory, "PATCH", elise, ENTRA)
    opening = {"Operations": [{"op": "Replace", "path": "active", "value": True}], "active": True}
    answer = send(directory, method, elise, opening)
    assert answer.status_code == 400 and answer.json()["scimType"] == "mutability"
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert not stored(elise).is_active


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({}, "invalidSyntax"),
        ({"Operations": []}, "invalidSyntax"),
        ({"Operations": {}}, "invalidSyntax"),
        ({"Operations": ["x"]}, "invalidSyntax"),
        ({"Operations": [{"op": "move", "path": "active", "value": False}]}, "invalidSyntax"),
        ({"Operations": [{"op": 1, "path": "active", "value": False}]}, "invalidSyntax"),
        ({"Operations": [{"op": "replace", "path": 1, "value": False}]}, "invalidPath"),
        ({"Operations": [{"op": "replace", "value": False}]}, "invalidValue"),
        ({"Operations": [{"op": "replace", "path": "active", "value": "no"}]}, "invalidValue"),
        ({"Operations": [{"op": "replace", "path": "active", "value": 0}]}, "invalidValue"),
        ({"Operations": [{"op": "replace", "path": "active", "value": None}]}, "invalidValue"),
        ({"Operations": [{"op": "replace", "path": "active", "value": [{"value": "x"}]}]}, "invalidValue"),
        ({"Operations": [{"op": "remove", "path": "active", "value": False}]}, "mutability"),
    ],
)
def test_unclear_request_is_refused_and_changes_nothing(body, kind):
    with pytest.raises(ScimProblem) as refusal:
        active_after_patch(body)
    assert (refusal.value.status, refusal.value.kind) == (400, kind)


def test_last_mention_of_active_counts():
    both = [{"op": "replace", "path": "active", "value": word} for word in ("False", "True")]
    assert active_after_patch({"Operations": both}) is True
    assert active_after_patch({"Operations": both[::-1]}) is False
    assert active_in({USER: {"Active": "FALSE"}}) is False and active_in({"name": {"active": False}}) is None


@pytest.mark.parametrize(
    "content",
    [b"[]", b"{", b'{"active": false, "active": true}', b"\xff", b"{" * 70_000],
    ids=["list", "cut", "twice", "no text", "large"],
)
def test_broken_body_is_refused(landlord, directory, content):
    elise = landlord.person("elise")
    answer = directory.generic("PATCH", f"{BASE}/Users/{elise.pk}", content, content_type=MEDIA)
    assert answer.status_code == 400 and answer.json()["scimType"] == "invalidSyntax" and stored(elise).is_active


def test_form_body_is_refused(landlord, directory):
    answer = directory.generic("PATCH", f"{BASE}/Users/{landlord.person('elise').pk}", "active=false")
    assert answer.status_code == 415


# --- The last administrators ---


def test_two_administrators_of_the_whole_organisation_remain(landlord, two, directory):
    third = make_person("Troisième Main", landlord.place(HEAD_OFFICE))
    assign(third, "access_administrator", landlord.place(HEAD_OFFICE))
    assert send(directory, "PATCH", two.second, ENTRA).status_code == 200
    for left in (third, two.asker):
        answer = send(directory, "PATCH", left, ENTRA)
        assert answer.status_code == 409 and "administrators must remain" in answer.json()["detail"]
        assert send(directory, "DELETE", left).status_code == 409
        assert stored(left).is_active and open_assignments(left)
    refused = events(kind="departure_refused")
    assert {event["facts"]["person"] for event in refused} == {str(third.pk), str(two.asker.pk)} and len(refused) == 4


def test_action_and_database_repeat_the_rule_of_the_last_administrators(landlord, two, directory):
    [machine] = Person.objects.using(OWNER).filter(is_machine=True)
    with acting(machine), pytest.raises(ValidationError, match="Il doit rester deux personnes"):
        close_departed(by=machine, person=two.second)
    with acting(machine), pytest.raises(DatabaseError) as refusal, transaction.atomic():
        Person.objects.filter(pk=two.second.pk).update(is_active=False)
    assert name_of(refusal.value) == "administrators_remain"
    assert stored(two.second).is_active


# --- Who may ---


def test_token_does_nothing_else(landlord, directory):
    """The directory's token may only close sign-ins. The database must refuse everything else, although the token has
    the role of an administrator."""
    elise, [machine] = landlord.person("elise"), Person.objects.using(OWNER).filter(is_machine=True)
    for path in ("assignments/", "places/", "trace/", "residents/", "accounts/"):
        assert directory.get(f"/api/v1/{path}").status_code in (403, 404), path
    assert directory.post(f"{BASE}/Users", json.dumps(OKTA_PUT), content_type=MEDIA).status_code == 405
    send(directory, "PATCH", elise, ENTRA)
    row = Assignment.objects.using(OWNER).filter(person=landlord.person("awa")).first()
    for change in ({"end_reason": "unused", "ended_on": row.last_day}, {"last_day": row.first_day}, {"ended_on": None}):
        with acting(machine), pytest.raises(DatabaseError), transaction.atomic():
            Assignment.objects.filter(pk=row.pk).update(**change)
    with acting(machine), pytest.raises(DatabaseError), transaction.atomic():
        Person.objects.filter(pk=elise.pk).update(is_active=True)


def test_other_token_of_an_administrator_closes_nobody(landlord, two):
    options = {"permissions": ("rights_read",), "role": "access_administrator", "place": HEAD_OFFICE}
    client, elise = program(made(landlord, two, **options)[1]), landlord.person("elise")
    assert send(client, "PATCH", elise, ENTRA).status_code == 403
    assert search(client, f'userName eq "{elise.email}"').status_code == 403
    [machine] = Person.objects.using(OWNER).filter(is_machine=True)
    with acting(machine), pytest.raises(DatabaseError, match="a program"), transaction.atomic():
        Person.objects.filter(pk=elise.pk).update(is_active=False)
    assert stored(elise).is_active


def test_token_of_an_agency_closes_only_its_staff(landlord, two):
    options = {"permissions": ("people_deprovision",), "role": "access_administrator", "place": "Agence Belleville"}
    client = program(made(landlord, two, **options)[1])
    outside = make_person("Ailleurs Dupont", landlord.place(HEAD_OFFICE))
    answer = send(client, "PATCH", outside, ENTRA)
    assert answer.status_code in (404, 409) and stored(outside).is_active


def test_people_and_strangers_are_refused(landlord, sign_in):
    elise = landlord.person("elise")
    for name in (*CAST, "nobody"):
        client, status = sign_in(name), 401 if name in ("karim", "nobody") else 403  # Karim's sign-in is closed.
        for path in ("Users", f"Users/{elise.pk}", "ServiceProviderConfig", "ResourceTypes", "Schemas"):
            assert client.get(f"{BASE}/{path}").status_code == status, (name, path)
        answer = send(client, "PATCH", elise, ENTRA)
        assert answer.status_code == status and answer["Content-Type"] == MEDIA
        assert send(client, "DELETE", elise).status_code == status
    assert send(program("loge_" + "x" * 46), "DELETE", elise).status_code == 401
    assert stored(elise).is_active


def test_requests_per_minute_are_limited(landlord, directory, settings):
    settings.API_A_MINUTE = 2
    assert [directory.get(f"{BASE}/ServiceProviderConfig").status_code for _ in range(3)] == [200, 200, 429]


def test_what_is_supported_is_described(landlord, directory):
    config = directory.get(f"{BASE}/ServiceProviderConfig").json()
    assert config["patch"] == {"supported": True} and config["bulk"]["supported"] is False
    assert directory.get(f"{BASE}/ResourceTypes").json()["Resources"][0]["endpoint"] == "/Users"
    [schema] = directory.get(f"{BASE}/Schemas").json()["Resources"]
    assert {attribute["name"] for attribute in schema["attributes"]} == {"userName", "active"}


def test_nothing_is_answered_without_the_audit_log(landlord, directory, monkeypatch):
    from audit.record import AuditLogUnavailable

    def silent():
        raise AuditLogUnavailable

    monkeypatch.setattr("access.guard.door.require_answering_log", silent)
    elise = landlord.person("elise")
    assert send(directory, "PATCH", elise, ENTRA).status_code == 503 and stored(elise).is_active
