"""A refusal contested: sealed, read by two offices alone, decided by two people, gone in thirty days."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError

from access.compartments import Compartment
from tenants.models import AccountNote, AllowedWording, ContestedSentence
from tenants.models.contest import answer_by
from tests.builders import OWNER, events, run, seal_sentence
from tests.database.test_locks import as_role
from tests.known import typed
from tests.tenants.test_notes import AT_A, BAD, CANARY, SAID, in_the_database, page, said


def contested(house, sign_in) -> ContestedSentence:
    """As an officer does it: the refusal first, then the button beside it."""
    officer = sign_in("elise")
    assert "Contester ce refus" in officer.post(page(house), said(BAD)).content.decode()
    text = {**SAID, "text": BAD, "ends_on": typed(90), "contest": "1"}
    text.pop("save")
    assert officer.post(page(house), text).status_code == 302
    return ContestedSentence.objects.using(OWNER).get()


def at(contest, rest: str = "") -> str:
    return f"/contestations/{rest}{contest.pk}/"


def test_a_contested_sentence_is_sealed_and_read_by_the_steward_and_the_dpo_alone(house, sign_in):
    contest = contested(house, sign_in)
    assert contest.sentence.reveal() == BAD and not in_the_database()
    for name in ("paul", "ines"):
        assert CANARY in sign_in(name).get(at(contest)).content.decode()
        assert CANARY not in sign_in(name).get("/contestations/").content.decode()
    own = sign_in("elise").get(page(house)).content.decode()
    assert "réponse avant le" in own and CANARY not in own
    manager = sign_in("georges")
    shown = [manager.get(at(contest, "a-decider/")), manager.get("/contestations/a-decider/")]
    assert all(answer.status_code == 200 and CANARY not in answer.content.decode() for answer in shown)
    for name in ("georges", "elise", "awa", "jules"):
        assert sign_in(name).get(at(contest)).status_code == 403
    assert CANARY not in str(events()) and len(events(kind="sealed_read")) == 2
    assert [event["facts"]["contest"] for event in events(kind="refusal_contested")] == [str(contest.pk)]


def test_two_people_let_a_sentence_pass_once_and_it_becomes_its_writers_note(house, sign_in):
    contest = contested(house, sign_in)
    steward, manager = sign_in("paul"), sign_in("georges")
    assert manager.post(at(contest, "a-decider/")).status_code == 200
    assert steward.post(at(contest), {"enter": "1"}).status_code == 200
    assert steward.post(at(contest), {"outcome": "allow_once"}).status_code == 302
    assert manager.post(at(contest, "a-decider/")).status_code == 302
    assert manager.post(at(contest, "a-decider/")).status_code == 200
    assert steward.post(at(contest), {"enter": "1"}).status_code == 302
    told = sign_in("ines").get("/trace/").content.decode().replace("\u202f", " ")
    assert "Refus jugés à tort" in told and "1, 100 %" in told
    [note] = AccountNote.objects.using(OWNER).all()
    assert (note.text, note.written_by) == (BAD, house.person("elise"))
    contest.refresh_from_db(using=OWNER)
    assert contest.sentence is None and "Effacée." in steward.get(at(contest)).content.decode()
    assert BAD in sign_in("elise").get(f"/comptes/{house.account(AT_A).reference}/").content.decode()


def test_a_wording_let_pass_is_no_disclosure_from_then_on(house, sign_in):
    contest = contested(house, sign_in)
    steward = sign_in("paul")
    assert steward.post(at(contest), {"outcome": "allow_wording"}).status_code == 200
    proposed = {"outcome": "allow_wording", "wording": "sous chimiothérapie"}
    assert steward.post(at(contest), proposed).status_code == 302
    assert sign_in("georges").post(at(contest, "a-decider/")).status_code == 302
    contest.refresh_from_db(using=OWNER)
    assert contest.sentence is None and AllowedWording.objects.using(OWNER).get().text == "sous chimiothérapie"
    assert sign_in("elise").post(page(house), said(BAD)).status_code == 302


@pytest.mark.parametrize("outcome", ["erased", ""])
def test_what_is_erased_or_suspended_goes(house, sign_in, outcome):
    contest = contested(house, sign_in)
    if outcome:
        assert sign_in("paul").post(at(contest), {"outcome": outcome}).status_code == 302
        assert sign_in("georges").post(at(contest, "a-decider/")).status_code == 302
        contest.refresh_from_db(using=OWNER)
        assert contest.sentence is None
    else:
        assert sign_in("paul").post(at(contest), {"suspend": "1"}).status_code == 404
        assert sign_in("ines").post(at(contest), {"outcome": "allow_once"}).status_code == 404
        assert sign_in("ines").post(at(contest), {"suspend": "1"}).status_code == 302
        assert sign_in("paul").post(at(contest), {"outcome": "allow_once"}).status_code == 200
    assert not AccountNote.objects.using(OWNER).exists()


def test_thirty_days_end_it_whatever_was_decided(house):
    elise, account = house.person("elise"), house.account(AT_A)
    seal_sentence(account, elise, asked=-30), seal_sentence(account, elise, asked=-29)
    with pytest.raises(IntegrityError):
        run("DELETE FROM tenants_contestedsentence")
    call_command("expire_notes", stdout=io.StringIO())
    assert ContestedSentence.objects.using(OWNER).count() == 1
    assert [event["facts"] for event in events(kind="contests_expired")] == [{"contests": 1}]


def test_the_database_keeps_the_words_from_the_manager_and_the_decision_for_two(house):
    contest = seal_sentence(house.account(AT_A), house.person("elise"))
    paul, georges, ines = (house.person(name).pk for name in ("paul", "georges", "ines"))
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.CONTESTS, georges, "SELECT sentence FROM tenants_contestedsentence")
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.ACCOUNT, house.person("elise").pk, "SELECT sentence FROM tenants_contestedsentence")
    propose = "UPDATE tenants_contestedsentence SET proposal = 'erased', proposed_by_id = %s"
    decide = "UPDATE tenants_contestedsentence SET outcome = 'erased', decided_by_id = %s, decided_on = loge_today()"
    for who, act, signed in ((ines, propose, ines), (paul, propose, georges)):
        with pytest.raises(IntegrityError):
            as_role(Compartment.SEALED, who, act, signed)
    with pytest.raises(IntegrityError):
        as_role(Compartment.CONTESTS, georges, decide, georges)
    as_role(Compartment.SEALED, paul, propose, paul)
    with pytest.raises(IntegrityError):
        as_role(Compartment.CONTESTS, georges, decide, paul)
    with pytest.raises(IntegrityError):
        as_role(Compartment.SEALED, paul, "UPDATE tenants_contestedsentence SET sentence = NULL")
    as_role(Compartment.CONTESTS, georges, decide, georges)
    contest.refresh_from_db(using=OWNER)
    assert contest.sentence is None
    assert as_role(Compartment.SEALED, house.person("elise").pk, "SELECT 1 FROM tenants_contestedsentence") == []


def test_two_working_days_are_counted_without_the_week_end():
    assert answer_by(date(2026, 11, 25)) == date(2026, 11, 27)
    assert answer_by(date(2026, 11, 26)) == date(2026, 11, 30)
    assert answer_by(date(2026, 11, 28)) == date(2026, 12, 1)
