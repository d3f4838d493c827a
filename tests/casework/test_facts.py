"""Facts about tenants, dwellings and accounts are recorded as codes, without free text.

Each kind of fact may be recorded and read only by certain roles, and is deleted after a last day. A fact is never
edited.
"""

import io
import json
import re
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format

from access.compartments import Compartment
from casework.facts import sentence, typed
from casework.models import AccountFact, CardFact, DwellingFact, FactCode
from casework.vocabulary.facts import shipped
from formats.months import months_after
from tenants.models import IdentityCheck
from tests.builders import OWNER, events, note, paris_day, run
from tests.database.test_policies import as_role
from tests.form_values import typed as as_typed
from tests.world import CAST

AT_A = "Calme-Glycines A"
NOT_LET_IN = {"karim"}
CORRECTION = {"contact_item": "phone", "correction_step": "asked"}


def card_url(landlord, rest: str = "") -> str:
    return f"/fiches/{landlord.residence(AT_A).pk}/{rest}"


def text_of(answer) -> str:
    return answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


# --- Everyday use ----------------------------------------------------------------------------------------------------


def test_caretaker_records_a_fact_in_three_steps_and_sees_it_on_the_card(landlord, sign_in):
    client = sign_in("awa")
    choices = text_of(client.get(card_url(landlord, "faits/")))
    assert "Coordonnées à corriger" in choices and "Visites à deux" not in choices
    form = text_of(client.get(card_url(landlord, "faits/contact_correction/")))
    assert "numéro de téléphone" in form and as_typed() in form and "<textarea" not in form
    answer = client.post(card_url(landlord, "faits/contact_correction/"), {**CORRECTION, "date": as_typed()})
    assert (answer.status_code, answer["Location"]) == (302, card_url(landlord))
    expected = "Coordonnées du locataire (numéro de téléphone) : correction demandée, le"
    assert expected in text_of(client.get(card_url(landlord))) and expected in text_of(
        sign_in("elise").get(card_url(landlord))
    )
    [fact] = CardFact.objects.using(OWNER).all()
    assert (fact.written_by, fact.ends_on) == (landlord.person("awa"), months_after(paris_day(), 3))
    [event] = events(kind="fact_recorded")
    assert event["about"] == landlord.residence(AT_A).tenant_id and event["facts"]["fact"] == "contact_correction"
    assert set(event["facts"]) == {"fact", "until"}


def test_form_of_a_fact_names_whom_it_is_about(landlord, sign_in):
    """The form that records a fact must show the household or dwelling that the fact is about.

    Otherwise an employee could easily record the fact about a neighbour.
    """
    awa, elise, residence = sign_in("awa"), sign_in("elise"), landlord.residence(AT_A)
    heading = f'<p class="whose">{residence.tenant.display_name}'
    account = f"/comptes/{landlord.account(AT_A).reference}/"
    assert heading in text_of(awa.get(card_url(landlord, "faits/contact_correction/")))
    for rest in ("faits/", "faits/payment_promised/", "notes/"):
        assert heading in text_of(elise.get(f"{account}{rest}")), rest
    dwelling = text_of(awa.get(f"/logements/{residence.unit_id}/visit_planned/"))
    assert re.search(
        rf'<p class="whose">\s*{landlord.building("Glycines A").place.name}.*porte {residence.unit.door}', dwelling
    )


def test_facts_are_recorded_on_let_and_vacant_dwellings(landlord, sign_in):
    client, building = sign_in("awa"), landlord.building("Glycines A")
    vacant, let = building.units.using(OWNER).get(door="22"), landlord.residence(AT_A).unit
    for unit in (vacant, let):
        page = f"/logements/{unit.pk}/"
        fields = {"key_kind": "entrance_badge", "count": "2", "date": as_typed()}
        assert client.post(f"{page}keys_handed/", fields).status_code == 302
        assert "badge d’immeuble, nombre : 2" in text_of(client.get(page))
    leases = dict(DwellingFact.objects.using(OWNER).values_list("unit", "lease"))
    assert leases == {vacant.pk: None, let.pk: landlord.residence(AT_A).lease_id}
    assert f"/logements/{vacant.pk}/" in text_of(client.get(f"/immeubles/{building.pk}/vacants/"))


