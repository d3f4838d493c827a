"""The pool of applications that are matched with vacancies: its entries, income ceilings, and the order of matches."""

from datetime import date

import pytest
from django.db import connections, transaction

from allocations.actions.scores import compute_scores
from allocations.assessment import household_of
from allocations.matching import SHAPES, persons_of, shape_parameters, size_of
from allocations.models import Applicant, HouseholdMember
from buildings.models import Unit
from tests.allocations.builders import (
    declare_income,
    enter_figures,
    give_terms,
    make_application,
    make_grid,
    make_member,
    make_vacancy,
)
from tests.builders import OWNER, paris_day, run

ENTRIES = (
    "SELECT e.rooms, e.persons, e.equipment, e.within_ceilings FROM allocations_poolentry e"
    " JOIN allocations_poollink k ON k.pseudonym = e.pseudonym WHERE k.application_id = %s ORDER BY e.rooms"
)
MATCHES = (
    "SELECT a.number, m.needs FROM allocations_matches(%s, %s) m"
    " JOIN allocations_poollink k ON k.pseudonym = m.pseudonym"
    " JOIN allocations_application a ON a.id = k.application_id"
    " ORDER BY m.needs DESC, m.ranking_points DESC, m.filed_on"
)


@pytest.fixture
def agency(landlord):
    enter_figures()
    make_grid()
    return landlord.place("Agence Belleville")


def birthday(years: int, days: int = 0) -> date:
    """Return the birth date of somebody who turns this number of years old in `days` days."""
    day = paris_day(days)
    return day.replace(year=day.year - years, day=28 if (day.month, day.day) == (2, 29) else day.day)


def make_spouse(application, birth_date, **fields):
    names = {"last_name": "Demande", "first_name": "Jean"}
    Applicant(application=application, tie="spouse", birth_date=birth_date, **names, **fields).save(using=OWNER)


# HOUSEHOLDS maps a description of a household to its members besides the applicant, who is 35 years old.
# Each member is a tuple: tie to the applicant, an age, in how many days this age is reached, further fields.
HOUSEHOLDS = {
    "nobody": [],
    "couple of 54 years together": [("spouse", 19, 0, {})],
    "couple of 92 years together": [("spouse", 57, 0, {})],
    "disabled spouse": [("spouse", 57, 0, {"cmi": True})],
    "child who is 18 today": [("child", 18, 0, {"on_tax_notice": True})],
    "child who is 18 tomorrow": [("child", 18, 1, {})],
    "grown-up child on no tax notice": [("child", 25, 0, {})],
    "children in visiting right": [("child", 5, 0, {"custody": "visit"}), ("child", 3, 0, {})],
    "alternate residence": [("child", 5, 0, {"custody": "alternate"})],
    "expected child": [("expected_child", 0, 60, {})],
    "expected child overdue": [("expected_child", 0, -1, {})],
    "other on the tax notice": [("other", 70, 0, {"on_tax_notice": True}), ("dependant", 80, 0, {})],
}


@pytest.mark.parametrize("others", HOUSEHOLDS.values(), ids=HOUSEHOLDS)
def test_shape_of_a_household_counts_as_its_stored_persons_do(agency, others):
    application = make_application(agency, rooms_from=2, rooms_to=2)
    for tie, years, days, fields in others:
        if tie == "spouse":
            make_spouse(application, birthday(years, days), **fields)
        else:
            make_member(application, tie, birth_date=birthday(years, days), **fields)
    shape, day = shape_of(application), paris_day()
    applicants = Applicant.objects.using(OWNER).filter(application=application)
    members = HouseholdMember.objects.using(OWNER).filter(application=application)
    assert size_of(persons_of(shape, day), day) == size_of(household_of(applicants, members, day), day)


def shape_of(application) -> str:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(SHAPES, shape_parameters(paris_day()))
        return dict(cursor.fetchall())[application.pk]


def test_application_has_an_entry_for_each_number_of_rooms(agency):
    application = make_application(agency, rooms_from=2, rooms_to=4, equipment=["shower", "lift"])
    make_member(application)
    compute_scores(by="test")
    entries = run(ENTRIES, application.pk)
    assert [entry[:3] for entry in entries] == [(rooms, 2, ["lift", "shower"]) for rooms in (2, 3, 4)]


def test_income_certainly_above_a_ceiling_leaves_its_financing_out(agency):
    application = make_application(agency, rooms_from=2, rooms_to=2)
    declare_income(application, 30_000_00)
    compute_scores(by="test")
    [(_rooms, _persons, _equipment, within)] = run(ENTRIES, application.pk)
    # 30,000 euros exceed the PLUS ceiling (26,920) but not the PLS ceiling (30 % more). No PLAI ceiling is entered.
    assert "PLUS paris" not in within and {"PLS paris", "PLAI paris"} <= {*within}


