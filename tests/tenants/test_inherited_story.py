"""The comments that the CNIL read in 2012, among lawful ones, in an older system’s file: they go in under seal, nobody
who keeps accounts or buildings reads one, the sorting empties them, and the certificate says so."""

import csv
import io
import logging

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from tenants.models import AccountFact, AccountNote, Inheritance, InheritedLine
from tests.builders import OWNER, events, run
from tests.desk.test_inheritance import HEADER, comment
from tests.known import Known
from tests.tenants.test_notes import AT_A, CANARY, in_the_database
from tests.tenants.test_triage import LIST
from tests.visits import visits

LAWFUL = ["Rappelle le 5 pour fixer la date du second versement.", "Clés remises à l’agence.", "Mur aveugle repeint."]
ELSEWHERE = "Dette-Quai 9"
OFFICERS = ("elise", "awa", "helene", "jules")


@pytest.fixture
def quoted(shared_data) -> list[str]:
    path = shared_data / "commentaires_cnil" / "commentaires_excessifs_dev.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return [row["texte"] for row in csv.DictReader(rows)]


@pytest.fixture
def taken(house, quoted, tmp_path) -> list[str]:
    """Each quotation as it was, and once more beside a word that stands nowhere else; lawful lines between them."""
    lines = []
    for number, text in enumerate(quoted):
        lines += [comment(house, quote(text), at) for at in (AT_A, ELSEWHERE)]
        lines += [comment(house, quote(f"{text}, {CANARY}"), ELSEWHERE if number % 2 else AT_A)]
        lines += [comment(house, LAWFUL[number % 3])]
    path = tmp_path / "anciens.csv"
    path.write_bytes("\r\n".join([HEADER, *lines, ""]).encode("cp1252"))
    said = io.StringIO()
    call_command("import_notes", str(path), stdout=said)
    assert CANARY not in said.getvalue()
    return lines


def quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def file() -> Inheritance:
    return Inheritance.objects.using(OWNER).get()


def test_every_quotation_is_sealed_and_every_lawful_line_is_a_note(house, taken, quoted):
    assert len(quoted) == 27
    one = file()
    assert (one.imported, one.noted, one.waiting, one.refused) == (108, 27, 81, 0)
    notes = set(AccountNote.objects.using(OWNER).values_list("text", flat=True))
    assert notes == set(LAWFUL)
    sealed = {line.sentence.reveal() for line in InheritedLine.objects.using(OWNER)}
    assert len(sealed & set(quoted)) == 27


@pytest.mark.unwatched
@pytest.mark.parametrize("name", OFFICERS)
def test_no_page_export_search_or_program_shows_one(house, taken, sign_in, name, caplog):
    """Every door there is, asked by who keeps accounts, who keeps the building, who counts, who hands out rights."""
    caplog.set_level(logging.DEBUG)
    known, client, opened = Known(house), sign_in(name), 0
    for visit in visits():
        answer = visit.ask(client, known, "GET" if "GET" in visit.methods else "POST")
        shown = answer.content.decode(errors="replace")
        assert CANARY not in shown and "chimioth" not in shown and "alcooliq" not in shown, visit.name
        opened += answer.status_code == 200
    assert opened > 8 and CANARY not in caplog.text and not in_the_database()


def test_nor_does_a_list_of_who_sorts_or_watches(house, taken, sign_in):
    for name in ("paul", "georges", "ines"):
        client = sign_in(name)
        for url in ("/", LIST, "/trace/", "/ma-trace/", "/registre/", "/registre/textes/", "/contestations/"):
            assert CANARY not in client.get(url, follow=True).content.decode(), (name, url)
    assert CANARY not in str(events()) and not in_the_database()


def test_the_sorting_empties_it_and_the_certificate_says_so(house, taken, quoted, sign_in, caplog):
    caplog.set_level(logging.DEBUG)
    steward, manager = sign_in("paul"), sign_in("georges")
    rows = InheritedLine.objects.using(OWNER).filter(building=house.building("Glycines A")).order_by("line")
    kept, replaced = rows[0].pk, rows[1].pk
    ground = {"keep": "1", "ground": "not_a_disclosure"}
    assert manager.post(f"{LIST}{kept}/", ground).status_code == 302
    assert steward.post(f"{LIST}{kept}/", {"agree": "1"}).status_code == 302
    said = {"replace": "1", "fact": "difficult_exchange", "channel": "phone", "date": "03/02/2011"}
    assert steward.post(f"{LIST}{replaced}/", said).status_code == 302
    for (pk,) in run("SELECT id FROM tenants_inheritedline ORDER BY line"):
        assert steward.post(f"{LIST}{pk}/", {"erase": "1"}).status_code == 302
    one = file()
    assert (one.imported, one.noted, one.waiting) == (108, 27, 0)
    assert (one.kept, one.replaced, one.erased) == (1, 1, 79)
    assert run("SELECT tenants_inheritance_reconciles(id) FROM tenants_inheritance") == [(True,)]
    assert not InheritedLine.objects.using(OWNER).exists() and AccountFact.objects.using(OWNER).get().pk == replaced
    assert AccountNote.objects.using(OWNER).filter(pk=kept).exists() and CANARY not in caplog.text
    certified(house, one, steward, sign_in("ines"))


def certified(house, one: Inheritance, steward, officer) -> None:
    page = f"{LIST}certificats/{one.pk}/"
    assert steward.post(page, {"issue": "1"}).status_code == 302
    shown = officer.get(page).content.decode()
    paper = PdfReader(io.BytesIO(officer.get(f"{page[:-1]}.pdf").content))
    told = " ".join("".join(sheet.extract_text() for sheet in paper.pages).split())
    for text in (shown, told):
        assert "79" in text and "108" in text and "Agence Bercy" in text and CANARY not in text
        assert "alcooliq" not in text and "nationalité" not in text
    assert "Signature vérifiée" in shown and [
        event["facts"]["lines"] for event in events(kind="certificate_issued")
    ] == [79]
    assert not in_the_database()
