"""An employee may contest that the screening refused a sentence.

The contested sentence must be stored encrypted and be readable for two roles only. Two people must decide together. A
contest is deleted after thirty days.
"""

import io
import re
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError

from access.compartments import Compartment
from backoffice.management.commands.expire_notes import STEPS
from casework.models import AccountNote, AllowedWording, ContestedSentence
from casework.models.contest import answer_by
from formats.working_days import public_holidays
from tests.builders import OWNER, assign, events, paris_day, run, seal_sentence, stand_wall
from tests.casework.test_facts import text_of
from tests.casework.test_notes import AT_A, BAD, CANARY, NOTE_FORM, note_form, page, tables_containing
from tests.database.test_policies import as_role
from tests.form_values import typed


def contested(landlord, sign_in) -> ContestedSentence:
    """As an officer, enter a sentence that the screening refuses, and contest the refusal. Returns the contest."""
    officer = sign_in("elise")
    assert "Contester ce refus" in officer.post(page(landlord), note_form(BAD)).content.decode()
    text = {**NOTE_FORM, "text": BAD, "ends_on": typed(90), "contest": "1"}
    text.pop("save")
    assert officer.post(page(landlord), text).status_code == 302
    return ContestedSentence.objects.using(OWNER).get()


@pytest.mark.parametrize("days", [-1, 400, 40_000])
def test_contest_rejects_a_last_day_that_a_note_may_not_have(landlord, sign_in, days):
    """A refused sentence cannot be contested if it was entered with a last day more than twelve months away.

    After a successful contest, the sentence becomes a note, and every note must end within twelve months.
    """
    text = {**NOTE_FORM, "text": BAD, "ends_on": typed(days), "contest": "1"}
    text.pop("save")
    answer = sign_in("elise").post(page(landlord), text)
    assert answer.status_code == 200 and "dans les douze mois" in answer.content.decode()
    assert not ContestedSentence.objects.using(OWNER).exists()


def test_author_reads_where_the_answer_will_appear(landlord, sign_in):
    contest = contested(landlord, sign_in)
    officer = sign_in("elise")
    text = {**NOTE_FORM, "text": BAD, "ends_on": typed(90), "contest": "1"}
    text.pop("save")
    body = officer.post(page(landlord), text, follow=True).content.decode()
    messages, section = body.split('role="status">')[1], body.split('aria-labelledby="contestes"')[1]
    assert "La réponse paraîtra" in messages.split("</div>")[0]
    assert f'href="{page(landlord)}#contestes"' in section and "à traiter" in section
    assert sign_in("paul").post(contest_url(contest), {"outcome": "erased"}).status_code == 302
    assert answer(sign_in("georges"), contest).status_code == 302
    assert "effacé" in officer.get(page(landlord)).content.decode().split('aria-labelledby="contestes"')[1]


ANSWERS = "Réponses à vos refus contestés"


def decide(landlord, sign_in) -> ContestedSentence:
    """Contest a refusal as an officer, and decide on it. The officer has not opened the answer yet."""
    contest = contested(landlord, sign_in)
    assert ANSWERS not in sign_in("elise").get("/a-faire/").content.decode()
    assert sign_in("paul").post(contest_url(contest), {"outcome": "erased"}).status_code == 302
    assert answer(sign_in("georges"), contest).status_code == 302
    return contest


def test_author_is_led_to_an_answer_until_it_is_opened(landlord, sign_in):
    decide(landlord, sign_in)
    officer, colleague, link = sign_in("elise"), sign_in("fatou"), f'href="{page(landlord)}#contestes"'
    tasks, day = officer.get("/a-faire/").content.decode(), officer.get("/journee/").content.decode()
    assert ANSWERS in tasks and ANSWERS in day and link in day
    assert "effacé" not in tasks + day and BAD not in tasks + day
    for client in (colleague, sign_in("georges")):
        assert ANSWERS not in client.get("/a-faire/").content.decode()
    assert "effacé" in officer.get(page(landlord)).content.decode().split('aria-labelledby="contestes"')[1]
    tasks, day = officer.get("/a-faire/").content.decode(), officer.get("/journee/").content.decode()
    assert ANSWERS not in tasks + day and link not in day


