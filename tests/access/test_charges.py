"""Where nobody is data steward, whoever waits for one is told: on the pages concerned, and by the check."""

from access.charges import the_officer_has_a_second
from tests.builders import run
from tests.tenants.test_look_decisions import open_account

SAID = "Personne n’est responsable des données"
PAGES = {"ines": ("/trace/", "/contestations/", "/registre/controle/"), "jules": ("/acces/personnes/",)}


def none_left():
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'departure' WHERE role = 'data_steward'")


def pages(house, sign_in):
    for who, paths in PAGES.items():
        client = sign_in(who)
        yield from ((path, client.get(path).content.decode()) for path in paths)
    yield "defer", sign_in("ines").get(f"/droits/reports/{open_account(house, sign_in)['id']}/").content.decode()


def test_pages_say_that_nobody_is_there_to_agree(house, sign_in):
    assert [path for path, page in pages(house, sign_in) if SAID in page] == []
    none_left()
    told = dict(pages(house, sign_in))
    assert len(told) == 5 and [path for path, page in told.items() if SAID not in page] == []
    assert "Aller aux demandes" in told["/acces/personnes/"] and "Aller aux demandes" not in told["/trace/"]


def test_whoever_contests_a_refusal_is_told_what_becomes_of_it(house, sign_in):
    elise, reference = sign_in("elise"), house.account("Dette-Glycines A").reference
    said = {"code": "payment_difficulty", "reason": "sequence", "text": "Alcoolique notoire.", "save": "1"}
    page = f"/comptes/{reference}/notes/"
    assert "effacée à trente jours" not in elise.post(page, said).content.decode()
    none_left()
    assert "effacée à trente jours" in elise.post(page, said).content.decode()


def test_the_check_names_it_and_asks_nothing_of_an_empty_house(house):
    assert the_officer_has_a_second(databases=["default"]) == []
    run("UPDATE access_person SET is_active = false WHERE name = 'Paul Nguyen'")
    assert [one.id for one in the_officer_has_a_second(databases=["default"])] == ["access.W001"]
    assert the_officer_has_a_second(databases=["owner"]) == the_officer_has_a_second() == []
