"""The officer's lists and search of accounts: which accounts they show, which audit events they record, how many SQL
queries they need, and how they are split into pages.
"""

import re

import pytest
from django.db import connections
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from tenants.models import Tenant
from tests.builders import events, guarantee, let, make_building, make_tenant, make_unit, post, run

LISTS = ["/comptes/", "/comptes/partis/", "/comptes/recherche/", "/comptes/export/"]


def references(answer) -> list[str]:
    return list(dict.fromkeys(re.findall(r"/comptes/([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})/", answer.content.decode())))


def accounts_in(*buildings: str) -> set[str]:
    rows = run(
        "SELECT a.reference FROM tenants_account a JOIN access_place p ON p.id = a.building_id WHERE p.name = ANY (%s)",
        list(buildings),
    )
    return {reference for (reference,) in rows}


BELLEVILLE = ("Glycines A", "Glycines B", "Tour basse", "Tour haute")


@pytest.mark.parametrize(
    ("name", "buildings"), [("elise", BELLEVILLE), ("fatou", ("Quai 9",)), ("denis", ("Tour basse", "Tour haute"))]
)
def test_officer_lists_exactly_the_accounts_in_reach(landlord, sign_in, name, buildings):
    answer = sign_in(name).get("/comptes/")
    assert answer.status_code == 200
    assert set(references(answer)) == accounts_in(*buildings)
    [event] = events(kind="list_shown")
    accounts = {pk for (pk,) in run("SELECT id FROM tenants_account WHERE reference = ANY (%s)", references(answer))}
    assert event["facts"] == {"list": "accounts"} and accounts <= set(event["shown_ids"])


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize("name", ["awa", "georges", "helene", "ines", "jules", "noel"])
def test_account_lists_give_403_to_other_roles(landlord, sign_in, url, name):
    assert sign_in(name).get(url).status_code == 403
    assert [e["outcome"] for e in events(kind="refused")] == ["refused"]


def test_list_shows_balances_computed_from_entries(landlord, sign_in):
    body = sign_in("elise").get("/comptes/").content.decode()
    assert body.count('1\u202f461,60<span class="sens">dû</span>') == 4
    assert "<span>Mme Marie Dette-Glycines A,</span> <span>Mme Paul Dette-Glycines A</span>" in body


def test_list_filters_accounts_owing_and_in_credit(landlord, sign_in):
    ahead = landlord.account("Calme-Glycines B")
    post(ahead, -5_000, "cheque", "payment")
    elise = sign_in("elise")
    assert ahead.reference in references(elise.get("/comptes/?solde=avoir"))
    assert len(references(elise.get("/comptes/?solde=avoir"))) == 1
    owing = references(elise.get("/comptes/?solde=du"))
    assert len(owing) == 4 and ahead.reference not in owing
    assert references(elise.get("/comptes/?solde=n-importe-quoi")) == []


def test_former_account_is_listed_until_settled(landlord, sign_in):
    unit = make_unit(landlord.building("Glycines A"), "31", 3)
    former = let(unit, make_tenant("Partie", "Rose"), start=-600, end=-40)
    elise = sign_in("elise")
    assert references(elise.get("/comptes/partis/")) == [former.reference]
    assert "Mme Rose Partie" in elise.get("/comptes/partis/").content.decode()
    assert events(kind="list_shown")[-1]["facts"] == {"list": "accounts_former"}
    assert references(sign_in("fatou").get("/comptes/partis/")) == []
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", str(former.pk))
    assert references(elise.get("/comptes/partis/")) == []


@pytest.mark.parametrize(
    ("words", "matches"),
    [
        ("dette", 4),
        ("DETTE marie", 4),
        ("arr zo", 4),
        ("fetes foraines", 6),
        ("3 allée des Glycines", 3),
        ("quai de bercy", 0),
        ("dette-quai", 0),
        ("zzz", 0),
        ("%", 0),
        ("d", 0),
        ("", 0),
    ],
)
def test_search_matches_name_or_address_within_reach(landlord, sign_in, words, matches):
    answer = sign_in("elise").post("/comptes/recherche/", {"q": words})
    assert answer.status_code == 200 and len(references(answer)) == matches
    [event] = events(kind="search_run")
    assert (event["count"], event["facts"]) == (matches, {"scope": "accounts"})
    assert words not in str(event["facts"]) or not words


@pytest.mark.parametrize("typed", ["{0}", "{0[0]}{0[1]}{0[2]}{0[3]}", " {1} "])
def test_search_accepts_a_reference_in_any_spelling(landlord, sign_in, typed):
    account = landlord.account("Dette-Glycines A")
    words = typed.format(account.reference, account.reference.replace("-", "").lower())
    answer = sign_in("elise").post("/comptes/recherche/", {"q": words})
    assert answer.status_code == 302 and answer["Location"] == f"/comptes/{account.reference}/"
    assert references(sign_in("fatou").post("/comptes/recherche/", {"q": words})) == []


def test_search_terms_are_not_stored_in_the_audit_log(landlord, sign_in):
    sign_in("elise").post("/comptes/recherche/", {"q": "dette-glycines secret"})
    assert not [e for e in events() if "secret" in str(e)]


def test_discreet_household_is_absent_from_lists_and_search(landlord, sign_in):
    account = landlord.account("Dette-Glycines A")
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 30)",
        str(account.lease_id),
        str(account.building_id),
    )
    elise = sign_in("elise")
    assert account.reference not in references(elise.get("/comptes/"))
    assert account.reference not in references(elise.post("/comptes/recherche/", {"q": account.reference}))
    assert account.reference not in references(elise.post("/comptes/recherche/", {"q": "dette"}))
    assert elise.get(f"/comptes/{account.reference}/").status_code == 404


