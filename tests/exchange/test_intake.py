"""A data steward (employee who maintains data) imports a landlord's files from a browser, after a dry run.

The data steward must not see any resident.
"""

import csv
import re
from dataclasses import replace
from datetime import datetime, time
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from access.compartments import Compartment
from access.models import Level
from exchange.portfolio.reasons import REASONS
from exchange.portfolio.sheets import SHEETS
from exchange.portfolio.upload import BROUGHT, MOST_BYTES
from tests.builders import assign, events, leave_line, make_person, paris_day, run
from tests.exchange.portfolio.corpus import CANARY, CORPUS
from tests.exchange.portfolio.landlord import BY_FILE, small, written
from tests.exchange.test_portfolio import digest
from tests.form_values import typed
from tests.formats.workbook_files import ods, xlsx
from tests.noninterference.change import change_all_but
from tests.noninterference.harness import differences, read_everything, some_ids
from tests.sign_in import let_in

URL = "/donnees/"


def small_here(landlord) -> dict[str, bytes]:
    """Return import files with the residents and leases of an invented landlord, in a building of the test landlord."""
    lines = {sheet.file: small()[sheet.file] for sheet in BROUGHT if sheet.file in small()}
    for row in (*lines["adresses.csv"], *lines["logements.csv"]):
        row["code_lieu"] = landlord.place("Glycines A").code
    lines["attente.csv"][0]["agence"] = landlord.place("Agence Belleville").code
    return {file: written(BY_FILE[file], rows) for file, rows in lines.items()}


def send(client, files: dict[str, bytes], tried: str = ""):
    uploads = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return client.post(URL, {"sent": uploads, "tried": tried}, follow=True)


def token(answer) -> str:
    return answer.context["form"].initial["tried"]


def test_page_documents_each_column(landlord, sign_in):
    page = unescape(sign_in("paul").get(URL).content.decode())
    columns = [column for sheet in BROUGHT for column in sheet.columns]
    assert len(columns) > 60
    assert [column.name for column in columns if column.meaning not in page or column.kind.admits not in page] == []
    assert [code for column in columns for code in column.kind.listed if code not in page] == []


def test_files_are_imported_after_a_dry_run_and_only_once(landlord, sign_in):
    client, files, before = sign_in("paul"), small_here(landlord), digest()
    answer = send(client, files)
    page = answer.content.decode()
    assert "Aucune erreur" in page and "Hérouville" not in page and "O&#x27;Brien" not in page
    assert digest() == before and not events(kind="portfolio_imported")
    assert "Les données sont importées." in send(client, files, token(answer)).content.decode()
    [event] = events(kind="portfolio_imported", outcome="changed")
    assert event["actor"] == landlord.person("paul").pk and event["role"] == "data_steward"
    assert {name: event["facts"][name] for name in ("tenants", "leases", "entries", "receipts", "bank_details")} == {
        "tenants": 3,
        "leases": 2,
        "entries": 9,
        "receipts": 2,
        "bank_details": 1,
    }
    assert run(
        "SELECT count(*) FROM tenants_residence r JOIN tenants_tenant t ON t.id = r.tenant_id"
        " WHERE t.last_name = 'O''Brien'"
    ) == [(1,)]
    after = digest()
    assert "rien ne changerait" in send(client, files).content.decode()
    assert digest() == after


def test_files_without_a_line_are_said_to_be_empty(landlord, sign_in):
    page = send(sign_in("paul"), {"locataires.csv": b"cle;nom;prenom\n"}).content.decode()
    assert "Ces fichiers ne contiennent aucune ligne" in page and "rien ne changerait" not in page


@pytest.mark.parametrize(("make", "end"), [(xlsx, "xlsx"), (ods, "ods")])
def test_workbooks_are_imported_like_csv_files(landlord, sign_in, make, end):
    client, files = sign_in("paul"), small_here(landlord)
    rows = {name: list(csv.reader(content.decode().splitlines(), delimiter=";")) for name, content in files.items()}
    books = {name.replace("csv", end): make(cells) for name, cells in rows.items()}
    answer = send(client, books)
    assert "Aucune erreur" in answer.content.decode()
    assert "Les données sont importées." in send(client, books, token(answer)).content.decode()
    assert "rien ne changerait" in send(client, files).content.decode(), "the CSV files have the same content"


