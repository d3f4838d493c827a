"""In an emergency, an employee may open a resident's card (page with contact and requested help) without assignment.

The card stays open for 45 minutes. Managers and the DPO are notified at once, and another person reviews the access.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils import timezone

from access.compartments import Compartment
from audit.events import EMERGENCY_TRIED, Outcome
from audit.record import record_view
from tenants.models import EmergencyAccess
from tests.builders import OWNER, assign, events, open_in_emergency, paris_day, run
from tests.database.test_policies import as_role
from tests.rights.test_disclosure import back_date

URL = "/urgence/"
FAR, NEAR = "Dette-Quai 9", "Dette-Glycines A"
ASK = "SELECT * FROM tenants_open_emergency(%s, NULL, 'fire', loge_today() + 3, %s)"
HOUSEHOLDS = "SELECT name_key FROM tenants_residence"


@pytest.fixture
def awa(sign_in):
    return sign_in("awa")


def open_emergency(client, reference="", reason="water", **at):
    return client.post(URL, {"reference": reference, "reason": reason, **at})


def cards_of(lease):
    """Return the URLs of the emergency cards of all residents of a lease.

    After an emergency access is granted, its form redirects to one of these URLs.
    """
    return [f"/urgence/{pk}/" for (pk,) in run("SELECT id FROM tenants_residence WHERE lease_id = %s", lease)]


def advance_clock(**much):
    """Move the database's clock forward. The arguments are those of `timedelta`, for example `minutes=45`."""
    seconds = timedelta(**much).total_seconds()
    run(
        "CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog,"
        f" pg_temp AS $$ SELECT now() + interval '{seconds} seconds' $$"
    )


def test_emergency_opens_one_household_for_45_minutes_and_no_account(landlord, awa):
    far, near = landlord.account(FAR), landlord.account(NEAR)
    card = open_emergency(awa, far.reference.lower())["Location"]
    assert card in cards_of(far.lease_id)
    page = awa.get(card).content.decode()
    assert "Dette-Quai 9" in page and "quai de Bercy" in page and "Contact choisi" in page
    assert not re.search(r"€|solde|compte locatif", page) and far.reference not in page
    [opened] = events(kind="emergency_opened")
    assert (opened["purpose"], opened["facts"]["reason"], opened["about"]) == ("emergency", "water", far.lease_id)
    [card_event] = events(kind="card_opened")
    assert (card_event["purpose"], card_event["outcome"], card_event["place"]) == (
        "emergency",
        "shown",
        far.building_id,
    )
    # Emergency access must not open the account or the resident's ordinary page, and opens nothing for others.
    assert awa.get(f"/fiches/{landlord.residence(FAR).pk}/").status_code == 404
    assert awa.get(f"/comptes/{far.reference}/").status_code == 403
    awa_id, bruno_id = landlord.person("awa").pk, landlord.person("bruno").pk
    seen_by = {who: as_role(Compartment.EMERGENCY, who, HOUSEHOLDS) for who in (awa_id, bruno_id)}
    assert seen_by == {awa_id: [("dette quai 9 marie",), ("dette quai 9 paul",)], bruno_id: []}
    for table in ("tenants_account", "ledger_entry", "tenants_identity", "tenants_helpcode"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.EMERGENCY, awa_id, f"SELECT * FROM {table}")
    # An emergency access ends after 45 minutes, when the person opens another one, or when their assignment ends.
    other = open_emergency(awa, landlord.account("Calme-Quai 9").reference)["Location"]
    assert awa.get(card).status_code == 404 and awa.get(other).status_code == 200
    run("UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'x' WHERE person_id = %s", awa_id)
    assert awa.get(other).status_code == 403 and as_role(Compartment.EMERGENCY, awa_id, HOUSEHOLDS) == []
    run("UPDATE access_assignment SET ended_on = NULL, end_reason = '' WHERE person_id = %s", awa_id)
    assert awa.get(other).status_code == 200
    advance_clock(minutes=46)
    assert awa.get(other).status_code == 404 and as_role(Compartment.EMERGENCY, awa_id, HOUSEHOLDS) == []
    assert near.reference not in page


