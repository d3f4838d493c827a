"""Contact attempts (calls to tenants): after an attempt, the account leaves today's list until a given day.

The person who recorded an attempt may undo it on the same day. Other roles must learn nothing about it.
"""

import io
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections
from django.test.utils import CaptureQueriesContext

from access.compartments import Compartment as C
from casework.models import ContactAttempt
from formats.working_days import working_days_after
from tests.builders import OWNER, events, guarantee, note, paris_day, post, record_attempt, run
from tests.clock import stand_after_midnight
from tests.database.test_policies import as_role
from tests.ledger.test_exports import cells

LATE, LIST = "Dette-Glycines A", "/comptes/a-contacter/"


@pytest.fixture
def late(landlord):
    return landlord.account(LATE)


@pytest.fixture
def elise(landlord, sign_in):
    return sign_in("elise")


def record(client, account, outcome: str = "no_answer", **typed: str):
    form = {"outcome": outcome, "key": str(uuid4()), **typed}
    return client.post(f"/comptes/{account.reference}/contact/", form)


def take_back(client, account, pk):
    return client.post(f"/comptes/{account.reference}/contact/", {"annuler": str(pk)}, follow=True)


def attempts() -> list[ContactAttempt]:
    return list(ContactAttempt.objects.using(OWNER).order_by("made_at"))


def listed(client) -> list[str]:
    """Return the references in the list of accounts to contact, in order."""
    body = client.get(LIST).content.decode()
    return re.findall(r'<td role="cell" class="name"><a href="/comptes/([^/]+)/', body)


def typed_day(days: int) -> str:
    return f"{paris_day(days):%d/%m/%Y}"


# --- The list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "typed", "back"),
    [
        ("reached", None, lambda day: day + timedelta(days=7)),
        ("adviser_offered", None, lambda day: day + timedelta(days=7)),
        ("no_answer", None, lambda day: working_days_after(day, 1)),
        ("call_back", 3, lambda day: day + timedelta(days=3)),
        ("appointment", 92, lambda day: day + timedelta(days=92)),
    ],
)
def test_account_leaves_the_list_and_comes_back_on_its_day(landlord, elise, late, outcome, typed, back):
    day = paris_day()
    assert late.reference in listed(elise)
    answer = record(elise, late, outcome, **({"back_on": typed_day(typed)} if typed else {}))
    assert (answer.status_code, answer["Location"]) == (302, f"/comptes/{late.reference}/#appel")
    [attempt] = attempts()
    assert (attempt.outcome, attempt.made_on, attempt.back_on) == (outcome, day, back(day))
    assert late.reference not in listed(elise) and len(listed(elise)) == 3
    assert late.reference not in elise.get("/journee/").content.decode()
    assert "1 compte déjà contacté revient à sa date." in elise.get(LIST).content.decode()
    stand_after_midnight(back(day) - timedelta(days=1))
    assert late.reference not in run_list(landlord)
    stand_after_midnight(back(day))
    assert late.reference in run_list(landlord)


def run_list(landlord) -> list[str]:
    """Return the accounts to contact today, by the database's clock: those without a later date to call again."""
    rows = as_role(
        C.ACCOUNT,
        landlord.person("elise").pk,
        "SELECT a.reference FROM tenants_account a WHERE NOT EXISTS (SELECT FROM casework_contactattempt c"
        " WHERE c.account_id = a.id AND c.back_on > loge_today())",
    )
    return [reference for (reference,) in rows]


def test_landlord_sets_after_how_many_days_an_account_comes_back(elise, late, settings):
    settings.CONTACT_AGAIN_AFTER = 21
    record(elise, late, "reached")
    settings.CONTACT_AGAIN_AFTER = 400
    record(elise, late, "adviser_offered")
    assert [attempt.back_on for attempt in attempts()] == [paris_day(21), paris_day(92)]


def test_latest_attempt_decides_when_an_account_comes_back(landlord, elise, late):
    record_attempt(late, landlord.person("elise"), back=30)
    assert late.reference not in listed(elise)
    record_attempt(late, landlord.person("karim"), "call_back", back=0)
    assert late.reference in listed(elise)
    line = next(row for row in elise.get(LIST).content.decode().split("<tr") if late.reference in row)
    assert "à rappeler" in line and "prévu le" in line


def test_list_and_day_cost_no_query_for_each_account(landlord, sign_in, late):
    elise = sign_in("elise")

    def count(url: str) -> int:
        with CaptureQueriesContext(connections["default"]) as sent:
            assert elise.get(url).status_code == 200
        return len(sent)

    for url in (LIST, "/journee/"):
        few = count(url)
        for name in ("Dette-Glycines B", "Dette-Tour basse"):
            record_attempt(landlord.account(name), landlord.person("elise"), "call_back", back=0)
        record_attempt(late, landlord.person("elise"), back=20)
        assert count(url) == few, url


