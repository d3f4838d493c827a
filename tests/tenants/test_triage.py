"""Sorting what an older system left: read by three offices and traced, erased by one, kept by two, and counted."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError
from django.test import Client
from django.utils.translation import override

from access.compartments import Compartment
from tenants.models import AccountFact, AccountNote, DiscreetMark, Inheritance, InheritedLine
from tenants.triage import KINDS
from tests.builders import OWNER, assign, events, paris_day, run, seal_inherited
from tests.database.test_locks import as_role
from tests.entering import let_in
from tests.tenants.test_notes import AT_A, CANARY, in_the_database

LIST = "/anciens-commentaires/"
SAID = f"Est sous chimiothérapie, {CANARY} paiera le 20."
TOWER = "Calme-Tour basse"


def at(line) -> str:
    return f"{LIST}{line.pk}/"


@pytest.fixture
def line(house):
    return seal_inherited(house.account(AT_A), SAID)


def counts() -> dict[str, int]:
    names = ("imported", "noted", "waiting", "replaced", "erased", "kept")
    assert run("SELECT tenants_inheritance_reconciles(id) FROM tenants_inheritance") == [(True,)]
    return {name: value for name, value in Inheritance.objects.using(OWNER).values(*names).get().items() if value}


# --- Who reads -------------------------------------------------------------------------------------------------------


def test_three_offices_read_a_line_and_each_reading_is_traced(house, sign_in, line):
    for name in ("paul", "georges", "ines"):
        shown = sign_in(name).get(at(line)).content.decode()
        assert CANARY in shown and "<mark>" in shown and "Santé" in shown and "Calme" not in shown
        assert ("Effacer" in shown) == (name != "ines")
    read = events(kind="inherited_read", outcome="shown")
    assert [one["role"] for one in read] == ["data_steward", "sector_manager", "dpo"]
    assert {one["about"] for one in read} == {line.account_id} and CANARY not in str(events())


def test_the_list_shows_counts_and_no_word(house, sign_in, line):
    seal_inherited(house.account(AT_A), "Alcoolique.", "addiction"), seal_inherited(house.account(TOWER), SAID)
    for name in ("paul", "ines"):
        shown = sign_in(name).get(LIST).content.decode()
        assert CANARY not in shown and "Agence Belleville" in shown
        assert "2 à trier" in shown and "1 à trier" in shown and "0 ligne triée sur 3" in shown
    own = sign_in("georges").get(LIST).content.decode()
    assert "2 à trier" not in own and own.count("1 à trier") == 2


def test_each_kind_of_line_has_its_english_name():
    with override("en"):
        names = [str(name) for name in KINDS.values()]
    assert names.index("origin") == list(KINDS).index("origin") and len(set(names)) == len(names) == 11


def test_nobody_else_opens_it_and_a_manager_elsewhere_finds_nothing(house, sign_in, line):
    for name in ("awa", "elise", "helene", "jules", "paola", "noel"):
        assert sign_in(name).get(at(line)).status_code == sign_in(name).get(LIST).status_code == 403
    away = seal_inherited(house.account(TOWER), SAID)
    assert sign_in("georges").get(at(away)).status_code == 404 and sign_in("georges").post(at(away)).status_code == 404
    assert sign_in("paul").get(at(away)).status_code == 200
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.ACCOUNT, house.person("elise").pk, "SELECT sentence FROM tenants_inheritedline")
    assert as_role(Compartment.TRIAGE, house.person("elise").pk, "SELECT 1 FROM tenants_inheritedline") == []
    assert len(as_role(Compartment.TRIAGE, house.person("georges").pk, "SELECT 1 FROM tenants_inheritedline")) == 1


def test_a_line_asks_who_one_is_once_more(house, sign_in, line):
    assert sign_in("paul").get(at(line)).status_code == 200
    steward = let_in(Client(), house.person("paul"), ago=3600)
    answer = steward.get(at(line))
    assert answer.status_code == 302 and CANARY not in answer.content.decode()
    assert steward.post(at(line), {"erase": "1"}).status_code == 302 and counts()["waiting"] == 1


def test_a_discreet_households_lines_are_no_managers(house, sign_in, line):
    """Its card and account are out of a manager's sight, and so is what was once written of it."""
    where = {"lease_id": house.account(AT_A).lease_id, "building_id": line.building_id}
    DiscreetMark.objects.using(OWNER).create(first_day=paris_day(-3), last_day=paris_day(90), **where)
    manager, steward = sign_in("georges"), sign_in("paul")
    assert manager.get(at(line)).status_code == manager.post(at(line), {"erase": "1"}).status_code == 404
    assert "à trier" not in manager.get(LIST).content.decode()
    georges, keep = house.person("georges").pk, "UPDATE tenants_inheritedline SET ground = 'legal_claim' RETURNING 1"
    assert as_role(Compartment.TRIAGE, georges, "SELECT 1 FROM tenants_inheritedline") == []
    assert as_role(Compartment.TRIAGE, georges, keep) == []
    assert CANARY in steward.get(at(line)).content.decode() and "1 à trier" in steward.get(LIST).content.decode()
    run("UPDATE tenants_discreetmark SET first_day = first_day - 100, last_day = last_day - 100")
    assert CANARY in manager.get(at(line)).content.decode()


