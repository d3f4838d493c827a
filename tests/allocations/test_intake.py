"""Imports of applications from a file: all are stored or none, and data that employees checked are not overwritten."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from access.compartments import Compartment
from access.models import Place
from access.permissions import Permission
from allocations.actions.intake import import_applications
from allocations.records import ApplicantRecord, ApplicationRecord, IncomeRecord, MemberRecord
from tests.allocations.builders import acting_as, enter_figures, make_application
from tests.builders import events, paris_day, run
from tests.database.test_policies import as_role


def entry(number: str = "0751125000001ABCDE", name: str = "Vidal", **fields) -> ApplicationRecord:
    applicants = (
        ApplicantRecord("principal", name, "Anne", paris_day(-12_000), phone="+33639981234"),
        ApplicantRecord("spouse", name, "Jean", paris_day(-12_500)),
    )
    values: dict[str, Any] = {
        "filed_on": paris_day(-50),
        "members": (MemberRecord("child", paris_day(-900), "alternate"),),
        "incomes": (IncomeRecord(paris_day().year - 2, 2_100_000), IncomeRecord(paris_day().year - 5, 1)),
        "housing": "private_tenant",
        "rooms": (3, 4),
        "street": "12 rue des Lilas",
        "postcode": "75020",
        "city": "Paris",
        "equipment": frozenset({"lift"}),
    } | fields
    return ApplicationRecord(number, applicants=applicants, **values)


@pytest.fixture
def take_in(landlord):
    enter_figures()

    def import_as_paul(*entries: ApplicationRecord) -> dict[str, int]:
        paul = landlord.person("paul")
        with acting_as(paul, Permission.DATA_IMPORT) as access:
            place = access.rows(Place).get(name="Agence Belleville")
            return dict(import_applications(by=paul, records=entries, kept_at=place, context=access.context))

    return import_as_paul


def test_file_adds_applications_with_people_and_declared_income(take_in):
    assert take_in(entry(), entry("0751125000002ABCDE", "Autre")) == {"added": 2}
    assert run("SELECT name_key, tie, street FROM allocations_applicant ORDER BY name_key, tie") == [
        ("autre anne", "principal", "12 rue des Lilas"),
        ("autre jean", "spouse", ""),
        ("vidal anne", "principal", "12 rue des Lilas"),
        ("vidal jean", "spouse", ""),
    ]
    assert run("SELECT DISTINCT tie, custody FROM allocations_householdmember") == [("child", "alternate")]
    assert run("SELECT DISTINCT basis, rfr_cents, proof FROM allocations_income") == [("n2", 2_100_000, "")]
    [event] = events(kind="applications_imported")
    assert event["facts"] == {"added": 2, "updated": 0, "unchanged": 0, "dropped": 0}


def test_same_file_again_changes_nothing(take_in):
    take_in(entry())
    before = run("SELECT id, xmin::text FROM allocations_applicant ORDER BY id")
    assert take_in(entry()) == {"unchanged": 1}
    assert run("SELECT id, xmin::text FROM allocations_applicant ORDER BY id") == before


def test_changed_income_or_equipment_in_the_file_is_taken(take_in):
    take_in(entry())
    year = paris_day().year
    changed = entry(incomes=(IncomeRecord(year - 2, 1_900_000),), equipment=frozenset({"shower"}))
    assert take_in(changed) == {"updated": 1}
    assert run("SELECT rfr_cents FROM allocations_income") == [(1_900_000,)]
    assert run("SELECT equipment FROM allocations_application") == [(["shower"],)]


def test_assessed_income_and_later_term_survive_the_next_file(take_in, landlord):
    take_in(entry())
    run(
        "UPDATE allocations_income SET rfr_cents = 5, proof = 'tax_notice', assessed_on = loge_today(),"
        " assessed_by_id = %s",
        landlord.person("aline").pk,
    )
    run("UPDATE allocations_application SET renew_by = loge_today() + 700")
    take_in(entry(name="Vidale", incomes=(IncomeRecord(paris_day().year - 2, 1),)))
    assert run("SELECT rfr_cents FROM allocations_income") == [(5,)]
    assert run("SELECT renew_by FROM allocations_application") == [(paris_day(700),)]
    assert run("SELECT count(*) FROM allocations_applicant WHERE name_key LIKE 'vidale %%'") == [(2,)]


def test_what_a_file_does_not_say_stays_as_officers_typed_it(take_in):
    take_in(entry())
    run("UPDATE allocations_applicant SET cmi = true, email = 'anne@example.org' WHERE tie = 'principal'")
    run("UPDATE allocations_householdmember SET on_tax_notice = true, cmi = true")
    silent = (
        ApplicantRecord("principal", "Vidal", "Anne", paris_day(-12_000), cmi=None),
        ApplicantRecord("spouse", "Vidal", "Jean", paris_day(-12_500), cmi=None),
    )
    record = ApplicationRecord(
        "0751125000001ABCDE",
        paris_day(-50),
        silent,
        (MemberRecord("child", paris_day(-900), "full", None, None), MemberRecord("other", paris_day(-9000), "")),
        equipment=None,
    )
    assert take_in(record) == {"updated": 1}
    applicants = "SELECT cmi, email, phone, street, postcode FROM allocations_applicant ORDER BY tie"
    assert run(applicants) == [
        (True, "anne@example.org", "+33639981234", "12 rue des Lilas", "75020"),
        (False, "", "", "", ""),
    ]
    members = "SELECT tie, custody, on_tax_notice, cmi FROM allocations_householdmember ORDER BY tie"
    assert run(members) == [("child", "full", True, True), ("other", "", False, False)]
    application = "SELECT equipment, rooms_from, rooms_to, housing FROM allocations_application"
    assert run(application) == [(["lift"], 3, 4, "private_tenant")]


def test_one_bad_application_refuses_the_whole_file(take_in):
    with pytest.raises(ValidationError):
        take_in(entry(), entry("0751125000002ABCDE", members=(MemberRecord("child", paris_day(-900), ""),)))
    assert not run("SELECT FROM allocations_application") and not events(kind="applications_imported")


def test_application_closed_today_stays_closed(take_in, landlord):
    make_application(
        landlord.place("Agence Belleville"),
        number="0751125000001ABCDE",
        state="closed",
        closed_on=paris_day(),
        closing_motive="renounced",
    )
    assert take_in(entry()) == {"closed": 1}


def test_who_imports_reads_no_application(landlord, take_in):
    take_in(entry())
    for table in ("application", "applicant", "income"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.INTAKE, landlord.person("paul").pk, f"SELECT * FROM allocations_{table}")


def test_who_may_not_import_files_cannot_call_the_import(landlord):
    place = str(landlord.place("Agence Belleville").pk)
    call = "SELECT allocations_take_in_by_person('[]', %s, interval '1 year')"
    with pytest.raises(DatabaseError, match="only who may import"):
        as_role(Compartment.INTAKE, landlord.person("elise").pk, call, place)
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(Compartment.APPLICANTS, landlord.person("aline").pk, call, place)