@pytest.mark.parametrize("loss", ["assignment", "conflict"])
def test_answer_is_not_announced_without_reach_of_the_account(landlord, sign_in, loss):
    decide(landlord, sign_in)
    officer, elise = sign_in("elise"), landlord.person("elise")
    assert ANSWERS in officer.get("/a-faire/").content.decode()
    if loss == "conflict":
        stand_wall(landlord.account(AT_A).lease, elise)
    else:
        ended = "UPDATE access_assignment SET ended_on = loge_today(), end_reason = 'error' WHERE person_id = %s"
        run(ended, str(elise.pk))
        assign(elise, "officer", landlord.place("Agence Bercy"))
    for url in ("/a-faire/", "/journee/"):
        body = officer.get(url)
        assert body.status_code == 200 and ANSWERS not in body.content.decode()


def contest_url(contest, rest: str = "") -> str:
    return f"/contestations/{rest}{contest.pk}/"


def answer(manager, contest, button: str = "agree"):
    """As a manager, agree to the proposed outcome of a contest, or return it to the data steward.

    The form repeats the proposal that the page shows, so that the manager cannot agree to a proposal that has changed
    meanwhile.
    """
    page = contest_url(contest, "a-decider/")
    match = re.search(r'name="proposal" value="([^"]*)"', manager.get(page).content.decode())
    return manager.post(page, {button: "1", "proposal": match[1] if match else ""})


def test_only_steward_and_dpo_read_a_contested_sentence(landlord, sign_in):
    contest = contested(landlord, sign_in)
    assert contest.sentence.reveal() == BAD and not tables_containing()
    for name in ("paul", "ines"):
        assert CANARY in sign_in(name).get(contest_url(contest)).content.decode()
        assert CANARY not in sign_in(name).get("/contestations/").content.decode()
    own = sign_in("elise").get(page(landlord)).content.decode()
    assert "réponse due le" in own and CANARY not in own
    manager = sign_in("georges")
    pages = [manager.get(contest_url(contest, "a-decider/")), manager.get("/contestations/a-decider/")]
    assert all(answer.status_code == 200 and CANARY not in answer.content.decode() for answer in pages)
    for name in ("georges", "elise", "awa", "jules"):
        assert sign_in(name).get(contest_url(contest)).status_code == 403
    assert CANARY not in str(events()) and len(events(kind="sealed_read")) == 2
    assert [event["facts"]["contest"] for event in events(kind="refusal_contested")] == [str(contest.pk)]


def test_sentence_allowed_once_by_two_becomes_its_authors_note(landlord, sign_in):
    contest = contested(landlord, sign_in)
    steward, manager = sign_in("paul"), sign_in("georges")
    assert answer(manager, contest).status_code == 200
    assert steward.post(contest_url(contest), {"enter": "1"}).status_code == 200
    assert steward.post(contest_url(contest), {"outcome": "allow_once"}).status_code == 302
    assert answer(manager, contest).status_code == 302
    assert answer(manager, contest).status_code == 200
    assert steward.post(contest_url(contest), {"enter": "1"}).status_code == 302
    page_text = sign_in("ines").get("/trace/").content.decode().replace("\u202f", " ")
    assert (
        "Part des refus jugés injustifiés" in page_text
        and "100 %" in page_text.split("Part des refus jugés injustifiés")[1][:60]
    )
    [note] = AccountNote.objects.using(OWNER).all()
    assert (note.text, note.written_by) == (BAD, landlord.person("elise"))
    contest.refresh_from_db(using=OWNER)
    assert contest.sentence is None and "Effacée." in steward.get(contest_url(contest)).content.decode()
    assert BAD in sign_in("elise").get(f"/comptes/{landlord.account(AT_A).reference}/").content.decode()


