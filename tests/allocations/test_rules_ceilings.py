"""Rules of income ceilings: zones, ceilings entered as rows, and PLS ceilings computed from PLUS ceilings."""

import csv
from datetime import date

import pytest

from allocations.rules.zones import zone_1, zones_of
from tests.allocations.cases import (
    answer,
    ceiling_row,
    child,
    eligibility_case,
    error,
    missing,
    n2,
    open_points,
    person,
)
from tests.architecture.source import ROOT

COUPLE = person(), person("spouse", "1980-06-15")


def ceiling(*household, **facts):
    return answer(**eligibility_case(*household, **facts))["ceiling_euros"]


@pytest.mark.parametrize(
    ("zone", "euros"),
    [
        ("paris", [26920, 40233, 52740, 62968, 74919, 84304, 93698]),
        ("idf", [26920, 40233, 48362, 57930, 68577, 77171, 85769]),
        ("regions", [23403, 31254, 37584, 45374, 53376, 60156, 66866]),
    ],
)
def test_plus_ceilings_of_2026(zone, euros):
    households = [[person()], *([*COUPLE, *[child()] * number] for number in range(6))]
    assert [ceiling(*household, zone=zone) for household in households] == euros


def test_pls_ceiling_is_130_percent_to_the_nearest_euro():
    assert ceiling(financing="PLS") == 34996
    assert ceiling(*COUPLE, financing="PLS", zone="regions") == 40630
    assert ceiling(*COUPLE, child(), financing="PLS", zone="idf") == 62871


def test_pls_is_open_where_rounding_parts_and_rounding_the_sum_differ():
    seven, eight = [*COUPLE, *[child()] * 5], [*COUPLE, *[child()] * 6]
    assert ceiling(*seven, financing="PLS") == 121807
    assert open_points(**eligibility_case(*eight, financing="PLS")) == ["pls_rounding"]
    assert open_points(**eligibility_case(*seven, financing="PLS", zone="idf")) == ["pls_rounding"]
    assert ceiling(*eight, financing="PLS", zone="regions") == 95649


def test_every_open_point_of_a_ceiling_is_listed():
    seven, eight = [*COUPLE, *[child()] * 5], [*COUPLE, *[child()] * 6]
    both = ["merged_communes", "pls_rounding"]
    assert open_points(**eligibility_case(*seven, financing="PLS", commune="93066")) == both
    assert open_points(**eligibility_case(*eight, financing="PLS", commune="93066")) == both


def test_open_points_of_every_category_that_is_possible_are_listed():
    expected = {"tie": "expected_child"}
    seven = [*COUPLE, *[child()] * 4, expected]
    assert open_points(**eligibility_case(*seven, financing="PLS", zone="idf")) == ["unborn_child", "pls_rounding"]
    assert open_points(**eligibility_case(*seven, financing="PLS")) == ["unborn_child"]
    assert open_points(**eligibility_case(*COUPLE, expected, commune="93066")) == ["unborn_child", "merged_communes"]
    lone = [person(), *[child()] * 5]
    assert open_points(**eligibility_case(*lone, financing="PLS", zone="idf")) == [
        "lone_adult_with_five_dependants",
        "pls_rounding",
    ]


def test_open_rounding_in_one_zone_comes_before_the_ceiling_missing_in_the_other():
    rows = [ceiling_row("PLUS", 1, 27_005, year=2027)]
    facts = {"financing": "PLS", "commune": "93066", "signing_date": "2027-01-01", "incomes": [n2(1, 2025)]}
    assert open_points(**eligibility_case(rows=rows, **facts)) == ["pls_rounding"]


def test_half_a_euro_is_open_as_the_nearest_euro():
    case = eligibility_case(financing="PLS", signing_date="2027-01-01", incomes=[n2(1, 2025)])
    assert missing(**case) == ["ceiling PLUS 2027 paris 1"]
    assert open_points(**case, rows=[ceiling_row("PLUS", 1, 27_005, year=2027)]) == ["pls_rounding"]


def test_published_pls_rows_settle_the_rounding():
    eight = [*COUPLE, *[child()] * 6]
    rows = [ceiling_row("PLS", 6, 109_595), ceiling_row("PLS", "extra", 12_212)]
    assert ceiling(*eight, financing="PLS", rows=rows) == 134_019


@pytest.mark.parametrize(("given", "absent"), [(6, "extra"), ("extra", 6)])
def test_own_pls_row_is_not_added_to_a_computed_part(given, absent):
    case = eligibility_case(*COUPLE, *[child()] * 6, financing="PLS", rows=[ceiling_row("PLS", given, 12_212)])
    assert missing(**case) == [f"ceiling PLS 2026 paris {absent}"]
    assert ceiling(*COUPLE, financing="PLS", rows=case["rows"]) == 52_303


