"""Legacy comments were imported from an older system and wait in a queue until somebody erases or keeps them.

Three roles may read them. Each reading is recorded, and every decision is counted. One person may erase a comment
alone. Keeping a comment needs two people in two roles.
"""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError
from django.test import Client
from django.utils.translation import override

from access.compartments import Compartment
from casework.actions.legacy_comments import erase_lines
from casework.legacy_comment_queue import KINDS
from casework.models import AccountFact, AccountNote, LegacyComment, LegacyCommentFile
from tenants.models import DiscreetMark
from tests.access.acting import acting
from tests.builders import OWNER, assign, events, paris_day, run, seal_legacy_comment
from tests.casework.test_notes import AT_A, CANARY, tables_containing
from tests.database.test_policies import as_role
from tests.sign_in import let_in

LIST = "/anciens-commentaires/"
SENTENCE = f"Est sous chimiothérapie, {CANARY} paiera le 20."
TOWER = "Calme-Tour basse"


def comment_url(comment) -> str:
    return f"{LIST}{comment.pk}/"


@pytest.fixture
def comment(landlord):
    return seal_legacy_comment(landlord.account(AT_A), SENTENCE)


def tally() -> dict[str, int]:
    names = ("imported", "noted", "waiting", "replaced", "erased", "retained")
    assert run("SELECT casework_comment_counts_agree(id) FROM casework_legacycommentfile") == [(True,)]
    return {name: value for name, value in LegacyCommentFile.objects.using(OWNER).values(*names).get().items() if value}


# --- Who reads a comment ---------------------------------------------------------------------------------------------


def test_three_roles_read_a_comment_and_each_view_is_recorded(landlord, sign_in, comment):
    for name in ("paul", "georges", "ines"):
        html = sign_in(name).get(comment_url(comment)).content.decode()
        assert CANARY in html and "<mark>" in html and "Santé" in html and "Calme" not in html
        assert ("Effacer" in html) == (name != "ines")
    views = events(kind="inherited_read", outcome="shown")
    assert [event["role"] for event in views] == ["data_steward", "sector_manager", "dpo"]
    assert {event["about"] for event in views} == {comment.account_id} and CANARY not in str(events())


def test_list_shows_counts_and_no_comment_text(landlord, sign_in, comment):
    (
        seal_legacy_comment(landlord.account(AT_A), "Alcoolique.", "addiction"),
        seal_legacy_comment(landlord.account(TOWER), SENTENCE),
    )
    for name in ("paul", "ines"):
        html = sign_in(name).get(LIST).content.decode()
        assert CANARY not in html and "Agence Belleville" in html
        assert "2 à trier" in html and "1 à trier" in html and "0 ligne triée sur 3" in html
    own = sign_in("georges").get(LIST).content.decode()
    assert "2 à trier" not in own and own.count("1 à trier") == 2


def test_each_category_has_its_english_name():
    with override("en"):
        names = [str(name) for name in KINDS.values()]
    assert names.index("origin") == list(KINDS).index("origin") and len(set(names)) == len(names) == 14


def test_comments_are_hidden_from_other_roles_and_other_managers(landlord, sign_in, comment):
    for name in ("awa", "elise", "helene", "jules", "paola", "noel"):
        assert sign_in(name).get(comment_url(comment)).status_code == sign_in(name).get(LIST).status_code == 403
    away = seal_legacy_comment(landlord.account(TOWER), SENTENCE)
    assert (
        sign_in("georges").get(comment_url(away)).status_code == 404
        and sign_in("georges").post(comment_url(away)).status_code == 404
    )
    assert sign_in("paul").get(comment_url(away)).status_code == 200
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.ACCOUNT, landlord.person("elise").pk, "SELECT sentence FROM casework_legacycomment")
    assert as_role(Compartment.TRIAGE, landlord.person("elise").pk, "SELECT 1 FROM casework_legacycomment") == []
    assert len(as_role(Compartment.TRIAGE, landlord.person("georges").pk, "SELECT 1 FROM casework_legacycomment")) == 1


