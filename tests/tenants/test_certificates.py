"""The certificate of destruction: counts that the database states, signed, on a page and on paper, without a word."""

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
from privacy.keys import rotate
from tenants.models import DestructionCertificate, Inheritance
from tests.builders import OWNER, assign, events, run, seal_inherited
from tests.database.test_locks import as_role
from tests.tenants.test_notes import AT_A, CANARY
from tests.tenants.test_triage import LIST

SAID = f"Est sous chimiothérapie, {CANARY} paiera le 20."


@pytest.fixture
def page(house) -> str:
    line = seal_inherited(house.account(AT_A), SAID)
    seal_inherited(house.account("Calme-Quai 9"), SAID, "addiction")
    run("UPDATE tenants_inheritance SET finished_on = loge_today(), imported = imported + 5, noted = 5")
    return f"{LIST}certificats/{line.inheritance_id}/"


def emptied(house, sign_in) -> None:
    steward = sign_in("paul")
    for (pk,) in run("SELECT id FROM tenants_inheritedline ORDER BY line"):
        assert steward.post(f"{LIST}{pk}/", {"erase": "1"}).status_code == 302


def test_there_is_none_while_a_line_waits(house, sign_in, page):
    steward = sign_in("paul")
    assert "Établir" not in steward.get(page).content.decode()
    assert steward.post(page, {"issue": "1"}).status_code == 200
    assert steward.get(f"{page[:-1]}.pdf").status_code == 404
    assert not DestructionCertificate.objects.using(OWNER).exists() and not events(kind="certificate_issued")


def test_it_says_how_many_by_agency_category_and_outcome_and_not_a_word(house, sign_in, page):
    emptied(house, sign_in)
    assert sign_in("ines").post(page, {"issue": "1"}).status_code == 404
    assert sign_in("paul").post(page, {"issue": "1"}).status_code == 302
    shown = sign_in("ines").get(page).content.decode()
    for told in ("Agence Belleville", "Agence Bercy", "Signature vérifiée", "Plus aucune ligne", ">7<", ">5<", ">2<"):
        assert told in shown, told
    assert CANARY not in shown and "chimio" not in shown
    [event] = events(kind="certificate_issued")
    assert event["facts"]["lines"] == 2 and event["actor"] == house.person("paul").pk
    assert sign_in("georges").get(page).status_code == sign_in("georges").get(f"{page[:-1]}.pdf").status_code == 404
    for name in ("awa", "elise", "helene", "jules"):
        assert sign_in(name).get(page).status_code == sign_in(name).get(f"{page[:-1]}.pdf").status_code == 403


def test_on_paper_it_says_the_same(house, sign_in, page):
    emptied(house, sign_in)
    sign_in("paul").post(page, {"issue": "1"})
    answer = sign_in("ines").get(f"{page[:-1]}.pdf")
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join("".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages).split())
    certificate = DestructionCertificate.objects.using(OWNER).get()
    for told in ("Office des Trois-Rives", "Certificat de destruction", "Agence Bercy", "Paul Nguyen", "n’attend"):
        assert told in text, told
    assert certificate.signature[:40] in text and CANARY not in text
    english = sign_in("ines")
    english.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    told = PdfReader(io.BytesIO(english.get(f"{page[:-1]}.pdf").content)).pages[0].extract_text()
    assert "Certificate of destruction" in told


def test_anybody_checks_it_with_the_public_key_and_a_change_is_seen(house, sign_in, page):
    emptied(house, sign_in)
    steward = sign_in("paul")
    steward.post(page, {"issue": "1"})
    shown = steward.get(page).content.decode()
    public = base64.b64decode(shown.split("public ")[1].split("<")[0])
    one = DestructionCertificate.objects.using(OWNER).get()
    said = json.dumps(one.statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(one.signature), said)
    rotate(Path(settings.KEY_FILE))
    assert "Signature vérifiée" in steward.get(page).content.decode()
    run("ALTER TABLE tenants_destructioncertificate DISABLE TRIGGER USER")
    run("UPDATE tenants_destructioncertificate SET statement = jsonb_set(statement, '{erased}', '1')")
    assert "La signature ne correspond pas" in steward.get(page).content.decode()


def test_it_states_what_was_counted_and_nothing_else(house, sign_in, page):
    emptied(house, sign_in)
    one = Inheritance.objects.using(OWNER).get()
    made = (
        "INSERT INTO tenants_destructioncertificate"
        " (inheritance_id, statement, key_id, signature, issued_on, issued_by_id)"
        " VALUES (%s, {}, 'k1', 'x', loge_today(), %s)"
    )
    stated, by = f"tenants_destruction_counted('{one.pk}')", str(house.person("paul").pk)
    for wrong in ("'{}'", f"jsonb_set({stated}, '{{erased}}', '1')"):
        with pytest.raises(IntegrityError):
            run(made.format(wrong), str(one.pk), by)
    run(made.format(stated), str(one.pk), by)
    for change in ("UPDATE {} SET signature = 'y'", "DELETE FROM {}"):
        with pytest.raises(IntegrityError):
            run(change.format("tenants_destructioncertificate"))
    assert sign_in("paul").post(page, {"issue": "1"}).status_code == 200


def test_no_manager_is_told_the_counts_of_other_sectors_and_the_steward_alone_issues(house, sign_in, page):
    """Asked of the database, with no page between: the role is put on by somebody whose office it is not."""
    emptied(house, sign_in)
    (file,) = Inheritance.objects.using(OWNER).values_list("pk", flat=True)
    stated = "SELECT tenants_destruction_statement(%s)"
    told = {name: as_role(Compartment.TRIAGE, house.person(name).pk, stated, file) for name in ("georges", "elise")}
    assert told == {"georges": [(None,)], "elise": [(None,)]}
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.TRIAGE, house.person("georges").pk, "SELECT tenants_destruction_counted(%s)", file)
    [(counted,)] = run("SELECT tenants_destruction_counted(%s)::text", str(file))
    made = (
        "INSERT INTO tenants_destructioncertificate"
        " (inheritance_id, statement, key_id, signature, issued_on, issued_by_id)"
        " VALUES (%s, %s, 'k1', 'x', loge_today(), %s)"
    )
    for name in ("georges", "elise", "ines"):
        who = house.person(name).pk
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.TRIAGE, who, made, file, counted, who)
    assert as_role(Compartment.TRIAGE, house.person("paul").pk, stated, file) != [(None,)]


def test_an_officer_who_manages_a_sector_besides_does_not_issue_it(house, sign_in, page):
    emptied(house, sign_in)
    assign(house.person("ines"), "sector_manager", house.place("Secteur Glycines"))
    officer = sign_in("ines")
    assert "Établir" not in officer.get(page).content.decode()
    assert officer.post(page, {"issue": "1"}).status_code == 404
    assert sign_in("paul").post(page, {"issue": "1"}).status_code == 302
