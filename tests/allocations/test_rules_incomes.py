"""Rules of incomes: which income counts, and whether it is within the ceiling."""

import pytest

from tests.allocations.cases import (
    answer,
    calculate,
    child,
    eligibility_case,
    error,
    missing,
    n1,
    n2,
    parameter,
    person,
    twelve_months,
)

DEDUCTION = parameter("twelve_months_deduction_permille", 100)
COUPLE = person(), person("spouse", "1980-06-15")


def counted(*incomes, household=(), **facts):
    result = answer(**eligibility_case(*household, incomes=list(incomes), **facts))
    return result["income_cents"], result["income_basis"], result["income_year"]


def reasons(*incomes, household=(), **facts):
    return " ".join(calculate(**eligibility_case(*household, incomes=list(incomes), **facts))["reasons"])


# --- Within the ceiling ---


@pytest.mark.parametrize(("cents", "eligible"), [(2_691_999, True), (2_692_000, True), (2_692_001, False)])
def test_income_equal_to_the_ceiling_is_eligible(cents, eligible):
    income = {"year": 2024, "basis": "n2", "rfr_cents": cents, "proof": "tax_notice"}
    assert answer(**eligibility_case(incomes=[income]))["eligible"] is eligible


@pytest.mark.parametrize(
    ("cents", "shares"),
    [
        (1_615_200, {"at_most_60_percent": True, "at_most_120_percent": True}),
        (1_615_201, {"at_most_60_percent": False, "at_most_120_percent": True}),
        (3_230_400, {"at_most_60_percent": False, "at_most_120_percent": True}),
        (3_230_401, {"at_most_60_percent": False, "at_most_120_percent": False}),
    ],
)
def test_shares_of_a_plus_programme_are_at_60_and_120_percent_of_the_ceiling(cents, shares):
    income = n2(0) | {"rfr_cents": cents}
    result = answer(**eligibility_case(incomes=[income], plus_shares=True))
    assert result["plus_shares"] == shares
    assert result["eligible"] is (cents <= 2_692_000)


def test_only_a_plus_programme_has_shares():
    assert "only a PLUS programme" in error(**eligibility_case(financing="PLS", plus_shares=True))


# --- N-2, N-1, twelve months ---


def test_incomes_of_several_notices_are_added():
    assert counted(n2(12_000), n2(9_000)) == (2_100_000, "n2", 2024)


def test_later_income_counts_from_a_drop_of_exactly_ten_percent():
    assert counted(n2(20_000), n1(18_000)) == (1_800_000, "n1", 2025)
    almost = n1(18_000) | {"rfr_cents": 1_800_001}
    assert counted(n2(20_000), almost) == (2_000_000, "n2", 2024)
    assert "not at least 10 % lower" in reasons(n2(20_000), almost)


@pytest.mark.parametrize("proof", ["sworn_statement", None])
def test_later_income_without_papers_does_not_count(proof):
    income = n1(5_000, proof=proof)
    if proof is None:
        del income["proof"]
    assert counted(n2(20_000), income) == (2_000_000, "n2", 2024)


def test_a_sworn_statement_beside_papers_spoils_the_later_income():
    assert counted(n2(20_000), n1(2_000), n1(3_000, proof="sworn_statement"))[1] == "n2"


def test_higher_later_income_does_not_count():
    assert counted(n2(20_000), n1(30_000)) == (2_000_000, "n2", 2024)


def test_lowest_lawful_income_counts():
    incomes = n2(20_000), n1(17_000), twelve_months(16_000)
    assert counted(*incomes, rows=[DEDUCTION]) == (1_440_000, "twelve_months", 2026)
    assert counted(n2(20_000), n1(14_000), twelve_months(16_000), rows=[DEDUCTION])[1] == "n1"


def test_twelve_months_need_the_landlords_deduction():
    case = eligibility_case(incomes=[n2(20_000), twelve_months(10_000)])
    assert missing(**case) == ["parameter twelve_months_deduction_permille 2026-11-30"]
    expired = DEDUCTION | {"valid_to": "2026-11-29"}
    assert missing(**case, rows=[expired]) == ["parameter twelve_months_deduction_permille 2026-11-30"]


def test_twelve_months_without_proof_need_no_deduction():
    assert counted(n2(20_000), twelve_months(10_000, proof="sworn_statement"))[1] == "n2"


