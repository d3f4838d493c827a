"""Rules of the motives for a refusal: each motive holds only if its figures prove it."""

import json

import pytest

from allocations.rules.cases.motives import READERS
from allocations.rules.motives import MOTIVES
from allocations.rules.open_points import OPEN_POINTS
from buildings.vocabulary import EQUIPMENT
from tests.allocations.cases import (
    answer,
    calculate,
    child,
    eligibility_case,
    error,
    missing,
    n2,
    open_points,
    parameter,
    person,
)


def case(code, **facts):
    return {"kind": "motive", "motive": code, "decided_on": "2026-11-30"} | facts


def holds(code, **facts):
    return answer(**case(code, **facts))["holds"]


def test_every_motive_of_the_list_can_be_calculated():
    assert list(READERS) == list(MOTIVES.terms)
    assert {code: MOTIVES.terms[code].row["decision"] for code in READERS if code.startswith(("over", "no_"))} == {
        "over_every_ceiling": "e",
        "no_right_of_residence": "e",
        "over_this_ceiling": "d",
    }


def test_motives_and_open_points_have_both_languages():
    for term in [*MOTIVES.terms.values(), *OPEN_POINTS.terms.values()]:
        assert term.fr and term.en and "'" not in term.fr + term.en, term.code
        assert term.row["source"] and ".md" not in term.row["source"], term.code


def test_sentences_of_open_points_have_no_digit():
    sentences = [sentence for term in OPEN_POINTS.terms.values() for sentence in (term.fr, term.en)]
    assert sentences and [sentence for sentence in sentences if any(map(str.isdigit, sentence))] == []


@pytest.mark.parametrize("code", ["other", "no_local_link", "local_link", "income_too_low", "behaviour", "arrears", ""])
def test_refusal_outside_the_closed_list_is_an_error(code):
    words = error(**case(code))
    assert "is not a motive" in words or '"motive" must have' in words


def test_motive_of_d_does_not_serve_for_e():
    assert "a motive of decision d only" in error(**case("too_small", decision="e", rooms=1, persons=1))


# --- Ceilings ---


def test_over_every_ceiling_needs_the_pls_ceiling():
    ceilings = {"PLAI": 14_811, "PLUS": 26_920}
    assert missing(**case("over_every_ceiling", income_cents=9_999_999, ceilings_euros=ceilings)) == ["ceiling PLS"]
    ceilings["PLS"] = 34_996
    assert holds("over_every_ceiling", income_cents=3_499_601, ceilings_euros=ceilings)
    assert not holds("over_every_ceiling", income_cents=3_499_600, ceilings_euros=ceilings)


def household(*persons, **facts):
    facts = eligibility_case(*persons, **facts)
    del facts["kind"]
    return facts


def test_ceiling_motives_are_computed_from_a_case_of_eligibility():
    richer = household(incomes=[n2(30_000)])
    assert holds("over_this_ceiling", case=richer)
    del richer["financing"]
    assert not holds("over_every_ceiling", case=richer)
    assert holds("over_every_ceiling", case=richer | {"incomes": [n2(35_000)]})
    assert missing(**case("over_every_ceiling", case=richer | {"incomes": []})) == ["income n2 2024"]
    assert missing(**case("over_this_ceiling", case=household(financing="PLAI"))) == ["ceiling PLAI 2026 paris 1"]
    assert open_points(**case("over_this_ceiling", case=household(person(), *[child()] * 5))) == [
        "lone_adult_with_five_dependants"
    ]


@pytest.mark.parametrize(("share", "cents", "expected"), [(60, 600_001, True), (60, 600_000, False)])
def test_part_of_a_plus_programme_has_its_share_of_the_ceiling(share, cents, expected):
    facts = {"financing": "PLUS", "income_cents": cents, "ceiling_euros": 10_000, "share_percent": share}
    assert holds("over_this_ceiling", **facts) is expected
    assert holds("over_this_ceiling", **facts | {"share_percent": 120}) is False
    assert "only a PLUS programme" in error(**case("over_this_ceiling", **facts | {"financing": "PLS"}))
    assert "must be 60, 100 or 120" in error(**case("over_this_ceiling", **facts | {"share_percent": 80}))


# --- Right of residence ---


def test_no_right_of_residence_needs_a_check():
    assert missing(**case("no_right_of_residence")) == ["check of the right of residence"]
    assert holds("no_right_of_residence", checked_on="2026-11-01", has_right=False)
    assert not holds("no_right_of_residence", checked_on="2026-11-01", has_right=True)
    assert not holds("no_right_of_residence", checked_on="2026-11-01", has_right=True, valid_until="2026-11-30")