def test_fact_is_replaced_or_withdrawn_and_never_edited(landlord, sign_in):
    client = sign_in("awa")
    old = note(landlord.residence(AT_A), "contact_correction", **CORRECTION, date=paris_day().isoformat())
    page = card_url(landlord, "faits/contact_correction/")
    assert 'value="phone"' in client.get(f"{page}?remplace={old.pk}").content.decode()
    new = {**CORRECTION, "correction_step": "done", "date": as_typed(), "replaces": str(old.pk)}
    assert client.post(page, new).status_code == 302
    card_text = text_of(client.get(card_url(landlord)))
    assert "correction faite" in card_text and "correction demandée" not in card_text
    [fresh] = CardFact.objects.using(OWNER).filter(withdrawn_on=None)
    assert fresh.replaces == old.pk and [e["facts"]["fact"] for e in events(kind="fact_replaced")] == [old.code_id]
    assert client.post(card_url(landlord, "faits/"), {"end": str(fresh.pk)}).status_code == 302
    assert "correction faite" not in text_of(client.get(card_url(landlord)))
    assert client.post(card_url(landlord, "faits/"), {"end": str(fresh.pk)}).status_code == 404
    assert len(events(kind="fact_withdrawn")) == 1


def test_facts_on_accounts_are_hidden_from_caretakers(landlord, sign_in):
    reference, client = landlord.account(AT_A).reference, sign_in("elise")
    before = sign_in("awa").get(card_url(landlord)).content
    page = f"/comptes/{reference}/faits/"
    fields = {"amount": "1 051,80", "date": as_typed(9)}
    assert client.post(f"{page}payment_promised/", fields).status_code == 302
    assert "Règlement annoncé : 1 051,80 €, pour le" in text_of(client.get(f"/comptes/{reference}/"))
    refused = client.post(f"{page}payment_promised/", {"amount": "beaucoup", "date": "bientôt"})
    assert refused.status_code == 200 and AccountFact.objects.using(OWNER).count() == 1
    after = sign_in("awa").get(card_url(landlord)).content
    assert sign_in("awa").get(page).status_code == 403 and len(after) == len(before)


def test_only_a_manager_records_a_precaution_which_can_be_contested(landlord, sign_in):
    page, manager = card_url(landlord, "faits/visit_in_pairs/"), sign_in("georges")
    assert sign_in("awa").get(page).status_code == sign_in("elise").get(page).status_code == 404
    fields = {"date": as_typed(), "until": as_typed(90), "told_on": as_typed()}
    assert manager.post(page, {**fields, "told_on": ""}).status_code == 200
    assert "au plus tard" in text_of(manager.post(page, {**fields, "until": as_typed(250)}))
    assert not CardFact.objects.using(OWNER).exists()
    assert manager.post(page, fields).status_code == 302
    [fact] = CardFact.objects.using(OWNER).all()
    caretaker = sign_in("awa")
    assert "Visites à deux personnes" in text_of(caretaker.get(card_url(landlord)))
    assert caretaker.post(card_url(landlord, "faits/"), {"end": str(fact.pk)}).status_code == 404
    assert caretaker.post(card_url(landlord, "faits/"), {"contest": str(fact.pk)}).status_code == 302
    assert "Contesté par le locataire" in text_of(caretaker.get(card_url(landlord)))
    assert manager.post(card_url(landlord, "faits/"), {"end": str(fact.pk)}).status_code == 302
    assert [len(events(kind=kind)) for kind in ("fact_recorded", "fact_contested", "fact_withdrawn")] == [1, 1, 1]


def test_fact_the_tenant_was_not_told_of_cannot_be_contested(landlord, sign_in):
    fact = note(landlord.residence(AT_A), "contact_correction", **CORRECTION, date=paris_day().isoformat())
    client = sign_in("awa")
    assert "Le locataire conteste" not in text_of(client.get(card_url(landlord, "faits/")))
    assert client.post(card_url(landlord, "faits/"), {"contest": str(fact.pk)}).status_code == 404
    assert not events(kind="fact_contested")