def test_form_links_back_to_the_open_card_without_opening_it_again(landlord, awa):
    far = landlord.account(FAR)
    assert "Revenir à la fiche" not in awa.get(URL).content.decode()
    card = open_emergency(awa, far.reference)["Location"]
    mail.outbox.clear()
    before = EmergencyAccess.objects.using(OWNER).get()
    assert f'href="{card}"' in awa.get(URL).content.decode() and awa.get(card).status_code == 200
    assert EmergencyAccess.objects.using(OWNER).get().until == before.until and not mail.outbox
    assert len(events(kind="emergency_opened")) == 1
    # The form names nobody of the household, so its event lists only the lease.
    assert [line["shown_ids"] for line in events(kind="form_shown", route="emergency")] == [[], [far.lease_id]]
    # The form must not link to the emergency card once the household is hidden or the 45 minutes are over.
    mark = "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
    run(f"{mark} VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today())", far.lease_id, far.building_id)
    assert card not in awa.get(URL).content.decode() and awa.get(card).status_code == 404
    run("DELETE FROM tenants_discreetmark")
    assert card in awa.get(URL).content.decode()
    advance_clock(minutes=46)
    assert card not in awa.get(URL).content.decode()


def test_card_opened_by_mistake_is_closed_and_still_reviewed(landlord, awa, sign_in):
    """The person who opened a card may close it before its end, which shortens the access and changes nothing else."""
    card = open_emergency(awa, landlord.account(FAR).reference)["Location"]
    page = awa.get(card).content.decode()
    assert re.findall(r'name="close" value="(\w+)"', page) == ["over", "mistake"]
    assert awa.post(URL, {"close": "nothing"}).status_code == 200 and awa.get(card).status_code == 200
    assert "La fiche est refermée" in awa.post(URL, {"close": "mistake"}, follow=True).content.decode()
    access = EmergencyAccess.objects.using(OWNER).get()
    assert awa.get(card).status_code == 404 and access.closed_early() and not access.verdict
    assert awa.post(URL, {"close": "over"}).status_code == 302
    [closed] = events(kind="emergency_closed")
    assert (closed["actor"], closed["about"], closed["place"]) == (
        access.person_id,
        access.lease_id,
        access.building_id,
    )
    assert closed["facts"] == {"emergency": str(access.pk), "reason": "mistake"}
    assert len(events(kind="card_opened", outcome="shown")) == 2
    assign(landlord.person("lea"), "sector_manager", landlord.place("Secteur Quai"))
    lea, review = sign_in("lea"), f"/urgences/{access.pk}/"
    assert "Refermée à" in lea.get(review).content.decode()
    assert lea.post(review, {"verdict": "justified"})["Location"] == f"{review}lettre/"


@pytest.mark.parametrize(
    ("name", "value"),
    [("awa", "until + interval '1 minute'"), ("awa", "opened_at - interval '1 hour'"), ("bruno", "now()")],
)
def test_database_lets_nobody_extend_a_card_or_close_anothers(landlord, awa, name, value):
    open_emergency(awa, landlord.account(FAR).reference)
    before = run("SELECT until FROM tenants_emergencyaccess")
    try:
        as_role(Compartment.EMERGENCY, landlord.person(name).pk, f"UPDATE tenants_emergencyaccess SET until = {value}")
    except DatabaseError as error:
        assert "row-level security" in str(error) or "keeps its rows" in str(error)
    assert run("SELECT until FROM tenants_emergencyaccess") == before


def test_household_is_found_by_exact_terms_and_refusals_are_identical(landlord, awa):
    far, hidden = landlord.residence(FAR), landlord.account("Calme-Quai 9")
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " VALUES (gen_random_uuid(), %s, %s, loge_today(), loge_today() + 9)",
        hidden.lease_id,
        hidden.building_id,
    )
    [(number, street)] = run("SELECT number, street FROM buildings_address WHERE building_id = %s", far.building_id)
    vacant = landlord.building("Quai 9").units.using(OWNER).get(door="22")
    at = {"address": f"{number}, {street.upper()}", "door": far.unit.door}
    refusals = set()
    for words in (
        {"reference": "ZZZZ-ZZZZ-ZZZZ"},
        {"reference": hidden.reference},
        # Emergency access to a household in the caretaker's own buildings is refused: she may open its ordinary card.
        {"reference": landlord.account(NEAR).reference},
        {**at, "door": vacant.door},
    ):
        page = open_emergency(awa, **words).content.decode()
        refusals |= set(re.findall(r"<li>(Aucun foyer[^<]*)</li>", page)) or {page}
    assert len(refusals) == 1
    assert open_emergency(awa, address=street[:4], door="1").status_code == 200
    assert EmergencyAccess.objects.using(OWNER).count() == 0
    # If the form for emergency access is empty, no household is opened and the form shows an error (status 200).
    assert open_emergency(awa).status_code == 200
    card = open_emergency(awa, **at)["Location"]
    assert card in cards_of(far.lease_id) and awa.get(card).status_code == 200
    # The database function must open no household for Paul (data steward), whose role does not allow emergency access.
    paul = landlord.person("paul")
    assert as_role(Compartment.EMERGENCY, paul.pk, ASK, landlord.account(FAR).reference, attempt_event(paul)) == []


