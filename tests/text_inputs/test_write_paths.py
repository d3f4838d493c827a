"""No form, API endpoint, import or command can write sensitive text to a column whose text must be screened.

`oversight/text_columns.py` lists these columns. Every text input needs a test case here, or a reason why it needs none.
"""

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from exchange.portfolio.sheets import SHEETS
from ledger.models import BankDetail
from oversight.text_columns import TEXTS
from tests.builders import OWNER, make_unit
from tests.exchange.portfolio.landlord import small, write
from tests.form_values import POSTS
from tests.sample_objects import SampleObjects
from tests.text_inputs.received import commands, form_mouths, serializer_mouths
from tests.text_inputs.stored import SCREENED, columns
from tests.text_inputs.test_text_inputs import COMMANDS
from tests.visits import Visit, visits

MARK = "zyxqwanary"
LABEL, SENTENCE = "Schizophrène Violent", "Elle est séropositive"
SEALED = "ledger.BankDetail.holder"

# Maps each form field to the URL name of its page, the posted parameter, and the model field that stores the text.
FIELDS = {
    "tenants.forms.households.ContactForm.contact_name": (
        "contact_change",
        "contact_name",
        "tenants.Tenant.contact_name",
    ),
    "tenants.forms.households.RepresentativeForm.name": ("representatives", "name", "tenants.Representative.name"),
    "ledger.forms.bank_details.BankForm.holder": ("bank_details", "holder", SEALED),
    "ledger.forms.filters.FilterNameForm.name": ("saved_filters", "name", "ledger.SavedFilter.name"),
    "tenants.forms.leases.NewcomerForm.last_name": ("lease_new", "first-last_name", "tenants.Tenant.last_name"),
    "tenants.forms.leases.NewcomerForm.first_name": ("lease_new", "first-first_name", "tenants.Tenant.first_name"),
    "tenants.forms.names.NameCorrectionForm.last_name": (
        "name_correction",
        "last_name",
        "tenants.Tenant.last_name",
    ),
    "tenants.forms.names.NameCorrectionForm.first_name": (
        "name_correction",
        "first_name",
        "tenants.Tenant.first_name",
    ),
    "tenants.forms.leases.MoveInForm.last_name": ("resident_in", "last_name", "tenants.Tenant.last_name"),
    "tenants.forms.leases.MoveInForm.first_name": ("resident_in", "first_name", "tenants.Tenant.first_name"),
    "casework.forms.notes.NoteForm.text": ("account_notes", "text", "casework.AccountNote.text"),
    "casework.forms.vocabulary.CodeForm.title_fr": ("vocabulary_add", "title_fr", "casework.FactCode.title_fr"),
    "casework.forms.vocabulary.CodeForm.title_en": ("vocabulary_add", "title_en", "casework.FactCode.title_en"),
    "casework.forms.vocabulary.CodeForm.sentence_fr": (
        "vocabulary_add",
        "sentence_fr",
        "casework.FactCode.sentence_fr",
    ),
    "casework.forms.vocabulary.CodeForm.sentence_en": (
        "vocabulary_add",
        "sentence_en",
        "casework.FactCode.sentence_en",
    ),
    "access.grants.forms.requests.NewcomerForm.name": ("request_newcomer", "name", "access.AccessRequest.name"),
    "allocations.forms.people.ApplicantForm.last_name": (
        "applicant_change",
        "last_name",
        "allocations.Applicant.last_name",
    ),
    "allocations.forms.people.ApplicantForm.first_name": (
        "applicant_change",
        "first_name",
        "allocations.Applicant.first_name",
    ),
    "allocations.forms.flow.ContingentForm.holder": (
        "contingents",
        "new-holder",
        "allocations.Contingent.holder",
    ),
    "access.grants.forms.tokens.TokenForm.name": ("token_ask", "name", "access.AccessRequest.name"),
}
# Former names are copied from the screened names of tenants, and no form writes them.
COPIES = {"tenants.FormerName.last_name", "tenants.FormerName.first_name"}
# Maps a reason to the form fields that need no test for this reason: no screened column stores their values.
ELSEWHERE = {
    "looked up in a list, never stored": (
        "person place lieu building batiment employed_at reference references address staircase door q words number"
        " look password oldpassword password1 password2 first_name last_name"
    ),
    "an address of a place, or what it is called": "code name city postcode street number",
    "checked as what it is: a telephone number, an address, an IBAN": "phone email iban",
    "a code, checked by its shape": "code source_number",
    "read as a file, by its own cases": "file sent",
    "decided by two people": "wording",
}
# Maps a CSV file and column of the portfolio import to the screened model field that stores the cell.
CELLS = {
    ("locataires.csv", "nom"): "tenants.Tenant.last_name",
    ("locataires.csv", "prenom"): "tenants.Tenant.first_name",
    ("locataires.csv", "personne_choisie"): "tenants.Tenant.contact_name",
    ("locataires.csv", "titulaire"): SEALED,
    ("representants.csv", "nom"): "tenants.Representative.name",
    ("personnes.csv", "nom"): "access.Person.name",
}
OTHER_CELLS = {
    "lieux.csv": "code code_parent nom",
    "adresses.csv": "code_lieu numero voie code_postal commune",
    "logements.csv": "code_lieu rpls type escalier porte",
    "personnes.csv": "code_lieu",
    "affectations.csv": "code_lieu",
    "attente.csv": "agence",
    "encaissements.csv": "agence",
}
# Maps each command that takes text to the reason why no screened column stores the text, or to the command's test.
IMPORTS = {
    "import_portfolio": "by CELLS",
    "import_applications": "tests/exchange/test_applications_import.py",
    "import_notes": "test_a_legacy_comment_that_discloses_becomes_no_note",
    "import_entries": "codes, sums and days",
    "import_programmes": "open data about buildings",
    "appoint": "a colleague's name, in a landlord that has nobody yet",
    "screen": "stores nothing",
    "export_portfolio": "stores nothing",
    "export_decisions": "stores nothing",
    "backup": "stores nothing",
    "restore": "stores nothing",
    "check_trace": "stores nothing",
    "evidence_pack": "stores nothing",
    "forget_pseudonym": "a number",
    "reseal": "the name of a database",
}


