"""No machine client may give people access: neither by an API request, nor by an action, nor by SQL.

SQL is tried in the database role of the web process, as an attacker could.
"""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from access.api.tokens import digest_of
from access.grants.actions.assignments import give
from access.grants.actions.requests import approve, ask
from access.grants.actions.tokens import make_token
from access.grants.grant_terms import Terms
from access.models import AccessRequest, Assignment, MachineToken, Person
from access.permissions import BY_PEOPLE_ALONE
from access.reach import makers
from tests.access.acting import acting
from tests.access.programs import approved, asked_for, made, program, two_administrators
from tests.builders import OWNER, assign, events, make_person, paris_day, run
from tests.database.test_four_eyes import ASK, given, refused, write
from tests.sign_in import let_in

READS_RIGHTS = {
    "role": "access_administrator",
    "place": "Office des Trois-Rives",
    "permissions": ("rights_read",),
}
WIDEN = "UPDATE access_accessrequest SET permissions = '{assignments_manage,people_manage}'"
MADE = """INSERT INTO access_machinetoken (id, machine_id, digest, hint, made_by_id, made_at)
    SELECT gen_random_uuid(), r.person_id, %s, 'h', loge_person(), now()
    FROM access_accessrequest r WHERE r.permissions <> '{}'"""
ASKED = """INSERT INTO access_accessrequest (id, asked_by_id, asked_at, name, email, employed_at_id, role, place_id,
    first_day, last_day, reason, decision, refusal, permissions)
    VALUES (gen_random_uuid(), %s, now(), 'Paie', 'p@machine.invalid', %s, 'access_administrator', %s,
    loge_today(), loge_today() + 9, 'posting', '', '', %s::text[])"""
APPROVED = """UPDATE access_accessrequest SET decision = 'approved', decided_by_id = loge_person(), decided_at = now(),
    person_id = gen_random_uuid()"""


@pytest.fixture
def two(landlord):
    return two_administrators(landlord)


@pytest.fixture
def top(landlord):
    return landlord.place("Office des Trois-Rives")


@pytest.fixture
def old(landlord, two):
    """Return a token and its secret. The token has permissions to manage assignments and people.

    New tokens cannot have these permissions, but tokens of older versions of Loge may have them.
    """
    token, secret = made(landlord, two, **READS_RIGHTS)
    run("UPDATE access_accessrequest SET permissions = %s", ["assignments_manage", "people_manage", "rights_read"])
    return token, secret


def grant_through_the_api(secret, person, place):
    values = {"person": str(person.pk), "place": str(place.pk), "reason": "posting"}
    values |= {"first_day": paris_day().isoformat(), "last_day": paris_day(9).isoformat()}
    headers = {"Idempotency-Key": "0f0e0d0c-0b0a-4908-8706-050403020100"}
    return program(secret).post("/api/v1/assignments/grant/", values, content_type="application/json", headers=headers)


# --- A token never has these permissions -----------------------------------------------------------------------------


@pytest.mark.parametrize("permission", ["assignments_manage", "access_decide", "tokens_manage", "walls_keep"])
def test_a_token_that_gives_access_cannot_be_requested(landlord, two, permission):
    with pytest.raises(ValidationError, match="Un programme ne peut ni donner"):
        asked_for(landlord, two, role="access_administrator", permissions=(permission,), place="Office des Trois-Rives")


def test_the_form_does_not_offer_permissions_to_give_access(sign_in, two):
    page = sign_in("jules").get(reverse("token_ask")).content.decode()
    assert 'value="account_view"' in page
    assert not [permission.value for permission in BY_PEOPLE_ALONE if f'value="{permission.value}"' in page]


def test_the_database_refuses_a_request_for_such_a_token(landlord, two, top):
    jules = two.asker
    refused("by_people_alone", jules, ASKED, jules.pk, top.pk, top.pk, ["rights_read", "assignments_manage"])
    assert write(jules, ASKED, jules.pk, top.pk, top.pk, ["rights_read"]) == 1


def test_an_older_request_for_such_a_token_is_not_approved(landlord, two):
    access_request = asked_for(landlord, two, **READS_RIGHTS)
    run(WIDEN)
    with pytest.raises(ValidationError, match="Un programme ne peut ni donner"), acting(two.second):
        approve(by=two.second, access_request=AccessRequest.objects.using(OWNER).get(pk=access_request.pk))
    refused("by_people_alone", two.second, APPROVED)


def test_an_older_approval_of_such_a_token_makes_none(landlord, two):
    access_request = approved(landlord, two, **READS_RIGHTS)
    run(WIDEN)
    ines = landlord.person("ines")
    with pytest.raises(ValidationError, match="Un programme ne peut ni donner"), acting(ines):
        make_token(by=ines, access_request=AccessRequest.objects.using(OWNER).get(pk=access_request.pk))
    refused("by_people_alone", ines, MADE, "d")


