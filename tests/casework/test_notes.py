"""A note is one sentence about a tenant, where a coded fact is not sufficient.

Every way to write a note must screen the sentence and require a last day. A refused sentence must not be stored.
"""

import io
import logging

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connections
from django.db.models import F, Value
from django.db.models.functions import Concat

from access.compartments import Compartment
from casework.models import AccountNote
from casework.screening_results import pieces, without
from privacy.screened import Clean, Refused
from screening import screen
from tests.builders import OWNER, events, paris_day, run, write_note
from tests.database.test_policies import as_role
from tests.form_values import typed

AT_A = "Calme-Glycines A"
LAWFUL = "Rappelle le 5 pour fixer la date du second versement."
# The word CANARY occurs in no other test data, so a search for it finds every place where a test sentence was stored.
# BAD is a sentence that the screening refuses. It contains the word CANARY, so that any copy of it can be found.
CANARY = "zyxqwanary"
BAD = f"Est sous chimiothérapie depuis mars, {CANARY} paiera le 20."
NOTE_FORM = {"code": "payment_difficulty", "reason": "sequence", "save": "1"}


def page(landlord, rest: str = "") -> str:
    return f"/comptes/{landlord.account(AT_A).reference}/notes/{rest}"


def note_form(text: str, **more: str) -> dict[str, str]:
    return {**NOTE_FORM, "text": text, "ends_on": typed(90), **more}


def write(landlord, text: str = LAWFUL, days: int = 0, ends: int = 90) -> AccountNote:
    return write_note(landlord.account(AT_A), text, days, ends)


# --- Everyday use ----------------------------------------------------------------------------------------------------


def test_only_an_officer_writes_a_note(landlord, sign_in):
    client = sign_in("elise")
    form = client.get(page(landlord)).content.decode()
    assert "Le locataire peut lire cette phrase." in form and typed(365)[:5] in form
    assert client.post(page(landlord), note_form(LAWFUL)).status_code == 302
    assert LAWFUL in client.get(f"/comptes/{landlord.account(AT_A).reference}/").content.decode()
    [event] = events(kind="note_written")
    assert event["facts"].keys() == {"fact", "reason", "until"} and event["about"] == landlord.account(AT_A).pk
    for name in ("awa", "georges", "helene"):
        assert sign_in(name).post(page(landlord), note_form(LAWFUL)).status_code == 403
    assert sign_in("fatou").get(page(landlord)).status_code == 404


def test_refused_sentence_is_explained_with_alternatives(landlord, sign_in):
    client = sign_in("elise")
    answer = client.post(page(landlord), note_form(BAD))
    html = answer.content.decode()
    assert answer.status_code == 200 and "La phrase n’est pas enregistrée" in html
    assert "<mark>" in html and "chimiothérapie" in html and "RGPD" in html
    assert f"{CANARY} paiera le 20.</textarea>" in html
    assert f"/comptes/{landlord.account(AT_A).reference}/faits/equipment_need/" in html
    span = html.split('name="remove" value="')[1].split('"')[0]
    cut = client.post(page(landlord), note_form(BAD, remove=span)).content.decode()
    assert "chimio" not in cut and f"{CANARY} paiera le 20." in cut and "Rien à supprimer." in cut
    assert not AccountNote.objects.using(OWNER).exists()
    [event] = events(kind="sentence_refused")
    assert (event["facts"], event["count"], event["outcome"]) == ({"categories": "health"}, 1, "shown")


def test_names_of_the_household_pass_the_screening(landlord, sign_in):
    run("UPDATE tenants_tenant SET last_name = 'Alzheimer' WHERE last_name = %s", AT_A)
    account = landlord.account("Alzheimer")
    named = note_form("Mme Alzheimer rappelle le 5.")
    assert sign_in("elise").post(f"/comptes/{account.reference}/notes/", named).status_code == 302


def test_sentence_is_screened_while_typed_and_not_stored(landlord, sign_in):
    client = sign_in("elise")
    answer = client.post(page(landlord, "relire/"), {"text": BAD}, headers={"HX-Request": "true"})
    assert answer["HX-Loge"] == "fragment" and "<mark>" in answer.content.decode()
    assert "<html" not in answer.content.decode() and not events(kind="sentence_refused")
    clean = client.post(page(landlord, "relire/"), {"text": LAWFUL}).content.decode()
    assert "<mark>" not in clean and "Rien à supprimer." in clean


def test_note_ends_within_a_year_and_is_replaced_or_withdrawn(landlord, sign_in):
    client = sign_in("elise")
    for days in (-1, 400):
        assert client.post(page(landlord), {**note_form(LAWFUL), "ends_on": typed(days)}).status_code == 200
    assert client.post(page(landlord), {**note_form(LAWFUL), "ends_on": ""}).status_code == 200
    assert client.post(page(landlord), note_form("x" * 281)).status_code == 200
    old = write(landlord)
    assert LAWFUL in client.get(f"{page(landlord)}?remplace={old.pk}").content.decode()
    assert client.post(page(landlord), note_form("Rappelle le 6.", replaces=str(old.pk))).status_code == 302
    [new] = AccountNote.objects.using(OWNER).filter(withdrawn_on=None)
    assert (new.text, new.replaces) == ("Rappelle le 6.", old.pk)
    assert client.post(page(landlord), {"end": str(new.pk)}).status_code == 302
    assert client.post(page(landlord), {"end": str(new.pk)}).status_code == 404
    assert [len(events(kind=kind)) for kind in ("note_replaced", "note_withdrawn")] == [1, 1]
    with pytest.raises(IntegrityError):
        run("UPDATE casework_accountnote SET text = 'autre' WHERE id = %s", new.pk)


