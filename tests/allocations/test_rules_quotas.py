"""Rules of legal quotas, which count only allocations followed by a signed lease."""

import pytest

from tests.allocations.cases import answer, calculate, error, missing


def allocation(quartile=1, in_qpv=False, contingent="own", dalo=False, priority=False, **facts):
    facts = {"lease_signed_on": "2026-05-04", "in_qpv": in_qpv, "contingent": contingent} | facts
    facts |= {"dalo": dalo, "priority": priority} | ({"quartile": quartile} if quartile else {})
    return facts


def quotas(*allocations, **facts):
    result = answer(kind="quotas", allocations=list(allocations), **facts)
    return {item["quota"] + item.get("contingent", ""): item for item in result["quotas"]}


def counts(name, *allocations, **facts):
    quota = quotas(*allocations, **facts)[name]
    return quota["n"], quota["of"]


OUTSIDE, INSIDE = "first_quartile_outside_qpv", "other_quartiles_in_qpv"


def test_first_quartile_counts_outside_qpv_only():
    given = [allocation(1), allocation(2), allocation(3), allocation(4), allocation(1, in_qpv=True)]
    assert counts(OUTSIDE, *given) == (1, 4)


def test_rehoused_household_counts_outside_qpv_whatever_its_quartile():
    assert counts(OUTSIDE, allocation(4, rehoused=True), allocation(None, rehoused=True)) == (2, 2)
    assert missing(kind="quotas", allocations=[allocation(None, in_qpv=True, rehoused=True)]) == [
        "quartile or monthly_income_cents of allocation 1"
    ]


def test_other_three_quartiles_count_in_qpv():
    given = [allocation(quartile, in_qpv=True) for quartile in (1, 2, 3, 4)]
    assert counts(INSIDE, *given, allocation(2)) == (3, 4)


def test_each_contingent_and_the_own_share_has_its_count_of_dalo_or_priority():
    given = [
        allocation(contingent="state", dalo=True),
        allocation(contingent="state", priority=True),
        allocation(contingent="state", dalo=True, priority=True),
        allocation(contingent="state"),
        allocation(contingent="own"),
    ]
    result = quotas(*given)
    state, own = result["priority_in_contingentstate"], result["priority_in_contingentown"]
    assert (state["n"], state["of"], state["dalo"], state["other_priority"]) == (3, 4, 2, 1)
    assert (own["n"], own["of"], own["met"]) == (0, 1, False)


def test_allocation_without_a_signed_lease_does_not_count():
    unsigned = allocation(1)
    del unsigned["lease_signed_on"]
    assert counts(OUTSIDE, unsigned, allocation(2)) == (0, 1)
    assert answer(kind="quotas", allocations=[{}])["signed_leases"] == 0


def test_without_allocations_there_is_no_rate():
    quota = quotas()[OUTSIDE]
    assert quota == {"quota": OUTSIDE, "n": 0, "of": 0, "required_permille": 250}
    assert "no rate" in " ".join(calculate(kind="quotas", allocations=[])["reasons"])


@pytest.mark.parametrize(
    ("first", "others", "rate", "permille", "met", "more", "following"),
    [
        (1, 3, "1/4", 250, True, 0, 0),
        (0, 1, "0/1", 0, False, 1, 1),
        (0, 4, "0/1", 0, False, 1, 2),
        (1, 4, "1/5", 200, False, 1, 1),
        (24, 76, "6/25", 240, False, 1, 2),
        (249, 751, "249/1000", 249, False, 1, 2),
        (1, 6, "1/7", 142, False, 1, 1),
        (3, 0, "1/1", 1000, True, 0, 0),
    ],
)
def test_rate_is_exact_and_says_how_many_more_are_needed(first, others, rate, permille, met, more, following):
    quota = quotas(*[allocation(1)] * first, *[allocation(2)] * others)[OUTSIDE]
    assert (quota["rate"], quota["rate_permille"], quota["met"]) == (rate, permille, met)
    assert (quota["more_needed"], quota["next_needed"]) == (more, following)


def test_half_is_enough_in_qpv():
    quota = quotas(allocation(1, in_qpv=True), allocation(2, in_qpv=True))[INSIDE]
    assert (quota["met"], quota["rate"]) == (True, "1/2")
    quota = quotas(*[allocation(1, in_qpv=True)] * 2, allocation(2, in_qpv=True))[INSIDE]
    assert (quota["met"], quota["more_needed"], quota["next_needed"]) == (False, 1, 1)


def test_facts_that_a_quota_needs_are_missing_by_name():
    assert missing(kind="quotas", allocations=[{"lease_signed_on": "2026-05-04"}]) == [
        "in_qpv of allocation 1",
        "contingent of allocation 1",
        "dalo of allocation 1",
        "priority of allocation 1",
        "quartile or monthly_income_cents of allocation 1",
    ]