def count_queries(client, url: str) -> int:
    with CaptureQueriesContext(connections["default"]) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_number_of_queries_does_not_grow_with_the_list(landlord, sign_in):
    elise = sign_in("elise")
    elise.get("/comptes/")
    few = count_queries(elise, "/comptes/")
    building = landlord.building("Glycines A")
    for number in range(30):
        account = let(make_unit(building, f"5{number:02}", 5), make_tenant(f"Nouvelle{number}", "Ida"))
        post(account, 100)
    assert count_queries(elise, "/comptes/") == few


def test_pages_together_contain_each_account_once(landlord, sign_in):
    building = landlord.building("Glycines A")
    for number in range(65):
        let(make_unit(building, f"6{number:02}", 6), make_tenant(f"Nouvelle{number}", "Ida"))
    elise = sign_in("elise")
    first, second = references(elise.get("/comptes/")), references(elise.get("/comptes/?page=2"))
    assert len(first) == 60 and not set(first) & set(second)
    assert set(first) | set(second) == accounts_in(*BELLEVILLE)


@pytest.fixture
def twins(landlord):
    """Add two buildings with the same name. Their accounts are listed together, by staircase, floor and door."""
    estate = landlord.building("Glycines A").place.parent
    for number in ("1", "2"):
        building = make_building(f"Jumelle {number}", estate, number=number)
        for door in range(4):
            account = let(make_unit(building, f"{number}{door}", door), make_tenant(f"Nouvelle{number}{door}", "Ida"))
            post(account, 5_000)
            if door % 2:
                post(account, -9_000, "cheque", "payment")
    run("UPDATE access_place SET name = 'Jumelle' WHERE code LIKE 'jumelle-%'")


def in_pages(client, url: str, a_page: int, total: int) -> list[list[str]]:
    last = -(-total // a_page)
    return [references(client.get(f"{url}page={number}")) for number in range(1, last + 1)]


@pytest.mark.parametrize(
    ("chosen", "stretch", "few", "a_page"),
    [
        ("", 1, 1, 3),
        ("", 2, 3, 20),
        ("", 16, 2, 4),
        ("solde=du&", 1, 2, 4),
        ("solde=du&", 16, 3, 3),
        ("solde=avoir&", 1, 3, 3),
        ("solde=avoir&", 2, 1, 4),
    ],
)
def test_pages_of_many_buildings_equal_the_full_list(
    landlord, sign_in, monkeypatch, twins, chosen, stretch, few, a_page
):
    """If an officer may see very many buildings, all pages of the account list together must equal the full list.

    Each page queries only the first buildings of the list, so no page may show the total number of accounts.
    """
    post(landlord.account("Calme-Glycines B"), -5_000, "cheque", "payment")
    elise, url = sign_in("elise"), f"/comptes/?{chosen}"
    whole = references(elise.get(url))
    assert len(whole) > 4
    monkeypatch.setattr("ledger.views.accounts.STRETCH", stretch)
    monkeypatch.setattr("ledger.account_list.FEW", few)
    monkeypatch.setattr("ledger.views.accounts.A_PAGE", a_page)
    pages = in_pages(elise, url, a_page, len(whole))
    assert [listed for page in pages for listed in page] == whole
    assert references(elise.get(f"{url}page=999")) == pages[-1]
    assert elise.get(f"{url}page={'9' * 5000}").status_code == 200
    body = elise.get(url).content.decode()
    assert "comptes</b>" not in body and not re.search(r"page \d+ sur", body)


def test_pages_in_sequence_equal_the_full_ordered_list(landlord, sign_in, monkeypatch, twins):
    """All pages of the account list, one after another, must equal the full list for every page size, although each
    page queries only the buildings that it shows."""
    elise = sign_in("elise")
    whole = references(elise.get("/comptes/"))
    assert len(whole) == 20
    for a_page in (3, 7, len(whole)):
        monkeypatch.setattr("ledger.views.accounts.A_PAGE", a_page)
        pages = in_pages(elise, "/comptes/?", a_page, len(whole))
        assert [listed for page in pages for listed in page] == whole and len(pages[0]) == a_page
        assert references(elise.get("/comptes/?page=999")) == pages[-1]
    ordered = run(
        "SELECT a.reference FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id"
        " JOIN buildings_unit u ON u.id = l.main_unit_id JOIN access_place p ON p.id = a.building_id"
        " WHERE a.reference = ANY (%s) ORDER BY p.name, u.staircase, u.floor NULLS LAST, u.door, a.reference",
        whole,
    )
    assert whole == [reference for (reference,) in ordered]


def test_guarantor_is_not_named_as_holder(landlord, sign_in):
    account, elise = landlord.account("Calme-Glycines A"), sign_in("elise")
    guarantee(account)
    at = account.reference
    for page in ("/comptes/", f"/comptes/{at}/", "/comptes/export/", "/api/v1/accounts/", f"/api/v1/accounts/{at}/"):
        body = elise.get(page).content.decode()
        assert "Calme-Glycines A" in body and "Organisme garant" not in body, page


def test_head_links_the_channel_that_the_tenant_chose():
    chosen = {"email": "mailto:a@ex.example", "text": "sms:+33611111111", "phone": "tel:+33611111111"}
    for channel, address in chosen.items():
        tenant = Tenant(last_name="Roux", channel=channel, email="a@ex.example", phone="+33611111111")
        head = render_to_string("ledger/account_phones.html", {"tenants": [tenant]})
        assert f'href="{address}"' in head and ("mailto:" in head) is (channel == "email")