def test_allowed_wording_passes_the_screening_afterwards(landlord, sign_in):
    contest = contested(landlord, sign_in)
    steward = sign_in("paul")
    assert steward.post(contest_url(contest), {"outcome": "allow_wording"}).status_code == 200
    proposed = {"outcome": "allow_wording", "wording": "sous chimiothérapie"}
    assert steward.post(contest_url(contest), proposed).status_code == 302
    assert answer(sign_in("georges"), contest).status_code == 302
    contest.refresh_from_db(using=OWNER)
    assert contest.sentence is None and AllowedWording.objects.using(OWNER).get().text == "sous chimiothérapie"
    assert sign_in("elise").post(page(landlord), note_form(BAD)).status_code == 302


@pytest.mark.parametrize("outcome", ["erased", ""])
def test_erased_or_suspended_contest_makes_no_note(landlord, sign_in, outcome):
    contest = contested(landlord, sign_in)
    if outcome:
        assert sign_in("paul").post(contest_url(contest), {"outcome": outcome}).status_code == 302
        assert answer(sign_in("georges"), contest).status_code == 302
        contest.refresh_from_db(using=OWNER)
        assert contest.sentence is None
    else:
        assert sign_in("paul").post(contest_url(contest), {"suspend": "1"}).status_code == 404
        assert sign_in("ines").post(contest_url(contest), {"outcome": "allow_once"}).status_code == 404
        assert sign_in("ines").post(contest_url(contest), {"suspend": "1"}).status_code == 302
        assert sign_in("paul").post(contest_url(contest), {"outcome": "allow_once"}).status_code == 200
    assert not AccountNote.objects.using(OWNER).exists()


def test_contest_is_deleted_after_thirty_days(landlord):
    elise, account = landlord.person("elise"), landlord.account(AT_A)
    seal_sentence(account, elise, asked=-30), seal_sentence(account, elise, asked=-29)
    with pytest.raises(IntegrityError):
        run("DELETE FROM casework_contestedsentence")
    call_command("expire_notes", stdout=io.StringIO())
    assert ContestedSentence.objects.using(OWNER).count() == 1
    assert [event["facts"] for event in events(kind="contests_expired")] == [{"contests": 1}]


def test_failed_step_of_the_nightly_job_does_not_stop_the_others(landlord):
    seal_sentence(landlord.account(AT_A), landlord.person("elise"), asked=-30)
    words = [word for word, _act in STEPS]
    assert len(words) >= 10 and words.index("faits") < words.index("phrases contestées")
    run("REVOKE DELETE ON casework_cardfact FROM " + f'"{settings.INSTANCE}_jobs"')
    with pytest.raises(CommandError, match="Effacements en échec : faits\\. "):
        call_command("expire_notes", stdout=io.StringIO())
    run("GRANT DELETE ON casework_cardfact TO " + f'"{settings.INSTANCE}_jobs"')
    assert not ContestedSentence.objects.using(OWNER).exists() and len(events(kind="contests_expired")) == 1


def test_database_hides_the_sentence_from_the_manager_and_requires_two(landlord):
    contest = seal_sentence(landlord.account(AT_A), landlord.person("elise"))
    paul, georges, ines = (landlord.person(name).pk for name in ("paul", "georges", "ines"))
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.CONTESTS, georges, "SELECT sentence FROM casework_contestedsentence")
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.ACCOUNT, landlord.person("elise").pk, "SELECT sentence FROM casework_contestedsentence")
    propose = "UPDATE casework_contestedsentence SET proposal = 'erased', proposed_by_id = %s"
    decide = "UPDATE casework_contestedsentence SET outcome = 'erased', decided_by_id = %s, decided_on = loge_today()"
    for who, act, signed in ((ines, propose, ines), (paul, propose, georges)):
        with pytest.raises(IntegrityError):
            as_role(Compartment.SEALED, who, act, signed)
    with pytest.raises(IntegrityError):
        as_role(Compartment.CONTESTS, georges, decide, georges)
    as_role(Compartment.SEALED, paul, propose, paul)
    with pytest.raises(IntegrityError):
        as_role(Compartment.CONTESTS, georges, decide, paul)
    with pytest.raises(IntegrityError):
        as_role(Compartment.SEALED, paul, "UPDATE casework_contestedsentence SET sentence = NULL")
    as_role(Compartment.CONTESTS, georges, decide, georges)
    contest.refresh_from_db(using=OWNER)
    assert contest.sentence is None
    assert as_role(Compartment.SEALED, landlord.person("elise").pk, "SELECT 1 FROM casework_contestedsentence") == []


