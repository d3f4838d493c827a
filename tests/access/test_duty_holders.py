"""While no employee is data steward, a system check and the pages that need a data steward report the vacancy."""

from access.grants.duty_holders import the_officer_has_a_second
from tests.builders import run
from tests.rights.test_look_decisions import open_account

SAID = "Aucun responsable des données"
PAGES = {"ines": ("/trace/", "/contestations/", "/registre/controle/"), "jules": ("/acces/personnes/",)}


def none_left():
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'departure' WHERE role = 'data_steward'")


def pages(landlord, sign_in):
    for who, paths in PAGES.items():
        client = sign_in(who)
        yield from ((path, client.get(path).content.decode()) for path in paths)
    yield "defer", sign_in("ines").get(f"/droits/reports/{open_account(landlord, sign_in)['id']}/").content.decode()


def test_pages_warn_when_there_is_no_data_steward(landlord, sign_in):
    assert [path for path, page in pages(landlord, sign_in) if SAID in page] == []
    none_left()
    page_by_path = dict(pages(landlord, sign_in))
    assert len(page_by_path) == 5 and [path for path, page in page_by_path.items() if SAID not in page] == []
    assert (
        "Voir les demandes" in page_by_path["/acces/personnes/"] and "Voir les demandes" not in page_by_path["/trace/"]
    )


def test_without_a_data_steward_contesting_a_refusal_warns_about_the_outcome(landlord, sign_in):
    elise, reference = sign_in("elise"), landlord.account("Dette-Glycines A").reference
    values = {"code": "payment_difficulty", "reason": "sequence", "text": "Alcoolique notoire.", "save": "1"}
    page = f"/comptes/{reference}/notes/"
    assert "effacée après trente jours" not in elise.post(page, values).content.decode()
    none_left()
    assert "effacée après trente jours" in elise.post(page, values).content.decode()


def test_the_check_warns_and_is_silent_for_other_databases(landlord):
    assert the_officer_has_a_second(databases=["default"]) == []
    run("UPDATE access_person SET is_active = false WHERE name = 'Paul Nguyen'")
    assert [warning.id for warning in the_officer_has_a_second(databases=["default"])] == ["access.W001"]
    assert the_officer_has_a_second(databases=["owner"]) == the_officer_has_a_second() == []
