"""Excessive comments from an older system must be removed unseen by officers, caretakers and accountants.

The tests import comments that the CNIL published in 2012, mixed with lawful ones, and sort them. A destruction
certificate must state the counts.
"""

import csv
import io
import logging

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from casework.models import AccountFact, AccountNote, LegacyComment, LegacyCommentFile
from tests.builders import OWNER, events, run
from tests.casework.test_legacy_comment_queue import LIST
from tests.casework.test_notes import AT_A, CANARY, tables_containing
from tests.exchange.test_legacy_comments import HEADER, comment
from tests.sample_objects import SampleObjects
from tests.visits import visits

LAWFUL = ["Rappelle le 5 pour fixer la date du second versement.", "Clés remises à l’agence.", "Mur aveugle repeint."]
ELSEWHERE = "Dette-Quai 9"
STAFF = ("elise", "awa", "helene", "jules")


@pytest.fixture
def quotations(shared_data) -> list[str]:
    path = shared_data / "commentaires_cnil" / "commentaires_excessifs_dev.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        return [row["texte"] for row in csv.DictReader(rows)]


@pytest.fixture
def imported(landlord, quotations, tmp_path) -> list[str]:
    """Import a file of legacy comments and return its lines.

    For each excessive comment that the CNIL (French data protection authority) published, the file has four lines: the
    comment about two accounts, the comment with the word CANARY added, and a lawful comment.
    """
    lines = []
    for number, text in enumerate(quotations):
        lines += [comment(landlord, quote(text), at) for at in (AT_A, ELSEWHERE)]
        lines += [comment(landlord, quote(f"{text}, {CANARY}"), ELSEWHERE if number % 2 else AT_A)]
        lines += [comment(landlord, LAWFUL[number % 3])]
    path = tmp_path / "anciens.csv"
    path.write_bytes("\r\n".join([HEADER, *lines, ""]).encode("cp1252"))
    output = io.StringIO()
    call_command("import_notes", str(path), stdout=output)
    assert CANARY not in output.getvalue()
    return lines


def quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def imported_file() -> LegacyCommentFile:
    return LegacyCommentFile.objects.using(OWNER).get()


def test_quotations_are_encrypted_and_lawful_comments_become_notes(landlord, imported, quotations):
    assert len(quotations) == 27
    comment_file = imported_file()
    assert (comment_file.imported, comment_file.noted, comment_file.waiting, comment_file.refused) == (108, 27, 81, 0)
    notes = set(AccountNote.objects.using(OWNER).values_list("text", flat=True))
    assert notes == set(LAWFUL)
    sealed = {line.sentence.reveal() for line in LegacyComment.objects.using(OWNER)}
    assert len(sealed & set(quotations)) == 27


@pytest.mark.unwatched
@pytest.mark.parametrize("name", STAFF)
def test_no_page_export_search_or_api_shows_a_quotation(landlord, imported, sign_in, name, caplog):
    """No view function may show an unlawful old comment to an officer, caretaker, accountant or administrator."""
    caplog.set_level(logging.DEBUG)
    sample_objects, client, opened = SampleObjects(landlord), sign_in(name), 0
    for visit in visits():
        answer = visit.ask(client, sample_objects, "GET" if "GET" in visit.methods else "POST")
        body = answer.content.decode(errors="replace")
        assert CANARY not in body and "chimioth" not in body and "alcooliq" not in body, visit.name
        opened += answer.status_code == 200
    assert opened > 8 and CANARY not in caplog.text and not tables_containing()


def test_lists_of_those_who_sort_or_supervise_show_no_quotation(landlord, imported, sign_in):
    for name in ("paul", "georges", "ines"):
        client = sign_in(name)
        for url in ("/", LIST, "/trace/", "/ma-trace/", "/registre/", "/registre/textes/", "/contestations/"):
            assert CANARY not in client.get(url, follow=True).content.decode(), (name, url)
    assert CANARY not in str(events()) and not tables_containing()


def test_sorting_removes_every_comment_and_the_certificate_states_it(landlord, imported, quotations, sign_in, caplog):
    caplog.set_level(logging.DEBUG)
    steward, manager = sign_in("paul"), sign_in("georges")
    rows = LegacyComment.objects.using(OWNER).filter(building=landlord.building("Glycines A")).order_by("line")
    kept_pk, replaced_pk = rows[0].pk, rows[1].pk
    ground = {"keep": "1", "ground": "not_a_disclosure"}
    assert manager.post(f"{LIST}{kept_pk}/", ground).status_code == 302
    assert steward.post(f"{LIST}{kept_pk}/", {"agree": "1"}).status_code == 302
    fact_form = {"replace": "1", "fact": "difficult_exchange", "channel": "phone", "date": "03/02/2011"}
    assert steward.post(f"{LIST}{replaced_pk}/", fact_form).status_code == 302
    for (pk,) in run("SELECT id FROM casework_legacycomment ORDER BY line"):
        assert steward.post(f"{LIST}{pk}/", {"erase": "1"}).status_code == 302
    comment_file = imported_file()
    assert (comment_file.imported, comment_file.noted, comment_file.waiting) == (108, 27, 0)
    assert (comment_file.retained, comment_file.replaced, comment_file.erased) == (1, 1, 79)
    assert run("SELECT casework_comment_counts_agree(id) FROM casework_legacycommentfile") == [(True,)]
    assert not LegacyComment.objects.using(OWNER).exists() and AccountFact.objects.using(OWNER).get().pk == replaced_pk
    assert AccountNote.objects.using(OWNER).filter(pk=kept_pk).exists() and CANARY not in caplog.text
    check_certificate(landlord, comment_file, steward, sign_in("ines"))


def check_certificate(landlord, comment_file: LegacyCommentFile, steward, officer) -> None:
    page = f"{LIST}certificats/{comment_file.pk}/"
    assert steward.post(page, {"issue": "1"}).status_code == 302
    html = officer.get(page).content.decode()
    paper = PdfReader(io.BytesIO(officer.get(f"{page[:-1]}.pdf").content))
    pdf_text = " ".join("".join(sheet.extract_text() for sheet in paper.pages).split())
    for text in (html, pdf_text):
        assert "79" in text and "108" in text and "Agence Bercy" in text and CANARY not in text
        assert "alcooliq" not in text and "nationalité" not in text
    assert "Signature vérifiée" in html and [
        event["facts"]["lines"] for event in events(kind="certificate_issued")
    ] == [79]
    assert not tables_containing()
