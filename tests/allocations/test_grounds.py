"""Only one examiner knows the sensitive ground of an application.

Everybody else learns only whether a priority is recognised.
"""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.priorities import (
    answer_case,
    recognise_ground,
    record_priority,
    refer_to_examiner,
    remove_priority,
    take_case,
)
from allocations.models import Application, Ground, GroundCase, Priority
from tests.allocations.builders import acting_as, make_application, open_occasion
from tests.builders import assign, events, make_person, paris_day, run
from tests.database.test_policies import as_role


@pytest.fixture
def aline(landlord):
    return landlord.person("aline")


@pytest.fixture
def sacha(landlord):
    return landlord.person("sacha")


@pytest.fixture
def application(landlord, aline):
    application = make_application(landlord.place("Agence Belleville"), "Vidal", by=aline)
    open_occasion(application, aline)
    return application


def as_officer(aline, action, **arguments):
    with acting_as(aline) as access:
        return action(by=aline, application=access.rows(Application).get(), context=access.context, **arguments)


def taken(aline, sacha) -> GroundCase:
    case = as_officer(aline, refer_to_examiner)
    with acting_as(sacha, Permission.GROUND_CASES_LIST) as access:
        return take_case(by=sacha, case_id=case.pk, context=access.context)


def as_examiner(sacha, action, **arguments):
    with acting_as(sacha, Permission.GROUND_DECIDE) as access:
        return action(by=sacha, case=access.rows(GroundCase).get(), context=access.context, **arguments)


def recognise(sacha, code="couple_violence", ends=300, attested=-3):
    dates = {"attested_on": paris_day(attested), "ends_on": paris_day(ends)}
    return as_examiner(sacha, recognise_ground, code=code, **dates)


def recognised(aline, application) -> bool:
    call = "SELECT allocations_priority_recognised(%s)"
    return as_role(Compartment.APPLICANTS, aline.pk, call, str(application.pk))[0][0]


def test_officer_learns_only_that_a_priority_is_recognised(aline, sacha, application):
    taken(aline, sacha)
    assert not recognised(aline, application)
    recognise(sacha)
    assert recognised(aline, application)
    for question in ("SELECT code FROM allocations_ground", "SELECT answer FROM allocations_groundcase"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.APPLICANTS, aline.pk, question)


def test_boolean_is_not_told_without_an_occasion(aline, sacha, application, landlord):
    taken(aline, sacha)
    recognise(sacha)
    assert not recognised(landlord.person("basile"), application)
    run("UPDATE allocations_occasion SET ends_at = opened_at")
    assert not recognised(aline, application)


def test_ground_counts_until_its_last_day(aline, sacha, application):
    taken(aline, sacha)
    recognise(sacha)
    run("ALTER TABLE allocations_ground DISABLE TRIGGER USER")
    for day, counts in ((0, True), (-1, False)):
        run("UPDATE allocations_ground SET decided_on = loge_today() - 9, attested_on = loge_today() - 9,"
            " ends_on = loge_today() + %s", day)  # fmt: skip
        assert recognised(aline, application) == counts


def test_events_never_name_the_ground(aline, sacha, application):
    taken(aline, sacha)
    recognise(sacha, "trafficking")
    facts = [event["facts"] for event in events(about=application.pk)]
    assert {"answer": "recognised"} in facts and "trafficking" not in str(events())


def test_examiner_sees_only_cases_taken_and_until_they_are_answered(aline, sacha, application, landlord):
    make_application(landlord.place("Agence Belleville"), "Voisin")
    other = make_person("Autre Examinateur", landlord.place("Agence Belleville"))
    assign(other, "ground_examiner", landlord.place("Agence Belleville"))
    numbers = "SELECT number FROM allocations_application"
    case = as_officer(aline, refer_to_examiner)
    assert as_role(Compartment.GROUNDS, sacha.pk, numbers) == []
    with acting_as(sacha, Permission.GROUND_CASES_LIST) as access:
        take_case(by=sacha, case_id=case.pk, context=access.context)
    assert as_role(Compartment.GROUNDS, sacha.pk, numbers) == [(application.number,)]
    assert as_role(Compartment.GROUNDS, other.pk, numbers) == []
    as_examiner(sacha, answer_case, answer="refused")
    assert as_role(Compartment.GROUNDS, sacha.pk, numbers) == [(application.number,)]
    run("UPDATE allocations_groundcase SET answered_on = loge_today() - 1")
    assert as_role(Compartment.GROUNDS, sacha.pk, numbers) == []


