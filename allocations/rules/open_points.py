"""Points of law that a lawyer must settle before a calculation may depend on them."""

from pathlib import Path

from formats.vocabulary import Vocabulary

OPEN_POINTS = Vocabulary(Path(__file__).parents[1] / "vocabulary" / "open_points.csv")

UNBORN_CHILD = "unborn_child"
LONE_ADULT_WITH_FIVE_DEPENDANTS = "lone_adult_with_five_dependants"
SIX_OR_MORE_WITH_DISABLED = "six_or_more_with_disabled"
MERGED_COMMUNES = "merged_communes"
PLS_ROUNDING = "pls_rounding"
PART_TIME_CHILD = "part_time_child_in_consumption_units"
UNBORN_CHILD_IN_UNITS = "unborn_child_in_consumption_units"
OUTSIDE_FLOW = "outside_flow_in_a_share"


def sentence(code: str) -> str:
    return OPEN_POINTS.terms[code].en