def test_comment_requires_a_recent_sign_in(landlord, sign_in, comment):
    assert sign_in("paul").get(comment_url(comment)).status_code == 200
    steward = let_in(Client(), landlord.person("paul"), ago=3600)
    answer = steward.get(comment_url(comment))
    assert answer.status_code == 302 and CANARY not in answer.content.decode()
    assert steward.post(comment_url(comment), {"erase": "1"}).status_code == 302 and tally()["waiting"] == 1


def test_comments_on_a_discreet_household_are_hidden_from_managers(landlord, sign_in, comment):
    """A manager must not see legacy comments about a household under a discreet mark.

    The mark hides the household from employees, so its resident card and account are hidden too.
    """
    where = {"lease_id": landlord.account(AT_A).lease_id, "building_id": comment.building_id}
    DiscreetMark.objects.using(OWNER).create(first_day=paris_day(-3), last_day=paris_day(90), **where)
    manager, steward = sign_in("georges"), sign_in("paul")
    assert (
        manager.get(comment_url(comment)).status_code
        == manager.post(comment_url(comment), {"erase": "1"}).status_code
        == 404
    )
    assert "Aucune ligne à trier" in manager.get(LIST).content.decode()
    georges, keep = (
        landlord.person("georges").pk,
        "UPDATE casework_legacycomment SET ground = 'legal_claim' RETURNING 1",
    )
    assert as_role(Compartment.TRIAGE, georges, "SELECT 1 FROM casework_legacycomment") == []
    assert as_role(Compartment.TRIAGE, georges, keep) == []
    assert (
        CANARY in steward.get(comment_url(comment)).content.decode()
        and "1 à trier" in steward.get(LIST).content.decode()
    )
    run("UPDATE tenants_discreetmark SET first_day = first_day - 100, last_day = last_day - 100")
    assert CANARY in manager.get(comment_url(comment)).content.decode()


# --- Outcomes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["paul", "georges"])
def test_one_person_erases_a_comment_and_only_a_count_remains(landlord, sign_in, comment, name):
    assert sign_in(name).post(comment_url(comment), {"erase": "1"})["Location"] == LIST
    assert not LegacyComment.objects.using(OWNER).exists() and tally() == {"imported": 1, "erased": 1}
    assert sign_in(name).get(comment_url(comment)).status_code == 404
    [event] = events(kind="inherited_decided")
    assert event["facts"] == {"inheritance": str(comment.file_id), "answer": "erased"}
    assert run("SELECT category, outcome, ground, lines FROM casework_legacycommenttally") == [
        ("health", "erased", "", 1)
    ]
    assert comment.account_id.hex not in str(run("SELECT * FROM casework_legacycommenttally"))


def test_comment_is_replaced_by_a_fact_shown_to_the_officer(landlord, sign_in, comment):
    steward = sign_in("paul")
    html = steward.get(comment_url(comment)).content.decode()
    assert "?fait=equipment_need" in html
    form = steward.get(f"{comment_url(comment)}?fait=appointment_outcome").content.decode()
    assert 'name="appointment_outcome"' in form and "03/02/2011" in form
    wrong = steward.post(comment_url(comment), {"replace": "1", "fact": "appointment_outcome", "date": "hier"})
    assert wrong.status_code == 200 and tally() == {"imported": 1, "waiting": 1}
    fact_form = {
        "replace": "1",
        "fact": "appointment_outcome",
        "appointment_outcome": first_choice(form),
        "date": "03/02/2011",
    }
    assert steward.post(comment_url(comment), fact_form).status_code == 302
    fact = AccountFact.objects.using(OWNER).get(pk=comment.pk)
    assert (fact.written_by, fact.account_id) == (landlord.person("paul"), comment.account_id)
    assert tally() == {"imported": 1, "replaced": 1}
    assert "Rendez-vous du 3" in sign_in("elise").get(f"/comptes/{landlord.account(AT_A).reference}/").content.decode()


def first_choice(form: str) -> str:
    match = re.search(r'name="appointment_outcome" value="(\w+)"', form)
    assert match
    return match[1]