def screened_columns() -> set[str]:
    with translation.override("fr"):
        guarded = {name for name, (_title, kept_by) in TEXTS.items() if str(kept_by) in SCREENED}
    return guarded | {SEALED}


def test_every_screened_column_is_covered():
    assert len(screened_columns()) >= 12
    covered = {column for _page, _field, column in FIELDS.values()} | set(CELLS.values())
    assert sorted(screened_columns() - covered - COPIES) == [] and sorted(covered - screened_columns()) == []


def test_every_input_has_a_case_or_a_reason():
    # visits() imports all modules with forms. It runs first, because form_mouths() lists only fields of imported forms.
    assert list(visits())
    reasons = {field for fields in ELSEWHERE.values() for field in fields.split()}
    unsaid = {
        mouth
        for mouth in form_mouths() | serializer_mouths()
        if mouth not in FIELDS and mouth.rpartition(".")[2] not in reasons
    }
    assert sorted(unsaid) == []
    # Fields named "last_name" need no test (ELSEWHERE), except those of a form that stores the name (FIELDS).
    writing = {mouth.rpartition(".")[0] for mouth in FIELDS}
    words = {"name", "first_name", "last_name", "contact_name", "holder", "text"}
    forgotten = {
        mouth
        for mouth in form_mouths()
        if mouth.rpartition(".")[0] in writing and mouth.rpartition(".")[2] in words and mouth not in FIELDS
    }
    assert sorted(forgotten) == []
    assert sorted(FIELDS.keys() - form_mouths()) == []


def test_every_text_column_of_a_portfolio_has_a_case_or_a_reason():
    kinds = ("texte,", "nom,")
    text_columns = {
        (sheet.file, column.name)
        for sheet in SHEETS
        for column in sheet.columns
        if column.kind.admits.startswith(kinds)
    }
    said = {(file, name) for file, names in OTHER_CELLS.items() for name in names.split()}
    assert sorted(text_columns - CELLS.keys() - said) == []
    assert sorted(CELLS.keys() - text_columns) == []


def test_every_command_with_text_has_a_case_or_a_reason():
    given = {name for name, plant in COMMANDS.items() if callable(plant)}
    assert sorted(given ^ IMPORTS.keys()) == [] and given <= commands()