# --- The data protection officer advises ------------------------------------------------------------------------------


def test_advice_of_the_dpo_is_shown_to_those_who_propose_and_decide(landlord, sign_in):
    contest = contested(landlord, sign_in)
    ines, paul, georges = (sign_in(name) for name in ("ines", "paul", "georges"))
    page_text = text_of(ines.get(contest_url(contest)))
    assert "Donner cet avis" in page_text and "Suspendre" in page_text and "Proposer" not in page_text
    # The page about a contested refusal must mark the words that the screening refused, and give the reason.
    assert "<mark>" in page_text and "chimiothérapie" in page_text and "RGPD" in page_text
    assert ines.post(contest_url(contest), {"advise": "1", "advice": "special_category"}).status_code == 302
    # If the data protection officer advises twice on a contest, the second advice replaces the first.
    assert ines.post(contest_url(contest), {"advise": "1", "advice": "hear_writer"}).status_code == 302
    for client, where in (
        (paul, contest_url(contest)),
        (georges, contest_url(contest, "a-decider/")),
        (paul, "/contestations/"),
    ):
        others_text = text_of(client.get(where))
        assert "ntendre d’abord son auteur" in others_text and "à effacer" not in others_text
    assert "Donner cet avis" not in text_of(paul.get(contest_url(contest)))
    assert [(event["facts"]["advice"], event["actor"]) for event in events(kind="contest_advised")] == [
        ("special_category", landlord.person("ines").pk),
        ("hear_writer", landlord.person("ines").pk),
    ]
    # The steward and the manager decide a contest. They need not follow the advice of the data protection officer.
    assert paul.post(contest_url(contest), {"outcome": "erased"}).status_code == 302
    assert answer(georges, contest).status_code == 302
    late = ines.post(contest_url(contest), {"advise": "1", "advice": "hear_writer"})
    assert late.status_code == 200 and "n’attend plus d’avis" in text_of(late)


def test_advice_is_a_listed_code_and_only_the_dpo_gives_it(landlord, sign_in):
    contest = contested(landlord, sign_in)
    for word in (CANARY, "", "allow_once"):
        answer = sign_in("ines").post(contest_url(contest), {"advise": "1", "advice": word})
        assert answer.status_code == 200 and "Rien n’est encore enregistré" in text_of(answer)
    for button in ("advise", "suspend", "resume"):
        assert sign_in("paul").post(contest_url(contest), {button: "1", "advice": "say_less"}).status_code == 404
    for button in ("enter", "propose"):
        assert sign_in("ines").post(contest_url(contest), {button: "1", "outcome": "erased"}).status_code == 404
    # If no outcome is chosen, the form for a contest's outcome is shown again and nothing is stored.
    assert sign_in("paul").post(contest_url(contest), {}).status_code == 200
    contest.refresh_from_db(using=OWNER)
    assert (contest.advice, contest.proposal) == ("", "") and not tables_containing()


def test_suspended_contest_waits_until_the_dpo_resumes_it(landlord, sign_in):
    contest = contested(landlord, sign_in)
    ines, paul = sign_in("ines"), sign_in("paul")
    assert ines.post(contest_url(contest), {"resume": "1"}).status_code == 200
    assert ines.post(contest_url(contest), {"suspend": "1"}).status_code == 302
    assert ines.post(contest_url(contest), {"advise": "1", "advice": "say_less"}).status_code == 302
    halted = paul.get(contest_url(contest)).content.decode()
    assert "Suspendue" in halted and "Proposer" not in halted
    assert paul.post(contest_url(contest), {"outcome": "erased"}).status_code == 200
    assert ines.post(contest_url(contest), {"resume": "1"}).status_code == 302
    assert paul.post(contest_url(contest), {"outcome": "erased"}).status_code == 302
    assert answer(sign_in("georges"), contest).status_code == 302
    assert ines.post(contest_url(contest), {"suspend": "1"}).status_code == 200
    assert [len(events(kind=kind)) for kind in ("contest_suspended", "contest_resumed")] == [1, 1]