def test_rows_that_contradict_each_other_are_told_with_their_values():
    words = error(**eligibility_case(rows=[ceiling_row("PLUS", 1, 26_921)]))
    assert words == "two rows give different values for ceiling PLUS 2026 paris 1 on 2026-11-30: 26920 and 26921."


def test_plai_ceiling_is_missing_until_the_landlord_enters_it():
    case = eligibility_case(*COUPLE, child(), financing="PLAI")
    assert missing(**case) == ["ceiling PLAI 2026 paris 3"]
    assert answer(**case, rows=[ceiling_row("PLAI", 3, 31_640)])["ceiling_euros"] == 31_640
    seven = eligibility_case(*COUPLE, *[child()] * 5, financing="PLAI")
    assert missing(**seven) == ["ceiling PLAI 2026 paris 6", "ceiling PLAI 2026 paris extra"]


@pytest.mark.parametrize("change", [{"zone": "idf"}, {"year": 2025}, {"category": 2}, {"financing": "PLS"}])
def test_row_of_another_ceiling_does_not_apply(change):
    row = ceiling_row("PLAI", 1, 14_000) | change
    assert missing(**eligibility_case(financing="PLAI", rows=[row])) == ["ceiling PLAI 2026 paris 1"]


def test_rows_that_contradict_each_other_are_an_error():
    assert "two rows give different values" in error(**eligibility_case(rows=[ceiling_row("PLUS", 1, 27_000)]))
    assert ceiling(rows=[ceiling_row("PLUS", 1, 26_920)]) == 26_920


def test_ceiling_of_another_year_is_missing():
    case = eligibility_case(signing_date="2025-12-31", incomes=[n2(1, 2023)])
    assert missing(**case) == ["ceiling PLUS 2025 paris 1"]


# --- Zones ---


def test_zone_1_is_paris_with_its_arrondissements_and_29_communes():
    assert len(zone_1()) == 1 + 20 + 29
    assert {code[:2] for code in zone_1()} == {"75", "92", "93", "94"}


def test_codes_of_zone_1_name_the_communes_of_the_official_list(shared_data):
    with (shared_data / "communes" / "communes.csv").open(encoding="utf-8", newline="") as lines:
        official = {row["code_insee"]: row["nom"] for row in csv.DictReader(lines)}
    with (ROOT / "allocations/vocabulary/zone_1_communes.csv").open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if not row["insee"].startswith("75")]
    assert {row["insee"]: row["name"] for row in rows} == {row["insee"]: official[row["insee"]] for row in rows}
    assert "93059" not in official


@pytest.mark.parametrize(
    ("commune", "zone"),
    [
        ("75056", "paris"),
        ("75113", "paris"),
        ("93070", "paris"),
        ("92063", "idf"),
        ("77284", "idf"),
        ("69123", "regions"),
        ("2A004", "regions"),
    ],
)
def test_zone_of_a_commune(commune, zone):
    assert answer(**eligibility_case(commune=commune))["zone"] == zone


def test_overseas_ceilings_are_missing():
    assert missing(**eligibility_case(commune="97411")) == ["ceiling PLUS 2026 overseas 1"]


@pytest.mark.parametrize("commune", ["75001", "75121", "99999", "20004", "7511", "75 113", "٧٥١١٣", "98000", "97900"])
def test_impossible_commune_is_an_error(commune):
    assert "is not the INSEE code of a commune" in error(**eligibility_case(commune=commune))


def test_zone_and_commune_exclude_each_other():
    assert "either zone or commune" in error(**eligibility_case(commune="75113", zone="paris"))
    case = eligibility_case()
    del case["zone"]
    assert "either zone or commune" in error(**case)


def test_merged_commune_is_open_where_the_zones_have_different_ceilings():
    assert open_points(**eligibility_case(*COUPLE, child(), commune="93059")) == ["merged_communes"]
    assert open_points(**eligibility_case(*COUPLE, child(), commune="93066", former_commune="93059")) == [
        "merged_communes"
    ]
    assert open_points(**eligibility_case(*COUPLE, child(), commune="93066")) == ["merged_communes"]


def test_merged_commune_changes_nothing_where_both_zones_have_the_same_ceiling():
    result = answer(**eligibility_case(commune="93059"))
    assert (result["ceiling_euros"], result["zone"]) == (26_920, None)


def test_territory_of_saint_denis_before_the_merger_is_in_zone_1():
    case = eligibility_case(*COUPLE, child(), commune="93066", former_commune="93066")
    assert answer(**case)["zone"] == "paris"


def test_before_its_merger_a_commune_has_its_own_zone():
    assert zones_of("93059", date(2024, 12, 31)) == ("idf",)
    assert zones_of("93066", date(2024, 12, 31)) == ("paris",)
    assert zones_of("93066", date(2025, 1, 1)) == ("paris", "idf")


def test_former_commune_must_have_been_merged_into_the_commune():
    assert "was not merged into 75113" in error(**eligibility_case(commune="75113", former_commune="93059"))
