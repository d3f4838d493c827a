"""Rules of points: the points by a grid, the bands that officers see instead of points, and the ranks."""

import hashlib
import hmac
import json
import random
import time
from datetime import date
from itertools import combinations, product

import pytest

from allocations.rules.bands import compile_bands, hiding
from allocations.rules.grids import Flag, Grid, Line, MonthsWaited, Number
from allocations.rules.points import compile_grid, full_months
from formats.months import months_after
from tests.allocations.cases import answer, calculate, error

TOULOUSE = {"type": "months_waited", "bonus_beyond_months": 36, "bonus_points": 20}


def line(code, points, rubric="housing", sealed=False, rule=None, **facts):
    rule = rule or {"type": "flag", "feature": code}
    return {"code": code, "rubric": rubric, "points": points, "sealed": sealed, "rule": rule, **facts}


def grid(*lines, once=(), band_width=100, **facts):
    rubrics = dict.fromkeys(item["rubric"] for item in lines)
    return {
        "version": "2026",
        "adopted_on": "2026-01-01",
        "source": "partnership plan of the EPCI",
        "rubrics": [{"code": code, "mode": "once" if code in once else "sum"} for code in rubrics],
        "lines": list(lines),
        "band_width": band_width,
    } | facts


def score(rules, audience="applicant", filed_on="2026-11-30", scored_on="2026-11-30", declared=(), **verified):
    features = {name: {"value": value, "status": "verified"} for name, value in verified.items()}
    features |= {name: {"value": True, "status": "declared"} for name in declared}
    return {
        "kind": "score",
        "scored_on": scored_on,
        "grid": rules,
        "audience": audience,
        "application": {"filed_on": filed_on, "features": features},
    }


def total(rules, **facts):
    return answer(**score(rules, **facts))["total_verified"]


# --- Rules ---


def test_rubrics_of_the_mode_sum_add_up_and_once_counts_the_best():
    lines = line("overcrowded", 10), line("unfit", 15), line("lone_parent", 5, "family"), line("dalo", 50, "priority")
    facts = {"overcrowded": True, "unfit": True, "lone_parent": True, "dalo": False}
    assert total(grid(*lines), **facts) == 30
    assert total(grid(*lines, once=["housing"]), **facts) == 20


def test_a_flag_that_is_false_or_absent_gives_nothing():
    assert total(grid(line("dalo", 50))) == total(grid(line("dalo", 50)), dalo=False) == 0


@pytest.mark.parametrize(("people", "points"), [(2, 0), (3, 7), (5, 7), (6, 0)])
def test_number_limits_are_included(people, points):
    rule = {"type": "number", "feature": "people", "at_least": 3, "at_most": 5}
    assert total(grid(line("family", 7, rule=rule)), people=people) == points


def test_code_is_one_of_a_list():
    rules = grid(line("housed", 7, rule={"type": "code", "feature": "housing", "codes": ["hotel", "shelter"]}))
    assert (total(rules, housing="hotel"), total(rules, housing="tenant")) == (7, 0)


@pytest.mark.parametrize(
    ("filed_on", "points"),
    [
        ("2026-11-30", 0),
        # A month after 31 October ends on 30 November, because November has no 31st day.
        ("2026-10-31", 1),
        ("2025-11-30", 12),
        ("2025-12-01", 11),
        ("2023-11-30", 36),
        ("2023-10-31", 57),
        ("2023-10-30", 57),
        ("2023-11-01", 36),
    ],
)
def test_month_waited_gives_a_point_and_more_than_36_give_the_bonus(filed_on, points):
    assert total(grid(line("waiting", 1, rule=TOULOUSE)), filed_on=filed_on) == points


def test_points_for_waiting_may_be_limited_before_the_bonus():
    rules = grid(line("waiting", 2, rule=TOULOUSE | {"most_points": 48}))
    assert total(rules, filed_on="2016-11-30") == 48 + 20
    assert total(rules, filed_on="2024-11-30") == 48


def test_full_months_count_as_months_after_does():
    days = [date(2026, 1, 1).fromordinal(date(2026, 1, 1).toordinal() + offset) for offset in range(0, 800, 3)]
    for filed_on, on in combinations(days[::7] + days[-40:], 2):
        start, end = sorted((filed_on, on))
        months = full_months(start, end)
        assert months_after(start, months) <= end < months_after(start, months + 1), (start, end)


def test_filing_after_the_scoring_day_is_an_error():
    assert "after 2026-11-30" in error(**score(grid(line("dalo", 1)), filed_on="2026-12-01"))


