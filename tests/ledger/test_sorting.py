"""Lists of accounts: sorted by each of their columns and filtered. A list, its pages and its export must agree."""

import re
from uuid import uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from ledger.account_list import ALL_COLUMNS, FORMER_COLUMNS, Criteria
from ledger.forms.filters import AccountFilter
from tests.builders import events, guarantee, let, make_tenant, make_unit, post, record_attempt, run
from tests.ledger.test_accounts import BELLEVILLE, accounts_in, references
from tests.ledger.test_exports import cells
from tests.noninterference.harness import plain

A_MONTH_AGO = "loge_today() - interval '1 month'"
ORDER_BY = {
    "nom": "(SELECT p.name_key FROM tenants_leaseparty p WHERE p.lease_id = l.id AND p.capacity <> 'guarantor'"
    " ORDER BY p.capacity DESC, p.name_key LIMIT 1) {0} NULLS {1}, a.reference {0}",
    "logement": "p.name {0}, u.staircase {0}, u.floor {0} NULLS {1}, u.door {0}, a.reference {0}",
    "reference": "a.reference {0}",
    "solde": "coalesce(b.balance_cents, 0) {0}, a.reference {0}",
    "fin": "l.ends_on {0}, a.reference {0}",
}


def expected(listed: list[str], code: str, descending: bool) -> list[str]:
    order = ORDER_BY[code].format(*(("DESC", "FIRST") if descending else ("ASC", "LAST")))
    rows = run(
        "SELECT a.reference FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id"
        " JOIN buildings_unit u ON u.id = l.main_unit_id JOIN access_place p ON p.id = a.building_id"
        f" LEFT JOIN ledger_balance b ON b.account_id = a.id WHERE a.reference = ANY (%s) ORDER BY {order}",
        listed,
    )
    return [reference for (reference,) in rows]


@pytest.fixture
def varied(landlord):
    """Give the accounts of Belleville different balances, an advance, a guarantor and equal names."""
    post(landlord.account("Calme-Glycines B"), -5_000, "cheque", "payment")
    post(landlord.account("Dette-Glycines A"), 1_250)
    guarantee(landlord.account("Calme-Glycines A"))
    building = landlord.building("Glycines A")
    for number in range(5):
        account = let(make_unit(building, f"7{number}", 7 - number), make_tenant("Pareil", "Ida"))
        post(account, 100 * (number % 2 + 1))
    return landlord