def test_application_without_income_is_within_every_ceiling(agency):
    application = make_application(agency, rooms_from=2, rooms_to=2)
    compute_scores(by="test")
    [(_rooms, _persons, _equipment, within)] = run(ENTRIES, application.pk)
    assert len(within) == 9


def test_household_that_contradicts_itself_does_not_stop_the_night(agency):
    application = make_application(agency, rooms_from=2, rooms_to=2)
    declare_income(application, 90_000_00)
    make_spouse(application, birthday(30)), make_spouse(application, birthday(31))
    compute_scores(by="test")
    [(_rooms, persons, _equipment, within)] = run(ENTRIES, application.pk)
    assert persons == 3 and len(within) == 9


def test_closed_application_and_one_without_number_have_no_entry(agency):
    make_application(agency, rooms_from=2, rooms_to=2, number=None)
    make_application(
        agency, rooms_from=2, rooms_to=2, state="closed", closed_on=paris_day(), closing_motive="renounced"
    )
    compute_scores(by="test")
    assert run("SELECT count(*) FROM allocations_poolentry") == [(0,)]


def vacancy_of(landlord, **terms):
    unit = Unit.objects.using(OWNER).filter(building__place__name="Glycines B", kind="dwelling").first()
    Unit.objects.using(OWNER).filter(pk=unit.pk).update(type="T2")
    give_terms(unit, **terms)
    return make_vacancy(unit)


def test_dwelling_suits_those_whose_whole_equipment_it_has(landlord, agency):
    vacancy = vacancy_of(landlord, equipment=["step_free", "lift"])
    needs = ([], ["lift"], ["lift", "step_free"], ["parking"], ["lift", "parking"])
    numbers = [
        make_application(agency, rooms_from=2, rooms_to=2, filed_on=paris_day(-500 + 40 * rank), equipment=codes).number
        for rank, codes in enumerate(needs)
    ]
    compute_scores(by="test")
    assert run(MATCHES, vacancy.pk, 200) == [(number, False) for number in numbers[:3]]
    assert run("SELECT eligible FROM allocations_vacancy") == [(3,)]


def test_those_who_need_equipment_come_first_for_an_adapted_dwelling(landlord, agency):
    vacancy = vacancy_of(landlord, equipment=["shower"])
    older = make_application(agency, rooms_from=2, rooms_to=2, filed_on=paris_day(-900))
    needing = make_application(agency, rooms_from=2, rooms_to=2, filed_on=paris_day(-90), equipment=["shower"])
    compute_scores(by="test")
    assert run(MATCHES, vacancy.pk, 200) == [(needing.number, True), (older.number, False)]


def test_matches_are_cut_after_the_last_equal_entry(landlord, agency):
    vacancy = vacancy_of(landlord)
    best = make_application(agency, rooms_from=2, rooms_to=2, filed_on=paris_day(-900))
    equal = [make_application(agency, rooms_from=2, rooms_to=2, filed_on=paris_day(-300)) for _number in range(3)]
    make_application(agency, rooms_from=2, rooms_to=2, filed_on=paris_day(-100))
    compute_scores(by="test")
    numbers = {number for number, _needs in run(MATCHES, vacancy.pk, 2)}
    assert numbers == {best.number, *(application.number for application in equal)}


def test_shortlist_reads_a_range_of_a_large_pool(landlord, agency):
    """A shortlist must not read every entry of the pool, so that its cost does not grow with the pool."""
    vacancy, size = vacancy_of(landlord), 20_000
    run(
        "INSERT INTO allocations_poolentry (id, pseudonym, kept_at_id, rooms, persons, within_ceilings, equipment,"
        " priority, ranking_points, verified, declared, filed_on) SELECT gen_random_uuid(), gen_random_uuid(), %s,"
        " 1 + n %% 4, 1, ARRAY['PLUS paris'], '{}', false, n %% 90, 1, 1, loge_today() - n %% 1000"
        " FROM generate_series(1, %s) n",
        agency.pk,
        size,
    )
    run("ANALYZE allocations_poolentry")
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM allocations_matches(%s, 200)", [vacancy.pk])
        [matched] = cursor.fetchone()
        cursor.execute(
            "SELECT seq_scan, seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables"
            " WHERE relname = 'allocations_poolentry'"
        )
        scans, entries_read = cursor.fetchone()
    assert scans == 0 and 200 <= matched <= entries_read < size / 20