def test_database_allows_advice_by_the_dpo_only_and_no_decision_by_her(landlord):
    contest = seal_sentence(landlord.account(AT_A), landlord.person("elise"))
    paul, ines = (landlord.person(name).pk for name in ("paul", "ines"))
    advise = "UPDATE casework_contestedsentence SET advice = 'say_less', advised_on = loge_today(), advised_by_id = %s"
    for who, signed in ((paul, paul), (ines, paul)):
        with pytest.raises(IntegrityError):
            as_role(Compartment.SEALED, who, advise, signed)
    as_role(Compartment.SEALED, ines, advise, ines)
    # Whoever has advised on a contest may not propose its outcome, even if they also have the role of data steward.
    root = landlord.place("Office des Trois-Rives")
    assign(landlord.person("ines"), "data_steward", root)
    with pytest.raises(IntegrityError):
        as_role(
            Compartment.SEALED,
            ines,
            "UPDATE casework_contestedsentence SET proposal = 'erased', proposed_by_id = %s",
            ines,
        )
    contest.refresh_from_db(using=OWNER)
    assert (contest.advice, contest.proposal) == ("say_less", "")


def test_manager_can_send_a_proposal_back(landlord, sign_in):
    contest = contested(landlord, sign_in)
    paul, georges = sign_in("paul"), sign_in("georges")
    back = contest_url(contest, "a-decider/")
    # The manager cannot return a contest to the data steward before the data steward has proposed an outcome.
    assert answer(georges, contest, "back").status_code == 200
    wording = {"outcome": "allow_wording", "wording": "sous chimiothérapie"}
    assert paul.post(contest_url(contest), wording).status_code == 302
    assert "Renvoyer la proposition" in text_of(georges.get(back))
    assert answer(georges, contest, "back").status_code == 302
    contest.refresh_from_db(using=OWNER)
    assert (contest.proposal, contest.wording, contest.proposed_by, contest.outcome) == ("", "", None, "")
    assert not AllowedWording.objects.using(OWNER).exists() and contest.sentence.reveal() == BAD
    assert [event["facts"]["answer"] for event in events(kind="contest_sent_back")] == ["allow_wording"]
    assert paul.post(contest_url(contest), {"outcome": "erased"}).status_code == 302
    assert answer(georges, contest).status_code == 302
    # Once a contest is decided, the manager cannot return the proposed outcome to the data steward.
    assert answer(georges, contest, "back").status_code == 200


def test_manager_cannot_agree_to_a_proposal_changed_since_the_page(landlord, sign_in):
    contest = contested(landlord, sign_in)
    paul, georges, where = sign_in("paul"), sign_in("georges"), contest_url(contest, "a-decider/")
    assert paul.post(contest_url(contest), {"outcome": "erased"}).status_code == 302
    assert 'name="proposal" value="erased:"' in georges.get(where).content.decode()
    for later in ({"outcome": "allow_wording", "wording": "sous chimiothérapie"}, {"outcome": "allow_once"}):
        assert paul.post(contest_url(contest), later).status_code == 302
        for button in ("agree", "back"):
            response = georges.post(where, {button: "1", "proposal": "erased:"})
            assert response.status_code == 200 and "La proposition a changé" in text_of(response)
    assert georges.post(where).status_code == 200
    contest.refresh_from_db(using=OWNER)
    assert (contest.proposal, contest.outcome) == ("allow_once", "")
    assert not AllowedWording.objects.using(OWNER).exists()
    assert answer(georges, contest).status_code == 302


