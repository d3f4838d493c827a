"""A form that asks for an employee accepts a name without accents, or a part of a name that fits one person."""

import pytest

from access.models import Assignment, Person
from access.pages import fields
from access.pages.fields import is_name_of
from tests.access.test_stand_ins import GRANT, stand_in_form
from tests.builders import OWNER, make_person, run


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("noel caron", "Noël Caron"),
        ("CARON Noël", "Noël Caron"),
        ("caron", "Noël Caron"),
        ("legoff", "Yann Le Goff"),
        ("goff", "Yann Le Goff"),
        ("le", "Yann Le Goff"),
        ("de la Rochefoucauld", "Anne de La Rochefoucauld"),
        ("dhaene", "Luc D’Haene"),
        ("jean-marie", "Jean Marie Oeuvrard"),
        ("œuvrard", "Jean Marie Oeuvrard"),
        ("ελένη", "Ελένη"),
    ],
)
def test_name_is_recognised(text, name):
    assert is_name_of(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("", "Noël Caron"),
        ("?!", "Noël Caron"),
        ("car", "Noël Caron"),
        ("Ελένη", "Άννα"),
        ("noel petit", "Noël Caron"),
        ("le", "Noël Caron"),
        # A typed word that the name does not contain (an initial, a first name, "Le") means another person.
        ("D. Martin", "Claire Martin"),
        ("Van Nguyen", "Minh Nguyen"),
        ("Le Roux", "Paul Roux"),
    ],
)
def test_another_name_is_not_recognised(text, name):
    assert not is_name_of(text, name)


@pytest.fixture
def georges(landlord, sign_in):
    run("UPDATE access_person SET employed_at_id = %s", landlord.place("Secteur Glycines").pk)
    return sign_in("georges")


def refusal(client, landlord, typed: str) -> str:
    answer = client.post(GRANT, stand_in_form(landlord, person=typed))
    assert answer.status_code == 200
    return answer.context["form"].errors["person"][0]


@pytest.mark.parametrize("typed", ["Bruno", "bruno lefevre", "LEFEVRE", "Lefèvre Bruno"])
def test_manager_types_a_part_of_a_name(landlord, georges, typed):
    assert georges.post(GRANT, stand_in_form(landlord, person=typed)).status_code == 302
    assert (
        Assignment.objects.using(OWNER)
        .filter(person=landlord.person("bruno"), place=landlord.place("Glycines A"))
        .exists()
    )


def test_name_of_several_people_names_five_of_them(landlord, georges):
    for first in ("Ana", "Bea", "Cléo", "Dan", "Eva", "Flo"):
        make_person(f"{first} Leroy", landlord.place("Secteur Glycines"))
    sentence = refusal(georges, landlord, "leroy")
    assert sentence.startswith("Plusieurs personnes ont ce nom, dont Ana Leroy (")
    assert "Eva Leroy" in sentence and "Flo Leroy" not in sentence
    # A complete name is preferred to a longer one that contains it.
    make_person("Cléo Leroy Martin", landlord.place("Secteur Glycines"))
    assert georges.post(GRANT, stand_in_form(landlord, person="cleo leroy")).status_code == 302


def test_two_people_of_one_name_are_told_apart_by_their_addresses(landlord, georges):
    one, other = (make_person(f"{first} Leroy", landlord.place("Secteur Glycines")) for first in ("Ana", "Eva"))
    Person.objects.using(OWNER).filter(pk=other.pk).update(name="Ana Leroy")
    sentence = refusal(georges, landlord, "Ana Leroy")
    assert one.email in sentence and other.email in sentence


def test_names_that_differ_in_accents_only_are_told_apart(landlord, georges):
    one, other = (make_person(f"{first} Aubin", landlord.place("Secteur Glycines")) for first in ("Noël", "Ana"))
    Person.objects.using(OWNER).filter(pk=other.pk).update(name="Noel Aubin")
    sentence = refusal(georges, landlord, "Noel Aubin")
    assert one.email in sentence and other.email in sentence


def test_very_long_text_is_not_compared_with_names(landlord, georges, monkeypatch):
    """A very long text must be refused without comparing it with names, because normalising a text of a megabyte for
    each colleague would take minutes."""
    monkeypatch.setattr(fields, "is_name_of", lambda text, name: pytest.fail("compared"))
    assert refusal(georges, landlord, "ﷺ" * 300).startswith("Aucune personne de votre périmètre")


def test_message_names_nobody_whom_the_form_may_not_choose(landlord, georges):
    """Georges oversees the sector of Glycines: the staff of the sector Quai must not be named or chosen."""
    place = landlord.place("Secteur Quai")
    Person.objects.using(OWNER).filter(pk=landlord.person("denis").pk).update(employed_at=place)
    make_person("Ana Roux", place)
    for typed in ("denis", "Ana Roux", "denis roux"):
        assert refusal(georges, landlord, typed).startswith("Aucune personne de votre périmètre")