def write_precaution(landlord, **days):
    fields = {"date": paris_day().isoformat(), "until": paris_day(90).isoformat()}
    return note(landlord.residence(AT_A), "visit_in_pairs", informed=0, ends=90, **fields, **days)


def letter_url(landlord, fact) -> str:
    return card_url(landlord, f"faits/{fact.pk}/lettre/")


def test_precaution_leads_to_a_letter_in_two_languages(landlord, sign_in):
    agency = landlord.place("Agence Belleville").pk
    run("UPDATE access_place SET phone = '+33199001234', email = 'belleville@trois.example' WHERE id = %s", agency)
    manager = sign_in("georges")
    fields = {"date": as_typed(), "until": as_typed(90), "told_on": as_typed()}
    answer = manager.post(card_url(landlord, "faits/visit_in_pairs/"), fields)
    [fact] = CardFact.objects.using(OWNER).all()
    assert (answer.status_code, answer["Location"], fact.told_on) == (302, letter_url(landlord, fact), paris_day())
    letter_text = text_of(manager.get(answer["Location"]))
    french, english = letter_text.split('lang="fr" aria-labelledby')[1].split('lang="en" aria-labelledby')
    until = paris_day(90)
    assert "Visites à deux personnes, décision du responsable" in french and "Visits by two people" in english
    for words, months in ((french, "fr"), (english, "en")):
        with translation.override(months):
            assert date_format(until, "F Y") in words
        assert "L4121-1" in words and "CNIL" in words and "belleville@trois.example" in words
    assert "Si vous n’êtes pas d’accord" in french and "If you disagree" in english
    assert landlord.residence(AT_A).tenant.display_name in letter_text and "Agence Belleville" in letter_text
    [event] = [printed for printed in events(kind="fact_letter_printed") if printed["outcome"] == "shown"]
    assert (event["about"], event["facts"]) == (landlord.residence(AT_A).tenant_id, {"fact": "visit_in_pairs"})
    assert letter_url(landlord, fact) in text_of(manager.get(card_url(landlord, "faits/")))


def test_letter_is_available_to_the_manager_only(landlord, sign_in):
    fact = write_precaution(landlord)
    answers = {
        name: sign_in(name).get(letter_url(landlord, fact)).status_code for name in CAST if name not in NOT_LET_IN
    }
    assert answers.pop("georges") == 200 and set(answers.values()) == {403} and len(answers) > 12
    for name in ("awa", "elise"):
        assert "lettre" not in text_of(sign_in(name).get(card_url(landlord, "faits/")))
    plain = note(landlord.residence(AT_A), "contact_correction", **CORRECTION, date=paris_day().isoformat())
    elsewhere = f"/fiches/{landlord.residence('Dette-Glycines A').pk}/faits/{fact.pk}/lettre/"
    for wrong in (letter_url(landlord, plain), elsewhere):
        assert sign_in("georges").get(wrong).status_code == 404
    assert sign_in("georges").get(letter_url(landlord, fact)).status_code == 200
    away = landlord.place("Secteur Quai").pk
    run("UPDATE access_assignment SET place_id = %s WHERE person_id = %s", away, landlord.person("georges").pk)
    assert sign_in("georges").get(letter_url(landlord, fact)).status_code == 404
    assert sign_in("georges").get(card_url(landlord, "faits/")).status_code == 404


def test_withdrawn_precaution_has_no_letter(landlord, sign_in):
    fact = write_precaution(landlord)
    run("UPDATE casework_cardfact SET withdrawn_on = loge_today() WHERE id = %s", fact.pk)
    assert sign_in("georges").get(letter_url(landlord, fact)).status_code == 404