def test_export_has_the_order_and_the_overdue_sum_of_the_list(landlord, elise, late):
    first = landlord.account("Dette-Glycines B")
    record_attempt(late, landlord.person("elise"), "reached", back=0)
    post(first, 100_000, day=-60)
    header, *rows = cells(elise.get(f"{LIST}export/"))
    assert header[0] == "Référence" and header[4:] == [
        "Escalier", "Porte", "Dû depuis plus d’un mois", "Solde", "Dernier contact", "Résultat",
    ]  # fmt: skip
    assert [row[0] for row in rows] == listed(elise) and rows[0][0] == first.reference
    assert rows[0][6:] == ["1974,40", "2461,60", "", ""]
    [line] = [row for row in rows if row[0] == late.reference]
    assert line[6:] == ["974,40", "1461,60", f"{paris_day():%d/%m/%Y}", "locataire joint"]
    [event] = events(kind="export_taken")
    assert {first.pk, late.pk, landlord.tenant(LATE).pk} <= set(event["shown_ids"])


# --- One attempt -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"outcome": "call_back"}, "Donnez la date du rappel ou du rendez-vous."),
        ({"outcome": "call_back", "back_on": "31/02"}, "Ce jour n’existe pas"),
        ({"outcome": "appointment", "back_on": "demain"}, "Écrivez la date sous la forme"),
        ({"outcome": "appointment", "back_on": "hier"}, "Écrivez la date sous la forme"),
        ({"outcome": "reached", "back_on": "{tomorrow}"}, "Une date n’est possible que pour un rappel"),
        ({"outcome": "call_back", "back_on": "{yesterday}"}, "Ce jour est passé"),
        ({"outcome": "call_back", "back_on": "{far}"}, "Cette date est trop éloignée"),
        ({"outcome": "shouted"}, "Choisissez le résultat du contact dans la liste."),
        ({"outcome": ""}, "Choisissez le résultat du contact dans la liste."),
        ({"outcome": "reached", "key": ""}, "Le formulaire est incomplet"),
    ],
)
def test_wrong_input_is_refused_with_its_reason_and_stores_nothing(elise, late, form, sentence):
    days = {"tomorrow": typed_day(1), "yesterday": typed_day(-1), "far": typed_day(93)}
    sent = {"key": str(uuid4()), **{name: value.format(**days) for name, value in form.items()}}
    answer = elise.post(f"/comptes/{late.reference}/contact/", sent)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert "Rien n’est encore enregistré" in answer.content.decode()
    assert attempts() == [] and not events(kind="contact_recorded", outcome="changed")


def test_form_that_is_sent_twice_stores_one_attempt(elise, late, landlord):
    key = str(uuid4())
    for _ in range(2):
        assert record(elise, late, key=key).status_code == 302
    assert len(attempts()) == len(events(kind="contact_recorded")) == 1
    other = record(elise, late, "reached", key=key)
    assert "Ce formulaire a déjà été utilisé pour un autre contact" in other.content.decode()
    assert [attempt.outcome for attempt in attempts()] == ["no_answer"]


def test_event_has_codes_and_days_and_the_purpose_arrears(elise, late):
    record(elise, late)
    [attempt] = attempts()
    [event] = events(kind="contact_recorded")
    facts = {"contact": str(attempt.pk), "result": "no_answer", "until": attempt.back_on.isoformat()}
    assert (event["facts"], event["about"], event["purpose"]) == (facts, late.pk, "arrears")


def test_account_page_shows_telephone_preferred_hours_and_who_acts(landlord, elise, late):
    home = landlord.residence(LATE)
    day = paris_day().isoformat()
    note(home, "contact_preference", channel="phone", slot="morning", ends=90)
    note(home, "call_agency", date=day, until=day)
    run(
        "INSERT INTO tenants_representative (id, tenant_id, name, phone, first_day)"
        " VALUES (gen_random_uuid(), %s, 'Nadia Voisine', '+33639981277', loge_today())",
        str(home.tenant_id),
    )
    guarantee(late)
    page = elise.get(f"/comptes/{late.reference}/").content.decode()
    head = page[page.index('class="account-head"') : page.index('class="due"')]
    assert 'href="tel:+33639981234"' in head and "Marie Dette-Glycines A" in head
    assert "Le locataire souhaite être contacté de préférence" in head and "le matin" in head
    assert 'href="tel:+33639981277"' in head and "Nadia Voisine, représente Mme Marie" in head
    assert "appeler l’agence" not in page and "Organisme garant" not in head


def test_account_that_owes_nothing_has_no_form_for_calls(landlord, elise, late):
    calm = elise.get(f"/comptes/{landlord.account('Calme-Glycines A').reference}/").content.decode()
    assert 'data-key="j"' not in calm and 'href="tel:' in calm
    assert 'data-key="j"' in elise.get(f"/comptes/{late.reference}/").content.decode()