@pytest.mark.parametrize(("first", "second"), [("paul", "georges"), ("georges", "paul")])
def test_two_roles_keep_a_comment_in_either_order(landlord, sign_in, comment, first, second):
    keep = {"keep": "1", "ground": "legal_claim"}
    assert sign_in(second).post(comment_url(comment), {"agree": "1"}).status_code == 200
    assert sign_in(first).post(comment_url(comment), {"keep": "1"}).status_code == 200
    assert sign_in(first).post(comment_url(comment), keep).status_code == 302
    assert sign_in(first).post(comment_url(comment), {"agree": "1"}).status_code == 200
    assert tally() == {"imported": 1, "waiting": 1} and not AccountNote.objects.using(OWNER).exists()
    html = sign_in(second).get(comment_url(comment)).content.decode()
    assert "constater, exercer ou défendre" in html and "Approuver la conservation" in html
    assert sign_in(second).post(comment_url(comment), {"agree": "1"}).status_code == 302
    note = AccountNote.objects.using(OWNER).get(pk=comment.pk)
    assert (note.text, note.reason, note.first_written_on) == (SENTENCE, "inherited", comment.first_written_on)
    assert timedelta(days=300) < note.ends_on - note.written_on <= timedelta(days=366)
    assert tally() == {"imported": 1, "retained": 1}
    assert [event["facts"]["ground"] for event in events(kind="inherited_decided")] == ["legal_claim"]
    assert tables_containing() == ["casework_accountnote"]


def test_neither_one_role_twice_nor_one_person_with_both_keeps_a_comment(landlord, sign_in, comment):
    """Two people in two roles must agree to keep a comment.

    After a manager's proposal, neither another manager may agree nor the same manager after getting a second role.
    """
    assign(landlord.person("bruno"), "sector_manager", landlord.place("Secteur Glycines"))
    assert sign_in("georges").post(comment_url(comment), {"keep": "1", "ground": "legal_claim"}).status_code == 302
    assert sign_in("bruno").post(comment_url(comment), {"agree": "1"}).status_code == 200
    assign(landlord.person("georges"), "data_steward", landlord.place("Office des Trois-Rives"))
    assert sign_in("georges").post(comment_url(comment), {"agree": "1"}).status_code == 200
    assert tally() == {"imported": 1, "waiting": 1} and not AccountNote.objects.using(OWNER).exists()
    assert sign_in("paul").post(comment_url(comment), {"erase": "1"}).status_code == 302
    assert tally() == {"imported": 1, "erased": 1}


def test_second_proposal_cannot_change_the_ground(landlord, sign_in, comment):
    assert sign_in("paul").post(comment_url(comment), {"keep": "1", "ground": "legal_claim"}).status_code == 302
    again = sign_in("georges").post(comment_url(comment), {"keep": "1", "ground": "explicit_consent"}).content.decode()
    assert "a déjà été proposée" in again and "constater, exercer ou défendre" in again
    comment.refresh_from_db(using=OWNER)
    assert (comment.ground, comment.proposed_by) == ("legal_claim", landlord.person("paul"))


def test_comment_too_long_for_a_note_cannot_be_kept(landlord, sign_in):
    comment = seal_legacy_comment(landlord.account(AT_A), "Rappelle le 5. " * 30, "long")
    steward = sign_in("paul")
    assert "Conserver, avec un second accord" not in steward.get(comment_url(comment)).content.decode()
    response = steward.post(comment_url(comment), {"keep": "1", "ground": "legal_claim"})
    assert response.status_code == 200 and "trop long pour une note" in response.content.decode()
    assert tally() == {"imported": 1, "waiting": 1}


def test_dpo_cannot_decide_on_a_comment(landlord, sign_in, comment):
    for form in ({"erase": "1"}, {"keep": "1", "ground": "legal_claim"}, {"agree": "1"}, {}):
        assert sign_in("ines").post(comment_url(comment), form).status_code == 404
    assert sign_in("paul").post(comment_url(comment), {}).status_code == 404
    assert sign_in("paul").post(comment_url(comment), {"replace": "1", "fact": "contact_correction"}).status_code == 404
    assert tally() == {"imported": 1, "waiting": 1}


# --- Sequence --------------------------------------------------------------------------------------------------------


