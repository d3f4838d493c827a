"""A refused import names each wrong cell and what it accepts, and returns the refused lines for correction.

Employees can also download an empty file of each kind, which has only the names of the columns.
"""

import csv
import io
import zipfile
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from exchange.portfolio.reasons import Rejects, letter_of
from exchange.portfolio.sheets import SHEETS, TENANTS, UNITS
from exchange.portfolio.upload import BROUGHT, sheet_named
from tests.builders import events, run
from tests.exchange.application_files import enter_missing_figures
from tests.exchange.portfolio.corpus import CANARY, CORPUS
from tests.exchange.test_portfolio import digest

URL = "/donnees/"
HEAD = "cle;code_lieu;nature;etage;porte"


def send(client, files: dict[str, str], wanted: str = ""):
    uploads = [SimpleUploadedFile(name, content.encode()) for name, content in files.items()]
    return client.post(URL, {"sent": uploads, "lignes": wanted})


def rows_of(answer) -> list[list[str]]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


@pytest.mark.parametrize(("position", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_columns_are_named_as_in_a_spreadsheet(position, letters):
    assert letter_of(position) == letters


def test_report_says_column_letter_and_accepted_codes(landlord, sign_in):
    code = landlord.place("Glycines A").code
    answer = send(sign_in("paul"), {"logements.csv": f"{HEAD}\nU1;{code};maison;1;2\n;{code};;;\n"})
    page = unescape(answer.content.decode())
    assert "<b>C</b> (nature)" in page and "dwelling, annexe, parking, shop" in page
    assert "<b>A</b> (cle)" in page and "votre identifiant, opaque pour Loge" in page
    assert "maison" not in page


def test_unknown_column_is_named_by_its_letter_only(landlord, sign_in):
    page = send(sign_in("paul"), {"logements.csv": f"cle;{CANARY};code_lieu\nU1;x;y\n"}).content.decode()
    assert "<b>B</b>" in page and CANARY not in page


def test_terminal_says_the_same():
    rejects = Rejects()
    rejects.know_columns("logements.csv", UNITS.columns, range(len(UNITS.columns)))
    rejects.add("logements.csv", 3, "nature", "not_listed")
    rejects.add("logements.csv", 1, "2", "unknown_column")
    assert [str(one).replace("\u00a0", " ") for one in rejects.listed] == [
        "logements.csv, ligne 3, colonne C (nature) : ce code n’est pas dans la liste (accepté : dwelling, annexe,"
        " parking, shop).",
        "logements.csv, ligne 1, colonne B : ce nom de colonne n’existe pas : voyez les noms attendus.",
    ]


def test_refused_lines_come_back_with_their_errors_and_can_be_imported(landlord, sign_in):
    code, client, before = landlord.place("Glycines A").code, sign_in("paul"), digest()
    lines = [HEAD, f"N1;{code};dwelling;1;101", f"N2;{code};maison;un;102", f"N3;{code};dwelling;-1;=2+2"]
    answer = send(client, {"logements.csv": "\n".join(lines) + "\n"}, "logements.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="refus-logements.csv"'
    header, second, third = rows_of(answer)
    assert header == ["erreur", *HEAD.split(";")]
    assert second[1:] == ["N2", code, "maison", "un", "102"]
    assert "nature\u00a0: ce code n’est pas dans la liste" in second[0] and " ; etage" in second[0]
    assert third[1:] == ["N3", code, "dwelling", "'-1", "'=2+2"]
    assert digest() == before and events(kind="export_taken", outcome="shown")[-1]["count"] == 2
    corrected = answer.content.decode("utf-8-sig").replace("maison;un", "dwelling;1")
    page = send(client, {"refus-logements (1).csv": corrected}).content.decode()
    assert "Aucune erreur" in page


def test_telephone_that_was_escaped_can_be_imported(landlord, sign_in):
    client = sign_in("paul")
    answer = send(client, {"locataires.csv": "cle;nom;telephone\nT 1;Neuve;+33639981234\n"}, "locataires.csv")
    assert rows_of(answer)[1][1:] == ["T 1", "Neuve", "'+33639981234"]
    corrected = answer.content.decode("utf-8-sig").replace("T 1", "T1")
    assert "Aucune erreur" in send(client, {"refus-locataires.csv": corrected}).content.decode()


def test_no_cell_of_a_hostile_file_comes_back_as_a_formula(landlord, sign_in):
    client, before, given = sign_in("paul"), digest(), 0
    for name, (content, _reason, _line) in CORPUS.items():
        upload = SimpleUploadedFile("locataires.csv", content())
        answer = client.post(URL, {"sent": [upload], "lignes": "locataires.csv"})
        assert answer.status_code == 200, name
        if "attachment" not in answer.get("Content-Disposition", ""):
            assert CANARY not in answer.content.decode(), name
            continue
        given += 1
        cells = [cell for row in rows_of(answer) for cell in row]
        assert not [cell for cell in cells if cell.lstrip("\u00a0 ").startswith(("=", "+", "-", "@", "＝"))], name
    assert given > 15 and digest() == before


def test_only_a_sent_file_with_refused_lines_is_given_back(landlord, sign_in):
    client = sign_in("paul")
    for wanted in ("baux.csv", "personnes.csv", "../locataires.csv", ""):
        answer = send(client, {"locataires.csv": "cle;nom\n;Neuve\n"}, wanted)
        assert "Une ligne refusée" in answer.content.decode() and "Neuve" not in answer.content.decode()


def test_lines_of_applications_come_back_too(landlord, sign_in):
    enter_missing_figures()
    place = landlord.place("Agence Belleville")
    upload = SimpleUploadedFile("x.csv", b"demande;lien;naissance\n099;roi;12/03/1985\n")
    sent = {"file": upload, "place": str(place.pk), "lignes": "demandes.csv"}
    header, line = rows_of(sign_in("paul").post(f"{URL}demandes/", sent))
    assert header == ["erreur", "demande", "lien", "naissance"] and line[1:] == ["099", "roi", "12/03/1985"]
    assert "principal" in line[0] and not run("SELECT id FROM allocations_application")


# --- Names of files ---------------------------------------------------------------------------------------------------


def test_corrected_file_is_known_by_its_name():
    for name in ("locataires.csv", "refus-locataires.csv", "Locataires (2).csv", "refus-locataires(1).CSV"):
        assert sheet_named(name) is TENANTS
    for name in (
        "locataires.csv.exe",
        "refus-lieux.csv",
        "locataires.pdf",
        "xlocataires.csv",
        "locataires",
        "refus-refus-baux.csv",
        "",
    ):
        assert sheet_named(name) is None


# --- Empty files -----------------------------------------------------------------------------------------------------


def test_each_kind_of_file_has_a_blank_file(landlord, sign_in):
    client = sign_in("paul")
    for sheet in BROUGHT:
        answer = client.get(f"{URL}modeles/{sheet.file}")
        assert rows_of(answer) == [sheet.names] and sheet.file in answer["Content-Disposition"]
        upload = {sheet.file: answer.content.decode("utf-8-sig")}
        assert "ne contiennent aucune ligne" in send(client, upload).content.decode(), sheet.file
    assert client.get(f"{URL}modeles/demandes.csv").status_code == 200


def test_filled_workbook_is_imported_as_it_is(landlord, sign_in):
    """A downloaded workbook can be filled in and imported without conversion: it has a single sheet, whose cells are
    text."""
    client = sign_in("paul")
    answer = client.get(f"{URL}modeles/logements.csv?fichier=xlsx")
    assert answer["Content-Disposition"] == 'attachment; filename="logements.xlsx"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        notes = book.read("xl/comments1.xml").decode()
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert all(code in notes for column in UNITS.columns for code in column.kind.listed)
    assert "dwelling,annexe,parking,shop" in page
    upload = SimpleUploadedFile("logements (1).xlsx", answer.content)
    assert "ne contiennent aucune ligne" in client.post(URL, {"sent": [upload]}).content.decode()


def test_files_that_grant_access_have_no_blank_file(landlord, sign_in):
    client = sign_in("paul")
    for name in {sheet.file for sheet in SHEETS} - {sheet.file for sheet in BROUGHT} | {"zz.csv"}:
        assert client.get(f"{URL}modeles/{name}").status_code == 404
    assert sign_in("elise").get(f"{URL}modeles/locataires.csv").status_code == 403
