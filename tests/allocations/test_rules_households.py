"""Rules of households: which persons count, and which category the household has for its income ceiling."""

import pytest

from tests.allocations.cases import answer, child, eligibility_case, error, missing, n2, open_points, person

SPOUSE = person("spouse", "1980-06-15")
DEPENDANT = person("dependant", "1950-01-01")


def category(*household, **facts):
    result = answer(**eligibility_case(*household, **facts))
    return result["category"], result["extra_persons"]


@pytest.mark.parametrize(
    ("household", "expected"),
    [
        ([person()], 1),
        ([person(), SPOUSE], 2),
        ([person(), person("co_applicant", "2000-01-01")], 2),
        ([person(), SPOUSE, child()], 3),
        ([person(), SPOUSE, child(), child()], 4),
        ([person(), SPOUSE, child(), child(), child()], 5),
        ([person(), SPOUSE, child(), child(), child(), child()], 6),
    ],
)
def test_category_follows_the_head_count(household, expected):
    assert category(*household) == (expected, 0)


def test_each_person_beyond_six_is_an_extra_person():
    assert category(person(), SPOUSE, *[child()] * 7) == (6, 3)


@pytest.mark.parametrize(("dependants", "expected"), [(1, 3), (2, 4), (3, 5), (4, 6)])
def test_lone_adult_with_dependants_gets_one_step_above_head_count(dependants, expected):
    assert category(person(), *[child()] * dependants) == (expected, 0)


def test_lone_adult_with_an_adult_dependant_gets_one_step():
    assert category(person(), DEPENDANT) == (3, 0)


def test_parent_who_is_a_minor_is_alone_with_a_dependant():
    assert category(person(birth_date="2009-06-01"), child(birth_date="2026-01-01")) == (3, 0)


def test_lone_adult_with_a_child_in_visiting_right_gets_no_step():
    assert category(person(), child(), child("visit")) == (3, 0)


def test_points_are_looked_for_once_the_facts_of_the_persons_are_known():
    expected = person("expected_child", "2027-02-01")
    unknown = {"tie": "child", "birth_date": "2018-03-01"}
    assert missing(**eligibility_case(person(), unknown, expected)) == ["custody of person 2"]
    assert open_points(**eligibility_case(person(), child(), expected)) == ["unborn_child"]


def test_child_in_alternate_residence_counts_fully_even_on_the_other_tax_notice():
    assert category(person(), child("alternate")) == (3, 0)
    assert category(person(), child("alternate", on_tax_notice=False)) == (3, 0)


def test_child_in_visiting_right_is_a_person_but_no_dependant():
    assert category(person(), child("visit")) == (2, 0)


@pytest.mark.parametrize(("custody", "dependant"), [("full", True), ("alternate", True), ("visit", False)])
def test_dependant_that_contradicts_the_custody_of_a_minor_is_an_error(custody, dependant):
    answer(**eligibility_case(person(), child(custody, dependant=dependant)))
    words = error(**eligibility_case(person(), child(custody, dependant=not dependant)))
    assert f'contradicts the custody "{custody}" of a minor child' in words


def test_custody_of_a_grown_up_child_contradicts_nothing():
    assert category(person(), child("alternate", "2004-01-01", dependant=False, on_tax_notice=True)) == (2, 0)


def test_a_visiting_child_ends_the_step_of_a_lone_adult():
    assert category(person(), child(), child("visit")) == (3, 0)
    assert category(person(), child(), child()) == (4, 0)


def test_lone_adult_step_needs_every_other_member_to_be_a_dependant():
    assert category(person(), child(), person("other", on_tax_notice=True)) == (3, 0)
    assert category(person(), person("child", "2000-01-01", dependant=False, on_tax_notice=True)) == (2, 0)


# --- Young couple ---


def couple(first, second, tie="spouse", **facts):
    return category(person(birth_date=first), person(tie, second), **facts)


@pytest.mark.parametrize("tie", ["spouse", "partner"])
def test_couple_of_ages_55_together_is_a_young_couple(tie):
    # On 30 November 2026, when the lease is signed, the two spouses or partners are 27 and 28 years old.
    assert couple("1999-11-30", "1998-11-30", tie) == (3, 0)


def test_couple_of_ages_56_together_is_not_a_young_couple():
    assert couple("1998-11-30", "1998-11-30") == (2, 0)


def test_ages_are_completed_on_the_signing_date():
    assert couple("1998-12-01", "1998-11-30") == (3, 0)
    assert couple("1998-12-01", "1998-11-30", signing_date="2026-12-01") == (2, 0)


def test_birth_on_29_february_completes_a_year_on_1_march():
    income = [n2(20_000, 2025)]
    assert couple("2000-02-29", "1999-01-01", signing_date="2027-02-28", incomes=income, **rows_2027()) == (3, 0)
    assert couple("2000-02-29", "1999-01-01", signing_date="2027-03-01", incomes=income, **rows_2027()) == (3, 0)
    assert couple("2000-02-29", "1998-02-28", signing_date="2027-02-28", incomes=income, **rows_2027()) == (3, 0)
    assert couple("2000-02-29", "1998-02-28", signing_date="2027-03-01", incomes=income, **rows_2027()) == (2, 0)


def rows_2027():
    row = {"row": "ceiling", "financing": "PLUS", "year": 2027, "zone": "paris", "source": "invented"}
    return {"rows": [row | {"category": number, "euros": 30_000 + number} for number in (2, 3)]}


def test_two_young_persons_who_are_not_a_couple_stay_in_category_2():
    assert couple("2000-01-01", "2000-01-01", "co_applicant") == (2, 0)


def test_a_young_couple_with_a_child_is_no_longer_one():
    young = person(birth_date="2000-01-01"), person("spouse", "2000-01-01")
    assert category(*young, child()) == (3, 0)
    assert category(*young, child("visit")) == (3, 0)


