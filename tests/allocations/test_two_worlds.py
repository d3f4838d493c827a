"""If facts change that a person must not know, this person's pages must not change by a byte.

The tests run once with the protection of the database alone, and once with that of Python alone.
"""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from allocations.actions.scores import compute_scores
from buildings.models import Unit
from tests.allocations.builders import give_terms, make_contingent, make_ground, make_vacancy
from tests.allocations.commission import Commission, make_commission
from tests.allocations.locks import LOCKS
from tests.builders import OWNER, assign, make_person, make_unit, run
from tests.noninterference.harness import MISSING, Answer, Ids, differences, read_everything, write_everywhere
from tests.sign_in import let_in

pytestmark = [
    pytest.mark.unwatched("opens pages twice; every other test compares what it opens"),
    pytest.mark.usefixtures("unkept"),
]
TOP = "Office des Trois-Rives"
# For each kind of reader: prefixes of the names of all pages and API endpoints that the tests request.
OFFICER = ("vacanc", "shortlist", "candida", "sheet_prepare", "api_vacanc")
OUTSIDE = (*OFFICER, "application", "applicant_change", "offer", "hand_over")
MEMBER = ("own_session", "session_", "item_sheets", "decision_", "minutes_sign")
NOMINATOR = ("own_contingent", "own_vacancy", "own_nominate")
MANAGER = ("vacanc", "orientation", "contingent", "session", "quotas", "fairness", "allocation_report")
INSIDERS = {"aline": OFFICER, "camille": MEMBER, "mehdi": MEMBER, "nadia": NOMINATOR, "rosa": MANAGER}
# Maps tables to changes that an officer of another agency must not notice. Triggers are disabled for each change.
CHANGES = {
    "vacancy": "available_on = available_on + 3, eligible = 7",
    "candidacy": "state = 'refused', number = number + 5",
    "sheet": "persons = persons + 2, priority = NOT priority, income_bracket = 9",
    "shortlistline": "persons = persons + 1, priority = NOT priority",
    "decision": "rank = rank + 1",
    "seat": "present = NOT present",
    "session": "held_at = held_at + interval '1 day'",
    "application": "filed_on = filed_on - 40, housing = 'hosted'",
    "applicant": "last_name = 'Autre', name_key = 'autre', phone = '+33639980000'",
}


@pytest.fixture
def allocation(landlord) -> Commission:
    """Two dwellings of one agency: one in an open session, one for which Nadia (nominator) may nominate.

    Nadia has nominated a candidate for the second dwelling.
    """
    commission = make_commission(landlord, applicants=6)
    for application in commission.applications[::2]:
        make_ground(application, landlord.person("sacha"))
    compute_scores(by="test")
    first, *_others = commission.present()
    commission.open()
    commission.vote(commission.propose(first, "b", rank=1), "mehdi")
    unit = make_unit(landlord.building("Glycines B"), "97", 9)
    Unit.objects.using(OWNER).filter(pk=unit.pk).update(type="T2")
    give_terms(unit)
    reserved = replace(commission, unit=unit, vacancy=None, session=None)
    reserved.orient(make_contingent(landlord.place(TOP), "Ville de Paris", "commune", landlord.person("nadia")))
    reserved.prepare(reserved.nominate(commission.applications[4]))
    return commission


def all_ids() -> Ids:
    """Return the ids of vacancies, candidacies, sessions and so on. Each list ends with an id that does not exist."""
    tables = ("vacancy", "candidacy", "session", "agendaitem", "decision", "application", "applicant", "contingent")
    by_model: dict[str, list[Any]] = {name: run(f"SELECT id FROM allocations_{name} ORDER BY id") for name in tables}
    by_model["lines"] = run("SELECT id FROM allocations_shortlistline ORDER BY rank LIMIT 2")
    by_model["unit"] = run("SELECT unit_id FROM allocations_vacancy")
    ids: dict[str, list[object]] = {name: [*(pk for (pk,) in rows), MISSING] for name, rows in by_model.items()}
    return Ids(ids | {"letter": ["decision"], "year": [2025]})


def request_pages(clients: dict[str, Client], readers: dict[str, tuple[str, ...]], ids: Ids) -> dict[str, Answer]:
    return {
        f"{name} {url}": answer
        for name, client in clients.items()
        for url, answer in read_everything(client, ids, readers[name]).items()
    }