def test_decision_that_fails_shows_the_error_and_changes_nothing(landlord, sign_in):
    wording = {"outcome": "allow_wording", "wording": "sous chimiothérapie"}
    contest = contested(landlord, sign_in)
    paul, georges = landlord.person("paul"), landlord.person("georges")
    admitted = {"text": wording["wording"], "proposed_by": paul, "allowed_by": georges, "allowed_on": paris_day()}
    AllowedWording.objects.using(OWNER).create(**admitted)
    assert sign_in("paul").post(contest_url(contest), wording).status_code == 302
    response = answer(sign_in("georges"), contest)
    assert response.status_code == 200 and "Cette formulation est déjà admise" in text_of(response)
    assert "Renvoyer la proposition" in text_of(response) and "Décision" not in text_of(response)


def test_database_lets_a_manager_send_back_but_not_propose(landlord):
    paul, georges = landlord.person("paul"), landlord.person("georges").pk
    contest = seal_sentence(landlord.account(AT_A), landlord.person("elise"), proposal="erased", proposed_by=paul)
    change = "UPDATE casework_contestedsentence SET proposal = %s, proposed_by_id = %s"
    for proposal, signed in (("allow_once", georges), ("allow_once", paul.pk), ("", paul.pk), ("allow_once", None)):
        with pytest.raises(IntegrityError):
            as_role(Compartment.CONTESTS, georges, change, proposal, signed)
    as_role(Compartment.CONTESTS, georges, change, "", None)
    contest.refresh_from_db(using=OWNER)
    assert contest.proposal == ""


# --- In two working days ----------------------------------------------------------------------------------------------


def test_late_contest_is_announced_on_the_first_page_of_those_who_answer(landlord, sign_in):
    elise = landlord.person("elise")
    seal_sentence(landlord.account(AT_A), elise, asked=-10)
    for name, where in (("paul", "/"), ("georges", "/"), ("ines", "/"), ("ines", "/registre/textes/")):
        page_text = text_of(sign_in(name).get(where, follow=True))
        assert "1 refus contesté attend une réponse depuis plus de deux jours ouvrés" in page_text, (name, where)
    for name in ("awa", "elise", "fatou", "jules"):
        assert "refus contesté attend" not in text_of(sign_in(name).get("/", follow=True)), name
    for name, where in (("paul", "/contestations/"), ("georges", "/contestations/a-decider/")):
        assert "en retard" in text_of(sign_in(name).get(where))
    # A late contest at another place than the manager's must not be mentioned on the manager's start page.
    move = "UPDATE access_assignment SET place_id = %s WHERE person_id = %s"
    run(move, landlord.place("Secteur Quai").pk, landlord.person("georges").pk)
    assert "refus contesté attend" not in text_of(sign_in("georges").get("/immeubles/"))


def test_decided_suspended_or_recent_contest_is_not_late(landlord, sign_in):
    elise, paul, georges = (landlord.person(name) for name in ("elise", "paul", "georges"))
    account, day = landlord.account(AT_A), paris_day()
    seal_sentence(account, elise)
    seal_sentence(account, elise, asked=-10, suspended_on=day, suspended_by=landlord.person("ines"))
    decided = {"proposal": "erased", "proposed_by": paul, "outcome": "erased", "decided_on": day}
    seal_sentence(account, elise, asked=-10, **decided, decided_by=georges)
    page_text = text_of(sign_in("georges").get("/immeubles/"))
    assert "attend une réponse depuis" not in page_text and "aucune décision à prendre pour le moment" in page_text
    listed = text_of(sign_in("paul").get("/contestations/"))
    assert "1 en attente" in listed and "en retard" not in listed
    # In the list of contests, contests without a decision must come first.
    assert listed.index("à traiter") < listed.index("suspendu") < listed.index("effacé</span>")


def test_author_of_a_refused_sentence_is_offered_facts_instead(landlord, sign_in):
    client = sign_in("elise")
    offered = f"/fiches/{landlord.residence(AT_A).pk}/faits/call_first/"
    assert offered in text_of(client.post(page(landlord), note_form(BAD)))
    assert offered not in text_of(client.get(page(landlord)))
    contested(landlord, sign_in)
    page_text = text_of(client.get(page(landlord)))
    # An officer may not record the fact "visit in pairs". The page offers no link and states which role may record it.
    assert offered in page_text and "/faits/visit_in_pairs/" not in page_text
    assert "Pour des visites à deux, adressez-vous au responsable de secteur" in page_text
    assert client.get(offered).status_code == 200


