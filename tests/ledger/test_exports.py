"""Exports of accounts: no spreadsheet may run a cell as a formula, the amounts of a statement must add up, and each
export must create an audit event.
"""

import csv
import io
import zipfile
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from formats.spreadsheets import WORKBOOK, harmless, sheet
from tests.builders import events, let, make_tenant, make_unit, paris_day, post, run

OF_AN_ACCOUNT = ["/comptes/{}/export/", "/comptes/{}/decompte/"]


def cells(answer) -> list[list[str]]:
    assert answer["Content-Type"] == "text/csv; charset=utf-8" and answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def table(answer) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_csv_contains_the_entries_of_an_account(landlord, sign_in):
    account = landlord.account("Calme-Glycines A")
    answer = sign_in("elise").get(f"/comptes/{account.reference}/export/")
    header, *rows = cells(answer)
    assert header[0] == "Date d’effet" and header[-2:] == ["Montant", "Solde"]
    assert [row[-2:] for row in rows] == [["615,96", "615,96"], ["-615,96", "0,00"]]
    assert rows[0][0] == f"{paris_day(-20):%d/%m/%Y}" and rows[1][4] == "Prélèvement"
    assert answer["Content-Disposition"] == f'attachment; filename="compte-{account.reference}.csv"'
    [event] = events(kind="export_taken")
    assert (event["facts"], event["about"], event["outcome"]) == ({"format": "csv"}, account.pk, "shown")


def test_csv_of_accounts_is_complete_and_records_everyone_in_it(landlord, sign_in):
    answer = sign_in("elise").get("/comptes/export/")
    header, *rows = cells(answer)
    assert header[0] == "Référence" and len(rows) == 12
    owing = next(row for row in rows if row[1].startswith("Mme Marie Dette-Glycines A"))
    assert owing[-1] == "1461,60" and owing[2] == "3, allée des Glycines"
    [event] = events(kind="export_taken")
    assert event["facts"] == {"format": "csv"} and {landlord.account("Dette-Glycines A").pk} <= set(event["shown_ids"])
    assert landlord.tenant("Dette-Glycines A").pk in event["shown_ids"]
    assert len(cells(sign_in("elise").get("/comptes/export/?solde=du"))) == 5


def test_file_tells_doors_of_two_staircases_apart(landlord, sign_in):
    for number, staircase in enumerate(("B", "C")):
        unit = make_unit(landlord.building("Glycines A"), "12", 2, staircase)
        let(unit, make_tenant(f"Escalier-{number}"))
    header, *rows = cells(sign_in("elise").get("/comptes/export/"))
    column = header.index("Escalier")
    assert header[column + 1] == "Porte"
    assert [row[column] for row in rows if row[column + 1] == "12" and "Escalier-" in row[1]] == ["B", "C"]


def test_workbook_contains_the_same_as_csv_with_numbers_and_days(landlord, sign_in):
    elise = sign_in("elise")
    header, *rows = cells(elise.get("/comptes/export/?solde=du"))
    answer = elise.get("/comptes/export/?solde=du&fichier=xlsx")
    assert answer["Content-Type"] == WORKBOOK
    assert answer["Content-Disposition"] == 'attachment; filename="comptes.xlsx"'
    columns, *lines = table(answer)
    assert columns == header and len(lines) == len(rows) == 4
    assert [line[:5] for line in lines] == [row[:5] for row in rows]
    assert [f"{line[-1]:.2f}".replace(".", ",") for line in lines] == [row[-1] for row in rows]
    facts = [event["facts"] for event in events(kind="export_taken")]
    assert facts == [{"format": "csv", "filters": "state"}, {"format": "xlsx", "filters": "state"}]


def test_workbook_of_an_account_has_days(landlord, sign_in):
    account = landlord.account("Calme-Glycines A")
    _header, *rows = table(sign_in("elise").get(f"/comptes/{account.reference}/export/?fichier=xlsx"))
    assert [row[0] for row in rows] == [paris_day(-20), paris_day(-15)]
    assert [row[-2:] for row in rows] == [[615.96, 615.96], [-615.96, 0.0]]