def test_an_older_token_gives_no_access_and_keeps_its_other_permissions(landlord, two, old):
    _token, secret = old
    before = Assignment.objects.using(OWNER).count()
    for person in (two.asker, landlord.person("noel")):
        assert grant_through_the_api(secret, person, landlord.place("Glycines A")).status_code == 403
    assert Assignment.objects.using(OWNER).count() == before
    assert program(secret).get("/api/v1/assignments/").status_code == 200
    assert events(kind="refused", actor=_token.machine_id)


def test_the_database_ignores_such_permissions_of_an_older_token(old):
    [(permissions,)] = run("SELECT permissions FROM access_token(%s)", digest_of(old[1]), alias="default")
    assert permissions == ["rights_read"]


def test_no_action_lets_a_machine_give_access(landlord, two, old):
    machine = Person.objects.using(OWNER).get(pk=old[0].machine_id)
    noel, terms = landlord.person("noel"), Terms(landlord.place("Glycines A"), paris_day(), paris_day(9), "posting")
    with acting(machine), pytest.raises(ValidationError, match="Un programme ne peut ni donner"):
        give(by=machine, person=noel, terms=terms)
    with acting(machine), pytest.raises(ValidationError, match="Un programme ne peut ni donner"):
        ask(by=machine, whose=noel, terms=terms)


def test_the_database_lets_no_machine_change_access(landlord, two, old):
    machine = Person.objects.using(OWNER).get(pk=old[0].machine_id)
    noel, building = landlord.person("noel"), landlord.place("Glycines A")
    refused("by_people_alone", machine, *given(noel, "caretaker", building, machine))
    refused("by_people_alone", machine, ASK, machine.pk, noel.pk, building.pk)
    refused("by_people_alone", machine, "UPDATE access_person SET is_active = false WHERE id = %s", noel.pk)
    refused("by_people_alone", machine, "UPDATE access_place SET phone = '+33199000000' WHERE level = 'agency'")
    refused("by_people_alone", machine, "UPDATE access_assignment SET last_day = last_day + 9 WHERE role = 'caretaker'")
    account = landlord.account("Dette-Glycines A")
    refused("by_people_alone", machine, "SELECT * FROM tenants_set_wall(%s, %s)", account.reference, noel.pk)


def test_code_and_database_have_the_same_list_of_permissions(landlord):
    [(listed,)] = run("SELECT access_permissions_of_people_only()")
    assert sorted(listed) == sorted(permission.value for permission in BY_PEOPLE_ALONE)


# --- Who sees the secret ---------------------------------------------------------------------------------------------


def test_neither_the_requester_nor_the_approver_sees_the_secret(landlord, sign_in, two):
    access_request = approved(landlord, two)
    make, zoe = reverse("token_make", kwargs={"pk": access_request.pk}), Client()
    let_in(zoe, two.second)
    for client in (sign_in("jules"), zoe):
        answer = client.post(make)
        assert answer.status_code == 200 and "loge_" not in answer.content.decode()
        assert "ni demandé ni approuvé" in answer.content.decode()
        page = client.get(reverse("tokens")).content.decode()
        assert make not in page and "à créer par une autre personne" in page
    assert not MachineToken.objects.using(OWNER).exists()


@pytest.mark.parametrize("who", ["asker", "second"])
def test_the_database_refuses_a_token_made_by_the_requester_or_the_approver(landlord, two, who):
    approved(landlord, two)
    refused("token_made_by_a_third", getattr(two, who), MADE, "d")


def test_with_two_administrators_the_data_protection_officer_makes_the_token(landlord, sign_in, two):
    access_request, ines = approved(landlord, two), sign_in("ines")
    assert reverse("tokens") in ines.get(reverse("trace")).content.decode()
    make = reverse("token_make", kwargs={"pk": access_request.pk})
    assert make in ines.get(reverse("tokens")).content.decode()
    answer = ines.post(make)
    assert answer.status_code == 201 and "loge_" in answer.content.decode()
    assert MachineToken.objects.using(OWNER).get().made_by_id == landlord.person("ines").pk


def test_a_third_administrator_makes_the_token_instead_of_the_officer(landlord, sign_in, two, top):
    third = make_person("Yvan Roux", top)
    assign(third, "access_administrator", top)
    access_request, yvan = approved(landlord, two), Client()
    let_in(yvan, third)
    make = reverse("token_make", kwargs={"pk": access_request.pk})
    assert "loge_" not in sign_in("ines").post(make).content.decode()
    refused("token_made_by_a_third", landlord.person("ines"), MADE, "d")
    assert "jeton" in yvan.get(reverse("requests")).content.decode()
    assert yvan.post(make).status_code == 201