def test_line_counts_only_while_it_is_in_force():
    rules = grid(line("dalo", 50, to="2026-11-29"), line("dalo_2", 40, rule={"type": "flag", "feature": "dalo"}))
    assert total(rules, dalo=True) == 40
    assert total(rules, dalo=True, scored_on="2026-11-29", filed_on="2026-11-29") == 90
    rules["lines"][1]["from"] = "2026-12-01"
    assert total(rules, dalo=True) == 0


def test_refused_dwelling_may_cost_points():
    assert total(grid(line("dalo", 50), line("refused", -30)), dalo=True, refused=True) == 20


# --- Declared and verified ---


def test_declared_points_are_provisional():
    result = answer(**score(grid(line("dalo", 50), line("unfit", 15)), unfit=True, declared=["dalo"]))
    assert (result["total_verified"], result["total_declared"], result["provisional"]) == (15, 65, True)
    assert not answer(**score(grid(line("dalo", 50)), dalo=True))["provisional"]


def test_lines_say_their_points_and_why():
    lines = line("overcrowded", 10), line("unfit", 15), line("waiting", 1, "time", rule=TOULOUSE)
    case = score(grid(*lines, once=["housing"]), overcrowded=True, declared=["unfit"], filed_on="2026-01-30")
    result = [
        (item["code"], item["points"], item["status"], item["counted_verified"], item["counted_declared"], item["why"])
        for item in answer(**case)["lines"]
    ]
    assert result == [
        ("overcrowded", 10, "verified", True, False, "overcrowded is established, but unfit counts in its rubric"),
        ("unfit", 15, "declared", False, True, "unfit is established"),
        ("waiting", 10, "verified", True, True, "10 full months waited"),
    ]


# --- What officers see ---

SEALED = line("violence", 40, "ground", sealed=True), line("trafficking", 10, "ground", sealed=True)


def officer(rules, **facts):
    result = calculate(**score(rules, "officer", **facts))
    assert result["result"] == "answer", result
    return json.dumps(result)


def test_officer_sees_neither_points_nor_lines():
    result = json.loads(officer(grid(line("unfit", 17), *SEALED), unfit=True, violence=True))["answer"]
    assert set(result) == {
        *("audience", "grid", "grid_hides_grounds", "band_width", "sealed_spread", "betraying_lines"),
        *("ground_recognised", "band", "provisional", "filed_on"),
    }


@pytest.mark.parametrize("width", [50, 51, 60, 1000])
@pytest.mark.parametrize("visible", range(-5, 120, 5))
def test_officer_gets_equal_bytes_whichever_ground_is_recognised(width, visible):
    rules = grid(line("unfit", visible), *SEALED, band_width=width)
    worlds = {"violence": True}, {"trafficking": True}, {"violence": True, "trafficking": True}
    assert len({officer(rules, unfit=True, **world) for world in worlds}) == 1


def test_ground_that_is_only_declared_changes_nothing_for_the_officer():
    rules = grid(line("unfit", 17), *SEALED)
    assert officer(rules, unfit=True) == officer(rules, unfit=True, declared=["violence"])
    assert officer(rules, unfit=True, trafficking=True) == officer(
        rules, unfit=True, trafficking=True, declared=["violence"]
    )
    assert '"ground_recognised": false' in officer(rules, declared=["violence"])
    assert '"provisional": true' in officer(rules, declared=["unfit"])


def test_officer_gets_no_band_from_a_grid_whose_bands_are_too_narrow():
    result = json.loads(officer(grid(*SEALED, band_width=39), violence=True))["answer"]
    assert result["grid_hides_grounds"] is False and "band" not in result


def test_band_of_every_small_grid_depends_on_visible_features_and_the_boolean_only():
    for points, modes, width in product(product((0, 7, 20), repeat=3), product(("once", "sum"), repeat=2), (1, 13)):
        lines = [Line(f"s{n}", f"r{n % 2}", Flag(f"s{n}"), value, sealed=True) for n, value in enumerate(points)]
        lines += [Line("v", "r0", Flag("v"), 11)]
        rules = Grid("1", date(2026, 1, 1), "x", {"r0": modes[0], "r1": modes[1]}, tuple(lines), width)
        band = compile_bands(rules, date(2026, 1, 1))
        for visible in ({}, {"v": True}):
            grounds = [
                dict.fromkeys(names, True) for size in (1, 2, 3) for names in combinations(["s0", "s1", "s2"], size)
            ]
            assert len({band(visible | ground, 0, True) for ground in grounds}) == 1
            assert len({band(visible | ground, 0, False) for ground in [{}, *grounds]}) == 1