def test_drop_is_compared_before_rounding_to_cents():
    # After the 10 % deduction, 2,000,001 cents are 1,800,000.9, so the income dropped by less than the required 10 %.
    income = twelve_months(1) | {"net_taxable_cents": 2_000_001}
    assert counted(n2(20_000), income, rows=[DEDUCTION])[1] == "n2"
    assert counted(n2(20_000), income | {"net_taxable_cents": 2_000_000}, rows=[DEDUCTION])[1] == "twelve_months"


def test_n2_is_missing_even_if_a_later_income_is_given():
    assert missing(**eligibility_case(incomes=[])) == ["income n2 2024"]
    assert missing(**eligibility_case(incomes=[n1(10_000)])) == ["income n2 2024"]
    assert missing(**eligibility_case(incomes=[twelve_months(10_000)])) == ["income n2 2024"]


def test_n2_without_papers_is_missing_its_proof():
    assert missing(**eligibility_case(incomes=[n2(10_000, proof="sworn_statement")])) == ["proof of income n2 2024"]
    declared = {"year": 2024, "basis": "n2", "rfr_cents": 1_000_000}
    assert missing(**eligibility_case(incomes=[declared])) == ["proof of income n2 2024"]
    alone = eligibility_case(*COUPLE, incomes=[declared | {"persons": [1]}])
    assert missing(**alone) == ["proof of income n2 2024", "income n2 2024 of person 2"]
    assert counted(declared | {"proof": "benefit_statement"}) == (1_000_000, "n2", 2024)


# --- A new year ---


def test_income_assessed_for_another_year_needs_a_new_assessment():
    assert missing(**eligibility_case(incomes=[n2(10_000, 2023)])) == ["income n2 2024", "new assessment 2026"]
    assert missing(**eligibility_case(incomes=[n1(10_000, 2024)])) == ["income n2 2024", "new assessment 2026"]
    assert missing(**eligibility_case(assessed_for=2025)) == ["new assessment 2026"]
    assert answer(**eligibility_case(assessed_for=2026))["eligible"]


def test_signing_after_31_december_needs_a_new_assessment():
    case = eligibility_case(signing_date="2027-01-02", assessed_for=2026)
    assert missing(**case) == [
        "ceiling PLUS 2027 paris 1",
        "new assessment 2027",
        "income n2 2025",
    ]


@pytest.mark.parametrize("income", [n1(1_000, 2024), n2(1_000, 2023), twelve_months(1_000, 2024)])
def test_outdated_income_beside_the_right_one_needs_a_new_assessment(income):
    assert missing(**eligibility_case(incomes=[n2(30_000), income])) == ["new assessment 2026"]


# --- Whose income ---


def test_n2_must_cover_everybody_whose_income_counts():
    case = eligibility_case(*COUPLE, incomes=[n2(10_000, persons=[1])])
    assert missing(**case) == ["income n2 2024 of person 2"]
    assert answer(**eligibility_case(*COUPLE, incomes=[n2(10_000, persons=[1, 2])]))["eligible"]


def test_income_of_children_and_dependants_is_on_their_parents_notice():
    assert counted(n2(10_000, persons=[1]), household=[person(), child()])[0] == 1_000_000


def test_income_of_an_adult_who_is_no_dependant_must_be_covered():
    adult = person("child", "2000-01-01", dependant=False, on_tax_notice=True)
    case = eligibility_case(person(), adult, incomes=[n2(10_000, persons=[1])])
    assert missing(**case) == ["income n2 2024 of person 2"]
    dependant = adult | {"dependant": True}
    assert answer(**eligibility_case(person(), dependant, incomes=[n2(10_000, persons=[1])]))["category"] == 3
    visiting = child("visit")
    assert answer(**eligibility_case(person(), visiting, incomes=[n2(10_000, persons=[1])]))["category"] == 2


def test_last_twelve_months_are_one_period():
    incomes = [n2(30_000), twelve_months(10_000, 2025), twelve_months(5_000, 2026)]
    assert "twelve_months have two years" in error(**eligibility_case(incomes=incomes, rows=[DEDUCTION]))
    both = twelve_months(10_000, 2025), twelve_months(5_000, 2025)
    assert counted(n2(30_000), *both, rows=[DEDUCTION]) == (1_350_000, "twelve_months", 2025)


def test_later_income_of_only_one_person_is_not_compared_with_that_of_two():
    incomes = n2(20_000, persons=[1]), n2(20_000, persons=[2]), n1(10_000, persons=[1])
    assert counted(*incomes, household=COUPLE) == (4_000_000, "n2", 2024)
    assert "does not cover every person" in reasons(*incomes, household=COUPLE)
    both = *incomes, n1(20_000, persons=[2])
    assert counted(*both, household=COUPLE) == (3_000_000, "n1", 2025)


