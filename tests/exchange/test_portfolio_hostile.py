"""Hostile and invalid portfolio files must be refused with a French report.

The report gives the position and the reason of each error. It never quotes a cell, which may contain a name.
"""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from exchange.portfolio.document import document
from exchange.portfolio.reasons import REASONS, Rejects
from exchange.portfolio.sheets import DAILY, SHEETS, TENANTS
from exchange.portfolio.staging import stage
from formats.bulk_copy import loading
from formats.spreadsheets import harmless
from tests.architecture.source import ROOT
from tests.builders import run
from tests.exchange.portfolio.corpus import CANARY, CORPUS
from tests.exchange.portfolio.landlord import small, write

CODES = set(REASONS)


def refused(folder, command="import_portfolio"):
    output = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command(command, str(folder), stdout=output)
    return output.getvalue() + str(error.value)


def test_hostile_files_are_reported(bare, tmp_path):
    """Import all files of CORPUS, one after the other, into the same database. None may change the database."""
    for name, (content, reason, line) in CORPUS.items():
        (tmp_path / "locataires.csv").write_bytes(content())
        output = refused(tmp_path)
        assert REASONS[reason] in output, (name, output)
        assert (f"locataires.csv, ligne {line}" in output) if line else ("locataires.csv\u00a0:" in output), (
            name,
            output,
        )
        assert not [word for word in (CANARY, "Canari", "Traceback") if word in output], name
    assert run("SELECT count(*) FROM tenants_tenant") == [(0,)]


def test_corpus_covers_most_reasons():
    assert len({reason for _content, reason, _line in CORPUS.values()}) >= 20


def test_folder_without_files_is_refused(bare, tmp_path):
    assert REASONS["missing_file"] in refused(tmp_path)


# Errors to plant in valid import files: case name -> (file, index of the row, changed cells, expected error code).
BROKEN = {
    "parent unknown": ("lieux.csv", 2, {"code_parent": CANARY}, "unknown"),
    "parent below": ("lieux.csv", 2, {"niveau": "organisation", "code_parent": ""}, "second_top"),
    "building unknown": ("logements.csv", 0, {"code_lieu": CANARY}, "unknown"),
    "dwelling in an agency": ("logements.csv", 0, {"code_lieu": "AG"}, "not_building"),
    "terms without a rent": ("logements.csv", 0, {"loyer": ""}, "terms"),
    "terms of charges alone": ("logements.csv", 2, {"charges": "12,00"}, "terms"),
    "financing unknown": ("logements.csv", 0, {"financement": CANARY}, "not_listed"),
    "equipment unknown": ("logements.csv", 0, {"equipements": f"lift {CANARY}"}, "not_listed"),
    "list of tomorrow": ("logements.csv", 0, {"liste_qpv_du": "2099-01-01"}, "future"),
    "rpls twice": ("logements.csv", 0, {"rpls": "75X1"}, "twice"),
    "person unknown": ("affectations.csv", 0, {"courriel": "canari@x.example"}, "unknown"),
    "role unknown": ("affectations.csv", 0, {"role": CANARY}, "not_listed"),
    "four years": ("affectations.csv", 0, {"dernier_jour": "2030-06-30"}, "length"),
    "wrong iban": ("locataires.csv", 0, {"iban": "FR1420041010050500013M02607"}, "iban"),
    "iban of nobody": ("locataires.csv", 0, {"titulaire": ""}, "with_iban"),
    "dwelling unknown": ("baux.csv", 0, {"logement": "Canari"}, "unknown"),
    "let twice": ("baux.csv", 0, {"logement": "L2", "debut": "2020-01-01"}, "overlap"),
    "ends before": ("baux.csv", 1, {"fin": "2014-01-01"}, "order"),
    "not settled": ("ecritures.csv", 5, {"credit": "49"}, "not_settled"),
    "tenant unknown": ("titulaires.csv", 0, {"locataire": "Canari"}, "unknown"),
    "nobody holds": ("titulaires.csv", 2, {"bail": "X1"}, "no_party"),
    "label unknown": ("ecritures.csv", 0, {"libelle": CANARY}, "not_listed"),
    "label of another kind": ("ecritures.csv", 0, {"libelle": "cheque"}, "wrong_kind"),
    "both sides": ("ecritures.csv", 0, {"credit": "1"}, "one_side"),
    "payment that charges": ("ecritures.csv", 1, {"debit": "1", "credit": ""}, "wrong_side"),
    "signed": ("ecritures.csv", 0, {"debit": "-12"}, "signed"),
    "finer than cents": ("ecritures.csv", 0, {"debit": "1,2345"}, "finer"),
    "a thousand or one": ("ecritures.csv", 0, {"debit": "1,234"}, "two_ways"),
    "no sum": ("ecritures.csv", 0, {"debit": CANARY}, "not_a_sum"),
    "no day": ("ecritures.csv", 0, {"date_effet": "31/02/2026"}, "day"),
    "before the account": ("ecritures.csv", 0, {"date_effet": "2018-01-01"}, "before"),
    "far ahead": ("ecritures.csv", 0, {"date_effet": "2099-01-01"}, "ahead"),
    "undoes another amount": ("ecritures.csv", 3, {"credit": "9"}, "not_opposite"),
    "rejected without a payment": ("ecritures.csv", 8, {"annule": "Canari"}, "unknown"),
    "rejected for no reason": ("ecritures.csv", 8, {"motif": ""}, "needs_reason"),
    "rejected as a charge": ("ecritures.csv", 8, {"nature": "charge"}, "wrong_kind"),
    "a payment that undoes": ("ecritures.csv", 7, {"annule": "E1"}, "needs_reversed"),
    "undoes nothing": ("ecritures.csv", 3, {"annule": "Canari"}, "unknown"),
    "lease unknown": ("ecritures.csv", 0, {"bail": "Canari"}, "unknown"),
    "help for two years": ("aides.csv", 0, {"a_redemander": "2029-01-01"}, "renewal"),
    "agency is a building": ("attente.csv", 0, {"agence": "B1"}, "desk"),
    "cleared by another amount": ("attente.csv", 1, {"credit": "98"}, "other_receipt"),
}


