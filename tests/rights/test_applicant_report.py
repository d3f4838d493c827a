"""The report of an applicant: what is stored about the application, and who opened it, when and why.

The report must contain nothing about another application, and no name of an employee.
"""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from access.compartments import Compartment
from allocations.actions.occasions import open_at_desk, open_due
from allocations.models import (
    AgendaItem,
    Candidacy,
    ClosingWarning,
    Decision,
    Grid,
    Ground,
    GroundCase,
    HandOver,
    Income,
    Offer,
    OwedExamination,
    Priority,
    Score,
    ScoreBand,
    Seat,
    Session,
    Sheet,
    SupportingDocument,
    Vote,
)
from buildings.models import Unit, UnitTerms
from privacy.processing_activities import SIGNATURES
from privacy.retention import entries
from rights.disclosure.applicants import _OnApplication
from rights.disclosure.exclusions import APPLICANT_ASIDE, APPLICANT_UNTOLD
from tests.allocations.builders import (
    acting_as,
    give_terms,
    make_application,
    make_contingent,
    make_member,
    make_vacancy,
    open_occasion,
)
from tests.builders import OWNER, events, leave_line, paris_day, run
from tests.database.test_policies import as_role
from tests.reading import reads, untold
from tests.resident_tables import resident_models

STAFF = ("Aline", "Perrin", "Basile", "Comte")
LOOKS = "SELECT kind, role, occasion FROM rights_applicant_looks(%s)"


@pytest.fixture
def application(landlord):
    application = make_application(landlord.place("Agence Belleville"), "Vidal", by=landlord.person("aline"))
    open_occasion(application, landlord.person("aline"))
    return application


def fill(application, person) -> None:
    """Write a row in every table that belongs to an application."""
    make_member(application, "child", "alternate")
    day = {"asked_on": paris_day(-20), "due_on": paris_day(10)}
    SupportingDocument.objects.using(OWNER).create(application=application, kind="identity", asked_by=person, **day)
    assessed = {"proof": "tax_notice", "assessed_on": paris_day(), "assessed_by": person, "rfr_cents": 1_234_500}
    year = paris_day().year
    Income.objects.using(OWNER).create(
        application=application, signing_year=year, basis="n2", year=year - 2, **assessed
    )
    dates = {"attested_on": paris_day(-9), "recorded_on": paris_day(-8), "ends_on": paris_day(90)}
    Priority.objects.using(OWNER).create(
        application=application, code="eviction", proof="court_decision", recorded_by=person, **dates
    )
    source = {"source_kind": "agreement", "source_number": "2025-12", "source_date": paris_day(-99)}
    grid, _created = Grid.objects.using(OWNER).get_or_create(
        version=1, defaults={"band_width": 10, "drafted_on": paris_day(-9), **source}
    )
    band = {"computed_on": paris_day(-1), "verified": 40, "declared": 50}
    ScoreBand.objects.using(OWNER).create(application=application, grid=grid, **band)
    sent = {"sent_on": paris_day(-5), "sent_by": person}
    ClosingWarning.objects.using(OWNER).create(application=application, motive="no_answer", **sent)
    run(
        "UPDATE allocations_application SET housing = 'hosted', rooms_from = 2, rooms_to = 3, equipment = '{lift}',"
        " certified_on = loge_today(), reminded_on = loge_today() WHERE id = %s",
        application.pk,
    )


