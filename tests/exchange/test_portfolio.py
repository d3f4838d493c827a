"""Import of a portfolio must be all or nothing, and change nothing the second time.

An export that is imported and exported again must give identical files.
"""

import io
import re

import pyrage
import pytest
from django.core.management import CommandError, call_command

from exchange.portfolio.bank import opened
from tests.builders import events, paris_day, run
from tests.exchange.portfolio.landlord import IBAN, small, write
from tests.sample_objects import SampleObjects

TABLES = (
    *("access_place", "access_person", "access_assignment", "buildings_address", "buildings_unit", "tenants_tenant"),
    *("tenants_identity", "ledger_bankdetail", "tenants_lease", "tenants_leaseunit", "tenants_leaseparty"),
    *("tenants_residence", "tenants_account", "ledger_entry", "tenants_representative", "tenants_helpcode"),
    "buildings_unitterms",
    *("tenants_discreetmark", "tenants_discreetname", "ledger_receipt", "ledger_clearing", "tenants_sourcekey"),
)


def taken(folder, command="import_portfolio", **options):
    output = io.StringIO()
    call_command(command, str(folder), stdout=output, **options)
    return output.getvalue()


def refused(folder, command="import_portfolio"):
    output = io.StringIO()
    with pytest.raises(CommandError):
        call_command(command, str(folder), stdout=output)
    return output.getvalue()


def digest():
    return {
        table: run(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
        for table in TABLES
    }


def counts():
    return {table: run(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def test_portfolio_is_imported(bare, tmp_path):
    output = taken(write(tmp_path / "in", small()))
    assert "9 écritures" in output and "2 encaissements en attente" in output
    [tenant] = run("SELECT last_name, name_key, phone, email FROM tenants_tenant WHERE first_name = 'Anne-Aël'")
    assert tenant == ("d’Hérouville Ngô", "d herouville ngo anne ael", "+33639981234", "anne@exemple.example")
    assert run("SELECT sum(amount_cents), count(DISTINCT account_id) FROM ledger_entry") == [(-9900, 2)]
    [(pk, iban)] = run("SELECT id, iban FROM ledger_bankdetail")
    assert opened(pk, "iban", iban) == IBAN and IBAN.encode() not in bytes(iban)
    assert counts()["tenants_residence"] == 3 and counts()["tenants_leaseunit"] == 2
    [event] = events(kind="portfolio_imported")
    assert event["machine"] == "import_portfolio" and event["facts"]["tenants"] == 3 and event["facts"]["leases"] == 2
    assert len(events(kind="assignment_granted")) == 1


def test_second_import_changes_nothing(bare, tmp_path):
    folder = write(tmp_path / "in", small())
    taken(folder)
    before = digest()
    assert "rien ne change" in taken(folder)
    assert digest() == before and len(events(kind="portfolio_imported")) == 1


def test_database_error_names_the_column(bare, tmp_path):
    run("ALTER TABLE tenants_tenant ADD COLUMN nickname text NOT NULL")
    with pytest.raises(CommandError) as refusal:
        taken(write(tmp_path / "in", small()))
    assert str(refusal.value) == "La base refuse, rien n’est écrit\u00a0: tenants_tenant.nickname"


def test_dry_run_reports_and_writes_nothing(bare, tmp_path):
    folder, before = write(tmp_path / "in", small()), digest()
    assert "essai, seraient importés" in taken(folder, dry_run=True)
    assert digest() == before and not events(kind="portfolio_imported")


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), (";", "cp1252"), (";", "utf-8-sig")])
def test_encodings_and_separators_of_spreadsheets_are_accepted(bare, tmp_path, separator, encoding):
    lines = small()
    lines["ecritures.csv"][0]["debit"] = "1 051,80"
    lines["locataires.csv"][0]["nom"] = "d’Hérouville"
    taken(write(tmp_path / "in", lines, separator, encoding))
    assert run("SELECT max(amount_cents) FROM ledger_entry") == [(105_180,)]
    assert run("SELECT count(*) FROM tenants_tenant WHERE last_name = 'd’Hérouville'") == [(1,)]