def test_five_attempts_a_day_whether_or_not_they_succeed(landlord, sign_in):
    """An employee may try only five times per day to open a household in an emergency.

    A wrong reference counts as an attempt. An incomplete form does not.
    """
    awa, bruno, far = sign_in("awa"), sign_in("bruno"), landlord.account(FAR).reference
    for wrong in ({}, {"reason": ""}, {"address": "1, rue de Nulle-Part", "door": "1"}):
        assert open_emergency(awa, **wrong).status_code == 200
    assert not events(kind="emergency_tried")
    for number in range(4):
        assert open_emergency(awa, f"ZZZZ-ZZZZ-ZZZ{number + 2}").status_code == 200
    assert open_emergency(awa, far).status_code == 302
    missed = set(re.findall(r"<li>(Aucun foyer[^<]*)</li>", open_emergency(awa, far).content.decode()))
    assert len(missed) == 1 and "cinq essais par jour" in missed.pop()
    lines = events(kind="emergency_tried")
    who = {(line["actor"], line["outcome"], line["about"], line["purpose"]) for line in lines}
    assert len(lines) == 6 and who == {(landlord.person("awa").pk, "attempted", None, "emergency")}
    assert open_emergency(bruno, far).status_code == 302
    # The database must refuse emergency access if no audit event records an attempt by the same person.
    # The database must also refuse the seventh attempt of a person on one day.
    person = landlord.person("awa")
    denied = (uuid4(), attempt_event(landlord.person("bruno")), attempt_event(person))
    assert [as_role(Compartment.EMERGENCY, person.pk, ASK, far, line) for line in denied] == [[]] * 3
    run("ALTER TABLE audit_event DISABLE TRIGGER USER")
    back_date("emergency_tried", days=1)
    assert open_emergency(awa, far).status_code == 302
    assert EmergencyAccess.objects.using(OWNER).filter(person=person).count() == 2


def attempt_event(person):
    """Write the audit event of an attempt at emergency access, and return its id.

    The database opens no household in an emergency without this event.
    """
    return record_view(EMERGENCY_TRIED, Outcome.ATTEMPTED, by=person)


def test_concurrent_attempts_stay_within_five_and_one_stays_open(landlord, sign_in):
    clients, start = [sign_in("awa") for _ in range(8)], Barrier(8)

    def ask(client):
        try:
            start.wait(20)
            return open_emergency(client, landlord.account(FAR).reference).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(ask, clients)) == [200] * 3 + [302] * 5
    opened = EmergencyAccess.objects.using(OWNER)
    assert opened.count() == 5 and opened.filter(until__gt=timezone.now()).count() == 1


def test_managers_and_dpo_are_notified_at_once_without_names(landlord, awa, sign_in):
    quay = landlord.place("Secteur Quai")
    assign(landlord.person("lea"), "sector_manager", quay)
    open_emergency(awa, landlord.account(FAR).reference)
    [letter] = mail.outbox
    assert set(letter.recipients()) == {landlord.person("lea").email, landlord.person("ines").email}
    message = letter.subject + letter.body
    assert not [word for word in ("Awa", "Dette", "Quai", "quai", landlord.account(FAR).reference) if word in message]
    lea, ines, georges = sign_in("lea"), sign_in("ines"), sign_in("georges")
    assert "1 accès d’urgence à examiner" in lea.get("/immeubles/").content.decode()
    assert "1 accès d’urgence à examiner" in ines.get("/trace/").content.decode()
    assert "d’urgence à examiner" not in georges.get("/immeubles/").content.decode()
    watched = ines.get("/urgences/suivi/").content.decode()
    assert "Fuite ou inondation" in watched and landlord.person("awa").name not in watched and "Dette" not in watched


