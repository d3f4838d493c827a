"""The landlord's staff need email addresses in the domains of LOGE_STAFF_DOMAINS, other people do not."""

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import CommandError, call_command

from access.grants.actions.requests import Newcomer
from access.models import AccessRequest, Person
from housing.environment import env_domains
from tests.access.acting import acting
from tests.access.test_four_eyes import NEWCOMER, approved_by, asked_by, held_by, newcomer, terms
from tests.builders import OWNER

PRIVATE = "nina.perrot@courrier.example"


@pytest.fixture(autouse=True)
def domains(settings):
    settings.STAFF_DOMAINS = ["trois-rives.example", "astreinte.example"]


def add(landlord, email, role="officer"):
    by, place = landlord.person("jules"), landlord.place("Secteur Glycines")
    return asked_by(by, Newcomer("Nina Perrot", email, place), terms(landlord, "Secteur Glycines", role))


def test_page_refuses_a_private_address_and_keeps_what_was_typed(landlord, sign_in):
    answer = sign_in("georges").post(NEWCOMER, newcomer(landlord, email=PRIVATE))
    text = answer.content.decode()
    assert answer.status_code == 200 and "@trois-rives.example, @astreinte.example" in text and PRIVATE in text
    assert not AccessRequest.objects.using(OWNER).exists()


@pytest.mark.parametrize(
    "email", ["nina@trois-rives.example.org", "nina@x.trois-rives.example", "trois-rives.example@x.fr"]
)
def test_addresses_that_resemble_the_landlords_are_refused(landlord, email):
    with pytest.raises(ValidationError, match="adresse de l’organisme"):
        add(landlord, email)


@pytest.mark.parametrize("email", ["Nina@Trois-Rives.example", "nina@astreinte.example"])
def test_addresses_in_a_domain_are_accepted(landlord, email):
    assert add(landlord, email).email == email.lower()


def test_people_of_other_organisations_keep_their_addresses(landlord):
    by, top = landlord.person("jules"), landlord.place("Office des Trois-Rives")
    mayor = Newcomer("Nina Perrot", PRIVATE, top)
    assert asked_by(by, mayor, terms(landlord, top.name, "committee_member")).email == PRIVATE


def test_they_get_no_role_of_the_staff_later(landlord):
    bruno = landlord.person("bruno")
    Person.objects.using(OWNER).filter(pk=bruno.pk).update(email="bruno@mairie.example")
    with pytest.raises(ValidationError, match="adresse de l’organisme"):
        asked_by(landlord.person("jules"), Person.objects.using(OWNER).get(pk=bruno.pk), terms(landlord))


def test_approval_is_refused_if_the_domain_was_removed_meanwhile(landlord, settings):
    access_request = asked_by(landlord.person("georges"), landlord.person("bruno"), terms(landlord, "Secteur Glycines"))
    settings.STAFF_DOMAINS = ["astreinte.example"]
    before = held_by(landlord.person("bruno"))
    with pytest.raises(ValidationError, match="adresse de l’organisme"):
        approved_by(landlord.person("jules"), access_request)
    assert held_by(landlord.person("bruno")) == before


def test_machines_need_no_address_of_the_landlord(landlord):
    by, top = landlord.person("jules"), landlord.place("Office des Trois-Rives")
    machine = Newcomer("Export", "12@machine.invalid", top, ("patrimony_view",))
    with acting(by):
        assert asked_by(by, machine, terms(landlord, top.name, "accountant")).is_for_machine


def test_command_appoints_no_administrator_with_a_private_address(landlord):
    with pytest.raises(CommandError, match="adresse de l’organisme"):
        call_command("appoint", PRIVATE, "Nina Perrot", by="tests")


@pytest.mark.parametrize("value", ["@trois-rives.example", "trois rives", "https://trois-rives.example", "x@y.example"])
def test_any_other_value_is_refused_at_start_up(monkeypatch, value):
    monkeypatch.setenv("LOGE_STAFF_DOMAINS", value)
    with pytest.raises(ImproperlyConfigured, match="write domain names"):
        env_domains("LOGE_STAFF_DOMAINS")