def test_two_working_days_skip_weekends_and_public_holidays():
    assert answer_by(date(2026, 11, 25)) == date(2026, 11, 27)
    assert answer_by(date(2026, 11, 26)) == date(2026, 11, 30)
    assert answer_by(date(2026, 11, 28)) == date(2026, 12, 1)
    # Two working days after Friday 3 April 2026 is Wednesday 8 April: the weekend and Easter Monday do not count.
    assert answer_by(date(2026, 4, 3)) == date(2026, 4, 8)
    # Two working days after Tuesday 12 May 2026 is Friday 15 May: Ascension Day (14 May) does not count.
    assert answer_by(date(2026, 5, 12)) == date(2026, 5, 15)
    # Two working days after Thursday 24 December 2026 is Tuesday 29 December: Christmas and the weekend do not count.
    assert answer_by(date(2026, 12, 24)) == date(2026, 12, 29)
    # Two working days after Thursday 31 December 2026 is Tuesday 5 January: 1 January and the weekend do not count.
    assert answer_by(date(2026, 12, 31)) == date(2027, 1, 5)
    assert answer_by(date(2027, 7, 13)) == date(2027, 7, 16)
    assert len(public_holidays(2026)) == 11 and date(2026, 5, 25) in public_holidays(2026)


# --- As the database role, without the page, by people whose role does not allow it -----------------------------------


def test_only_the_steward_writes_the_note_and_clears_the_sentence(landlord):
    paul, georges, ines, elise = (landlord.person(name) for name in ("paul", "georges", "ines", "elise"))
    decision = {"proposal": "allow_once", "proposed_by": paul, "outcome": "allow_once", "decided_by": georges}
    contest = seal_sentence(landlord.account(AT_A), elise, **decision, decided_on=paris_day())
    entered = (
        "INSERT INTO casework_accountnote"
        " (id, account_id, building_id, code_id, reason, text, written_on, ends_on, written_by_id)"
        " VALUES (gen_random_uuid(), %s, %s, %s, %s, 'Rappelle.', loge_today(), %s, %s)"
    )
    row_values = (contest.account_id, contest.building_id, contest.code_id, contest.reason, contest.ends_on, elise.pk)
    longer = (*row_values[:4], contest.ends_on + timedelta(days=1), elise.pk)
    for who, row in ((ines, row_values), (georges, row_values), (paul, longer)):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.SEALED, who.pk, entered, *row)
    gone = "UPDATE casework_contestedsentence SET sentence = NULL"
    with pytest.raises(IntegrityError):
        as_role(Compartment.SEALED, ines.pk, gone)
    as_role(Compartment.SEALED, paul.pk, entered, *row_values)
    as_role(Compartment.SEALED, paul.pk, gone)


def test_only_the_exact_wording_proposed_by_another_is_allowed(landlord):
    paul, georges, elise = (landlord.person(name) for name in ("paul", "georges", "elise"))
    allow = (
        "INSERT INTO casework_allowedwording (id, text, proposed_by_id, allowed_by_id, allowed_on)"
        " VALUES (gen_random_uuid(), %s, %s, %s, loge_today())"
    )
    proposal = {"proposal": "allow_wording", "wording": "rue de l’Ivresse", "proposed_by": paul}
    alone = ((georges, "ivrogne"), (elise, "rue de l’Ivresse"))
    for who, text in ((georges, "rue de l’Ivresse"), *alone):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.CONTESTS, who.pk, allow, text, paul.pk, who.pk)
    seal_sentence(landlord.account(AT_A), elise, **proposal)
    for who, text in alone:
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.CONTESTS, who.pk, allow, text, paul.pk, who.pk)
    as_role(Compartment.CONTESTS, georges.pk, allow, "rue de l’Ivresse", paul.pk, georges.pk)