def test_contested_precaution_is_answered_by_the_manager_alone(landlord, sign_in):
    fact, facts = write_precaution(landlord), card_url(landlord, "faits/")
    manager, caretaker = sign_in("georges"), sign_in("awa")
    assert "Consignes contestées" not in text_of(manager.get("/immeubles/"))
    # As long as nobody has contested the fact, the manager's decision to keep the fact must be refused (404).
    assert manager.post(facts, {"keep": str(fact.pk)}).status_code == 404
    assert caretaker.post(facts, {"contest": str(fact.pk)}).status_code == 302
    first_page = text_of(manager.get("/immeubles/"))
    assert "Consignes contestées par un locataire" in first_page and facts in first_page
    for name in ("awa", "elise"):
        assert "Consignes contestées" not in text_of(sign_in(name).get("/immeubles/"))
        assert "Maintenir" not in text_of(sign_in(name).get(facts))
        assert sign_in(name).post(facts, {"keep": str(fact.pk)}).status_code == 404
    assert manager.post(facts, {"keep": str(fact.pk)}).status_code == 302
    assert "Consignes contestées" not in text_of(manager.get("/immeubles/"))
    assert "maintenu le" in text_of(caretaker.get(facts)) and "maintenu le" in text_of(
        caretaker.get(card_url(landlord))
    )
    assert manager.post(facts, {"keep": str(fact.pk)}).status_code == 404
    [event] = events(kind="challenge_decided")
    assert (event["facts"], event["actor"]) == (
        {"fact": "visit_in_pairs", "answer": "kept"},
        landlord.person("georges").pk,
    )


@pytest.mark.parametrize("answer", ["withdrawn", "replaced"])
def test_withdrawing_or_replacing_a_contested_fact_answers_it(landlord, sign_in, answer):
    fact, manager = write_precaution(landlord), sign_in("georges")
    manager.post(card_url(landlord, "faits/"), {"contest": str(fact.pk)})
    if answer == "withdrawn":
        assert manager.post(card_url(landlord, "faits/"), {"end": str(fact.pk)}).status_code == 302
    else:
        fields = {"date": as_typed(), "until": as_typed(30), "told_on": as_typed(), "replaces": str(fact.pk)}
        assert manager.post(card_url(landlord, "faits/visit_in_pairs/"), fields).status_code == 302
    assert [event["facts"]["answer"] for event in events(kind="challenge_decided")] == [answer]
    assert "Consignes contestées" not in text_of(manager.get("/immeubles/"))


def test_database_takes_an_answer_only_from_who_may_write_the_fact(landlord):
    fact = write_precaution(landlord)
    keep = "UPDATE casework_cardfact SET kept_on = loge_today(), kept_by_id = %s"
    georges, awa = landlord.person("georges").pk, landlord.person("awa").pk
    with pytest.raises(IntegrityError):
        # The database must refuse to confirm a fact that nobody has contested.
        as_role(Compartment.HELP, georges, keep, georges)
    run("UPDATE casework_cardfact SET contested_on = loge_today()")
    for who, signed in ((awa, awa), (georges, awa)):
        with pytest.raises(IntegrityError):
            as_role(Compartment.HELP, who, keep, signed)
    as_role(Compartment.HELP, georges, keep, georges)
    with pytest.raises(IntegrityError):
        as_role(Compartment.HELP, georges, "UPDATE casework_cardfact SET kept_on = NULL, kept_by_id = NULL")
    fact.refresh_from_db(using=OWNER)
    assert not fact.is_challenged


def test_expired_fact_is_hidden_and_then_deleted(landlord, sign_in):
    day = paris_day(-40).isoformat()
    for ends in (-1, 0):
        note(landlord.residence(AT_A), "call_agency", written=-30 if ends else 0, ends=ends, date=day, until=day)
    assert text_of(sign_in("awa").get(card_url(landlord))).count("Prière d’appeler l’agence") == 1
    call_command("expire_notes", stdout=io.StringIO())
    assert CardFact.objects.using(OWNER).count() == 1
    [event] = events(kind="facts_expired")
    assert (event["facts"], event["machine"]) == ({"facts": 1}, "expire_notes")
    call_command("expire_notes", stdout=io.StringIO())
    assert len(events(kind="facts_expired")) == 1


# --- What the database refuses ----------------------------------------------------------------------------------------

