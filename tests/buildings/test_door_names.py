"""Doors of two staircases of a building may have the same number, so titles, lists and buttons name the staircase."""

import pytest

from buildings.models import Unit
from tests.allocations.builders import give_terms, make_vacancy
from tests.builders import make_unit

NAMES = {
    ("B", "12"): "escalier\u00a0B, porte\u00a012",
    ("", "12"): "porte\u00a012",
    ("B", ""): "escalier\u00a0B",
    ("", ""): "",
}


@pytest.mark.parametrize(("staircase", "door"), NAMES)
def test_door_name_leaves_out_what_is_unknown(staircase, door):
    assert Unit(staircase=staircase, door=door).door_name == NAMES[staircase, door]


@pytest.fixture
def units(landlord):
    return [make_unit(landlord.building("Glycines A"), "99", 9, staircase) for staircase in ("B", "C")]


def test_titles_and_links_of_vacancies_name_the_staircase(units, sign_in):
    aline = sign_in("aline")
    for unit in units:
        give_terms(unit)
    vacancies = [make_vacancy(unit) for unit in units]
    body = aline.get("/attribution/logements/").content.decode()
    for unit, vacancy in zip(units, vacancies, strict=True):
        assert f"{unit.door_name}</a>" in body
        page = aline.get(f"/attribution/logements/{vacancy.pk}/").content.decode()
        assert f", {unit.door_name}</h1>" in page


def test_pages_of_the_caretaker_name_the_staircase(units, landlord, sign_in):
    awa, page = sign_in("awa"), f"/immeubles/{landlord.building('Glycines A').pk}/vacants/"
    body, officers_body = awa.get(page).content.decode(), sign_in("elise").get(page).content.decode()
    for unit in units:
        title = unit.door_name.removeprefix("e")
        assert f"<h1>E{title}</h1>" in awa.get(f"/logements/{unit.pk}/").content.decode()
        assert f'<span class="vh"> {unit.door_name}</span>' in body
        # The officer also has a button that lets the dwelling.
        assert officers_body.count(f'<span class="vh"> {unit.door_name}</span>') == 2