def fill_candidacy(application, person) -> None:
    """Write a candidacy of `application` for a dwelling: decided, offered, accepted and handed over."""
    unit = Unit.objects.using(OWNER).filter(building__place__name="Glycines B", kind="dwelling")[0]
    if not UnitTerms.objects.using(OWNER).filter(unit=unit).exists():
        give_terms(unit)
    vacancy = make_vacancy(unit, make_contingent(application.kept_at, f"Ville {application.pk.hex[:6]}"))
    session = Session(state="open", held_at=timezone.now(), opened_at=timezone.now(), quorum=1, convened_on=paris_day())
    session.save(using=OWNER)
    item = AgendaItem(session=session, vacancy=vacancy, position=1)
    item.save(using=OWNER)
    day = {"designated_on": paris_day(-3), "designated_by": person, "contingent": vacancy.contingent}
    candidacy = Candidacy(
        vacancy=vacancy, item=item, application=application, number=1, rank=4, state="presented", **day
    )
    candidacy.save(using=OWNER)
    facts = {"persons": 2, "children": 1, "waited_months": 30, "priority": True, "equipment_lacking": True}
    Sheet(candidacy=candidacy, prepared_on=paris_day(), prepared_by=person, **facts).save(using=OWNER)
    seat = Seat(session=session, person=person, voice="landlord", chairs=True, present=True)
    seat.save(using=OWNER)
    OwedExamination(application=application, owed_since=paris_day(-9)).save(using=OWNER)
    proposed = {"kind": "b", "rank": 1, "proposed_at": timezone.now(), "proposed_by": person}
    decision = Decision(candidacy=candidacy, **proposed)
    decision.save(using=OWNER)
    Vote(decision=decision, seat=seat, choice="for", cast_at=timezone.now()).save(using=OWNER)
    run("UPDATE allocations_decision SET outcome = 'adopted', votes_for = 1, votes_against = 0")
    for state in ("shortlisted", "convened"):
        run("UPDATE allocations_vacancy SET state = %s WHERE id = %s", state, vacancy.pk)
    run("UPDATE allocations_session SET state = 'closed', closed_at = loge_now()")
    run("UPDATE allocations_session SET state = 'signed', signed_at = loge_now(), signed_by_id = %s,"
        " minutes_digest = 'x'", person.pk)  # fmt: skip
    Offer(candidacy=candidacy, sent_on=paris_day(), sent_by=person, delay_days=10).save(using=OWNER)
    run("UPDATE allocations_offer SET answer = 'accepted', answered_on = loge_today()")
    signed = {"handed_on": paris_day(), "handed_by": person, "in_qpv": False, "priority": True, "dalo": False}
    place = {"unit": vacancy.unit, "building_id": vacancy.building_id}
    HandOver(candidacy=candidacy, **place, **signed).save(using=OWNER)


def report(client, application, language: str = "fr") -> str:
    answer = client.get(f"/demandes/{application.pk}/releve/?langue={language}")
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(main.replace("\u00a0", " ").replace("\u202f", " ").split())


def looks(person, application) -> list[tuple[str, str, str]]:
    return as_role(Compartment.APPLICANTS, person.pk, LOOKS, application.pk)


# --- Contents ---------------------------------------------------------------------------------------------------------


def test_report_tells_every_section_with_purpose_recipients_and_retention(landlord, sign_in, application):
    fill(application, landlord.person("aline"))
    text = report(sign_in("aline"), application)
    for words in (
        application.number,
        "Vidal",
        "12 rue des Lilas 75020 Paris",
        "résidence alternée",
        "12 345",
        "avis d’imposition",
        "hébergé chez quelqu’un",
        "ascenseur ou rez-de-chaussée",
        "absence de réponse à un courrier",
        "expulsion sans relogement",
        "<td>40</td><td>50</td>",
    ):
        assert words in text, words
    # All sections have the same purpose, recipients and retention period, so the report must state them only once.
    assert text.count("<dd>attribution des logements, examen des motifs réservés</dd>") == 1
    assert text.count("Jusqu’à la radiation") == 1
    assert "Mission d’intérêt public" in text and "CNIL" in text
    assert not re.search(rf"\b({'|'.join(STAFF)})\b", text)


def test_report_is_in_the_language_of_the_applicant(landlord, sign_in, application):
    english = report(sign_in("aline"), application, "en")
    assert "Data stored about you" in english and "housing allocation" in english
    assert "Demandeurs" not in english and "Données" not in english


def test_every_model_of_an_application_is_told_or_excluded():
    models = {model for model in resident_models() if model._meta.app_label == "allocations"}
    personal = {
        field.model._meta.label
        for field in entries(models)
        if field.says_something and field.processing_activity is not SIGNATURES
    } - {"allocations.LegalFigure"}
    told_models = {"Application", "Applicant", "HouseholdMember", "Income", "SupportingDocument", "ClosingWarning"}
    told_models |= {"Priority", "ScoreBand", "Candidacy", "Sheet", "Decision", "Offer", "HandOver", "OwedExamination"}
    assert personal == {f"allocations.{name}" for name in told_models} | APPLICANT_ASIDE.keys()
    assert all(len(reason.split()) > 3 for reason in (*APPLICANT_ASIDE.values(), *APPLICANT_UNTOLD.values()))