def test_next_comment_of_the_same_category_follows(landlord, sign_in):
    lines = [seal_legacy_comment(landlord.account(AT_A), f"Est malade {n}.") for n in range(3)]
    other = seal_legacy_comment(landlord.account(AT_A), "Alcoolique.", "addiction")
    steward = sign_in("paul")
    assert "1 sur 3" in steward.get(comment_url(lines[0])).content.decode()
    assert steward.post(comment_url(lines[0]), {"erase": "1"})["Location"] == comment_url(lines[1])
    html = steward.get(comment_url(lines[1])).content.decode()
    assert "2 sur 3" in html and comment_url(lines[2]) in html
    assert steward.post(comment_url(lines[2]), {"keep": "1", "ground": "explicit_consent"})["Location"] == comment_url(
        lines[1]
    )
    assert steward.post(comment_url(lines[1]), {"erase": "1"})["Location"] == LIST
    list_html = steward.get(LIST).content.decode()
    assert "1 proposée par vous" in list_html and comment_url(other) in list_html
    assert "attend un second accord" in sign_in("georges").get(LIST).content.decode()


# --- All comments of a category --------------------------------------------------------------------------------------


def test_all_comments_of_a_category_are_erased_unread(landlord, sign_in):
    lines = [seal_legacy_comment(landlord.account(AT_A), f"Est malade {CANARY}.") for _ in range(3)]
    proposed = seal_legacy_comment(landlord.account(AT_A), SENTENCE)
    other = seal_legacy_comment(landlord.account(AT_A), "Alcoolique.", "addiction")
    away = seal_legacy_comment(landlord.account(TOWER), SENTENCE)
    sign_in("paul").post(comment_url(proposed), {"keep": "1", "ground": "explicit_consent"})
    georges, url = sign_in("georges"), f"{comment_url(lines[1])}tout-effacer/"
    page = georges.get(url).content.decode()
    assert "3 lignes seront effacées" in page and CANARY not in page
    wrong = georges.post(url, {"count": "4"}).content.decode()
    assert "Le nombre de lignes a changé" in wrong and 'value="3"' in wrong
    assert georges.post(url, {"count": "3"})["Location"] == LIST
    left = set(LegacyComment.objects.using(OWNER).values_list("pk", flat=True))
    assert left == {proposed.pk, other.pk, away.pk}
    erased = events(kind="inherited_decided")
    assert [event["facts"]["answer"] for event in erased] == ["erased"] * 3
    assert not events(kind="inherited_read", outcome="shown")


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        ("outcome = 'erased', decided_by_id", "n’attend plus de décision"),
        ("ground = 'legal_claim', proposed_by_id", "a déjà été proposée"),
    ],
)
def test_category_in_which_somebody_decides_meanwhile_is_not_erased(landlord, decision, sentence):
    last = [seal_legacy_comment(landlord.account(AT_A), SENTENCE) for _ in range(2)][-1]
    paul, georges = landlord.person("paul"), landlord.person("georges")
    georges._state.db = "default"
    with acting(georges, Compartment.TRIAGE):
        lines = list(LegacyComment.objects.order_by("file_id", "line"))
    sql = f"UPDATE casework_legacycomment SET {decision} = %s WHERE id = %s"
    as_role(Compartment.TRIAGE, paul.pk, sql, paul.pk, last.pk)
    with acting(georges, Compartment.TRIAGE), pytest.raises(ValidationError, match=sentence):
        erase_lines(by=georges, lines=lines)
    assert LegacyComment.objects.using(OWNER).filter(pk=lines[0].pk).exists()
    assert not events(kind="inherited_decided")


def test_only_people_who_decide_erase_a_category(landlord, sign_in, comment):
    seal_legacy_comment(landlord.account(AT_A), SENTENCE)
    url = f"{comment_url(comment)}tout-effacer/"
    assert "tout-effacer" in sign_in("georges").get(comment_url(comment)).content.decode()
    assert "tout-effacer" not in sign_in("ines").get(comment_url(comment)).content.decode()
    for name in ("ines", "elise", "awa"):
        assert sign_in(name).post(url, {"count": "2"}).status_code == 403
    assert LegacyComment.objects.using(OWNER).count() == 2