def test_spread_is_the_largest_difference_of_totals_between_recognised_grounds():
    for points, modes in product(product((5, 7, 20), repeat=3), product(("once", "sum"), repeat=2)):
        lines = tuple(Line(f"s{n}", f"r{n % 2}", Flag(f"s{n}"), value, sealed=True) for n, value in enumerate(points))
        rules = Grid("1", date(2026, 1, 1), "x", {"r0": modes[0], "r1": modes[1]}, lines, 1)
        scorer = compile_grid(rules, date(2026, 1, 1))
        grounds = [dict.fromkeys(names, True) for size in (1, 2, 3) for names in combinations(["s0", "s1", "s2"], size)]
        totals = [scorer(ground, 0) for ground in grounds]
        assert hiding(rules, date(2026, 1, 1)).spread == max(totals) - min(totals)


# --- Whether a grid hides grounds ---


def hides(*lines, once=(), band_width):
    facts = answer(kind="score", scored_on="2026-11-30", grid=grid(*lines, once=once, band_width=band_width))
    return facts["grid_hides_grounds"], facts["betraying_lines"]


def test_band_must_be_as_wide_as_the_difference_of_grounds_in_a_rubric():
    assert hides(*SEALED, once=["ground"], band_width=30) == (True, [])
    assert hides(*SEALED, once=["ground"], band_width=29) == (False, ["trafficking", "violence"])


def test_grounds_that_add_up_need_wider_bands():
    assert hides(*SEALED, band_width=39) == (False, ["trafficking", "violence"])
    assert hides(*SEALED, band_width=40) == (True, [])


def test_grounds_of_several_rubrics_add_up():
    lines = line("a", 40, "x", sealed=True), line("b", 10, "y", sealed=True)
    assert hides(*lines, once=["x", "y"], band_width=39) == (False, ["b", "a"])
    assert hides(*lines, once=["x", "y"], band_width=40) == (True, [])


def test_equal_grounds_that_count_once_hide_in_any_band():
    lines = line("a", 40, "x", sealed=True), line("b", 40, "x", sealed=True)
    assert hides(*lines, once=["x"], band_width=1) == (True, [])
    assert hides(*lines, band_width=39) == (False, ["a", "b"])


def test_grid_without_sealed_lines_hides_nothing_and_betrays_nothing():
    assert hides(line("dalo", 50), band_width=1) == (True, [])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([line("a", -1, sealed=True)], "whose points are not below zero"),
        ([line("a", 1, sealed=True, rule=TOULOUSE)], "must be a flag"),
        ([line("a", 1, sealed=True), line("b", 2, rule={"type": "flag", "feature": "a"})], "a sealed ground"),
        ([line("a", 1), line("a", 2)], "occurs twice"),
        ([line("a", 1), line("b", 1, rule={"type": "number", "feature": "a", "at_least": 1})], "two types"),
        ([], "a grid has 1 to 500 lines, not 0"),
        ([line("a", 1.5)], "must be an integer, not a decimal number"),
        ([line("a", 1, rule={"type": "number", "feature": "a"})], "needs at_least or at_most"),
        ([line("a", 1, rule=TOULOUSE | {"bonus_points": 1} | {"cap": 2})], "unknown key"),
        ([line("a", 1, **{"from": "2026-02-01", "to": "2026-01-01"})], "to is before from"),
    ],
)
def test_impossible_grids_are_errors(lines, words):
    assert words in error(kind="score", scored_on="2026-11-30", grid=grid(*lines))


def test_grid_must_be_adopted_and_have_the_rubrics_of_its_lines():
    rules = grid(line("a", 1))
    assert "after 2025-12-31" in error(kind="score", scored_on="2025-12-31", grid=rules)
    assert "which the grid does not have" in error(kind="score", scored_on="2026-11-30", grid=rules | {"rubrics": []})


def test_features_have_the_type_of_their_rule_and_a_line():
    rules = grid(line("a", 1))
    assert "no line of the grid uses the feature b" in error(**score(rules, b=True))
    assert '"value" of "a" of' in error(**score(rules, a=1))
    assert '"audience" must be one of' in error(**score(rules, "public"))


# --- Ranks ---

KEY = "00112233445566778899aabbccddeeff"


def ranking(candidates, audience="officer", **facts):
    case = {"kind": "score", "scored_on": "2026-11-30", "vacancy": "V1", "key_hex": KEY, "audience": audience}
    return case | {"candidates": candidates} | facts


def candidate(number, points=10, filed_on="2024-01-01"):
    return {"number": number, "points": points, "filed_on": filed_on}