def test_empty_trailing_columns_of_spreadsheets_are_ignored(bare, tmp_path):
    """Empty columns at the end of lines must be ignored, even if only some lines have them.

    Excel writes emptied columns as ";;" at the end of lines, but omits them in some blocks of sixteen lines.
    """
    folder = write(tmp_path / "in", small())
    tenants = [f"X{i};Dupont;Anne;;" if i < 15 else f"X{i};Dupont" for i in range(40)]
    text = "\r\n".join(
        ["cle;nom;prenom;telephone;courriel;;", *(line + ";;" for line in tenants[:15]), *tenants[15:], ""]
    )
    taken(folder)
    (folder / "locataires.csv").write_bytes(text.encode("cp1252"))
    assert "40 locataires" in taken(folder)
    assert run("SELECT count(*), count(nullif(first_name, '')) FROM tenants_tenant WHERE last_name = 'Dupont'") == [
        (40, 15)
    ]


def test_unreadable_file_is_reported(bare, tmp_path, monkeypatch):
    folder = write(tmp_path / "in", small())

    def shut(*_arguments, **_names):
        raise PermissionError(13, "Permission denied", "lieux.csv")

    monkeypatch.setattr("exchange.portfolio.reader.lines", shut)
    with pytest.raises(CommandError, match="Un fichier ne peut pas être ouvert"):
        taken(folder)


def exported(folder, tmp_path, identity):
    call_command(
        "export_portfolio",
        str(folder),
        recipient=str(identity.to_public()),
        by="jules.moreau@trois-rives.example",
        approved_by="ines.haddad@trois-rives.example",
        stdout=io.StringIO(),
    )
    clear = tmp_path / f"{folder.name}-clear"
    clear.mkdir()
    for path in folder.iterdir():
        (clear / path.stem).write_bytes(pyrage.decrypt(path.read_bytes(), [identity]))
    return clear


def test_export_import_export_is_identical(landlord, tmp_path, another_bare):
    identity = pyrage.x25519.Identity.generate()
    taken(write(tmp_path / "in", small_beside_the_world()))
    first = exported(tmp_path / "out", tmp_path, identity)
    before = digest()
    assert "rien ne change" in taken(first)  # Importing the exported files must change nothing.
    assert digest() == before
    another_bare()
    taken(first)
    second = exported(tmp_path / "again", tmp_path, identity)
    names = sorted(path.name for path in first.iterdir())
    assert len(names) == 15 and names == sorted(path.name for path in second.iterdir())
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
        assert (first / name).read_bytes().count(b"\r\n") > 1, f"{name} has no line to compare"


def test_files_cannot_change_or_assign_machine_clients(landlord, tmp_path):
    machine = SampleObjects(landlord).token.machine
    before, lines = digest(), small_beside_the_world()
    named = {"courriel": machine.email.upper(), "nom": machine.name, "code_lieu": "secteur-glycines"}
    lines["personnes.csv"].append(named)
    row = {"role": "caretaker", "code_lieu": "glycines-b", "premier_jour": "01/01/2026", "motif": "posting"}
    lines["affectations.csv"].append({"courriel": machine.email, **row, "dernier_jour": f"{paris_day(30):%d/%m/%Y}"})
    output = refused(write(tmp_path / "in", lines))
    refusals = re.findall(r"^(\w+)\.csv, ligne (\d), colonne \w+ \((\w+)\)", output, re.MULTILINE)
    assert refusals == [("personnes", "3", "courriel"), ("affectations", "3", "courriel")], output
    assert digest() == before and machine.email not in output.lower()


def small_beside_the_world():
    """Return the import files of an invented landlord, whose agency is moved into the organisation of the test
    landlord."""
    lines = small()
    del lines["lieux.csv"][0]
    lines["lieux.csv"][0]["code_parent"] = "office-des-trois-rives"
    return lines