def test_examiner_reads_neither_household_nor_income(aline, sacha, application):
    taken(aline, sacha)
    for table in ("householdmember", "income", "supportingdocument", "priority"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.GROUNDS, sacha.pk, f"SELECT * FROM allocations_{table}")
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.GROUNDS, sacha.pk, "SELECT equipment FROM allocations_application")


def test_case_is_taken_once_and_only_where_one_examines(aline, sacha, application, landlord):
    far = make_person("Loin Examinateur", landlord.place("Agence Bercy"))
    assign(far, "ground_examiner", landlord.place("Agence Bercy"))
    case = as_officer(aline, refer_to_examiner)
    with acting_as(far, Permission.GROUND_CASES_LIST), pytest.raises(ValidationError) as refusal:
        take_case(by=far, case_id=case.pk)
    assert refusal.value.code == "taken"
    with acting_as(sacha, Permission.GROUND_CASES_LIST) as access:
        take_case(by=sacha, case_id=case.pk, context=access.context)
        with pytest.raises(ValidationError):
            take_case(by=sacha, case_id=case.pk, context=access.context)


def test_application_is_referred_once_at_a_time(aline, sacha, application):
    taken(aline, sacha)
    with pytest.raises(ValidationError, match="déjà transmise"):
        as_officer(aline, refer_to_examiner)
    as_examiner(sacha, answer_case, answer="proof_asked")
    with pytest.raises(ValidationError, match="déjà transmise"):
        as_officer(aline, refer_to_examiner)
    as_examiner(sacha, answer_case, answer="refused")
    as_officer(aline, refer_to_examiner)


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"code": "dalo"}, "réservé"),
        ({"code": "way_of_life"}, "réservé"),
        ({"ends": 0}, "a une fin"),
        ({"attested": 1}, "datée"),
    ],
)
def test_ground_needs_a_listed_code_a_dated_proof_and_an_end(aline, sacha, application, arguments, words):
    taken(aline, sacha)
    with pytest.raises(ValidationError, match=words):
        recognise(sacha, **arguments)
    assert not run("SELECT FROM allocations_ground") and run("SELECT answer FROM allocations_groundcase") == [("",)]


def test_ground_needs_its_proof_against_raw_sql(aline, sacha, application):
    taken(aline, sacha)
    recognise(sacha)
    run("ALTER TABLE allocations_ground DISABLE TRIGGER USER")
    with pytest.raises(IntegrityError, match="ground_needs_its_proof"):
        run("UPDATE allocations_ground SET proof = 'host_statement'")


def test_recognised_ground_changes_by_its_end_only(aline, sacha, application):
    taken(aline, sacha)
    recognise(sacha)
    with acting_as(sacha, Permission.GROUND_DECIDE) as access:
        access.rows(Ground).update(ends_on=paris_day(30))
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.GROUNDS, sacha.pk, "UPDATE allocations_ground SET code = 'trafficking'")


def test_officer_records_only_priorities_that_are_not_sensitive(aline, application):
    dates = {"attested_on": paris_day(-3), "ends_on": paris_day(300)}
    as_officer(aline, record_priority, code="dalo", **dates)
    assert recognised(aline, application)
    with pytest.raises(ValidationError, match="pas ici"):
        as_officer(aline, record_priority, code="couple_violence", **dates)
    with acting_as(aline) as access:
        remove_priority(by=aline, priority=access.rows(Priority).get(), context=access.context)
    assert not recognised(aline, application)


def test_manager_gets_numbers_of_five_and_more(aline, sacha, application, landlord):
    rosa, place = landlord.person("rosa"), landlord.place("Agence Belleville")
    count = "SELECT code, times FROM allocations_ground_counts() ORDER BY code"
    ground = (
        "INSERT INTO allocations_ground (id, application_id, code, proof, attested_on, ends_on, decided_on,"
        " decided_by_id) VALUES (gen_random_uuid(), %s, 'trafficking', 'court_decision', loge_today(),"
        " loge_today() + 9, loge_today(), %s)"
    )
    for _number in range(4):
        run(ground, make_application(place).pk, sacha.pk)
    assert as_role(Compartment.STEERING, rosa.pk, count) == []
    run(ground, make_application(place).pk, sacha.pk)
    assert as_role(Compartment.STEERING, rosa.pk, count) == [("trafficking", 5)]