# --- Disabled person ---


@pytest.mark.parametrize(
    ("household", "expected"),
    [
        ([person(cmi=True)], 2),
        ([person(), SPOUSE | {"cmi": True}], 3),
        ([person(), SPOUSE, child(cmi=True)], 4),
        ([person(), SPOUSE, child(), child(cmi=True)], 5),
        ([person(), SPOUSE, child(), child(), child(cmi=True)], 6),
    ],
)
def test_disabled_person_adds_one_step(household, expected):
    assert category(*household) == (expected, 0)


def test_special_cases_do_not_add_up():
    assert category(person(cmi=True), child(cmi=True)) == (3, 0)
    assert category(person(birth_date="2000-01-01", cmi=True), person("spouse", "2000-01-01")) == (3, 0)


def test_disabled_person_outside_the_household_does_not_count():
    assert category(person(), person("other", on_tax_notice=False, cmi=True)) == (1, 0)


# --- Who counts ---


def test_person_neither_on_a_tax_notice_nor_dependant_does_not_count():
    assert category(person(), person("other", on_tax_notice=False)) == (1, 0)
    assert category(person(), person("other", on_tax_notice=True)) == (2, 0)
    assert category(person(), person("other", dependant=True)) == (3, 0)


def test_facts_that_decide_who_counts_are_missing_by_name():
    assert missing(**eligibility_case(person(), person("other"))) == ["on_tax_notice of person 2"]
    grown_up = person("child", "2000-01-01")
    assert missing(**eligibility_case(person(), grown_up)) == ["dependant of person 2"]
    assert missing(**eligibility_case(person(), person("child", "2018-01-01"))) == ["custody of person 2"]
    nobody_dated = {"tie": "principal"}, {"tie": "spouse"}
    assert missing(**eligibility_case(*nobody_dated)) == ["birth_date of person 1", "birth_date of person 2"]


def test_adult_child_counts_if_dependant_or_on_the_tax_notice():
    grown_up = person("child", "2000-01-01")
    assert category(person(), grown_up | {"dependant": True}) == (3, 0)
    assert category(person(), grown_up | {"dependant": False, "on_tax_notice": True}) == (2, 0)
    assert category(person(), grown_up | {"dependant": False, "on_tax_notice": False}) == (1, 0)


@pytest.mark.parametrize(
    ("household", "words"),
    [
        ([person("co_applicant")], "exactly one principal, not 0"),
        ([person(), person()], "exactly one principal, not 2"),
        ([person(), SPOUSE, person("partner")], "at most one spouse or partner"),
        ([person(custody="full")], "only a child has a custody"),
        ([person(), SPOUSE | {"dependant": True}], "a spouse is not a dependant"),
        ([person(), DEPENDANT | {"dependant": False}], "contradicts"),
        ([person(birth_date="2026-12-01")], "born after 2026-11-30"),
        ([person(), {"tie": "expected_child", "cmi": True}], "only a tie and an expected birth_date"),
    ],
)
def test_impossible_households_are_errors(household, words):
    assert words in error(**eligibility_case(*household))


# --- Open points ---

EXPECTED = {"tie": "expected_child", "birth_date": "2027-02-01"}


def test_unborn_child_that_would_change_the_category_is_open():
    assert open_points(**eligibility_case(person(), EXPECTED)) == ["unborn_child"]
    assert open_points(**eligibility_case(person(), SPOUSE, EXPECTED)) == ["unborn_child"]
    assert open_points(**eligibility_case(person(), child(), {"tie": "expected_child"})) == ["unborn_child"]


def test_unborn_child_of_a_young_couple_changes_nothing():
    young = person(birth_date="2000-01-01"), person("partner", "2000-01-01")
    assert category(*young, EXPECTED) == (3, 0)
    assert open_points(**eligibility_case(*young, EXPECTED, EXPECTED)) == ["unborn_child"]


def test_unborn_child_of_a_disabled_couple_is_open():
    assert open_points(**eligibility_case(person(cmi=True), SPOUSE, EXPECTED)) == ["unborn_child"]


@pytest.mark.parametrize("dependants", [5, 6])
def test_lone_adult_with_five_or_more_dependants_is_open(dependants):
    case = eligibility_case(person(), *[child()] * dependants)
    assert open_points(**case) == ["lone_adult_with_five_dependants"]


def test_unborn_fifth_dependant_is_open_for_both_reasons():
    case = eligibility_case(person(), *[child()] * 4, EXPECTED)
    assert open_points(**case) == ["unborn_child", "lone_adult_with_five_dependants"]


def test_six_or_more_persons_with_a_disabled_person_are_open():
    assert open_points(**eligibility_case(person(cmi=True), SPOUSE, *[child()] * 4)) == ["six_or_more_with_disabled"]
    assert open_points(**eligibility_case(person(cmi=True), SPOUSE, *[child()] * 5)) == ["six_or_more_with_disabled"]
    assert open_points(**eligibility_case(person(cmi=True), *[child()] * 5)) == [
        "lone_adult_with_five_dependants",
        "six_or_more_with_disabled",
    ]


def test_unborn_child_that_is_overdue_is_missing_its_birth():
    overdue = {"tie": "expected_child", "birth_date": "2026-11-29"}
    assert missing(**eligibility_case(person(), SPOUSE, overdue)) == ["birth of person 3"]
    due_today = overdue | {"birth_date": "2026-11-30"}
    assert open_points(**eligibility_case(person(), SPOUSE, due_today)) == ["unborn_child"]


def test_open_point_comes_before_what_is_missing():
    assert open_points(**eligibility_case(person(), EXPECTED, incomes=[], financing="PLAI")) == ["unborn_child"]