def test_every_column_of_an_application_is_told_or_excluded(landlord, sign_in, application, monkeypatch):
    fill(application, landlord.person("aline"))
    fill_candidacy(application, landlord.person("aline"))
    made, parts = [], _OnApplication.parts

    def recorded(about):
        with reads() as columns:
            sections = list(parts(about))
        made.append((sections, columns))
        return sections

    monkeypatch.setattr(_OnApplication, "parts", recorded)
    report(sign_in("aline"), application)
    [(sections, columns)] = made
    models = {model for section in sections for model in section.models}
    assert len(models) == 14 and len(columns) > 50
    silent = untold(models, columns)
    missing, stale = sorted(silent - APPLICANT_UNTOLD.keys()), sorted(APPLICANT_UNTOLD.keys() - silent)
    assert not missing, "tell it in rights/disclosure/applicants.py, or give the reason in APPLICANT_UNTOLD"
    assert not stale, "the report tells it, so remove it from APPLICANT_UNTOLD"


def test_report_tells_candidacies_decisions_and_who_read_the_sheet(landlord, sign_in, application):
    aline, client = landlord.person("aline"), sign_in("aline")
    empty = report(client, application)
    fill_candidacy(application, aline)
    [candidacy] = Candidacy.objects.using(OWNER).all()
    other = make_application(landlord.place("Agence Belleville"), "Voisin", by=aline)
    leave_line("sheet_shown", landlord.person("mehdi"), candidacy, role="committee_member")
    leave_line("sheet_shown", landlord.person("mehdi"), other, role="committee_member")
    text = report(client, application)
    for words in ("attribution par classement", "logement accepté", "Fiche numérotée lue en commission", "Ville "):
        assert words in text and words not in empty, words
    assert text.count("Fiche numérotée lue en commission") == 1 and "Mehdi" not in text
    run("ALTER TABLE allocations_offer DISABLE TRIGGER USER")
    run("UPDATE allocations_offer SET renounced_on = '2041-05-17'")
    run("UPDATE allocations_candidacy SET state = 'renounced'")
    renounced = report(client, application)
    assert "renonciation après acceptation" in renounced and "17 mai 2041" in renounced
    assert text.count("Durée de conservation") == 2 and empty.count("Durée de conservation") == 1


def test_report_contains_nothing_of_another_application(landlord, sign_in, application):
    aline = landlord.person("aline")
    other = make_application(landlord.place("Agence Belleville"), "Voisin", by=aline, rooms_from=7, rooms_to=8)
    open_occasion(other, aline)
    client = sign_in("aline")
    before = without_views(report(client, application))
    fill(other, aline)
    leave_line("application_opened", aline, other, role="allocation_officer", facts={"occasion": "due"})
    after = report(client, application)
    assert without_views(after) == before
    assert "Voisin" not in after and other.number not in after
    assert {kind for kind, *_rest in looks(aline, application)} == {"applicant_report_shown"}


def test_sealed_ground_changes_no_byte_of_the_report(landlord, sign_in, application):
    """The report must not depend on a sealed ground (sensitive reason for priority).

    Neither the officer who prints the report nor a co-applicant who reads it may learn of such a ground.
    """
    aline, client = landlord.person("aline"), sign_in("aline")
    fill(application, aline)
    before, seen_before = without_views(report(client, application)), looks(aline, application)
    by = {"referred_by": aline, "examiner": aline, "taken_on": paris_day(), "answer": "recognised"}
    case = {"referred_on": paris_day(), "answered_on": paris_day(), **by}
    GroundCase.objects.using(OWNER).create(application=application, **case)
    proof = {"proof": "court_decision", "attested_on": paris_day(), "ends_on": paris_day(90)}
    Ground.objects.using(OWNER).create(
        application=application, code="couple_violence", decided_on=paris_day(), decided_by=aline, **proof
    )
    empty = {"provisional_lines": [], "provisional_points": [], "provisional_total": 0, "months": 3}
    lines = {"lines": ["couple_violence"], "points": [40], "total": 40, **empty}
    Score.objects.using(OWNER).create(
        application=application, grid=Grid.objects.using(OWNER).get(), computed_on=paris_day(-1), **lines
    )
    for kind, role in (
        ("ground_referred", "allocation_officer"),
        ("ground_opened", "ground_examiner"),
        ("form_shown", "ground_examiner"),
    ):
        leave_line(kind, aline, application, role=role)
    assert looks(aline, application) == seen_before
    assert without_views(report(client, application)) == before
    assert "motifs réservés n’apparaissent jamais" in before