# --- As the database role --------------------------------------------------------------------------------------------


def test_database_checks_who_proposes_and_decides(landlord, comment):
    paul, georges, ines = (landlord.person(name).pk for name in ("paul", "georges", "ines"))
    erase = "UPDATE casework_legacycomment SET outcome = 'erased', decided_by_id = %s"
    keep = "UPDATE casework_legacycomment SET ground = 'legal_claim', proposed_by_id = %s"
    for who, act, signed in ((ines, erase, ines), (paul, erase, georges), (ines, keep, ines), (paul, keep, georges)):
        with pytest.raises(IntegrityError):
            as_role(Compartment.TRIAGE, who, act, signed)
    as_role(Compartment.TRIAGE, paul, keep, paul)
    agree = "UPDATE casework_legacycomment SET outcome = 'kept', decided_by_id = %s"
    # Paul (data steward) must not agree to his own proposal. Georges (manager) may agree only after a note is stored.
    for who in (paul, georges):
        with pytest.raises(IntegrityError):
            as_role(Compartment.TRIAGE, who, agree, who)
    for column in ("sentence = ''", "category = 'origin'", "ends_on = ends_on + 1"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.TRIAGE, paul, f"UPDATE casework_legacycomment SET {column}")
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.TRIAGE, paul, "DELETE FROM casework_legacycomment")
    assert tally() == {"imported": 1, "waiting": 1}


def test_database_requires_the_key_of_the_comment_for_a_note_or_fact(landlord, comment):
    paul = landlord.person("paul").pk
    insert_note = (
        "INSERT INTO casework_accountnote (id, account_id, building_id, code_id, reason, text, written_on, ends_on)"
        " VALUES (%s, %s, %s, 'old_comment', 'inherited', 'Rappelle.', loge_today(), loge_today() + 9)"
    )
    insert_fact = (
        "INSERT INTO casework_accountfact"
        " (id, account_id, building_id, code_id, fields, written_on, ends_on, written_by_id)"
        " VALUES (%s, %s, %s, 'reminder_hold', '{\"until\": \"2026-12-01\"}', loge_today(), loge_today() + 9, %s)"
    )
    for statement, more in ((insert_note, ()), (insert_fact, (paul,))):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.TRIAGE, paul, statement, uuid4(), comment.account_id, comment.building_id, *more)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.TRIAGE, paul, insert_note, comment.pk, comment.account_id, comment.building_id)


def test_database_refuses_facts_by_the_dpo_and_notes_within_one_role(landlord, comment):
    """Keeping a legacy comment means to write it again as a note or a fact, which not everybody may do.

    The data protection officer may write neither. If a manager has proposed to keep the comment, no manager may write
    the note, because two people with different roles must agree.
    """
    insert_fact = (
        "INSERT INTO casework_accountfact"
        " (id, account_id, building_id, code_id, fields, written_on, ends_on, written_by_id)"
        " VALUES (%s, %s, %s, 'reminder_hold', '{\"until\": \"2026-12-01\"}', loge_today(), loge_today() + 9, %s)"
    )
    insert_note = (
        "INSERT INTO casework_accountnote (id, account_id, building_id, code_id, reason, text, written_on, ends_on)"
        " VALUES (%s, %s, %s, 'old_comment', 'inherited', 'Rappelle.', loge_today(), loge_today() + 9)"
    )
    assign(landlord.person("bruno"), "sector_manager", landlord.place("Secteur Glycines"))
    georges, bruno, ines = (landlord.person(name).pk for name in ("georges", "bruno", "ines"))
    keep = "UPDATE casework_legacycomment SET ground = 'legal_claim', proposed_by_id = %s"
    as_role(Compartment.TRIAGE, georges, keep, georges)
    row = (comment.pk, comment.account_id, comment.building_id)
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.TRIAGE, ines, insert_fact, *row, ines)
    for who in (ines, bruno, georges):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.TRIAGE, who, insert_note, *row)
    as_role(Compartment.TRIAGE, landlord.person("paul").pk, insert_note, *row)