def test_a_right_that_has_expired_since_needs_a_new_check():
    words = error(**case("no_right_of_residence", checked_on="2026-11-01", has_right=False, valid_until="2027-01-01"))
    assert words == "valid_until is the end of a right, and has_right is false."
    expired = case("no_right_of_residence", checked_on="2026-11-01", has_right=True, valid_until="2026-11-29")
    assert missing(**expired) == ["check of the right of residence after 2026-11-29"]


# --- Documents ---

REQUEST = {"document": "tax_notice", "requested_on": "2026-11-01", "answer_by": "2026-11-29"}


def test_missing_document_needs_a_request_whose_delay_has_passed():
    assert holds("paper_missing", **REQUEST)
    assert not holds("paper_missing", **REQUEST | {"answer_by": "2026-11-30"})
    assert not holds("paper_missing", document="tax_notice")
    assert missing(**case("paper_missing", document="tax_notice", requested_on="2026-11-01")) == [
        "answer_by of the request of tax_notice"
    ]


def test_document_received_even_late_is_not_missing():
    assert not holds("paper_missing", **REQUEST, received_on="2026-11-30")
    assert holds("paper_missing", **REQUEST, received_on="2026-12-01")
    assert "not received by 2026-11-30" in calculate(**case("paper_missing", **REQUEST))["reasons"][0]


@pytest.mark.parametrize("document", ["bank_statement", "medical_certificate", "criminal_record"])
def test_document_outside_the_closed_list_is_an_error(document):
    assert "is not a listed document" in error(**case("paper_missing", **REQUEST | {"document": document}))


# --- Size and equipment ---

OCCUPANCY = {"row": "occupancy", "rooms": 3, "fewest_persons": 2, "most_persons": 4, "source": "rules of procedure"}
OCCUPANCY |= {"valid_from": "2026-01-01"}


@pytest.mark.parametrize(
    ("persons", "too_small", "too_large"), [(1, False, True), (2, False, False), (4, False, False), (5, True, False)]
)
def test_size_is_judged_by_the_landlords_rows(persons, too_small, too_large):
    facts = {"rooms": 3, "persons": persons}
    assert missing(**case("too_small", **facts)) == ["occupancy of 3 rooms 2026-11-30"]
    assert holds("too_small", **facts, rows=[OCCUPANCY]) is too_small
    assert holds("too_large", **facts, rows=[OCCUPANCY]) is too_large


def test_dwelling_without_equipment_that_is_needed_is_not_accessible():
    assert holds("not_accessible", needs=["lift", "shower"], equipment=["lift"])
    assert not holds("not_accessible", needs=["lift"], equipment=["lift", "shower"])
    assert not holds("not_accessible", needs=[], equipment=[])


@pytest.mark.parametrize("name", ["needs", "equipment"])
@pytest.mark.parametrize("words", ["violent mother", "Lift", "lift ", "ascenseur"])
def test_equipment_outside_the_closed_list_is_an_error_that_does_not_repeat_it(name, words):
    facts = {"needs": ["lift"], "equipment": ["lift"]} | {name: ["shower", words]}
    message = error(**case("not_accessible", **facts))
    assert message == f'"{name}" must have only these codes: {", ".join(EQUIPMENT.terms)}.'


# --- Effort rate ---

RATE, RESIDUAL = (
    parameter("effort_rate_limit_permille", 330),
    parameter("residual_income_limit_cents_per_person", 30_000),
)
COSTS = {
    "rent_cents": 50_000,
    "annexes_cents": 5_000,
    "charges_cents": 10_000,
    "energy_cents": 3_000,
    "water_and_heat_cents": 2_000,
    "housing_aid_cents": 20_000,
    "resources_cents": 100_000,
    "persons": 2,
    "dalo": False,
}


def effort(rows=(RATE, RESIDUAL), **changes):
    return holds("effort_rate", **COSTS | changes, rows=list(rows))


def test_effort_rate_needs_both_limits():
    assert missing(**case("effort_rate", **COSTS, rows=[RATE]))[0].startswith("parameter residual_income_limit_cents")
    assert missing(**case("effort_rate", **COSTS, rows=[RESIDUAL])) == [
        "parameter effort_rate_limit_permille 2026-11-30"
    ]
    assert len(missing(**case("effort_rate", **COSTS))) == 2


def test_effort_rate_holds_above_one_limit_and_below_the_other():
    # The net costs of 50,000 cents are half of the resources, and leave 25,000 cents for each person.
    assert effort()
    assert not effort(rent_cents=33_000)  # The rent-to-income ratio is exactly its limit of 33 %.
    assert not effort(persons=1)  # One person has 50,000 cents left, more than the limit of 30,000.
    assert not effort(rows=[RATE, parameter("residual_income_limit_cents_per_person", 25_000)])
    assert effort(rows=[RATE, parameter("residual_income_limit_cents_per_person", 25_001)])
    assert not effort(rows=[parameter("effort_rate_limit_permille", 500), RESIDUAL])