def test_a_second_account_of_the_requester_does_not_count_as_a_third(landlord, two, top):
    """The person who makes a token must be somebody else than its requester and its approver.

    An administrator whose account the requester had created a week ago does not count as somebody else.
    """
    third = make_person("Yvan Roux", top)
    assign(third, "access_administrator", top)
    access_request = approved(landlord, two)
    run(
        "INSERT INTO access_accessrequest (id, asked_by_id, asked_at, person_id, name, email, employed_at_id, role,"
        " place_id, first_day, last_day, reason, decision, decided_by_id, decided_at, refusal, permissions)"
        " VALUES (gen_random_uuid(), %s, now() - interval '8 days', %s, '', '', %s, 'access_administrator', %s,"
        " loge_today(), loge_today(), 'posting', 'approved', %s, now() - interval '7 days', '', '{}')",
        two.asker.pk, third.pk, top.pk, top.pk, landlord.person("georges").pk,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="ni demandé ni approuvé"), acting(third):
        make_token(by=third, access_request=access_request)
    refused("token_made_by_a_third", third, MADE, "d")


# --- Who may not benefit ---------------------------------------------------------------------------------------------


def added(asker, approver, person, top, days=5):
    run(
        "INSERT INTO access_accessrequest (id, asked_by_id, asked_at, person_id, name, email, employed_at_id, role,"
        " place_id, first_day, last_day, reason, decision, decided_by_id, decided_at, refusal, permissions)"
        " VALUES (gen_random_uuid(), %s, now() - interval '50 days', %s, '', '', %s, 'access_administrator', %s,"
        " loge_today(), loge_today(), 'posting', 'approved', %s, now() - make_interval(days => %s), '', '{}')",
        asker.pk, person.pk, top.pk, top.pk, approver.pk, days,
    )  # fmt: skip


@pytest.fixture
def chain(landlord, two, top):
    """Three administrators: Jules requested the account of Yvan, and Yvan requested the account of Ugo.

    Neither Yvan nor Ugo may give access to Jules.
    """
    yvan, ugo = make_person("Yvan Roux", top), make_person("Ugo Blanc", top)
    for person in (yvan, ugo):
        assign(person, "access_administrator", top)
    added(two.asker, two.second, yvan, top)
    added(yvan, two.second, ugo, top)
    return yvan, ugo


def test_nobody_gives_access_to_who_made_their_account_nor_along_a_chain(landlord, two, chain):
    terms = Terms(landlord.place("Glycines A"), paris_day(), paris_day(9), "posting")
    for giver in chain:
        with acting(giver):
            assert two.asker.pk in makers(giver.pk)
        with pytest.raises(ValidationError, match="a créé"), acting(giver):
            give(by=giver, person=two.asker, terms=terms)
        with pytest.raises(ValidationError, match="a créé"), acting(giver):
            ask(by=giver, whose=two.asker, terms=Terms(terms.place, paris_day(), paris_day(9), "posting", "officer"))
        refused("assignment_given_apart", giver, *given(two.asker, "caretaker", terms.place, giver))
        refused("assignment_given_apart", giver, ASK, giver.pk, two.asker.pk, terms.place.pk)


def test_the_action_refuses_it_without_the_databases_trigger(landlord, two, chain, old):
    """With the database triggers off, the action itself must still refuse to give access in two cases.

    An administrator may not give access to the administrator who requested their account, even through a chain of
    accounts. A machine account may give access to nobody.
    """
    run("ALTER TABLE access_assignment DISABLE TRIGGER USER")
    terms = Terms(landlord.place("Glycines A"), paris_day(), paris_day(9), "posting")
    with acting(chain[1]), pytest.raises(ValidationError, match="a créé"):
        give(by=chain[1], person=two.asker, terms=terms)
    machine = Person.objects.using(OWNER).get(pk=old[0].machine_id)
    with acting(machine), pytest.raises(ValidationError, match="Un programme ne peut ni donner"):
        give(by=machine, person=landlord.person("noel"), terms=terms)


def test_nobody_extends_an_assignment_of_who_made_their_account(landlord, two, chain):
    assignment = assign(two.asker, "caretaker", landlord.place("Glycines A"))
    refused(
        "assignment_given_apart", chain[1],
        "UPDATE access_assignment SET last_day = last_day + 9 WHERE id = %s", assignment.pk,
    )  # fmt: skip


def test_after_thirty_days_a_person_may_give_access_to_who_made_their_account(landlord, two, top):
    yvan = make_person("Yvan Roux", top)
    assign(yvan, "access_administrator", top)
    added(two.asker, two.second, yvan, top, days=29)
    gift = given(two.asker, "caretaker", landlord.place("Glycines A"), yvan)
    refused("assignment_given_apart", yvan, *gift)
    run("UPDATE access_accessrequest SET decided_at = now() - interval '31 days'")
    assert write(yvan, *gift) == 1


def test_a_machine_may_never_give_access_to_who_requested_approved_or_made_it(landlord, two, old):
    run("UPDATE access_accessrequest SET decided_at = now() - interval '300 days'")
    machine = old[0].machine_id
    with acting(two.asker):
        maker_ids = makers(machine)
    assert maker_ids >= {two.asker.pk, two.second.pk, MachineToken.objects.using(OWNER).get().made_by_id}