def change_grounds() -> None:
    run("ALTER TABLE allocations_ground DISABLE TRIGGER USER")
    run("UPDATE allocations_ground SET code = 'trafficking', proof = 'court_decision'")
    compute_scores(by="test")


def change_names(commission: Commission) -> None:
    """Change the identities of all applicants, except the nominee whose name Nadia (nominator) entered herself."""
    nominee = commission.applications[4].pk
    run(
        "UPDATE allocations_applicant SET last_name = 'Traoré', first_name = 'Fatoumata', phone = '+33639980000',"
        " name_key = 'traore fatoumata', street = '3 quai Neuf' WHERE application_id <> %s",
        nominee,
    )
    run("ALTER TABLE allocations_application DISABLE TRIGGER USER")
    run("UPDATE allocations_application SET number = '9' || substr(number, 2) WHERE id <> %s", nominee)


@pytest.mark.parametrize("lock", LOCKS)
def test_pages_do_not_depend_on_names_and_sealed_grounds(landlord, sign_in, monkeypatch, allocation, lock):
    """Even a candidate's page shows no name, so changed names must not alter it.

    Officers read names only in applications that they have opened.
    """
    LOCKS[lock](monkeypatch)
    ids, clients = all_ids(), {name: sign_in(name) for name in INSIDERS}
    before = request_pages(clients, INSIDERS, ids)
    for name in INSIDERS:
        pages_shown = [answer for key, answer in before.items() if key.startswith(name) and answer.status == 200]
        assert len(pages_shown) >= 3, name
    assert any(b"Candidat4" in answer.body for key, answer in before.items() if key.startswith("nadia"))
    change_grounds()
    change_names(allocation)
    assert b"Fatoumata" in clients["aline"].get(f"/demandes/{allocation.applications[0].pk}/").content, "an open file"
    assert differences(before, request_pages(clients, INSIDERS, ids)) == []


def change_everything(landlord) -> None:
    """Change all rows of the two vacancies and their candidates, and add a vacancy in the same agency."""
    for table, change in CHANGES.items():
        run(f"ALTER TABLE allocations_{table} DISABLE TRIGGER USER")
        run(f"UPDATE allocations_{table} SET {change}")
    unit = make_unit(landlord.building("Glycines B"), "98", 9)
    give_terms(unit)
    make_vacancy(unit)


def hashes() -> list[tuple[Any, ...]]:
    tables = [*CHANGES, "vote", "recusal", "offer", "occasion", "supportingdocument", "income"]
    sql = "SELECT '{0}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM allocations_{0} t"
    return run(" UNION ALL ".join(sql.format(table) for table in tables))


@pytest.fixture
def outsiders(landlord, allocation, sign_in) -> dict[str, tuple[Client, tuple[str, ...]]]:
    """Provide test clients of three people who must see nothing of the two vacancies, and the pages that each tries.

    They are an officer of another agency, a chair without any seat, and a nominator of another body.
    """
    chair, nominator = (make_person(name, landlord.place("Agence Belleville")) for name in ("Serge", "Ursule"))
    assign(chair, "committee_chair", landlord.place(TOP))
    assign(nominator, "nominator", landlord.place(TOP))
    make_contingent(landlord.place(TOP), "Région", "region", nominator)
    return {
        "basile": (sign_in("basile"), OUTSIDE),
        "chair": (let_in(Client(), chair), MEMBER),
        "nominator": (let_in(Client(), nominator), NOMINATOR),
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_outsiders_see_and_change_nothing_of_an_agencys_allocations(landlord, monkeypatch, outsiders, lock):
    """GET requests and forms about objects of another agency are answered as if the objects did not exist."""
    LOCKS[lock](monkeypatch)
    ids = all_ids()
    clients = {name: client for name, (client, _pages) in outsiders.items()}
    pages = {name: prefixes for name, (_client, prefixes) in outsiders.items()}
    before = request_pages(clients, pages, ids)
    assert {200, 404} <= {answer.status for answer in before.values()}
    change_everything(landlord)
    assert differences(before, request_pages(clients, pages, ids)) == []
    stored = hashes()
    for name, client in clients.items():
        answers = write_everywhere(client, ids, lambda value: value != MISSING, {"all": "for"}, pages[name])
        assert answers == [], name
    assert hashes() == stored
