"""Only an employee who has opened an application for a recorded reason can read it, and only for a limited time."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from guardian.shortcuts import get_user_perms

from access.compartments import Compartment
from access.grants.reasons import EndReason
from access.guard.context import AccessContext
from access.models import Place
from access.permissions import Permission
from allocations.actions.applications import take_application
from allocations.actions.occasions import end_occasion, open_at_desk, open_due
from allocations.models import Application
from allocations.records import ApplicantRecord, ApplicationRecord, MemberRecord
from tests.allocations.builders import acting_as, enter_figures, make_application, open_occasion
from tests.builders import OWNER, events, paris_day, run
from tests.database.test_policies import as_role

READ = "SELECT number FROM allocations_application"
TABLES = ("householdmember", "income", "supportingdocument", "closingwarning", "priority", "occasion")


@pytest.fixture
def application(landlord):
    return make_application(landlord.place("Agence Belleville"), "Vidal", by=landlord.person("aline"))


def place_of(access: AccessContext, name: str) -> Place:
    return access.rows(Place).get(name=name)


def numbers_shown(person) -> set[str]:
    return {number for (number,) in as_role(Compartment.APPLICANTS, person.pk, READ)}


def test_row_policies_show_an_application_only_during_an_occasion(landlord, application):
    aline, basile = landlord.person("aline"), landlord.person("basile")
    make_application(landlord.place("Agence Belleville"), "Voisin")
    assert numbers_shown(aline) == set()
    open_occasion(application, aline)
    assert numbers_shown(aline) == {application.number} and numbers_shown(basile) == set()
    run("UPDATE allocations_occasion SET ends_at = now(), opened_at = now()")
    assert numbers_shown(aline) == set()


def test_an_occasion_of_somebody_who_works_elsewhere_opens_nothing(landlord, application):
    open_occasion(application, landlord.person("basile"))
    open_occasion(application, landlord.person("elise"))
    assert numbers_shown(landlord.person("basile")) == numbers_shown(landlord.person("elise")) == set()


def test_an_occasion_ends_with_the_assignment(landlord, application):
    aline = landlord.person("aline")
    open_occasion(application, aline)
    end = "UPDATE access_assignment SET ended_on = loge_today(), end_reason = %s WHERE role = 'allocation_officer'"
    run(end, EndReason.TRANSFER)
    assert numbers_shown(aline) == set()


def test_python_scope_and_guardian_agree_with_the_row_policies(landlord, application):
    other = make_application(landlord.place("Agence Belleville"), "Voisin")
    aline = landlord.person("aline")
    open_occasion(application, aline)
    scope = Application.objects.using(OWNER).visible_to(aline, Compartment.APPLICANTS)
    assert [row.pk for row in scope] == [application.pk]
    assert not Application.objects.using(OWNER).visible_to(aline, Compartment.ACCOUNT).exists()
    with acting_as(aline):
        permissions = {row.pk: set(get_user_perms(aline, row)) for row in (application, other)}
    assert permissions == {application.pk: {"applicants_reach"}, other.pk: set()}


def test_whole_number_and_name_open_an_application_for_thirty_minutes(landlord, application):
    aline = landlord.person("aline")
    with acting_as(aline, Permission.APPLICATION_OPEN) as access:
        opened = open_at_desk(
            by=aline, number=application.number, last_name="VIDAL", document="photo", context=access.context
        )
    assert opened.pk == application.pk
    [(minutes,)] = run("SELECT extract(minute FROM ends_at - opened_at) FROM allocations_occasion")
    assert minutes == 30
    [event] = events(kind="identity_checked")
    assert (event["about"], event["facts"]) == (application.pk, {"document": "photo"})


@pytest.mark.parametrize("number, name", [("right", "Vidale"), ("right", "V"), ("wrong", "Vidal"), ("right", "")])
def test_wrong_number_or_name_gets_one_and_the_same_refusal(landlord, application, number, name):
    aline = landlord.person("aline")
    typed = application.number if number == "right" else application.number[:-1] + "Z"
    with acting_as(aline) as access, pytest.raises(ValidationError) as refusal:
        open_at_desk(by=aline, number=typed, last_name=name, document="photo", context=access.context)
    assert refusal.value.code == "no_application"
    assert len(events(kind="identity_missed")) == 1 and not run("SELECT FROM allocations_occasion")


def test_application_kept_by_another_agency_gets_the_same_refusal(landlord, application):
    basile = landlord.person("basile")
    with acting_as(basile) as access, pytest.raises(ValidationError) as refusal:
        open_at_desk(by=basile, number=application.number, last_name="Vidal", document="photo", context=access.context)
    assert refusal.value.code == "no_application"


def test_sixth_try_about_one_number_is_refused_even_if_it_is_right(landlord, application):
    aline = landlord.person("aline")

    def open_as(name: str) -> None:
        with acting_as(aline) as access:
            open_at_desk(by=aline, number=application.number, last_name=name, document="photo", context=access.context)

    for _attempt in range(5):
        with pytest.raises(ValidationError):
            open_as("Faux")
    with pytest.raises(ValidationError):
        open_as("Vidal")
    assert not run("SELECT FROM allocations_occasion")


def test_application_with_something_due_opens_and_another_does_not(landlord):
    enter_figures()
    aline, place = landlord.person("aline"), landlord.place("Agence Belleville")
    due = make_application(place, "Echeance", by=aline, renew_by=paris_day(20))
    quiet = make_application(place, "Tranquille", by=aline, certified_on=paris_day(-90))
    with acting_as(aline) as access:
        assert open_due(by=aline, application_id=due.pk, context=access.context).pk == due.pk
    with acting_as(aline) as access, pytest.raises(ValidationError) as refusal:
        open_due(by=aline, application_id=quiet.pk, context=access.context)
    assert refusal.value.code == "not_due"
    assert numbers_shown(aline) == {due.number}


def test_ended_occasion_closes_the_application_at_once(landlord, application):
    aline = landlord.person("aline")
    open_occasion(application, aline)
    with acting_as(aline) as access:
        end_occasion(by=aline, application=application, context=access.context)
    assert numbers_shown(aline) == set()


def test_occasion_can_be_neither_made_nor_extended_by_its_person(landlord, application):
    aline = landlord.person("aline")
    open_occasion(application, aline)
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(
            Compartment.APPLICANTS,
            aline.pk,
            "INSERT INTO allocations_occasion VALUES (%s, 'desk', now(), now() + interval '1 day', %s, %s)",
            str(uuid4()),
            str(application.pk),
            str(aline.pk),
        )
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(
            Compartment.APPLICANTS, aline.pk, "UPDATE allocations_occasion SET ends_at = ends_at + interval '1 day'"
        )


def test_application_just_taken_is_open_to_who_took_it(landlord):
    enter_figures()
    aline = landlord.person("aline")
    entry = ApplicationRecord(
        number="0751126000001ABCDE",
        filed_on=paris_day(),
        applicants=(ApplicantRecord("principal", "Vidal", "Anne", paris_day(-12_000), cmi=False),),
        members=(MemberRecord("child", paris_day(-900), "alternate"),),
        housing="hosted",
        rooms=(2, 3),
        street="12 rue des Lilas",
        postcode="75020",
        city="Paris",
        equipment=frozenset({"lift"}),
    )
    with acting_as(aline, Permission.APPLICATION_TAKE) as access:
        taken = take_application(
            by=aline, entry=entry, kept_at=place_of(access, "Agence Belleville"), context=access.context
        )
    assert numbers_shown(aline) == {taken.number}
    [row] = run("SELECT renew_by, equipment, rooms_from, state FROM allocations_application")
    assert row == (paris_day().replace(year=paris_day().year + 1), ["lift"], 2, "registered")


def test_application_cannot_be_taken_for_a_place_where_one_does_not_work(landlord):
    enter_figures()
    aline = landlord.person("aline")
    entry = ApplicationRecord("", paris_day(), (ApplicantRecord("principal", "Vidal", "Anne", paris_day(-12_000)),))
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        acting_as(aline, Permission.APPLICATION_TAKE) as access,
    ):
        take_application(by=aline, entry=entry, kept_at=place_of(access, "Agence Bercy"))


def test_nothing_is_taken_while_the_legal_term_is_not_entered(landlord):
    aline = landlord.person("aline")
    entry = ApplicationRecord("", paris_day(), (ApplicantRecord("principal", "Vidal", "Anne", paris_day(-12_000)),))
    with pytest.raises(ValidationError) as refusal, acting_as(aline, Permission.APPLICATION_TAKE) as access:
        take_application(by=aline, entry=entry, kept_at=place_of(access, "Agence Belleville"))
    assert refusal.value.code == "figure_missing" and not run("SELECT FROM allocations_application")


@pytest.mark.parametrize("table", TABLES)
def test_no_other_compartment_reads_applicants(landlord, table):
    readers = run(
        "SELECT DISTINCT grantee FROM information_schema.column_privileges"
        " WHERE table_name = %s AND privilege_type = 'SELECT' AND grantee NOT IN (SELECT rolname FROM pg_roles"
        " WHERE rolsuper) AND grantee !~ '_(jobs|owner)$'",
        f"allocations_{table}",
    )
    assert {name for (name,) in readers} == {Compartment.APPLICANTS.database_role}