def without_views(text: str) -> str:
    return re.sub(r'aria-labelledby="regards">.*?</section>', "", text)


# --- Views ------------------------------------------------------------------------------------------------------------


def test_report_names_each_view_by_role_and_occasion(landlord, sign_in, application):
    aline, client = landlord.person("aline"), sign_in("aline")
    run("DELETE FROM allocations_occasion")
    with acting_as(aline) as access:
        open_at_desk(by=aline, number=application.number, last_name="Vidal", document="photo", context=access.context)
    client.get(f"/demandes/{application.pk}/courrier/certificate/")
    with acting_as(aline) as access:
        open_due(by=aline, application_id=application.pk, context=access.context)
    client.get(f"/demandes/{application.pk}/courrier/certificate/")
    leave_line("application_opened", aline, application, at=timezone.now(), facts={"occasion": "taken"})
    text = report(client, application)
    desk, due, taken = "guichet", "échéance de la demande", "demande enregistrée à l’instant"
    section = text.partition('id="regards"')[2].partition("</section>")[0]
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", section) if "<td>" in row]
    assert [next(word for word in (desk, due, taken) if word in why) for _at, _act, why, *_rest in rows] == [
        desk,
        desk,
        due,
        due,
        taken,
    ]
    assert {row[3] for row in rows[:4]} == {"attribution des logements"}
    assert all(re.fullmatch("[0-9a-f]{8}", number) for *_rest, number in rows)
    [printed] = events(kind="applicant_report_shown")
    assert printed["about"] == application.pk


def test_view_of_another_officer_is_told_with_the_occasion_of_that_officer(landlord, application):
    aline, basile = landlord.person("aline"), landlord.person("basile")
    now = timezone.now()
    leave_line("occasion_opened", aline, application, at=now, outcome="changed", facts={"reason": "due"})
    later = {"at": now + timedelta(seconds=2), "role": "allocation_officer"}
    leave_line("applicant_letter_printed", basile, application, **later)
    leave_line("application_opened", None, None, at=now, shown=[application.pk], machine="populate")
    assert sorted(looks(aline, application)) == [
        ("applicant_letter_printed", "allocation_officer", ""),
        ("application_opened", "officer", ""),
        ("occasion_opened", "officer", "due"),
    ]


def test_deferred_view_and_refused_request_are_left_out(landlord, application):
    aline, ines = landlord.person("aline"), landlord.person("ines")
    look = leave_line("application_opened", aline, application)
    leave_line("application_opened", aline, application, outcome="missing")
    assert len(looks(aline, application)) == 1
    run(
        "INSERT INTO rights_lookdeferral (id, event, ground, until, asked_by_id, asked_on, agreed_by_id, agreed_on)"
        " VALUES (gen_random_uuid(), %s, 'judicial', loge_today() + 9, %s, loge_today(), %s, loge_today())",
        look,
        ines.pk,
        landlord.person("paul").pk,
    )
    assert looks(aline, application) == []


def test_views_are_told_only_during_an_occasion_of_ones_own(landlord, sign_in, application):
    aline, basile = landlord.person("aline"), landlord.person("basile")
    leave_line("application_opened", aline, application)
    assert len(looks(aline, application)) == 1 and looks(basile, application) == []
    client = sign_in("aline")
    assert client.get(f"/demandes/{application.pk}/releve/").status_code == 200
    run("UPDATE allocations_occasion SET opened_at = loge_now(), ends_at = loge_now()")
    assert looks(aline, application) == []
    assert client.get(f"/demandes/{application.pk}/releve/").status_code == 404
    assert sign_in("basile").get(f"/demandes/{application.pk}/releve/").status_code == 404
    for name in ("elise", "rosa", "ines"):
        assert sign_in(name).get(f"/demandes/{application.pk}/releve/").status_code == 403


@pytest.mark.parametrize("compartment", [c for c in Compartment if c is not Compartment.APPLICANTS])
def test_no_other_compartment_asks_who_opened_an_application(landlord, application, compartment):
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(compartment, landlord.person("aline").pk, LOOKS, application.pk)
