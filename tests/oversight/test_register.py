"""The page with the record of processing activities (GDPR), and the data dictionary, which users can download."""

import csv
import io
import json
import re

from django.conf import settings

from access.compartments import Compartment
from access.database.web_logins import WEB_LOGINS
from oversight.register import activities, dictionary
from tests.builders import events, run

# The test requests the pages of the processing activities that use these tables.
SHOWN = {"casework_accountnote", "tenants_account"}


def test_register_shows_purpose_basis_recipients_and_retention(landlord, sign_in):
    ines = sign_in("ines")
    codes = {
        item.processing_activity.code
        for item in activities(dictionary())
        if any(line.policy and line.policy.table in SHOWN for line in item.listed)
    }
    assert len(codes) > 1
    answers = [ines.get("/registre/", {"champs": code}).content.decode() for code in ("", *sorted(codes))]
    page = "".join(answers).replace("\u202f", " ").replace("\u00a0", " ")
    for text in (
        "Comptes locatifs",
        "Facturer les loyers et les charges",
        "C. com., art. L123-22",
        "Titulaires des baux.",
        "gestion locative",
        "Aucun. Loge n’envoie aucune donnée hors de l’organisme.",
        "expire_notes",
        "phrases vérifiées avant leur enregistrement",
        "casework_accountnote.text",
    ):
        assert text.lower() in page.lower(), text
    pages = events(kind="register_shown")
    assert len(pages) == len(codes) + 1
    assert all((event["outcome"], event["facts"]) == ("shown", {"scope": "register"}) for event in pages)


def test_data_dictionary_is_exported_and_recorded(landlord, sign_in):
    ines = sign_in("ines")
    answer = ines.get("/registre/registre.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    [note] = [row for row in rows if row["Donnée"] == "casework_accountnote.text"]
    read_by = "gestion locative, protection des données"
    assert note["Destinataires"] == read_by and "expire_notes" in note["Fin"]
    assert all(row[name] for row in rows for name in ("Activité", "Finalité", "Base légale", "Conservation", "Fin"))
    assert json.loads(ines.get("/registre/registre.json").content) == rows
    assert [event["facts"]["format"] for event in events(kind="export_taken")] == ["csv", "json"]
    assert events(kind="export_taken")[0]["count"] == len(rows) > 350


def test_tables_called_unchangeable_are_so_for_every_role_of_the_pages(bare):
    """The register of processing activities must state correctly how many tables "no page can change".

    These are the tables whose rows no database role of the website may update or delete.
    """
    pages = [f"{settings.INSTANCE}_{login.name}" for login in WEB_LOGINS]
    roles = [*pages, *(compartment.database_role for compartment in Compartment)]
    checked = 0
    for activity in activities(dictionary()):
        tables = {line.policy.table for line in activity.listed if line.policy}
        unchangeable = [table for table in tables if not any(may_change(role, table) for role in roles)]
        stated = sum(int(number) for number in re.findall(r"(\d+) tables? qu’aucune page", " ".join(activity.measures)))
        assert stated == len(unchangeable), activity.processing_activity.code
        checked += bool(tables)
    assert checked > 5


def may_change(role, table):
    question = "SELECT has_any_column_privilege(%s, %s, 'UPDATE') OR has_table_privilege(%s, %s, 'DELETE')"
    [(answer,)] = run(question, role, table, role, table)
    return answer