def test_invalid_line_refuses_the_import(bare, tmp_path):
    for name, (file, number, change, reason) in BROKEN.items():
        lines = small()
        lines[file][number] |= change
        output = refused(write(tmp_path / "in", lines))
        assert REASONS[reason] in output, (name, output)
        assert "Canari" not in output and "rien n’est écrit" in output, name
    assert run("SELECT count(*) FROM access_place") == [(0,)]


def taken(folder):
    call_command("import_portfolio", str(folder), stdout=io.StringIO())


# Changes that a second import must refuse: case name -> (file, index of the row, changed cells, expected error code).
LATER = {
    "entry": ("ecritures.csv", 0, {"debit": "1051,81"}, "entry_changed"),
    "place": ("lieux.csv", 2, {"nom": CANARY}, "changed"),
    "person": ("personnes.csv", 0, {"nom": CANARY}, "changed"),
    "assignment": ("affectations.csv", 0, {"dernier_jour": "2028-07-01"}, "changed"),
    "lease": ("baux.csv", 0, {"debut": "2019-03-02"}, "changed"),
    "unit": ("logements.csv", 2, {"nature": "shop"}, "changed"),
    "receipt": ("attente.csv", 0, {"credit": "512,31"}, "entry_changed"),
}


def test_forbidden_changes_are_refused(bare, tmp_path):
    taken(write(tmp_path / "in", small()))
    for name, (file, number, change, reason) in LATER.items():
        rows = small()[file]
        rows[number] |= change
        for path in (later := write(tmp_path / "later", {file: rows})).iterdir():
            output = refused(later)
            path.unlink()
        assert REASONS[reason] in output and CANARY not in output, (name, output)