def test_residual_income_may_be_limited_for_a_household_or_a_consumption_unit():
    assert effort(rows=[RATE, parameter("residual_income_limit_cents_per_household", 50_001)])
    assert not effort(rows=[RATE, parameter("residual_income_limit_cents_per_household", 50_000)])
    by_unit = [RATE, parameter("residual_income_limit_cents_per_consumption_unit", 33_334)]
    assert missing(**case("effort_rate", **COSTS, rows=by_unit)) == ["consumption_units_permille"]
    assert effort(rows=by_unit, consumption_units_permille=1_500)
    assert not effort(rows=by_unit, consumption_units_permille=1_499)
    both = [*by_unit, RESIDUAL]
    assert "in different units" in error(**case("effort_rate", **COSTS, rows=both))


def test_housing_aid_counts_and_is_missing_if_unknown():
    assert not effort(housing_aid_cents=50_000)
    without = {name: value for name, value in COSTS.items() if name not in ("housing_aid_cents", "energy_cents")}
    assert missing(**case("effort_rate", **without, rows=[RATE, RESIDUAL])) == ["energy_cents", "housing_aid_cents"]


def test_effort_rate_never_holds_alone_under_dalo():
    assert not effort(dalo=True)
    assert effort(dalo=True, other_motives=["too_small"])
    assert "is not another motive" in error(**case("effort_rate", **COSTS, other_motives=["effort_rate"]))


def test_without_resources_there_is_no_rate():
    assert not effort(resources_cents=0)
    assert not effort(resources_cents=0, housing_aid_cents=90_000)
    assert effort(resources_cents=1)


# --- Owner, fragile residence, ranks, state ---


def test_protection_order_closes_the_owners_motive_without_a_word():
    facts = {"owns_suited_dwelling": True, "protection_order": True}
    closed = json.dumps(calculate(**case("owner_suited", **facts)))
    assert closed == json.dumps(calculate(**case("owner_suited", **facts | {"owns_suited_dwelling": False})))
    assert closed == json.dumps(calculate(**case("owner_suited", owns_suited_dwelling=False, protection_order=False)))
    assert "order" not in closed and "protect" not in closed
    assert holds("owner_suited", **facts | {"protection_order": False})


def test_owners_motive_needs_both_facts():
    assert missing(**case("owner_suited", protection_order=True)) == ["owns_suited_dwelling"]
    assert missing(**case("owner_suited", owns_suited_dwelling=True)) == ["protection_order"]


def test_fragile_residence_must_be_named_by_the_cia_and_another_vacancy_promised():
    row = {"row": "fragile_residence", "residence": "R1", "source": "CIA of 2025", "valid_from": "2025-01-01"}
    facts = {"residence": "R1", "first_suited_vacancy_promised": True}
    assert missing(**case("fragile_residence", **facts)) == ["fragile residences of the CIA 2026-11-30"]
    assert holds("fragile_residence", **facts, rows=[row])
    assert not holds("fragile_residence", **facts | {"residence": "R2"}, rows=[row])
    assert not holds("fragile_residence", **facts | {"first_suited_vacancy_promised": False}, rows=[row])


def ranks(*pairs):
    return [{"number": number} | ({"rank": rank} if rank else {}) for number, rank in pairs]


def test_other_ranked_before_needs_each_rank():
    facts = {"number": "b", "ranks": ranks(("a", 1), ("b", 2), ("c", 3))}
    assert holds("other_ranked_before", **facts)
    assert not holds("other_ranked_before", **facts | {"number": "a"})
    assert missing(**case("other_ranked_before", number="b", ranks=ranks(("a", None), ("b", 2)))) == [
        "rank of candidate a"
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (ranks(("a", 1), ("b", 3)), "without gaps"),
        (ranks(("a", 1), ("b", 1)), "without gaps"),
        (ranks(("a", 1)), "not among the ranks"),
        (ranks(("b", 1), ("b", 2)), "occurs twice"),
    ],
)
def test_impossible_ranks_are_errors(given, words):
    assert words in error(**case("other_ranked_before", number="b", ranks=given))


def test_application_struck_off_or_withdrawn_is_not_applicable_now():
    assert not holds("not_applicable_now", state="active")
    assert holds("not_applicable_now", state="struck_off", since="2026-11-30")
    assert not holds("not_applicable_now", state="withdrawn", since="2026-12-01")
    assert missing(**case("not_applicable_now", state="withdrawn")) == ["since when the application is withdrawn"]


def test_costs_and_limits_of_the_effort_rate_are_missing_at_once():
    names = missing(**case("effort_rate", persons=1, dalo=False, rent_cents=1))
    assert names[0] == "annexes_cents" and names[-2] == "parameter effort_rate_limit_permille 2026-11-30"
    assert len(names) == 8
