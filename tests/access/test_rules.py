"""The page of rules shows everybody the permissions of each role, as the database enforces them."""

import pytest

from access.compartments import Compartment
from access.grants.wording import COMPARTMENTS, PERMISSIONS
from access.models import RoleCompartment
from access.permissions import Permission
from access.roles import ROLES
from tests.builders import OWNER, events


@pytest.mark.parametrize("name", ["awa", "ines", "noel"])
def test_everyone_can_read_the_rules_and_it_is_recorded(landlord, sign_in, name):
    page = sign_in(name).get("/regles/").content.decode()
    for role in ROLES.values():
        assert str(role.name) in page and str(role.sentence) in page
    assert "identique à celle du programme" in page
    assert [event["outcome"] for event in events(kind="rules_shown")] == ["shown"]


def test_the_rules_need_a_sign_in(landlord, sign_in):
    assert sign_in("nobody").get("/regles/").status_code == 302


def test_a_difference_between_database_and_code_is_shown(landlord, sign_in):
    RoleCompartment.objects.using(OWNER).create(role="caretaker", compartment="account")
    answer = sign_in("awa").get("/regles/")
    assert "n’ont pas les mêmes règles" in answer.content.decode()
    account = next(row for row in answer.context["table"] if row["name"] == COMPARTMENTS[Compartment.ACCOUNT])
    assert [open for role, open in account["open"] if role.code == "caretaker"] == [True]


def test_every_permission_and_compartment_has_a_label():
    assert set(PERMISSIONS) == set(Permission) and set(COMPARTMENTS) == set(Compartment)
    assert len({str(words) for words in PERMISSIONS.values()}) == len(PERMISSIONS)