def test_allowed_changes_are_applied(bare, tmp_path):
    lines = small()
    taken(write(tmp_path / "in", lines))
    lines["locataires.csv"][0] |= {"nom": "Martin", "telephone": "", "naissance": "", "iban": "", "titulaire": ""}
    lines["locataires.csv"][1] |= {"iban": "FR14 2004 1010 0505 0001 3M02 606", "titulaire": "O'Brien"}
    lines["baux.csv"][0] |= {"fin": "2026-12-31"}
    (tmp_path / "later").mkdir()
    taken(write(tmp_path / "later", {name: lines[name] for name in ("locataires.csv", "baux.csv")}))
    assert run("SELECT name_key, phone FROM tenants_tenant WHERE last_name = 'Martin'") == [("martin anne ael", "")]
    assert run("SELECT count(*) FROM tenants_residence WHERE name_key = 'martin anne ael'") == [(1,)]
    assert run("SELECT count(*) FROM tenants_identity") == [(1,)]
    assert run("SELECT count(*) FROM ledger_bankdetail") == [(2,)]
    ends = "SELECT count(*) FROM {} WHERE {} = '2026-12-31'"
    assert [
        run(ends.format(*item)) for item in (("tenants_leaseparty", "last_day"), ("tenants_residence", "moved_out"))
    ] == [[(2,)]] * 2
    assert run(ends.format("tenants_leaseunit", "last_day")) == [(1,)]


def test_reading_stops_after_too_many_errors(bare, tmp_path):
    path = tmp_path / "locataires.csv"
    path.write_text("cle;nom\n" + f"x y;{CANARY}\n" * 12_000)
    output = refused(tmp_path)
    assert REASONS["too_many"] in output and output.count("\n") < 10_100 and CANARY not in output


def test_document_matches_the_code():
    text = (ROOT / "docs" / "portfolio.md").read_text(encoding="utf-8")
    assert text == document(), "exchange/portfolio/document.py says in its first lines how it is written anew"
    assert len(SHEETS) == 15 and all(f"## {sheet.file}\n" in text for sheet in (*SHEETS, DAILY))


def test_examples_of_the_document_are_valid(bare, tmp_path):
    path, rejects = tmp_path / "x.csv", Rejects()
    for sheet in (*SHEETS, DAILY):
        path.write_text("\n".join([";".join(sheet.names), *sheet.examples]), encoding="utf-8")
        with loading() as copying:
            sources = stage(copying, sheet, path, rejects, lambda _n: None)
        assert rejects.listed == [], f"exchange/portfolio/sheets.py, the examples of {sheet.file}"
        assert sources == len(sheet.examples) >= 1, sheet.file


def test_every_column_is_loaded():
    """Every column that an import file may have must be used by the code that loads files.

    Otherwise the column's data would be lost.
    """
    loaded = "\n".join(
        (ROOT / "exchange" / "portfolio" / f"{name}.py").read_text() for name in ("loading", "entries", "bank")
    )
    columns = [(sheet.file, column.name) for sheet in (*SHEETS, DAILY) for column in sheet.staged]
    assert len(columns) > 80
    assert [item for item in columns if not re.search(rf"\b{item[1]}\b", loaded)] == [], "exchange/portfolio/loading.py"


def test_every_reason_is_used():
    folders = [ROOT / "exchange" / part for part in ("portfolio", "legacy_comments", "applications")]
    sources = [path for folder in folders for path in folder.glob("*.py")]
    output = "\n".join(path.read_text() for path in sources)
    # formats/money.py uses the error codes in `money`, so this test does not search exchange/ for their use.
    money = {"signed", "finer", "two_ways", "not_a_sum", "zero", "too_large"}
    assert {code for code in CODES - money if output.count(f'"{code}"') < 2} == set()


def test_exported_text_is_never_a_formula():
    text = next(column for column in TENANTS.columns if column.name == "nom")
    for cell in ("=1", "+1", "@x", "-1", "＝x"):
        out = text.kind.write(cell)
        assert harmless(out) == out and text.kind.parse(out) == cell