def test_only_the_files_of_the_dry_run_are_imported(landlord, sign_in):
    client, files, before = sign_in("paul"), small_here(landlord), digest()
    tried = token(send(client, files))
    other = {**files, "locataires.csv": files["locataires.csv"].replace(b"Anne", b"Aline")}
    assert "ne sont pas ceux de l’essai" in send(client, other, tried).content.decode()
    assert "trop ancien" in send(client, files, "faux:faux").content.decode()
    second = make_person("Rose Alba", landlord.place("Agence Belleville"))
    assign(second, "data_steward", landlord.place("Office des Trois-Rives"))
    let_in(client, second)
    assert "ne sont pas ceux de l’essai" in send(client, files, tried).content.decode()
    assert digest()["tenants_tenant"] == before["tenants_tenant"]


def test_report_of_a_hostile_file_quotes_nothing(landlord, sign_in):
    client, before = sign_in("paul"), digest()
    for name, (content, reason, _line) in CORPUS.items():
        page = send(client, {"locataires.csv": content()}).content.decode()
        # This sample is a damaged workbook. It has its own error message, because undamaged workbooks are accepted.
        if name == "spreadsheet":
            assert "Ce classeur ne peut pas être lu" in page and CANARY not in page
            continue
        assert str(REASONS[reason]).replace("\xa0", " ") in page.replace("&#x27;", "'").replace("\xa0", " "), name
        assert not [word for word in (CANARY, "Canari", "Traceback") if word in page], name
    assert digest() == before


def test_report_is_in_the_language_of_the_page(landlord, sign_in):
    upload = SimpleUploadedFile("locataires.csv", b"cle;nom\n;Neuve\n")
    page = sign_in("paul").post(URL, {"sent": [upload]}, headers={"Accept-Language": "en"}).content.decode()
    assert "the cell is empty: it is required" in page


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({}, "Aucun fichier n’a été reçu"),
        ({"locataires.csv": b"cle;nom\n", "n’importe quoi.csv": b"x"}, "Le fichier n° 2 n’a pas un des noms attendus"),
        ({"affectations.csv": b"x"}, "noms attendus"),
        ({"discretions.csv": b"x"}, "noms attendus"),
        ({"locataires.csv": b"x" * (MOST_BYTES + 1)}, "dépassent 8"),
        ({"locataires.csv": b"x" * (MOST_BYTES + 2**21)}, "Aucun fichier n’a été reçu"),
    ],
    ids=["none", "unknown", "assignments", "who sees the discreet", "too large", "far too large"],
)
def test_unexpected_files_are_refused(landlord, sign_in, files, text):
    page = send(sign_in("paul"), files).content.decode()
    assert text in page and "importe quoi" not in page


def test_only_files_that_grant_access_are_excluded():
    left = {sheet.file for sheet in SHEETS} - {sheet.file for sheet in BROUGHT}
    assert left == {"lieux.csv", "personnes.csv", "affectations.csv", "discretions.csv"}


@pytest.mark.parametrize("name", ["awa", "elise", "helene", "ines", "jules", "noel"])
def test_other_roles_cannot_import_files(landlord, sign_in, name):
    client, before = sign_in(name), digest()
    assert client.get(URL).status_code == 403
    assert send(client, small_here(landlord)).status_code == 403
    assert digest() == before


@pytest.mark.unwatched("the change names people as the lists name things; every byte is compared here anyway")
def test_data_steward_pages_do_not_depend_on_residents(landlord, sign_in, monkeypatch):
    """No page may show a data steward anything about residents.

    Every page must have the same bytes after all data about residents has changed. Only pages about refused sentences
    and about imported comments may differ, because data stewards decide on these.
    """
    # The menu counts the sentences and comments that wait for a decision of the data steward.
    monkeypatch.setattr("backoffice.waiting.counting.count_waiting", lambda access: [])
    ids = some_ids(())
    before = read_everything(sign_in("paul"), ids)
    assert len(before) > 60
    change_all_but(landlord, ())
    after = read_everything(sign_in("paul"), ids)
    # The new agency is no data about residents, so its option in a list is removed before the pages are compared.
    added = f'<option value="{landlord.place("Agence Nouvelle").pk}">Agence Nouvelle</option>'
    for address in (address for address in after if "/donnees/demandes/" in address):
        body = re.sub(rf"\s*{re.escape(added)}\s*".encode(), b"\n  ", after[address].body)
        after[address] = replace(after[address], body=re.sub(rb"\s+", b" ", body))
        before[address] = replace(before[address], body=re.sub(rb"\s+", b" ", before[address].body))
    text = differences(before, after)
    his = ("/contestations/", "/anciens-commentaires/")
    assert [address for address in text if not any(page in address for page in his)] == []
    assert all(any(page in address for address in text) for page in his)