# --- What becomes of a line ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["paul", "georges"])
def test_one_erases_and_nothing_is_left_but_a_number(house, sign_in, line, name):
    assert sign_in(name).post(at(line), {"erase": "1"})["Location"] == LIST
    assert not InheritedLine.objects.using(OWNER).exists() and counts() == {"imported": 1, "erased": 1}
    assert sign_in(name).get(at(line)).status_code == 404
    [event] = events(kind="inherited_decided")
    assert event["facts"] == {"inheritance": str(line.inheritance_id), "answer": "erased"}
    assert run("SELECT category, outcome, ground, lines FROM tenants_inheritancetally") == [("health", "erased", "", 1)]
    assert line.account_id.hex not in str(run("SELECT * FROM tenants_inheritancetally"))


def test_a_fact_takes_its_place_and_its_officer_reads_it(house, sign_in, line):
    steward = sign_in("paul")
    shown = steward.get(at(line)).content.decode()
    assert "?fait=equipment_need" in shown
    form = steward.get(f"{at(line)}?fait=appointment_outcome").content.decode()
    assert 'name="appointment_outcome"' in form and "03/02/2011" in form
    wrong = steward.post(at(line), {"replace": "1", "fact": "appointment_outcome", "date": "hier"})
    assert wrong.status_code == 200 and counts() == {"imported": 1, "waiting": 1}
    said = {"replace": "1", "fact": "appointment_outcome", "appointment_outcome": choice(form), "date": "03/02/2011"}
    assert steward.post(at(line), said).status_code == 302
    fact = AccountFact.objects.using(OWNER).get(pk=line.pk)
    assert (fact.written_by, fact.account_id) == (house.person("paul"), line.account_id)
    assert counts() == {"imported": 1, "replaced": 1}
    assert "Rendez-vous du 3" in sign_in("elise").get(f"/comptes/{house.account(AT_A).reference}/").content.decode()


def choice(form: str) -> str:
    found = re.search(r'name="appointment_outcome" value="(\w+)"', form)
    assert found
    return found[1]


@pytest.mark.parametrize(("first", "second"), [("paul", "georges"), ("georges", "paul")])
def test_two_offices_keep_it_whoever_asked_first(house, sign_in, line, first, second):
    keep = {"keep": "1", "ground": "legal_claim"}
    assert sign_in(second).post(at(line), {"agree": "1"}).status_code == 200
    assert sign_in(first).post(at(line), {"keep": "1"}).status_code == 200
    assert sign_in(first).post(at(line), keep).status_code == 302
    assert sign_in(first).post(at(line), {"agree": "1"}).status_code == 200
    assert counts() == {"imported": 1, "waiting": 1} and not AccountNote.objects.using(OWNER).exists()
    told = sign_in(second).get(at(line)).content.decode()
    assert "constater, exercer ou défendre" in told and "Conserver aussi" in told
    assert sign_in(second).post(at(line), {"agree": "1"}).status_code == 302
    note = AccountNote.objects.using(OWNER).get(pk=line.pk)
    assert (note.text, note.reason, note.first_written_on) == (SAID, "inherited", line.first_written_on)
    assert timedelta(days=300) < note.ends_on - note.written_on <= timedelta(days=366)
    assert counts() == {"imported": 1, "kept": 1}
    assert [one["facts"]["ground"] for one in events(kind="inherited_decided")] == ["legal_claim"]
    assert in_the_database() == ["tenants_accountnote"]