# Some pages refuse a value that was posted before. ONCE maps their URL names to functions that make a new value.
ONCE: dict[str, Callable[[SampleObjects, str], dict[str, str]]] = {
    "vocabulary_add": lambda _known, letter: {"code": f"lock_{letter}_changed"},
    "lease_new": lambda sample_objects, letter: {
        "unit": str(make_unit(sample_objects.landlord.building("Glycines A"), f"9{letter}").pk)
    },
}


def lawful(field: str, mark: str) -> str:
    if field.startswith("sentence"):
        return f"{mark.title()} le {{date}}."
    return f"Rappelle le 5, {mark}." if field == "text" else mark.title()


def disclosing(field: str, mark: str) -> tuple[str, ...]:
    slot = " {date}" if field.startswith("sentence") else ""
    return f"{LABEL} {mark}{slot}", f"{SENTENCE}, {mark}{slot}"


def stored(mark: str) -> set[str]:
    """Return the table.column of all cells that contain the marker word. Encrypted bank details are searched too."""
    sealed = [one.holder.reveal().lower() for one in BankDetail.objects.using(OWNER) if one.holder]
    return columns(mark) | ({SEALED} if any(mark in holder for holder in sealed) else set())


def cell_of(column: str) -> str:
    app, model, field = column.split(".")
    return column if column == SEALED else f"{app}_{model.lower()}.{field}"


def visit_of(name: str) -> Visit:
    return next(one for one in visits() if one.name == name)


@pytest.mark.unwatched("asks each door for what it refuses; what is looked at here is what is stored")
def test_no_page_stores_a_disclosure_in_a_screened_column(sample_objects: SampleObjects, sign_in):
    kept, unreached = [], []
    for number, (mouth, (page, field, column)) in enumerate(FIELDS.items()):
        visit, mark = visit_of(page), MARK + "abcdefghijklmnopqrstuvwxyz"[number]
        client, url = sign_in(visit.who), visit.url(sample_objects)
        valid = {**POSTS[page](sample_objects), **ONCE.get(page, lambda _known, _letter: {})(sample_objects, mark[-1])}
        for text in disclosing(field, mark):
            client.post(url, {**valid, field: text})
            kept += [(mouth, cell) for cell in stored(mark)]
        client.post(url, {**valid, field: lawful(field, mark)})
        unreached += [] if cell_of(column) in stored(mark) else [mouth]
    assert kept == []
    assert unreached == [], "the lawful word was not stored: the case proves nothing"


@pytest.mark.parametrize(("file", "name"), CELLS)
def test_no_portfolio_stores_a_disclosure(bare, tmp_path, file, name):
    for place, text in enumerate(disclosing(name, MARK)):
        lines = small()
        lines[file][0][name] = text
        with pytest.raises(CommandError):
            call_command("import_portfolio", str(write(tmp_path / f"in{place}", lines)), stdout=io.StringIO())
        assert columns(MARK) == set()
    lines = small()
    lines[file][0][name] = MARK.title()
    call_command("import_portfolio", str(write(tmp_path / "lawful", lines)), stdout=io.StringIO())
    assert CELLS[file, name] == SEALED or cell_of(CELLS[file, name]) in columns(MARK)


def test_a_disclosure_over_two_cells_is_refused(bare, tmp_path):
    lines = small()
    lines["locataires.csv"][0] |= {"prenom": "Al", "nom": "Coolique"}
    with pytest.raises(CommandError):
        call_command("import_portfolio", str(write(tmp_path / "in", lines)), stdout=io.StringIO())


def test_a_disclosure_over_two_fields_is_refused(sample_objects: SampleObjects, sign_in):
    valid = {**POSTS["resident_in"](sample_objects), "first_name": "Al", "last_name": "Coolique"}
    visit = visit_of("resident_in")
    answer = sign_in(visit.who).post(visit.url(sample_objects), valid)
    assert answer.status_code == 200 and "ne peuvent pas être enregistrés" in answer.content.decode()


def test_a_legacy_comment_that_discloses_becomes_no_note(sample_objects: SampleObjects, tmp_path):
    path = tmp_path / "anciens.csv"
    path.write_text(
        f"compte;bail;date;auteur;texte\n{sample_objects.account.reference};;03/02/2011;AGT12;{SENTENCE}, {MARK}\n"
        f"{sample_objects.account.reference};;03/02/2011;AGT12;{LABEL} {MARK}\n",
        encoding="utf-8",
    )
    call_command("import_notes", str(path), stdout=io.StringIO())
    assert columns(MARK) == set()