def test_workbook_stores_a_name_like_a_formula_as_text(landlord, sign_in):
    tenant = make_tenant('=HYPERLINK("x")')
    run("UPDATE tenants_tenant SET title = '' WHERE id = %s", str(tenant.pk))
    let(make_unit(landlord.building("Glycines A"), "41", 4), tenant)
    answer = sign_in("elise").get("/comptes/export/?fichier=xlsx")
    assert [row[1] for row in table(answer) if "HYPERLINK" in row[1]] == ['=HYPERLINK("x")']
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
        page = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page and "hyperlink" not in page.lower()


@pytest.mark.parametrize("name", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_name_like_a_formula_is_quoted(name):
    written = sheet(["a"], [[harmless(name)]]).decode("utf-8-sig").splitlines()[1]
    assert written.strip('"').startswith("'")


def test_export_quotes_a_tenant_named_like_a_formula(landlord, sign_in):
    tenant = make_tenant('=HYPERLINK("x")')
    run("UPDATE tenants_tenant SET title = '' WHERE id = %s", str(tenant.pk))
    let(make_unit(landlord.building("Glycines A"), "41", 4), tenant)
    rows = cells(sign_in("elise").get("/comptes/export/"))
    assert [row[1] for row in rows if "HYPERLINK" in row[1]] == ['\'=HYPERLINK("x")']


def test_ordinary_names_are_unchanged():
    assert [harmless(name) for name in ("Mme Ba", "d’Été", "")] == ["Mme Ba", "d’Été", ""]


def test_statement_adds_up_and_is_recorded(landlord, sign_in):
    account = landlord.account("Dette-Glycines A")
    post(account, -20_000, "cheque", "payment", day=-1)
    answer = sign_in("elise").get(f"/comptes/{account.reference}/decompte/")
    body = answer.content.decode()
    assert "Mme Marie Dette-Glycines A" in body and body.count('<td role="cell" class="nowrap">') == 4
    assert '1\u202f261,60<span class="sens">dû</span></b>' in body
    [event] = events(kind="statement_printed")
    assert (event["about"], event["outcome"]) == (account.pk, "shown")


def test_statement_of_a_period_starts_from_the_previous_balance(landlord, sign_in):
    account = landlord.account("Dette-Glycines A")
    month = f"{paris_day(-20):%Y-%m}"
    body = sign_in("elise").get(f"/comptes/{account.reference}/decompte/?du={month}&au={month}").content.decode()
    before = 48_720 * sum(f"{paris_day(day):%Y-%m}" < month for day in (-80, -50))
    assert f"{before // 100:,}".replace(",", "\u202f") in body and "487,20" in body


@pytest.mark.parametrize(
    "odd", ["du=2026-13", "du=zz&au=9999-99", "du=2030-01&au=1999-01", "du=0000-01", "du=0001-01", "au=9999-12"]
)
def test_invalid_period_is_no_error(landlord, sign_in, odd):
    account = landlord.account("Dette-Glycines A")
    for page in ("", "decompte/"):
        assert sign_in("elise").get(f"/comptes/{account.reference}/{page}?{odd}").status_code == 200


@pytest.mark.parametrize("url", OF_AN_ACCOUNT)
@pytest.mark.parametrize(
    ("name", "status"), [("fatou", 404), ("denis", 404), ("awa", 403), ("helene", 403), ("georges", 403), ("ines", 403)]
)
def test_people_without_access_export_nothing(landlord, sign_in, url, name, status):
    answer = sign_in(name).get(url.format(landlord.account("Dette-Glycines A").reference))
    assert answer.status_code == status and "Dette" not in answer.content.decode()
    assert not events(kind="export_taken") and not events(kind="statement_printed")
    [event] = events(kind="refused")
    assert event["outcome"] == {404: "missing", 403: "refused"}[status]