def test_neither_one_office_twice_nor_one_person_of_both_keeps_it(house, sign_in, line):
    """A second manager of the same place is the same office; who holds both offices is one person."""
    assign(house.person("bruno"), "sector_manager", house.place("Secteur Glycines"))
    assert sign_in("georges").post(at(line), {"keep": "1", "ground": "legal_claim"}).status_code == 302
    assert sign_in("bruno").post(at(line), {"agree": "1"}).status_code == 200
    assign(house.person("georges"), "data_steward", house.place("Office des Trois-Rives"))
    assert sign_in("georges").post(at(line), {"agree": "1"}).status_code == 200
    assert counts() == {"imported": 1, "waiting": 1} and not AccountNote.objects.using(OWNER).exists()
    assert sign_in("paul").post(at(line), {"erase": "1"}).status_code == 302
    assert counts() == {"imported": 1, "erased": 1}


def test_the_ground_that_one_proposed_is_the_ground_the_other_agrees_to(house, sign_in, line):
    """A page that was open since before brings no other ground in between, and a refused proposal leaves none."""
    assert sign_in("paul").post(at(line), {"keep": "1", "ground": "legal_claim"}).status_code == 302
    again = sign_in("georges").post(at(line), {"keep": "1", "ground": "explicit_consent"}).content.decode()
    assert "a déjà proposé de conserver" in again and "constater, exercer ou défendre" in again
    line.refresh_from_db(using=OWNER)
    assert (line.ground, line.proposed_by) == ("legal_claim", house.person("paul"))


def test_what_is_too_long_for_a_note_is_not_kept(house, sign_in):
    line = seal_inherited(house.account(AT_A), "Rappelle le 5. " * 30, "long")
    steward = sign_in("paul")
    assert "Conserver, à deux" not in steward.get(at(line)).content.decode()
    told = steward.post(at(line), {"keep": "1", "ground": "legal_claim"})
    assert told.status_code == 200 and "Trop longue pour une note" in told.content.decode()
    assert counts() == {"imported": 1, "waiting": 1}


def test_the_officer_who_watches_decides_nothing(house, sign_in, line):
    for said in ({"erase": "1"}, {"keep": "1", "ground": "legal_claim"}, {"agree": "1"}, {}):
        assert sign_in("ines").post(at(line), said).status_code == 404
    assert sign_in("paul").post(at(line), {}).status_code == 404
    assert sign_in("paul").post(at(line), {"replace": "1", "fact": "contact_correction"}).status_code == 404
    assert counts() == {"imported": 1, "waiting": 1}


# --- One after another -----------------------------------------------------------------------------------------------


def test_the_next_of_the_same_group_comes_by_itself(house, sign_in):
    lines = [seal_inherited(house.account(AT_A), f"Est malade {n}.") for n in range(3)]
    other = seal_inherited(house.account(AT_A), "Alcoolique.", "addiction")
    steward = sign_in("paul")
    assert "1 sur 3" in steward.get(at(lines[0])).content.decode()
    assert steward.post(at(lines[0]), {"erase": "1"})["Location"] == at(lines[1])
    shown = steward.get(at(lines[1])).content.decode()
    assert "2 sur 3" in shown and at(lines[2]) in shown
    assert steward.post(at(lines[2]), {"keep": "1", "ground": "explicit_consent"})["Location"] == at(lines[1])
    assert steward.post(at(lines[1]), {"erase": "1"})["Location"] == LIST
    told = steward.get(LIST).content.decode()
    assert "1 proposée par vous" in told and at(other) in told
    assert "attend un second accord" in sign_in("georges").get(LIST).content.decode()