def test_emergency_is_reviewed_once_by_another_manager_of_the_place(landlord, sign_in):
    lease = landlord.account(NEAR).lease
    theirs = open_in_emergency(lease, landlord.person("denis"), opened=12)
    own = open_in_emergency(lease, landlord.person("georges"))
    georges, ines = sign_in("georges"), sign_in("ines")
    assert "en retard" in georges.get("/urgences/").content.decode()
    late = ines.get("/urgences/suivi/").content.decode()
    assert "attend un examen depuis plus de trois jours ouvrés" in late
    review_url = f"/urgences/{theirs.pk}/"
    assert "Denis Roux" in georges.get(review_url).content.decode()
    assert georges.post(f"/urgences/{own.pk}/", {"verdict": "justified"}).status_code == 200
    assert georges.post(review_url, {"verdict": "unjustified"}).status_code == 302
    assert georges.post(review_url, {"verdict": "justified"}).status_code == 200
    verdicts = {access.pk: access.verdict for access in EmergencyAccess.objects.using(OWNER).all()}
    assert verdicts == {theirs.pk: "unjustified", own.pk: ""}
    [event] = events(kind="emergency_reviewed", outcome="changed")
    assert event["facts"] == {"emergency": str(theirs.pk), "answer": "unjustified"}
    # The review page of an emergency access must answer 404 to the manager of another sector.
    assign(landlord.person("lea"), "sector_manager", landlord.place("Secteur Quai"))
    assert sign_in("lea").get(review_url).status_code == 404
    # Georges (sector manager) must not be able to review his own emergency access, or to change his reason for it.
    who = landlord.person("georges").pk
    mine = "UPDATE tenants_emergencyaccess SET verdict = 'justified', reviewed_by_id = %s, reviewed_on = loge_today()"
    assert as_role(Compartment.CONTESTS, who, f"{mine} WHERE id = %s RETURNING id", who, own.pk) == []
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.CONTESTS, who, "UPDATE tenants_emergencyaccess SET reason = 'fire'")


def test_household_gets_a_letter_after_the_review(landlord, sign_in):
    """After the review of an emergency access, a letter must explain the access to the household without any name.

    The letter states when and why the card was opened, by which role, and whether the reviewer found this justified.
    Once the household has moved out, the letter cannot be printed.
    """
    lease = landlord.account(NEAR).lease
    opened = open_in_emergency(lease, landlord.person("denis"))
    page, letter = f"/urgences/{opened.pk}/", f"/urgences/{opened.pk}/lettre/"
    georges = sign_in("georges")
    assert georges.get(letter).status_code == 404, "there is no letter before the review"
    assert georges.post(page, {"verdict": "unjustified"})["Location"] == letter
    body = georges.get(letter).content.decode()
    main_part = body[body.index("<main") :]
    assert "Fuite ou inondation" in main_part and "Leak or flood" in main_part and "45 minutes" in main_part
    assert "présentons nos excuses" in main_part and "we apologise" in main_part and "cnil.fr" in main_part
    assert (
        "Gardiennage" in main_part
        and "Caretaker" in main_part
        and "Injustifié" in main_part
        and "Unjustified" in main_part
    )
    assert not [name for name in ("Denis", "Roux", "Dette", "Marie", "Georges") if name in main_part]
    assert letter in georges.get(page).content.decode()
    assert [e["about"] for e in events(kind="emergency_notice_printed", outcome="shown")] == [lease.pk]
    assert {sign_in(who).get(letter).status_code for who in ("denis", "ines", "elise")} == {403}
    assign(landlord.person("lea"), "sector_manager", landlord.place("Secteur Quai"))
    assert sign_in("lea").get(letter).status_code == 404
    right = {"verdict": "justified", "reviewed_by": landlord.person("georges"), "reviewed_on": paris_day()}
    fine = open_in_emergency(lease, landlord.person("denis"), **right)
    assert "excuses" not in georges.get(f"/urgences/{fine.pk}/lettre/").content.decode()
    run("UPDATE tenants_residence SET moved_out = loge_today() - 1 WHERE lease_id = %s", lease.pk)
    gone = georges.get(letter).content.decode()
    assert "n’envoyez pas la lettre" in gone and "Fuite" not in gone and "data-print" not in gone


def test_emergency_access_is_deleted_after_a_year(landlord):
    lease = landlord.account(NEAR).lease
    old, young = (open_in_emergency(lease, landlord.person("denis"), opened=days) for days in (370, 300))
    call_command("expire_notes")
    assert [access.pk for access in EmergencyAccess.objects.using(OWNER).all()] == [young.pk] != [old.pk]
    assert events(kind="emergencies_expired")[0]["facts"] == {"emergencies": 1}