# --- Quartile from income ---

THRESHOLD = {"row": "quartile_threshold", "scope": "idf", "cents": 1_000_000, "source": "order of 3 June 2025"}
THRESHOLD |= {"valid_from": "2025-06-04", "valid_to": "2026-06-30"}


def with_income(monthly_cents, commune="75113", **facts):
    units = {} if "ages" in facts else {"consumption_units_permille": 1_500}
    return allocation(None, monthly_income_cents=monthly_cents, commune=commune) | units | facts


def is_first(given, *rows):
    return counts(OUTSIDE, given, rows=list(rows))[0] == 1


def test_quartile_is_yearly_income_by_consumption_unit():
    # For 1.5 consumption units, 125,000 cents a month are exactly 1,000,000 cents a year per unit.
    assert is_first(with_income(124_999), THRESHOLD)
    assert not is_first(with_income(125_001), THRESHOLD)


def test_income_equal_to_the_threshold_depends_on_its_order():
    equal = with_income(125_000)
    assert missing(kind="quotas", allocations=[equal], rows=[THRESHOLD]) == [
        "whether quartile_threshold idf 2026-05-04 is inclusive"
    ]
    assert is_first(equal, THRESHOLD | {"inclusive": True})
    assert not is_first(equal, THRESHOLD | {"inclusive": False})


def test_threshold_is_the_regions_in_ile_de_france_and_the_epcis_elsewhere():
    paris, lyon = with_income(1, epci="200054781"), with_income(1, "69123", epci="200046977")
    assert is_first(paris, THRESHOLD)
    assert missing(kind="quotas", allocations=[lyon], rows=[THRESHOLD]) == ["quartile_threshold 200046977 2026-05-04"]
    assert is_first(lyon, THRESHOLD | {"scope": "200046977"})
    assert missing(kind="quotas", allocations=[with_income(1, "69123")], rows=[THRESHOLD]) == ["epci of allocation 1"]


def test_threshold_of_another_year_does_not_apply():
    late = with_income(1, lease_signed_on="2026-07-01")
    assert missing(kind="quotas", allocations=[late], rows=[THRESHOLD]) == ["quartile_threshold idf 2026-07-01"]


UNITS = {"row": "consumption_units", "source": "invented", "valid_from": "2026-01-01", "child_below_age": 14}
UNITS |= {"first_person_permille": 1000, "other_person_permille": 500, "child_permille": 300}


def test_consumption_units_come_from_a_row():
    family = with_income(150_000, ages=[14, 40, 13, 38])
    assert missing(kind="quotas", allocations=[family], rows=[THRESHOLD]) == ["consumption_units 2026-05-04"]
    # The family has 2.3 units (1 + 0.5 + 0.5 + 0.3), so its income is 782,608 cents a year per unit.
    assert is_first(family, THRESHOLD | {"cents": 782_609}, UNITS)
    assert not is_first(family, THRESHOLD | {"cents": 782_608}, UNITS)


def test_lone_parent_may_add_to_consumption_units():
    family, row = with_income(150_000, ages=[40, 13]), UNITS | {"lone_parent_permille": 200}
    assert is_first(family, THRESHOLD | {"cents": 1_200_001}, row)
    assert not is_first(family, THRESHOLD | {"cents": 1_200_001}, UNITS)
    assert is_first(with_income(150_000, ages=[17, 3]), THRESHOLD | {"cents": 1_200_001}, row)
    assert not is_first(with_income(150_000, ages=[40]), THRESHOLD | {"cents": 1_500_001}, row)
    couple = with_income(150_000, ages=[40, 18])
    assert is_first(couple, THRESHOLD | {"cents": 1_200_001}, UNITS)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"quartile": 5}, "between 1 and 4"),
        ({"quartile": True}, "must be an integer, not a boolean"),
        ({"monthly_income_cents": 1}, "either quartile or monthly_income_cents"),
        ({"commune": "75113"}, "commune without monthly_income_cents"),
        ({"contingent": "État"}, "small letters"),
        ({"name": "x"}, "unknown key in allocation 1: name"),
    ],
)
def test_impossible_allocations_are_errors(facts, words):
    assert words in error(kind="quotas", allocations=[allocation(1) | facts])


def test_household_without_anybody_is_an_error():
    assert "must name at least one person's age" in error(kind="quotas", allocations=[with_income(1, ages=[])])


def test_everything_that_the_quartile_needs_is_missing_at_once():
    case = {"kind": "quotas", "allocations": [allocation(None, monthly_income_cents=100_000)]}
    assert missing(**case) == ["commune of allocation 1", "consumption_units_permille or ages of allocation 1"]
    case["allocations"][0] |= {"commune": "75113", "ages": [40]}
    assert missing(**case) == ["consumption_units 2026-05-04", "quartile_threshold idf 2026-05-04"]