# --- What the database holds to --------------------------------------------------------------------------------------


def test_the_database_asks_the_person_and_not_the_page(house, line):
    paul, georges, ines = (house.person(name).pk for name in ("paul", "georges", "ines"))
    erase = "UPDATE tenants_inheritedline SET outcome = 'erased', decided_by_id = %s"
    keep = "UPDATE tenants_inheritedline SET ground = 'legal_claim', proposed_by_id = %s"
    for who, act, signed in ((ines, erase, ines), (paul, erase, georges), (ines, keep, ines), (paul, keep, georges)):
        with pytest.raises(IntegrityError):
            as_role(Compartment.TRIAGE, who, act, signed)
    as_role(Compartment.TRIAGE, paul, keep, paul)
    agree = "UPDATE tenants_inheritedline SET outcome = 'kept', decided_by_id = %s"
    for who in (paul, georges):  # neither alone, nor the second before the note is there
        with pytest.raises(IntegrityError):
            as_role(Compartment.TRIAGE, who, agree, who)
    for column in ("sentence = ''", "category = 'origin'", "ends_on = ends_on + 1"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.TRIAGE, paul, f"UPDATE tenants_inheritedline SET {column}")
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.TRIAGE, paul, "DELETE FROM tenants_inheritedline")
    assert counts() == {"imported": 1, "waiting": 1}


def test_a_note_or_a_fact_comes_in_under_the_key_of_its_line_alone(house, line):
    paul = house.person("paul").pk
    noted = (
        "INSERT INTO tenants_accountnote (id, account_id, building_id, code_id, reason, text, written_on, ends_on)"
        " VALUES (%s, %s, %s, 'old_comment', 'inherited', 'Rappelle.', loge_today(), loge_today() + 9)"
    )
    said = (
        "INSERT INTO tenants_accountfact"
        " (id, account_id, building_id, code_id, fields, written_on, ends_on, written_by_id)"
        " VALUES (%s, %s, %s, 'reminder_hold', '{\"until\": \"2026-12-01\"}', loge_today(), loge_today() + 9, %s)"
    )
    for statement, more in ((noted, ()), (said, (paul,))):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.TRIAGE, paul, statement, uuid4(), line.account_id, line.building_id, *more)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.TRIAGE, paul, noted, line.pk, line.account_id, line.building_id)


def test_who_reads_without_sorting_writes_nothing_and_a_second_of_the_same_office_no_note(house, line):
    """The officer who watches, and another manager of the place, under the very role of those who sort."""
    said = (
        "INSERT INTO tenants_accountfact"
        " (id, account_id, building_id, code_id, fields, written_on, ends_on, written_by_id)"
        " VALUES (%s, %s, %s, 'reminder_hold', '{\"until\": \"2026-12-01\"}', loge_today(), loge_today() + 9, %s)"
    )
    noted = (
        "INSERT INTO tenants_accountnote (id, account_id, building_id, code_id, reason, text, written_on, ends_on)"
        " VALUES (%s, %s, %s, 'old_comment', 'inherited', 'Rappelle.', loge_today(), loge_today() + 9)"
    )
    assign(house.person("bruno"), "sector_manager", house.place("Secteur Glycines"))
    georges, bruno, ines = (house.person(name).pk for name in ("georges", "bruno", "ines"))
    keep = "UPDATE tenants_inheritedline SET ground = 'legal_claim', proposed_by_id = %s"
    as_role(Compartment.TRIAGE, georges, keep, georges)
    row = (line.pk, line.account_id, line.building_id)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.TRIAGE, ines, said, *row, ines)
    for who in (ines, bruno, georges):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.TRIAGE, who, noted, *row)
    as_role(Compartment.TRIAGE, house.person("paul").pk, noted, *row)