# --- The compartment --------------------------------------------------------------------------------------------------


def as_intake(person, sql: str) -> list:
    with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
        role = Compartment.INTAKE.database_role
        cursor.execute(
            "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)", [role, str(person.pk)]
        )
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


COUNT = "SELECT count(*) FROM ledger_entry"


def test_compartment_is_open_only_to_a_landlord_wide_steward(landlord):
    [(everything,)] = run(COUNT)
    assert everything and as_intake(landlord.person("paul"), COUNT) == [(everything,)]
    agency = make_person("Rose Alba", landlord.place("Agence Belleville"))
    assign(agency, "data_steward", landlord.place("Agence Belleville"))
    past = make_person("Lise Alba", landlord.place("Agence Belleville"))
    assign(past, "data_steward", landlord.place("Office des Trois-Rives"), last=-1)
    for person in (agency, past, landlord.person("elise"), landlord.person("jules")):
        assert as_intake(person, COUNT) == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM tenants_tenant",
        "UPDATE ledger_entry SET amount_cents = 1",
        "UPDATE tenants_account SET settled_on = NULL",
        "UPDATE tenants_residence SET building_id = building_id",
        "SELECT * FROM tenants_discreetmark",
        "INSERT INTO access_assignment (id) VALUES (gen_random_uuid())",
        "INSERT INTO access_place (id) VALUES (gen_random_uuid())",
        "UPDATE buildings_unit SET building_id = building_id",
        "SELECT * FROM audit_event",
    ],
)
def test_compartment_lacks_other_privileges(landlord, statement):
    with pytest.raises(DatabaseError, match="permission denied"):
        as_intake(landlord.person("paul"), statement)


def test_role_is_granted_only_for_the_whole_landlord(landlord, sign_in):
    agency = landlord.place("Agence Belleville")
    terms = {"role": "data_steward", "reason": "posting", "first_day": typed(), "last_day": typed(30)}
    who = {"person": landlord.person("noel").email, "place": agency.code}
    page = sign_in("jules").post(reverse("request_new"), {**terms, **who})
    assert agency.level == Level.AGENCY and page.status_code == 200
    assert "pour tout l’organisme" in page.content.decode()


# --- Dry runs are recorded and limited -------------------------------------------------------------------------------


def test_each_file_is_recorded_before_it_is_read(landlord, sign_in):
    client, files = sign_in("paul"), small_here(landlord)
    send(client, files)
    tried = {event["facts"]["sheet"]: event["count"] for event in events(kind="portfolio_tried")}
    assert tried == {name: content.count(b"\n") for name, content in files.items()}
    assert {(event["actor"], event["outcome"]) for event in events(kind="portfolio_tried")} == {
        (landlord.person("paul").pk, "attempted")
    }
    wrong = send(client, {"locataires.csv": b"cle;nom\nA;B\n"})
    assert wrong.status_code == 200 and len(events(kind="portfolio_tried")) == len(files) + 1


@pytest.mark.parametrize(
    ("files", "lines", "passes"), [(79, 1, True), (80, 1, False), (1, 199_998, True), (1, 200_001, False)]
)
def test_files_and_lines_per_day_are_limited(landlord, sign_in, files, lines, passes):
    for number in range(files):
        line = {"outcome": "attempted", "at": timezone.now(), "seconds": -number / 1000, "count": lines}
        leave_line("portfolio_tried", landlord.person("paul"), None, **line)
    client = sign_in("paul")
    before = digest()
    page = send(client, {"locataires.csv": b"cle;civilite;nom\nX;;Y\n"}).content.decode()
    assert ("fichiers et" in page) is not passes and digest() == before


def test_limit_counts_only_own_files_of_today(landlord, sign_in):
    midnight = datetime.combine(paris_day(), time(0), ZoneInfo("Europe/Paris"))
    for number in range(90):
        leave_line("portfolio_tried", landlord.person("paul"), None, at=midnight, seconds=-1 - number)
        leave_line("portfolio_tried", landlord.person("ines"), None, at=midnight, seconds=number)
    assert "fichiers et" not in send(sign_in("paul"), small_here(landlord)).content.decode()