PROSE = "séropositif, ne pas approcher"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({**CORRECTION, "date": PROSE}, "fact_fields_fit"),
        ({**CORRECTION, "contact_item": PROSE, "date": "2026-11-25"}, "fact_fields_fit"),
        ({**CORRECTION, "contact_item": "alcoolique", "date": "2026-11-25"}, "fact_fields_fit"),
        ({**CORRECTION, "date": "2026-11-25", "note": PROSE}, "fact_fields_fit"),
        ({**CORRECTION}, "fact_fields_fit"),
        (PROSE, "fact_fields_fit"),
        ([PROSE], "fact_fields_fit"),
        ({**CORRECTION, "date": {"x": PROSE}}, "fact_fields_fit"),
    ],
)
def test_database_refuses_free_text_in_a_fact(landlord, fields, why):
    row = landlord.residence(AT_A)
    written = (
        "INSERT INTO casework_cardfact (id, building_id, residence_id, code_id, fields, written_on, ends_on)"
        " VALUES (gen_random_uuid(), %s, %s, 'contact_correction', %s, loge_today(), loge_today() + 30)"
    )
    with pytest.raises(IntegrityError) as refusal:
        run(written, row.building_id, row.pk, json.dumps(fields))
    assert refusal.value.__cause__.diag.constraint_name == why and "positif" not in str(refusal.value)


def test_database_enforces_retention_precautions_and_retired_codes(landlord):
    residence, day = landlord.residence(AT_A), paris_day().isoformat()
    fields = {"contact_item": "phone", "correction_step": "asked", "date": day}
    for why, act in {
        "fact_within_its_life": lambda: note(residence, "contact_correction", ends=120, **fields),
        "fact_told_first": lambda: note(residence, "visit_in_pairs", date=day, until=day),
        "card_fact_ends_after_it_was_written": lambda: note(residence, "contact_correction", ends=-1, **fields),
    }.items():
        with pytest.raises(IntegrityError) as refusal:
            act()
        assert refusal.value.__cause__.diag.constraint_name == why
    FactCode.objects.using(OWNER).filter(code="contact_correction").update(retired_on=paris_day())
    with pytest.raises(IntegrityError):
        note(residence, "contact_correction", **fields)


def test_database_refuses_to_change_a_fact(landlord):
    fact = note(landlord.residence(AT_A), "contact_correction", **CORRECTION, date=paris_day().isoformat())
    for change in ("fields = '{}'", "ends_on = ends_on + 9", "written_on = written_on - 1", "code_id = 'call_first'"):
        with pytest.raises(IntegrityError):
            run(f"UPDATE casework_cardfact SET {change} WHERE id = %s", fact.pk)
    with pytest.raises(IntegrityError):
        run("DELETE FROM casework_cardfact")
    run("UPDATE casework_cardfact SET withdrawn_on = loge_today()")
    with pytest.raises(IntegrityError):
        run("UPDATE casework_cardfact SET withdrawn_on = NULL")


def test_policies_limit_facts_by_compartment_and_by_role(landlord):
    awa, georges = landlord.person("awa").pk, landlord.person("georges").pk
    for compartment, table in ((Compartment.HELP, "casework_accountfact"), (Compartment.CARD, "casework_cardfact")):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(compartment, awa, f"SELECT 1 FROM {table}")
    residence = landlord.residence(AT_A)
    written = (
        "INSERT INTO casework_cardfact (id, building_id, residence_id, code_id, fields, written_on, ends_on, told_on,"
        " written_by_id) VALUES (gen_random_uuid(), %s, %s, 'visit_in_pairs', %s, loge_today(), loge_today() + 9,"
        " loge_today(), %s)"
    )
    fields = json.dumps({"date": paris_day().isoformat(), "until": paris_day(9).isoformat()})
    for who, signed in ((awa, awa), (georges, awa)):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(Compartment.HELP, who, written, residence.building_id, residence.pk, fields, signed)
    as_role(Compartment.HELP, georges, written, residence.building_id, residence.pk, fields, georges)
    withdraw = "UPDATE casework_cardfact SET withdrawn_on = loge_today(), withdrawn_by_id = %s"
    with pytest.raises(IntegrityError):
        as_role(Compartment.HELP, awa, withdraw, awa)
    bruno = landlord.person("bruno").pk
    assert as_role(Compartment.HELP, bruno, "SELECT count(*) FROM casework_cardfact") == [(0,)]
    as_role(Compartment.HELP, georges, withdraw, georges)


