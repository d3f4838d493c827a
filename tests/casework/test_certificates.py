"""The destruction certificate of a file of legacy comments must state the counts that the database computes.

It is a signed page and a PDF, and it must contain no word of the comments.
"""

import base64
import io
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import DatabaseError, IntegrityError
from pypdf import PdfReader

from access.compartments import Compartment
from casework.models import DestructionCertificate, LegacyCommentFile
from privacy.encryption.keys import rotate
from tests.builders import OWNER, assign, events, run, seal_legacy_comment
from tests.casework.test_legacy_comment_queue import LIST
from tests.casework.test_notes import AT_A, CANARY
from tests.database.test_policies import as_role

SENTENCE = f"Est sous chimiothérapie, {CANARY} paiera le 20."


@pytest.fixture
def page(landlord) -> str:
    line = seal_legacy_comment(landlord.account(AT_A), SENTENCE)
    seal_legacy_comment(landlord.account("Calme-Quai 9"), SENTENCE, "addiction")
    run("UPDATE casework_legacycommentfile SET finished_on = loge_today(), imported = imported + 5, noted = 5")
    return f"{LIST}certificats/{line.file_id}/"


def erase_all_comments(landlord, sign_in) -> None:
    steward = sign_in("paul")
    for (pk,) in run("SELECT id FROM casework_legacycomment ORDER BY line"):
        assert steward.post(f"{LIST}{pk}/", {"erase": "1"}).status_code == 302


def test_no_certificate_while_a_comment_is_undecided(landlord, sign_in, page):
    steward = sign_in("paul")
    assert "Établir" not in steward.get(page).content.decode()
    assert steward.post(page, {"issue": "1"}).status_code == 200
    assert steward.get(f"{page[:-1]}.pdf").status_code == 404
    assert not DestructionCertificate.objects.using(OWNER).exists() and not events(kind="certificate_issued")


def test_certificate_shows_counts_and_no_comment_text(landlord, sign_in, page):
    erase_all_comments(landlord, sign_in)
    assert sign_in("ines").post(page, {"issue": "1"}).status_code == 404
    assert sign_in("paul").post(page).status_code == 302
    html = sign_in("ines").get(page).content.decode()
    for phrase in ("Agence Belleville", "Agence Bercy", "Signature vérifiée", "Toutes les lignes", ">7<", ">5<", ">2<"):
        assert phrase in html, phrase
    assert CANARY not in html and "chimio" not in html
    [event] = events(kind="certificate_issued")
    assert event["facts"]["lines"] == 2 and event["actor"] == landlord.person("paul").pk
    assert sign_in("georges").get(page).status_code == sign_in("georges").get(f"{page[:-1]}.pdf").status_code == 404
    for name in ("awa", "elise", "helene", "jules"):
        assert sign_in(name).get(page).status_code == sign_in(name).get(f"{page[:-1]}.pdf").status_code == 403


def test_pdf_shows_the_same_counts(landlord, sign_in, page):
    erase_all_comments(landlord, sign_in)
    sign_in("paul").post(page, {"issue": "1"})
    answer = sign_in("ines").get(f"{page[:-1]}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join("".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.content)).pages).split())
    certificate = DestructionCertificate.objects.using(OWNER).get()
    for phrase in ("Office des Trois-Rives", "Certificat de destruction", "Agence Bercy", "Paul Nguyen", "décision"):
        assert phrase in text, phrase
    assert certificate.signature[:40] in text and CANARY not in text
    english = sign_in("ines")
    english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    english_text = PdfReader(io.BytesIO(english.get(f"{page[:-1]}.pdf").content)).pages[0].extract_text()
    assert "Destruction certificate" in english_text


def test_signature_verifies_with_the_public_key_and_detects_a_change(landlord, sign_in, page):
    erase_all_comments(landlord, sign_in)
    steward = sign_in("paul")
    steward.post(page, {"issue": "1"})
    html = steward.get(page).content.decode()
    public = base64.b64decode(html.split("public ")[1].split("<")[0])
    certificate = DestructionCertificate.objects.using(OWNER).get()
    signed_text = json.dumps(certificate.statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(certificate.signature), signed_text)
    rotate(Path(settings.KEY_FILE))
    assert "Signature vérifiée" in steward.get(page).content.decode()
    run("ALTER TABLE casework_destructioncertificate DISABLE TRIGGER USER")
    run("UPDATE casework_destructioncertificate SET statement = jsonb_set(statement, '{erased}', '1')")
    assert "La signature ne correspond pas" in steward.get(page).content.decode()


def test_database_accepts_only_the_counted_statement(landlord, sign_in, page):
    erase_all_comments(landlord, sign_in)
    comment_file = LegacyCommentFile.objects.using(OWNER).get()
    insert = (
        "INSERT INTO casework_destructioncertificate"
        " (file_id, statement, key_id, signature, issued_on, issued_by_id)"
        " VALUES (%s, {}, 'k1', 'x', loge_today(), %s)"
    )
    stated, by = f"casework_destruction_counts('{comment_file.pk}')", str(landlord.person("paul").pk)
    for wrong in ("'{}'", f"jsonb_set({stated}, '{{erased}}', '1')"):
        with pytest.raises(IntegrityError):
            run(insert.format(wrong), str(comment_file.pk), by)
    run(insert.format(stated), str(comment_file.pk), by)
    for change in ("UPDATE {} SET signature = 'y'", "DELETE FROM {}"):
        with pytest.raises(IntegrityError):
            run(change.format("casework_destructioncertificate"))
    assert sign_in("paul").post(page, {"issue": "1"}).status_code == 200


def test_only_the_steward_reads_the_counts_and_issues_in_the_database(landlord, sign_in, page):
    """The database itself must show the numbers of erased comments to the data steward only.

    The database must also refuse a destruction certificate that anybody else inserts.
    """
    erase_all_comments(landlord, sign_in)
    (file,) = LegacyCommentFile.objects.using(OWNER).values_list("pk", flat=True)
    stated = "SELECT casework_destruction_statement(%s)"
    statements = {
        name: as_role(Compartment.TRIAGE, landlord.person(name).pk, stated, file) for name in ("georges", "elise")
    }
    assert statements == {"georges": [(None,)], "elise": [(None,)]}
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.TRIAGE, landlord.person("georges").pk, "SELECT casework_destruction_counts(%s)", file)
    [(counted,)] = run("SELECT casework_destruction_counts(%s)::text", str(file))
    insert = (
        "INSERT INTO casework_destructioncertificate"
        " (file_id, statement, key_id, signature, issued_on, issued_by_id)"
        " VALUES (%s, %s, 'k1', 'x', loge_today(), %s)"
    )
    for name in ("georges", "elise", "ines"):
        who = landlord.person(name).pk
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.TRIAGE, who, insert, file, counted, who)
    assert as_role(Compartment.TRIAGE, landlord.person("paul").pk, stated, file) != [(None,)]


def test_dpo_who_also_manages_a_sector_cannot_issue(landlord, sign_in, page):
    erase_all_comments(landlord, sign_in)
    assign(landlord.person("ines"), "sector_manager", landlord.place("Secteur Glycines"))
    officer = sign_in("ines")
    assert "Établir" not in officer.get(page).content.decode()
    assert officer.post(page, {"issue": "1"}).status_code == 404
    assert sign_in("paul").post(page, {"issue": "1"}).status_code == 302