def ranked(candidates, **facts):
    return [item["number"] for item in answer(**ranking(candidates, **facts))["ranks"]]


def test_rank_is_by_points_then_filing_date_then_tie_break():
    candidates = [candidate("late", 20, "2025-01-01"), candidate("early", 20, "2023-01-01"), candidate("most", 21)]
    assert ranked(candidates) == ["most", "early", "late"]


def test_tie_break_is_the_hmac_of_vacancy_and_number():
    numbers = [f"n{number}" for number in range(30)]
    expected = sorted(
        numbers, key=lambda of: hmac.new(bytes.fromhex(KEY), f"V1|{of}".encode(), hashlib.sha256).digest()
    )
    assert ranked([candidate(number) for number in numbers]) == expected
    assert ranked([candidate(number) for number in numbers], vacancy="V2") != expected


def test_rank_does_not_depend_on_the_order_of_input():
    candidates = [candidate(f"n{n}", n % 3, f"2024-01-0{1 + n % 2}") for n in range(20)]
    expected = ranked(candidates)
    for seed in range(5):
        random.Random(seed).shuffle(candidates)
        assert ranked(candidates) == expected


def test_officer_ranks_without_points_and_examiner_with_them():
    rules = grid(line("unfit", 17), *SEALED)
    features = {"violence": {"value": True, "status": "verified"}, "unfit": {"value": True, "status": "declared"}}
    candidates = [{"number": "a", "filed_on": "2024-01-01", "features": features}]
    (result,) = answer(**ranking(candidates, grid=rules))["ranks"]
    assert set(result) == {"rank", "number", "tie_break", "ground_recognised", "band", "provisional", "filed_on"}
    (result,) = answer(**ranking(candidates, "examiner", grid=rules))["ranks"]
    assert result["total_verified"] == 40


@pytest.mark.parametrize("audience", ["officer", "committee", "examiner"])
@pytest.mark.parametrize("ground", ["violence", "trafficking"])
def test_rank_does_not_tell_which_ground_and_does_not_contradict_the_band(audience, ground):
    rules = grid(line("unfit", 45), *SEALED, band_width=40)

    def of(number, *features):
        verified = {name: {"value": True, "status": "verified"} for name in features}
        return {"number": number, "filed_on": "2024-01-01", "features": verified}

    candidates = [of("visible", "unfit"), of("sealed", ground)]
    ranks = answer(**ranking(candidates, audience, grid=rules))["ranks"]
    assert [(rank["number"], rank["band"]) for rank in ranks] == [("sealed", 1), ("visible", 1)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"audience": "applicant"}, "only their own points"),
        ({"candidates": [candidate("a"), candidate("a")]}, "the candidate a occurs 2 times"),
        ({"candidates": [candidate("a|b")]}, 'contains "|"'),
        ({"vacancy": "V|1"}, 'contains "|"'),
        ({"vacancy": "\ud800"}, "unpaired surrogate"),
        ({"key_hex": "xyz"}, "hexadecimal digits"),
        ({"key_hex": "abc"}, "hexadecimal digits"),
        ({"candidates": []}, "1 to 10000 candidates, not 0"),
        ({"candidates": [candidate("a", filed_on="2026-12-01")]}, "candidate 1: filed on 2026-12-01, after 2026-11-30"),
    ],
)
def test_impossible_rankings_are_errors(change, words):
    assert words in error(**(ranking([candidate("a")]) | change))


# --- Speed ---


def test_grid_of_40_rules_scores_300000_applications_within_60_seconds():
    lines = [Line(f"l{n}", f"r{n % 8}", Flag(f"f{n}"), n + 1) for n in range(30)]
    lines += [Line(f"n{n}", f"r{n % 8}", Number(f"n{n}", at_least=n, at_most=n + 3), n) for n in range(9)]
    lines.append(Line("waiting", "time", MonthsWaited(100, 36, 20), 1))
    rubrics = {f"r{n}": ("once", "sum")[n % 2] for n in range(8)} | {"time": "sum"}
    scorer = compile_grid(Grid("1", date(2026, 1, 1), "x", rubrics, tuple(lines), 10), date(2026, 11, 30))
    draw = random.Random(1)
    rows = [
        {f"f{n}": draw.random() < 0.3 for n in range(30)} | {f"n{n}": draw.randrange(12) for n in range(9)}
        for _ in range(3_000)
    ]
    begun = time.process_time()
    totals = [scorer(row, number % 60) for number, row in enumerate(rows * 10)]
    taken = 10 * (time.process_time() - begun)
    assert len(set(totals)) > 100
    assert taken < 60, f"{taken:.1f} s for 300,000 applications"
