"""The accountant's list and the list of payments in suspense: filters, sort orders, and the accountant's export."""

import pytest

from ledger.book_list import COLUMNS as BOOKS_COLUMNS
from ledger.views.receipts import COLUMNS as RECEIPT_COLUMNS
from tests.builders import events, make_receipt, paris_day, post, run
from tests.ledger.test_exports import cells, table

BOOKS, EXPORT, RECEIPTS = "/ecritures/", "/ecritures/export/", "/comptes/attente/"
ORDER_BY = {
    "reference": "a.reference {0}",
    "ouvert": "a.opened_on {0}, a.reference {0}",
    "cloture": "a.settled_on {0} NULLS {1}, a.reference {0}",
    "solde": "coalesce(b.balance_cents, 0) {0}, a.reference {0}",
}


def references(answer) -> list[str]:
    return [account.reference for account in answer.context["page_obj"]]


def books(where: str = "true", code: str = "reference", descending: bool = False) -> list[str]:
    order = ORDER_BY[code].format(*(("DESC", "FIRST") if descending else ("ASC", "LAST")))
    return [
        reference
        for (reference,) in run(
            "SELECT a.reference FROM tenants_account a LEFT JOIN ledger_balance b ON b.account_id = a.id"
            f" JOIN access_place p ON p.id = a.building_id WHERE {where} ORDER BY {order}"
        )
    ]


@pytest.fixture
def varied(landlord):
    post(landlord.account("Calme-Glycines B"), -5_000, "cheque", "payment")
    post(landlord.account("Dette-Glycines A"), 1_250)
    return landlord


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("code", [column.code for column in BOOKS_COLUMNS])
def test_pages_of_the_sorted_books_contain_each_account_once(varied, sign_in, monkeypatch, code, sign):
    helene, url = sign_in("helene"), f"{BOOKS}?tri={sign}{code}"
    whole = references(helene.get(url))
    assert whole == [one for one in books(code=code, descending=bool(sign)) if one in set(whole)] and len(whole) == 15
    assert [row[0] for row in cells(helene.get(f"{EXPORT}?tri={sign}{code}"))[1:]] == whole
    monkeypatch.setattr("ledger.views.books.A_PAGE", 4)
    assert [one for n in range(1, 5) for one in references(helene.get(f"{url}&page={n}"))] == whole


@pytest.mark.parametrize(
    ("query", "condition", "codes"),
    [
        ("solde=du", "b.balance_cents > 0", "state"),
        ("solde=avoir", "b.balance_cents < 0", "state"),
        ("solde=nul", "coalesce(b.balance_cents, 0) = 0", "state"),
        ("minimum=50", "abs(b.balance_cents) >= 5000", "amount"),
        ("maximum=60&solde=avoir", "b.balance_cents BETWEEN -6000 AND -1", "amount.state"),
        ("etat=ouverts", "a.settled_on IS NULL", "status"),
    ],
)
def test_books_are_filtered_and_exported_alike(varied, sign_in, query, condition, codes):
    helene = sign_in("helene")
    everything = set(references(helene.get(BOOKS)))
    listed_references = references(helene.get(f"{BOOKS}?{query}"))
    assert listed_references == [one for one in books(condition) if one in everything] != []
    assert events(kind="list_shown")[-1]["facts"] == {"list": "books", "filters": codes}
    assert [row[0] for row in cells(helene.get(f"{EXPORT}?{query}"))[1:]] == listed_references
    event = events(kind="export_taken")[-1]
    assert event["facts"] == {"format": "csv", "filters": codes} and len(event["shown_ids"]) == len(listed_references)
    assert [row[0] for row in table(helene.get(f"{EXPORT}?{query}&fichier=xlsx"))[1:]] == listed_references


def test_export_of_the_books_names_nobody(varied, sign_in):
    header, *rows = cells(sign_in("helene").get(EXPORT))
    assert header == ["Référence", "Ouvert", "Soldé", "Solde"] and len(rows) == 15
    names = {word for row in run("SELECT last_name, first_name FROM tenants_tenant") for word in row if word}
    assert not [cell for row in rows for cell in row if any(name in cell for name in names)]


def test_accountant_of_many_buildings_neither_sorts_nor_exports(varied, sign_in, monkeypatch):
    helene = sign_in("helene")
    listed = references(helene.get(BOOKS))
    monkeypatch.setattr("ledger.account_list.FEW", 2)
    answer = helene.get(f"{BOOKS}?tri=-solde&solde=du")
    page = answer.content.decode()
    assert references(answer) == listed and '<a class="sort"' not in page and "Filtrer la liste" not in page
    assert events(kind="list_shown")[-1]["facts"] == {"list": "books"}
    assert helene.get(EXPORT).url == BOOKS and events(kind="export_taken") == []


def test_books_of_a_discreet_household_stay_hidden(varied, sign_in):
    account = varied.account("Dette-Glycines A")
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 30)",
        str(account.lease_id),
        str(account.building_id),
    )
    helene = sign_in("helene")
    hidden = account.reference not in references(helene.get(BOOKS))
    for query in ("solde=du", "tri=-solde", "minimum=1"):
        assert (account.reference not in references(helene.get(f"{BOOKS}?{query}"))) == hidden
        assert (account.reference not in [row[0] for row in cells(helene.get(f"{EXPORT}?{query}"))]) == hidden


# --- Payments in suspense ---------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(landlord):
    agency, far = landlord.place("Agence Belleville"), landlord.place("Agence Bercy")
    make_receipt(far, 51_000, "R-LOIN", -3)
    return {key: make_receipt(agency, cents, key, day) for key, cents, day in
            (("R-1", 51_230, -2), ("R-2", 900, -9), ("R-3", 51_230, -5))}  # fmt: skip


def keys(answer) -> list[str]:
    return [receipt.source_key for receipt, _form in answer.context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["R-2", "R-3", "R-1"]),
        ("tri=-recu", ["R-1", "R-3", "R-2"]),
        ("minimum=512,30&maximum=512,30", ["R-3", "R-1"]),
        ("maximum=10", ["R-2"]),
        ("lieu=agence-belleville&minimum=10", ["R-3", "R-1"]),
        ("minimum=x", []),
        ("lieu=agence-bercy", []),
    ],
)
def test_payments_are_filtered(landlord, sign_in, waiting, query, expected):
    assert keys(sign_in("elise").get(f"{RECEIPTS}?{query}")) == expected


@pytest.mark.parametrize("code", [column.code for column in RECEIPT_COLUMNS])
def test_payments_are_sorted_by_each_column(landlord, sign_in, waiting, monkeypatch, code):
    elise = sign_in("elise")
    whole = keys(elise.get(f"{RECEIPTS}?tri={code}"))
    assert sorted(whole) == ["R-1", "R-2", "R-3"] and keys(elise.get(f"{RECEIPTS}?tri=-{code}")) == whole[::-1]
    monkeypatch.setattr("ledger.views.receipts.A_PAGE", 2)
    assert [key for page in (1, 2) for key in keys(elise.get(f"{RECEIPTS}?tri={code}&page={page}"))] == whole


def test_payments_are_filtered_by_day(landlord, sign_in, waiting):
    elise = sign_in("elise")
    assert keys(elise.get(f"{RECEIPTS}?du={paris_day(-5):%d/%m/%Y}&au={paris_day(-3):%d/%m/%Y}")) == ["R-3"]
    assert events(kind="list_shown")[-1]["facts"] == {"list": "receipts", "filters": "days"}
    assert len(events(kind="list_shown")[-1]["shown_ids"]) == 1