# --- Taking back -----------------------------------------------------------------------------------------------------


def test_attempt_is_taken_back_the_same_day_by_whoever_recorded_it(landlord, elise, late):
    record(elise, late)
    [attempt] = attempts()
    page = elise.get(f"/comptes/{late.reference}/").content.decode()
    assert f'name="annuler" value="{attempt.pk}" data-key="a"' in page
    assert "Le contact est annulé." in take_back(elise, late, attempt.pk).content.decode()
    assert attempts() == [] and late.reference in listed(elise)
    [event] = events(kind="contact_taken_back")
    assert event["facts"] == {"contact": str(attempt.pk), "result": "no_answer"} and event["about"] == late.pk
    again = take_back(elise, late, attempt.pk).content.decode()
    assert "Ce contact ne peut pas être annulé" in again and len(events(kind="contact_taken_back")) == 1


def test_attempt_of_another_person_or_day_cannot_be_taken_back(landlord, elise, late):
    theirs = record_attempt(late, landlord.person("karim"))
    earlier = record_attempt(late, landlord.person("elise"), made=-1)
    assert "Annuler ce contact" not in elise.get(f"/comptes/{late.reference}/").content.decode()
    for pk in (theirs.pk, earlier.pk, uuid4(), "x"):
        assert "Ce contact ne peut pas être annulé" in take_back(elise, late, pk).content.decode()
    assert len(attempts()) == 2 and not events(kind="contact_taken_back")


# --- The database ----------------------------------------------------------------------------------------------------

INSERT = (
    "INSERT INTO casework_contactattempt (id, account_id, building_id, outcome, made_on, made_at, made_by_id, back_on)"
    " VALUES (gen_random_uuid(), %s, %s, 'reached', loge_today() + %s, now(), %s, loge_today() + 5)"
)


def test_policies_let_officers_of_the_building_write_in_their_own_name_today(landlord, late):
    elise, karim, fatou = (landlord.person(name).pk for name in ("elise", "karim", "fatou"))
    of = (str(late.pk), str(late.building_id))
    as_role(C.ACCOUNT, elise, INSERT, *of, 0, str(elise))
    for person, day, author in ((elise, 0, karim), (elise, -1, elise), (fatou, 0, fatou)):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(C.ACCOUNT, person, INSERT, *of, day, str(author))


def test_policies_hide_attempts_from_everybody_else(landlord, late):
    elise = landlord.person("elise").pk
    record_attempt(late, landlord.person("elise"))
    count = "SELECT count(*) FROM casework_contactattempt"
    assert as_role(C.ACCOUNT, elise, count) == [(1,)]
    assert as_role(C.ACCOUNT, landlord.person("fatou").pk, count) == [(0,)]
    for compartment in C:
        if compartment not in (C.ACCOUNT, C.DISCLOSURE):
            with pytest.raises(DatabaseError, match="permission denied"):
                as_role(compartment, elise, count)


def test_policies_and_trigger_limit_who_deletes_an_attempt_and_when(landlord, late):
    elise, karim = landlord.person("elise"), landlord.person("karim")
    mine, theirs = record_attempt(late, elise), record_attempt(late, karim)
    yesterday = record_attempt(late, elise, made=-1)
    delete = "DELETE FROM casework_contactattempt WHERE id = %s RETURNING 1"
    assert as_role(C.ACCOUNT, elise.pk, delete, str(theirs.pk)) == []
    assert as_role(C.ACCOUNT, elise.pk, delete, str(yesterday.pk)) == []
    assert as_role(C.ACCOUNT, elise.pk, delete, str(mine.pk)) == [(1,)]
    for sql in ("DELETE FROM casework_contactattempt", "UPDATE casework_contactattempt SET outcome = 'reached'"):
        with pytest.raises(DatabaseError, match="keeps its rows"):
            run(sql)


def test_officer_reads_no_card_fact_but_the_contact_preference(landlord):
    home, day = landlord.residence(LATE), paris_day().isoformat()
    note(home, "contact_preference", channel="phone", slot="morning", ends=90)
    note(home, "visit_in_pairs", informed=0, date=day, until=day)
    query = "SELECT code_id FROM casework_cardfact"
    assert as_role(C.ACCOUNT, landlord.person("elise").pk, query) == [("contact_preference",)]
    assert as_role(C.ACCOUNT, landlord.person("fatou").pk, query) == []


def test_nightly_job_erases_attempts_after_a_year(landlord, late):
    elise = landlord.person("elise")
    record_attempt(late, elise, made=-366, back=-360)
    newer = record_attempt(late, elise, made=-365, back=-360)
    call_command("expire_notes", stdout=io.StringIO())
    assert [attempt.pk for attempt in attempts()] == [newer.pk]
    [event] = events(kind="contacts_expired")
    assert event["facts"] == {"contacts": 1}