def in_pages(client, url: str, a_page: int, total: int) -> list[str]:
    pages = [references(client.get(f"{url}&page={number}")) for number in range(1, -(-total // a_page) + 1)]
    assert [len(page) for page in pages[:-1]] == [a_page] * (len(pages) - 1)
    return [reference for page in pages for reference in page]


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("code", [column.code for column in ALL_COLUMNS])
def test_pages_of_a_sorted_list_contain_each_account_once_in_order(varied, sign_in, monkeypatch, code, sign):
    elise, url = sign_in("elise"), f"/comptes/?tri={sign}{code}"
    whole = references(elise.get(url))
    assert set(whole) == accounts_in(*BELLEVILLE)
    assert whole == expected(whole, code, bool(sign))
    monkeypatch.setattr("ledger.views.accounts.A_PAGE", 4)
    assert in_pages(elise, url, 4, len(whole)) == whole
    header, *rows = cells(elise.get(f"/comptes/export/?tri={sign}{code}"))
    assert [row[0] for row in rows] == whole and len(header) == 8


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("code", [column.code for column in FORMER_COLUMNS])
def test_former_accounts_are_sorted_by_each_column(landlord, sign_in, monkeypatch, code, sign):
    for number in range(7):
        unit = make_unit(landlord.building(BELLEVILLE[number % 2]), f"8{number}", 8)
        account = let(unit, make_tenant(f"Partie{number % 3}", "Rose"), start=-600, end=-40 - number % 3)
        post(account, 1_000 * (number % 4 - 1) or 10)
    elise, url = sign_in("elise"), f"/comptes/partis/?tri={sign}{code}"
    whole = references(elise.get(url))
    assert len(whole) == 7 and whole == expected(whole, code, bool(sign))
    monkeypatch.setattr("ledger.views.accounts.A_PAGE", 3)
    assert in_pages(elise, url, 3, 7) == whole


def test_header_links_keep_filters_and_say_the_direction(landlord, sign_in):
    elise = sign_in("elise")
    body = elise.get("/comptes/?solde=du&page=1").content.decode()
    assert 'aria-sort="ascending"><a class="sort" href="?solde=du&amp;tri=-logement">Logement</a>' in body
    assert '<a class="sort" href="?solde=du&amp;tri=-solde">Solde</a>' in body and body.count("aria-sort") == 1
    body = elise.get("/comptes/?tri=-solde").content.decode()
    assert 'class="num" aria-sort="descending"><a class="sort" href="?tri=solde">Solde</a>' in body
    assert '<input type="hidden" name="tri" value="-solde">' in body
    assert references(elise.get("/comptes/?tri=zzz")) == references(elise.get("/comptes/"))
    assert '<a class="sort"' not in elise.post("/comptes/recherche/", {"q": "dette"}).content.decode()


def test_list_of_many_buildings_must_be_filtered_before_it_is_sorted(varied, sign_in, monkeypatch):
    elise = sign_in("elise")
    short = ("solde=avoir&tri=nom", "mois=1&tri=-solde", "batiment=glycines-a&tri=nom", "mois=1&minimum=20")
    listed = {query: references(elise.get(f"/comptes/?{query}")) for query in ("", "solde=du", *short)}
    monkeypatch.setattr("ledger.account_list.FEW", 2)
    for query in ("", "solde=du"):
        answer = elise.get(f"/comptes/?{query}&tri=-solde")
        assert references(answer) == listed[query] and '<a class="sort"' not in answer.content.decode()
        assert "choisissez un bâtiment" in answer.content.decode() and "<datalist" not in answer.content.decode()
        assert "order" not in events(kind="list_shown")[-1]["facts"]
        assert [row[0] for row in cells(elise.get(f"/comptes/export/?{query}&tri=-solde"))[1:]] == listed[query]
    for query in short:
        answer = elise.get(f"/comptes/?{query}")
        assert references(answer) == listed[query] != [] and '<a class="sort"' in answer.content.decode()
    for query in ("minimum=1", "maximum=9&solde=du"):
        answer = elise.get(f"/comptes/?{query}")
        assert references(answer) == [] and "choisissez aussi un bâtiment" in answer.content.decode()
    for page in ("/comptes/partis/", "/comptes/a-contacter/"):
        assert "Votre liste est très longue" not in elise.get(f"{page}?minimum=1").content.decode()


# --- Filters ---------------------------------------------------------------------------------------------------------


def owing(*conditions: str) -> set[str]:
    where = " AND ".join(["p.name = ANY (%s)", *conditions])
    rows = run(
        "SELECT a.reference FROM tenants_account a JOIN access_place p ON p.id = a.building_id"
        f" LEFT JOIN ledger_balance b ON b.account_id = a.id WHERE {where}",
        list(BELLEVILLE),
    )
    return {reference for (reference,) in rows}


@pytest.mark.parametrize(
    ("query", "condition", "codes"),
    [
        ("batiment=glycines-a", "p.name = 'Glycines A'", "building"),
        ("batiment=GLYCINES+a", "p.name = 'Glycines A'", "building"),
        ("minimum=50", "abs(b.balance_cents) >= 5000", "amount"),
        ("maximum=50%2C00", "abs(b.balance_cents) <= 5000", "amount"),
        ("minimum=1%2C50&maximum=50", "abs(b.balance_cents) BETWEEN 150 AND 5000", "amount"),
        ("minimum=1&solde=avoir", "b.balance_cents < 0", "amount.state"),
        ("mois=2", f"b.owed_since <= {A_MONTH_AGO} - interval '1 month'", "age"),
        (
            "mois=1&solde=du&batiment=glycines-b",
            f"b.owed_since <= {A_MONTH_AGO} AND p.name = 'Glycines B'",
            "building.age.state",
        ),
        ("mois=100", "false", "age"),
    ],
)  # fmt: skip
def test_filters_select_exactly_these_accounts(varied, sign_in, query, condition, codes):
    elise = sign_in("elise")
    answer = elise.get(f"/comptes/?{query}")
    listed = references(answer)
    assert set(listed) == owing(condition)
    [event] = events(kind="list_shown")
    assert event["facts"] == {"list": "accounts", "filters": codes}
    body = answer.content.decode()
    assert "Retirer les filtres" in body and f"{len(listed)} compte" in body
    if listed:
        assert [row[0] for row in cells(elise.get(f"/comptes/export/?{query}"))[1:]] == listed
        assert events(kind="export_taken")[-1]["facts"] == {"format": "csv", "filters": codes}


@pytest.mark.parametrize(
    ("query", "french", "english"),
    [
        ("batiment=quai-9", "Aucun lieu de votre périmètre", "No place"),
        ("batiment=nulle-part", "Aucun lieu de votre périmètre", "No place"),
        ("batiment=office", "Aucun lieu de votre périmètre", "No place"),
        ("minimum=1,051", "peut se lire de deux façons", "two ways"),
        ("minimum=-5", "sans signe", "without a sign"),
        ("minimum=10&maximum=5", "Le maximum doit être au moins égal au minimum.", "must not be less than the minimum"),
        ("mois=0", "supérieure ou égale à 1", "greater than or equal to 1"),
        ("mois=deux", "Saisissez un nombre entier", "whole number"),
        ("mois=121", "inférieure ou égale à 120", "less than or equal to 120"),
        ("mois=2&solde=avoir", "Un compte en avance n’a pas de dette.", "An account in credit owes nothing."),
        ("solde=retard", "Sélectionnez un choix valide", "Select a valid choice"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("url", ["/comptes/", "/comptes/partis/", "/comptes/a-contacter/"])
def test_invalid_filter_shows_an_error_and_no_account(landlord, sign_in, url, query, french, english):
    elise = sign_in("elise")
    if "contacter" in url and "solde" in query:
        return
    answer = elise.get(f"{url}?{query}")
    body = answer.content.decode()
    assert answer.status_code == 200 and references(answer) == [] and french in body
    assert "La liste n’est pas filtrée" in body and "filters" not in events(kind="list_shown")[-1]["facts"]
    assert english in elise.get(f"{url}?{query}&langue=en", headers={"Accept-Language": "en"}).content.decode()


@pytest.mark.parametrize("page", ["/comptes/", "/comptes/a-contacter/"])
def test_export_with_an_invalid_filter_leads_to_the_list(landlord, sign_in, page):
    answer = sign_in("elise").get(f"{page}export/?minimum=x&tri=nom")
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?minimum=x&tri=nom")
    assert events(kind="export_taken") == []


def test_filter_answers_alike_for_a_hidden_building_and_for_none(landlord, sign_in):
    elise = sign_in("elise")
    hidden, missing = (plain(elise.get(f"/comptes/?batiment={code}")) for code in ("quai-9", "quai-0"))
    assert hidden.body.replace(b"quai-9", b"X") == missing.body.replace(b"quai-0", b"X")


def test_filter_with_a_null_character_or_a_long_text_is_answered(landlord, sign_in):
    elise = sign_in("elise")
    for text in ("%00", "a" * 3000, "%F0%9F%98%80", "'"):
        for field in ("batiment", "minimum", "mois", "solde", "tri", "page"):
            assert elise.get(f"/comptes/?{field}={text}").status_code in (200, 400), (field, text)


def test_filters_do_not_show_a_discreet_household(landlord, sign_in):
    account = landlord.account("Dette-Glycines A")
    elise = sign_in("elise")
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 30)",
        str(account.lease_id),
        str(account.building_id),
    )
    for query in ("minimum=1", "mois=1", "solde=du&tri=-solde", "tri=nom", "batiment=glycines-a"):
        assert account.reference not in references(elise.get(f"/comptes/?{query}"))
        assert account.reference not in references(elise.get(f"/comptes/export/?{query}"))


def test_sorting_costs_no_query_for_each_account(varied, sign_in):
    elise, url = sign_in("elise"), "/comptes/?tri=nom&minimum=1"
    elise.get(url)

    def count() -> int:
        with CaptureQueriesContext(connections["default"]) as queries:
            assert elise.get(url).status_code == 200
        return len(queries)

    few = count()
    for number in range(20):
        post(let(make_unit(varied.building("Glycines A"), f"5{number:02}", 5), make_tenant(f"Nouvelle{number}")), 100)
    assert count() == few


# --- Accounts to contact ---------------------------------------------------------------------------------------------

CONTACTS = "/comptes/a-contacter/"


def test_contacts_are_sorted_by_each_column_and_exported_alike(landlord, sign_in):
    elise = sign_in("elise")
    for number, building in enumerate(BELLEVILLE):
        post(landlord.account(f"Dette-{building}"), -1_000 * number, "cheque", "payment") if number else None
    record_attempt(landlord.account("Dette-Glycines B"), landlord.person("elise"), "call_back", back=0)
    largest_first = references(elise.get(CONTACTS))
    assert largest_first == [landlord.account(f"Dette-{building}").reference for building in BELLEVILLE]
    assert references(elise.get(f"{CONTACTS}?tri=du")) == largest_first[::-1]
    for code in ("nom", "logement"):
        assert references(elise.get(f"{CONTACTS}?tri={code}")) == expected(largest_first, code, False)
        assert references(elise.get(f"{CONTACTS}?tri=-{code}")) == expected(largest_first, code, True)
    contacted = landlord.account("Dette-Glycines B").reference
    assert references(elise.get(f"{CONTACTS}?tri=contact"))[0] == contacted
    assert references(elise.get(f"{CONTACTS}?tri=-contact"))[-1] == contacted
    for query in ("tri=du", "tri=-nom", "tri=contact&minimum=960", "batiment=tour-basse"):
        listed = references(elise.get(f"{CONTACTS}?{query}"))
        assert [row[0] for row in cells(elise.get(f"{CONTACTS}export/?{query}"))[1:]] == listed


def test_contacts_are_filtered_by_the_sum_that_the_list_shows(landlord, sign_in):
    elise = sign_in("elise")
    sums = re.findall(r'class="num">([\d\u202f,]+)<span', elise.get(CONTACTS).content.decode())
    assert len(sums) == 4 and len(set(sums)) == 1
    typed = sums[0].replace("\u202f", "")
    assert len(references(elise.get(f"{CONTACTS}?minimum={typed}&maximum={typed}"))) == 4
    assert references(elise.get(f"{CONTACTS}?minimum={typed[:-1]}9")) == []
    [largest] = references(elise.get(f"{CONTACTS}?batiment=tour-haute&mois=2"))
    assert largest == landlord.account("Dette-Tour haute").reference
    assert references(elise.get(f"{CONTACTS}?mois=4")) == []
    assert events(kind="list_shown")[-2]["facts"] == {"list": "accounts_to_contact", "filters": "building.age"}


def test_former_accounts_are_exported_as_listed(landlord, sign_in):
    for number in range(3):
        unit = make_unit(landlord.building(BELLEVILLE[number % 2]), f"8{number}", 8)
        post(let(unit, make_tenant(f"Partie{number}", "Rose"), start=-600, end=-40 - number), 1_000 * (number + 1))
    elise = sign_in("elise")
    for query in ("", "tri=-solde", "tri=nom&minimum=15", "batiment=glycines-a"):
        listed = references(elise.get(f"/comptes/partis/?{query}"))
        assert [row[0] for row in cells(elise.get(f"/comptes/partis/export/?{query}"))[1:]] == listed != []
    assert events(kind="export_taken")[-1]["facts"] == {"format": "csv", "filters": "building"}
    assert elise.get("/comptes/partis/export/?minimum=x").url == "/comptes/partis/?minimum=x"


def test_saved_criteria_use_the_codes_of_the_form():
    used = Criteria("du", uuid4(), at_least=1, months=1)
    assert set((used.code or "").split(".")) == set(AccountFilter.CODES.values())
