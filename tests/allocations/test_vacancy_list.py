"""The list of declared vacancies is filtered and sorted, and its export names nobody."""

import pytest

from allocations.forms.vacancy_list import COLUMNS
from tests.allocations.builders import give_terms, make_contingent, make_vacancy
from tests.builders import events, make_unit, paris_day, run
from tests.ledger.test_exports import cells, table

URL, EXPORT = "/attribution/logements/", "/attribution/logements/export/"


@pytest.fixture
def vacancies(landlord):
    units = [make_unit(landlord.building(name), f"9{n}", 9) for n, name in enumerate(("Glycines A", "Glycines B") * 2)]
    for unit in units:
        give_terms(unit)
    city = make_contingent(landlord.place("Agence Belleville"))
    made = [make_vacancy(unit, city if n == 2 else None) for n, unit in enumerate(units)]
    for number, vacancy in enumerate(made):
        run("UPDATE allocations_vacancy SET available_on = %s WHERE id = %s", paris_day(10 * number), vacancy.pk)
    return made


def listed(client, query: str) -> list:
    return [row.pk for row in client.get(f"{URL}?{query}").context["page_obj"]]


@pytest.mark.parametrize("code", [column.code for column in COLUMNS])
def test_pages_of_the_sorted_list_contain_each_vacancy_once(vacancies, sign_in, monkeypatch, code):
    aline = sign_in("aline")
    whole = listed(aline, f"tri={code}")
    assert set(whole) == {vacancy.pk for vacancy in vacancies} and listed(aline, f"tri=-{code}") == whole[::-1]
    monkeypatch.setattr("allocations.views.vacancies.A_PAGE", 3)
    assert listed(aline, f"tri={code}&page=1") + listed(aline, f"tri={code}&page=2") == whole


def test_list_is_filtered_by_place_state_and_day(vacancies, sign_in):
    aline, first = sign_in("aline"), [vacancy.pk for vacancy in vacancies]
    assert listed(aline, "lieu=glycines-b") == [first[1], first[3]]
    assert listed(aline, "etat=oriented") == [first[2]]
    assert listed(aline, f"du={paris_day(10):%d/%m/%Y}&au={paris_day(20):%d/%m/%Y}") == first[1:3]
    assert events(kind="vacancies_shown")[-1]["facts"] == {"filters": "days"}
    assert events(kind="vacancies_shown")[-1]["count"] == 2
    assert listed(aline, "lieu=nulle-part") == [] == listed(aline, "etat=let")


@pytest.mark.parametrize("query", ["", "tri=-disponible", "lieu=glycines-b&tri=loyer"])
def test_export_equals_the_list_and_names_nobody(vacancies, sign_in, query):
    aline = sign_in("aline")
    doors = [row.unit.door for row in aline.get(f"{URL}?{query}").context["page_obj"]]
    header, *rows = cells(aline.get(f"{EXPORT}?{query}"))
    assert [row[header.index("Porte")] for row in rows] == doors != []
    assert len(table(aline.get(f"{EXPORT}?{query}&fichier=xlsx"))) == len(rows) + 1
    event = events(kind="export_taken")[-1]
    assert event["count"] == len(rows) and event["shown_ids"] == []
    names = {name for (name,) in run("SELECT last_name FROM tenants_tenant")}
    assert not [cell for row in rows for cell in row if cell in names]


def test_officer_lists_and_exports_only_vacancies_within_reach(vacancies, landlord, sign_in):
    far = make_unit(landlord.building("Quai 9"), "99", 9)
    give_terms(far)
    make_vacancy(far)
    aline = sign_in("aline")
    assert len(listed(aline, "")) == 4 == len(cells(aline.get(EXPORT))) - 1
    assert listed(aline, "lieu=quai-9") == []