def test_fewer_later_incomes_must_name_their_persons():
    incomes = n2(20_000), n2(20_000), n1(18_000)
    assert missing(**eligibility_case(*COUPLE, incomes=list(incomes))) == ["persons of income n1 2025"]
    both = n2(20_000), n2(20_000), n1(18_000, persons=[1, 2])
    assert counted(*both, household=COUPLE) == (1_800_000, "n1", 2025)
    assert counted(n2(20_000), n2(20_000), n1(9_000), n1(9_000), household=COUPLE) == (1_800_000, "n1", 2025)
    assert counted(n2(40_000), n1(18_000), household=COUPLE) == (1_800_000, "n1", 2025)
    assert counted(*incomes) == (1_800_000, "n1", 2025)


def test_fewer_later_incomes_that_would_not_count_need_no_names():
    assert counted(n2(20_000), n2(20_000), n1(39_000), household=COUPLE) == (4_000_000, "n2", 2024)


def test_income_of_a_person_outside_the_household_does_not_count():
    household = person(), person("other", on_tax_notice=False)
    incomes = n2(20_000, persons=[1]), n2(90_000, persons=[2]), n1(17_000, persons=[1])
    assert counted(*incomes, household=household) == (1_700_000, "n1", 2025)
    assert missing(**eligibility_case(*household, incomes=[incomes[1]])) == ["income n2 2024"]


@pytest.mark.parametrize("persons", [[0], [2], [1, 1], [], [True], ["1"]])
def test_impossible_persons_of_an_income_are_errors(persons):
    assert '"persons" of income 1 must' in error(**eligibility_case(incomes=[n2(1, persons=persons)]))


# --- The applicant's share alone ---


def shared(event, proof, share=10_000):
    only = {"event": event, "share_cents": share * 100} | ({"proof": proof} if proof else {})
    return n2(50_000, share_only=only)


@pytest.mark.parametrize(
    ("event", "proof"),
    [
        ("divorced", "divorce_judgment"),
        ("divorced", "judge_seized"),
        ("divorcing", "court_order"),
        ("divorcing", "judge_seized"),
        ("divorcing", "lawyer_certificate"),
        ("pacs_ended", "pacs_dissolution"),
        ("widowed", "death_certificate"),
        ("couple_violence", "complaint_receipt"),
        ("protected_person_alone", "protection_decision"),
    ],
)
def test_share_alone_counts_for_a_proved_event(event, proof):
    assert counted(shared(event, proof)) == (1_000_000, "n2", 2024)


@pytest.mark.parametrize(
    ("event", "proof"),
    [
        ("divorcing", "sworn_statement"),
        ("divorcing", "complaint_receipt"),
        ("divorcing", None),
        ("widowed", "lawyer_certificate"),
        ("couple_violence", "sworn_statement"),
        ("protected_person_alone", "complaint_receipt"),
    ],
)
def test_whole_income_counts_without_the_accepted_proof(event, proof):
    assert counted(shared(event, proof)) == (5_000_000, "n2", 2024)
    assert "so the whole income counts" in reasons(shared(event, proof))


def test_protected_person_with_the_partner_in_the_household_is_not_alone():
    income = shared("protected_person_alone", "protection_decision")
    assert counted(income, household=COUPLE) == (5_000_000, "n2", 2024)


def test_unknown_event_and_share_above_the_whole_are_errors():
    assert "must be one of divorced" in error(**eligibility_case(incomes=[shared("separated", "court_order")]))
    assert "between 0 and 5000000" in error(**eligibility_case(incomes=[shared("widowed", "court_order", 50_001)]))


# --- Care home of the spouse ---


def test_ehpad_cost_needs_its_limit_and_is_deducted_within_it():
    case = eligibility_case(*COUPLE, incomes=[n2(45_000)], ehpad_spouse_cost_cents=1_000_000)
    assert missing(**case) == ["parameter ehpad_deduction_limit_cents 2026-11-30"]
    result = answer(**case, rows=[parameter("ehpad_deduction_limit_cents", 300_000)])
    assert (result["income_cents"], result["eligible"]) == (4_200_000, False)
    result = answer(**case, rows=[parameter("ehpad_deduction_limit_cents", 2_000_000)])
    assert (result["income_cents"], result["eligible"]) == (3_500_000, True)