def test_fact_follows_its_dwelling_to_another_building(landlord):
    residence = landlord.residence(AT_A)
    note(residence, "contact_correction", **CORRECTION, date=paris_day().isoformat())
    note(residence.unit, "departure_planned", date=paris_day(9).isoformat())
    note(landlord.account(AT_A), "difficult_exchange", channel="phone", date=paris_day().isoformat())
    there = landlord.building("Glycines B").pk
    run("UPDATE buildings_unit SET building_id = %s WHERE building_id = %s", there, residence.building_id)
    for model in (CardFact, DwellingFact, AccountFact):
        assert [fact.building_id for fact in model.objects.using(OWNER).all()] == [there]


# --- The vocabulary --------------------------------------------------------------------------------------------------

SAMPLES = {
    "date": "2026-11-01",
    "month": "2026-11",
    "time": "14:30",
    "decimal": "1234.5",
    "int": 2,
    "euro": 105_180,
    "contact": "00000000-0000-4000-8000-000000000001",
}


def test_every_code_has_a_sentence_in_both_languages(landlord):
    codes = list(FactCode.objects.using(OWNER).all())
    assert len(codes) > 60 and {code.pk for code in codes} == {row["code"] for row in shipped()}
    for code in codes:
        fields = {slot.name: SAMPLES.get(slot.type) or first_term(slot.name) for slot in code.slots}
        with transaction.atomic(using=OWNER):
            assert fits(code, fields), code.pk
        french, english = (sentence_in(code, fields, language) for language in ("fr", "en"))
        assert "{" not in french + english and french != english and max(len(french), len(english)) < 280
        assert typed(code, fields).keys() == fields.keys()
    promised = FactCode.objects.using(OWNER).get(code="payment_promised")
    fields = {"amount": 105_180, "date": "2026-11-01"}
    assert (
        sentence_in(promised, fields, "fr")
        == "Règlement annoncé\u00a0: 1\u202f051,80\u202f€, pour le 1er novembre 2026."
    )
    assert sentence_in(promised, fields, "en") == "Payment announced: €1,051.80, for 1 November 2026."


def first_term(name: str) -> str:
    return run("SELECT code FROM casework_factterm WHERE list = %s LIMIT 1", name)[0][0]


def fits(code: FactCode, fields: dict) -> bool:
    """Whether the database accepts `fields` as the values that belong to a fact code.

    Values of the type "contact" are skipped: they are ids of contact records, and the test has none.
    """
    return all(
        slot.type == "contact"
        or run("SELECT casework_fact_value_fits(%s, %s, %s)", slot.name, slot.type, json.dumps(fields[slot.name]))[0][0]
        for slot in code.slots
    )


def sentence_in(code: FactCode, fields: dict, language: str) -> str:
    with translation.override(language):
        return sentence(code, fields, {})


def test_months_after_counts_like_the_database(landlord):
    for day in (date(2026, 1, 31), date(2028, 2, 29), date(2026, 11, 25), date(2026, 8, 31)):
        for months in (1, 6, 12, 36):
            [(counted,)] = run("SELECT (%s::date + make_interval(months => %s))::date", day, months)
            assert months_after(day, months) == counted


def test_front_desk_sees_contact_facts_on_a_checked_card_and_no_precaution(landlord, sign_in):
    residence, day = landlord.residence(AT_A), paris_day().isoformat()
    note(residence, "contact_correction", **CORRECTION, date=day)
    note(residence, "visit_in_pairs", informed=0, date=day, until=day)
    until = timezone.now() + timedelta(minutes=5)
    check = IdentityCheck(person=landlord.person("paola"), lease_id=residence.lease_id, document="photo", until=until)
    check.save(using=OWNER)
    card_shown = text_of(sign_in("paola").get(f"/accueil/fiches/{residence.pk}/"))
    assert "correction demandée" in card_shown and "deux personnes" not in card_shown
