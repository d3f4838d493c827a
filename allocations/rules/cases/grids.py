"""Reads a points grid and the features of an application from JSON."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from allocations.rules.cases.fields import Fields
from allocations.rules.grids import MODES, Code, Flag, Grid, Line, MonthsWaited, Number, Rule, Value, check_grid
from allocations.rules.results import CaseError

MOST_POINTS = 100_000
MOST_NUMBER = 10**12
MOST_LINES = 500
DECLARED, VERIFIED = "declared", "verified"
_CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}", re.ASCII)


def code_of(fields: Fields, name: str) -> str:
    code = fields.text(name)
    if not _CODE.fullmatch(code):
        raise CaseError(f"{fields.name_of(name)} must be small letters, digits, dots, hyphens and underscores.")
    return code


def parse_grid(fields: Fields) -> Grid:
    """Read a points grid and check it. Raises CaseError."""
    rubrics = {code_of(rubric, "code"): read_mode(rubric) for rubric in fields.objects("rubrics", "rubric")}
    if len(rubrics) < len(fields.items("rubrics")):
        raise CaseError("two rubrics of the grid have the same code.")
    lines = fields.objects("lines", "line")
    if not 1 <= len(lines) <= MOST_LINES:
        raise CaseError(f"a grid has 1 to {MOST_LINES} lines, not {len(lines)}.")
    grid = Grid(
        version=fields.text("version"),
        adopted_on=fields.day("adopted_on"),
        source=fields.text("source"),
        rubrics=rubrics,
        lines=tuple(read_line(line) for line in lines),
        band_width=fields.whole("band_width", 1, MOST_POINTS),
    )
    fields.finish()
    check_grid(grid)
    return grid


def read_mode(rubric: Fields) -> str:
    mode = rubric.choice("mode", MODES)
    rubric.finish()
    return mode


def read_line(fields: Fields) -> Line:
    rule = fields.object("rule")
    line = Line(
        code=code_of(fields, "code"),
        rubric=code_of(fields, "rubric"),
        rule=RULES[rule.choice("type", RULES)](rule),
        points=fields.whole("points", -MOST_POINTS, MOST_POINTS),
        sealed=fields.flag("sealed"),
        valid_from=fields.day("from", date.min),
        valid_to=fields.day("to", date.max),
    )
    rule.finish()
    fields.finish()
    if line.valid_to < line.valid_from:
        raise CaseError(f"{fields.path}: to is before from.")
    return line


def read_flag(fields: Fields) -> Rule:
    return Flag(code_of(fields, "feature"))


def read_number(fields: Fields) -> Rule:
    low = fields.whole("at_least", -MOST_NUMBER, MOST_NUMBER, None)
    high = fields.whole("at_most", -MOST_NUMBER, MOST_NUMBER, None)
    if low is None and high is None:
        raise CaseError(f"{fields.path} needs at_least or at_most.")
    if low is not None and high is not None and high < low:
        raise CaseError(f"{fields.path}: at_most is below at_least.")
    return Number(code_of(fields, "feature"), low, high)


def read_code(fields: Fields) -> Rule:
    codes = fields.strings("codes")
    if not codes:
        raise CaseError(f"{fields.name_of('codes')} must not be empty.")
    return Code(code_of(fields, "feature"), frozenset(codes))


def read_months_waited(fields: Fields) -> Rule:
    beyond = fields.whole("bonus_beyond_months", 0, 1200, None)
    bonus = fields.whole("bonus_points", -MOST_POINTS, MOST_POINTS, None)
    if (beyond is None) != (bonus is None):
        raise CaseError(f"{fields.path}: give bonus_beyond_months and bonus_points together.")
    return MonthsWaited(fields.whole("most_points", 0, MOST_POINTS, None), beyond, bonus or 0)


RULES: dict[str, Callable[[Fields], Rule]] = {
    "flag": read_flag,
    "number": read_number,
    "code": read_code,
    "months_waited": read_months_waited,
}


def parse_features(fields: Fields, types: Mapping[str, type]) -> dict[str, tuple[Value, str]]:
    """Map each feature to its value and status. Raises CaseError for a feature that no line of the grid uses."""
    features: dict[str, tuple[Value, str]] = {}
    for name in fields.names():
        if name not in types:
            raise CaseError(f"no line of the grid uses the feature {name}.")
        feature = fields.object(name)
        status = feature.choice("status", [DECLARED, VERIFIED])
        kind = types[name]
        if kind is bool:
            value: Value = feature.flag("value")
        elif kind is int:
            value = feature.whole("value", -MOST_NUMBER, MOST_NUMBER)
        else:
            value = feature.text("value")
        feature.finish()
        features[name] = value, status
    return features