def test_expired_note_is_deleted_and_counted(landlord):
    write(landlord, days=-40, ends=-1), write(landlord)
    call_command("expire_notes", stdout=io.StringIO())
    assert AccountNote.objects.using(OWNER).count() == 1
    assert [event["facts"] for event in events(kind="notes_expired")] == [{"notes": 1}]


# --- Every way to store a text ---------------------------------------------------------------------------------------


def write_paths(landlord):
    """Return functions that try to store a refused sentence, each by another Django method such as `bulk_create`."""
    account, rows = landlord.account(AT_A), AccountNote.objects.using(OWNER)
    shared = {"account": account, "building_id": account.building_id, "code_id": "payment_difficulty"}
    shared |= {"reason": "sequence", "written_on": paris_day(), "ends_on": paris_day(9)}
    return {
        "save": lambda: AccountNote(text=BAD, **shared).save(using=OWNER),
        "create": lambda: rows.create(text=BAD, **shared),
        "bulk_create": lambda: rows.bulk_create([AccountNote(text=BAD, **shared)]),
        "get_or_create": lambda: rows.get_or_create(text=BAD, defaults=shared),
        "update": lambda: rows.update(text=BAD),
    }


@pytest.mark.parametrize("method", ["save", "create", "bulk_create", "get_or_create", "update"])
def test_every_model_method_screens_the_text(landlord, method):
    write(landlord)
    with pytest.raises(Refused) as refusal:
        write_paths(landlord)[method]()
    assert CANARY not in str(refusal.value) + repr(refusal.value)
    assert [note.text for note in AccountNote.objects.using(OWNER).all()] == [LAWFUL]


def test_values_that_cannot_be_screened_are_refused(landlord):
    note, rows = write(landlord), AccountNote.objects.using(OWNER)
    for text in (F("reason"), Concat(Value(BAD), Value("")), Value(BAD), 12, None):
        with pytest.raises(TypeError):
            rows.update(text=text)
    note.text = BAD
    with pytest.raises((Refused, TypeError)):
        rows.bulk_update([note], ["text"])
    assert isinstance(Clean("x"), str)


def test_database_refuses_a_note_in_another_persons_name(landlord):
    account = landlord.account(AT_A)
    written = (
        "INSERT INTO casework_accountnote (id, account_id, building_id, code_id, reason, text, written_on,"
        " ends_on, written_by_id) VALUES (gen_random_uuid(), %s, %s, 'payment_difficulty', 'sequence', 'Rappelle.',"
        " loge_today(), loge_today() + 9, %s)"
    )
    elise, fatou = landlord.person("elise").pk, landlord.person("fatou").pk
    for who, signed in ((elise, fatou), (fatou, fatou)):
        with pytest.raises(Exception, match="row-level security"):
            as_role(Compartment.ACCOUNT, who, written, account.pk, account.building_id, signed)
    as_role(Compartment.ACCOUNT, elise, written, account.pk, account.building_id, elise)
    with pytest.raises(Exception, match="permission denied"):
        as_role(Compartment.HELP, landlord.person("awa").pk, "SELECT text FROM casework_accountnote")
    with pytest.raises(Exception, match="permission denied"):
        run("UPDATE casework_accountnote SET withdrawn_on = loge_today()", alias="jobs")


def test_refused_sentence_is_stored_nowhere(landlord, sign_in, caplog):
    """A refused sentence must not get into any log or table (including the tables of sessions and cache).

    The test tries to store the sentence through the pages and through each model method.
    """
    caplog.set_level(logging.DEBUG)
    client = sign_in("elise")
    for fields in (
        {"save": "1"},
        {"reading": "1"},
        {"remove": "0-9999"},
        {"remove": CANARY},
        {"save": "1", "code": CANARY},
    ):
        answer = client.post(page(landlord), {**note_form(BAD), **fields})
        assert answer.status_code == 200 and CANARY not in str(answer.headers)
    client.post(page(landlord, "relire/"), {"text": BAD}, headers={"HX-Request": "true"})
    client.post(page(landlord), {**note_form(BAD), "replaces": CANARY})
    write(landlord)
    for write_path in write_paths(landlord).values():
        with pytest.raises(Refused):
            write_path()
    assert CANARY not in caplog.text and not tables_containing()


def tables_containing(word: str = CANARY) -> list[str]:
    """Return the names of the tables that contain `word`. Sessions, audit log and cache are searched too."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = [name for (name,) in cursor.fetchall()]
    assert len(tables) > 40
    return [name for name in tables if run(f"SELECT 1 FROM {name} t WHERE t::text ILIKE %s LIMIT 1", f"%{word}%")]


def test_search_for_the_canary_can_find_it(landlord):
    write(landlord, f"Rappelle {CANARY}.")
    assert tables_containing() == ["casework_accountnote"]


# --- Highlighted words -----------------------------------------------------------------------------------------------


def test_removing_words_also_removes_their_punctuation():
    text = "Rappelée le 23, est malade, paiera le 5."
    start = text.index("est malade")
    assert without(text, f"{start}-{start + 10}") == "Rappelée le 23 paiera le 5."
    assert without("Est malade.", "0-10") == "."
    assert without(text, "9-3") == without(text, "x") == without(text, "0-999") == text


def test_highlighted_pieces_join_to_the_whole_sentence():
    findings = screen(BAD)
    cut = pieces(BAD, findings)
    assert "".join(piece.text for piece in cut) == BAD
    assert [piece.text for piece in cut if piece.number] == [finding.text for finding in findings]
