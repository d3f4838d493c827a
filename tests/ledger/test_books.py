"""The accountant's pages: entries under a reference, without names, dwellings or addresses."""

import re

import pytest

from tests.builders import events, post, run


def test_list_shows_references_and_balances(landlord, sign_in):
    answer = sign_in("helene").get("/ecritures/")
    body = answer.content.decode()
    assert answer.status_code == 200 and len(set(re.findall(r"/ecritures/([0-9A-Z-]{14})/", body))) == 15
    assert "1\u202f461,60" in body
    [event] = events(kind="list_shown")
    assert event["facts"] == {"list": "books"} and len(event["shown_ids"]) == 15


def test_accountant_reads_the_entries_of_a_reference(landlord, sign_in):
    account = landlord.account("Dette-Glycines A")
    post(account, -1_000, "cheque", "payment")
    answer = sign_in("helene").get(f"/ecritures/{account.reference}/")
    body = answer.content.decode()
    assert "Chèque" in body and "Loyer" in body and "1\u202f451,60" in body
    [event] = events(kind="books_opened")
    assert (event["about"], event["outcome"], event["role"]) == (account.pk, "shown", "accountant")


@pytest.mark.parametrize("page", ["/ecritures/", "/ecritures/{}/"])
def test_books_contain_no_name_place_or_id(landlord, sign_in, page):
    names = {word for row in run("SELECT last_name, first_name FROM tenants_tenant") for word in row if word}
    places = {name for (name,) in run("SELECT name FROM access_place WHERE level IN ('building', 'estate', 'sector')")}
    streets = {street for (street,) in run("SELECT street FROM buildings_address")}
    reference = landlord.account("Dette-Glycines A").reference
    body = sign_in("helene").get(page.format(reference)).content.decode()
    assert not [word for word in names | places | streets if word in body]
    ids = [str(pk) for (pk,) in run("SELECT place_id FROM buildings_building UNION SELECT id FROM tenants_lease")]
    assert not [pk for pk in ids if pk in body]


def test_settled_account_stays_in_the_books(landlord, sign_in):
    account = landlord.account("Calme-Glycines A")
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", str(account.pk))
    assert sign_in("helene").get(f"/ecritures/{account.reference}/").status_code == 200
    assert sign_in("elise").get(f"/comptes/{account.reference}/").status_code == 404


def test_search_finds_references_and_nothing_else(landlord, sign_in):
    account, helene = landlord.account("Dette-Glycines A"), sign_in("helene")
    answer = helene.post("/ecritures/", {"q": account.reference[:9].lower().replace("-", " ")})
    assert account.reference in answer.content.decode()
    for words in ("dette", "", "K7", "%%%%"):
        assert "/ecritures/" + account.reference not in helene.post("/ecritures/", {"q": words}).content.decode()
    counts = [(e["count"], e["facts"]) for e in events(kind="search_run")]
    assert counts == [(1, {"scope": "books"})] + [(0, {"scope": "books"})] * 4


def test_search_says_how_many_characters_it_needs(landlord, sign_in):
    helene = sign_in("helene")
    for words, sentence in (
        ("K7Q", "Écrivez au moins quatre caractères"),
        ("ZZZZ", "Aucun compte n’a cette référence"),
    ):
        page = helene.post("/ecritures/", {"q": words}).content.decode()
        assert sentence in page and "Tous les comptes" in page
    assert "Tous les comptes" not in helene.get("/ecritures/").content.decode()


@pytest.mark.parametrize("name", ["elise", "awa", "georges", "ines", "jules", "noel"])
def test_books_give_403_to_other_roles(landlord, sign_in, name):
    client = sign_in(name)
    assert client.get("/ecritures/").status_code == 403
    assert client.get(f"/ecritures/{landlord.account('Dette-Glycines A').reference}/").status_code == 403
    assert [e["outcome"] for e in events(kind="refused")] == ["refused", "refused"]


def test_accountant_gets_403_for_the_account_page(landlord, sign_in):
    assert sign_in("helene").get(f"/comptes/{landlord.account('Dette-Glycines A').reference}/").status_code == 403
