"""The points grid: criteria ("lines") in groups ("rubrics"). Each line has a rule about a feature of an application.

A sealed line is about a sensitive priority that only the applicant and the examiner may know. The rule of a sealed line
must be a flag with at least zero points, and no line that is not sealed may use the same feature.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from allocations.rules.results import CaseError

ONCE, SUM = "once", "sum"
MODES = (ONCE, SUM)
Value = bool | int | str


@dataclass(frozen=True)
class Flag:
    """Rule that is satisfied if a feature is true."""

    feature: str

    def holds(self, value: Value) -> bool:
        return value is True

    def sentence(self, _value: Value) -> str:
        return f"{self.feature} is established"


@dataclass(frozen=True)
class Number:
    """Rule that is satisfied if a whole number is within two limits, both included."""

    feature: str
    at_least: int | None = None
    at_most: int | None = None

    def holds(self, value: Value) -> bool:
        number = int(value)
        return (self.at_least is None or number >= self.at_least) and (self.at_most is None or number <= self.at_most)

    def sentence(self, value: Value) -> str:
        limits = [f"at least {self.at_least}"] if self.at_least is not None else []
        limits += [f"at most {self.at_most}"] if self.at_most is not None else []
        return f"{self.feature} is {value}, {' and '.join(limits)}"


@dataclass(frozen=True)
class Code:
    """Rule that is satisfied if a feature is one of several codes."""

    feature: str
    codes: frozenset[str]

    def holds(self, value: Value) -> bool:
        return value in self.codes

    def sentence(self, value: Value) -> str:
        return f"{self.feature} is {value}"


@dataclass(frozen=True)
class MonthsWaited:
    """Rule that gives points for each full month since the application was filed, up to `most_points`, plus a bonus
    after more than `bonus_beyond_months` full months."""

    most_points: int | None = None
    bonus_beyond_months: int | None = None
    bonus_points: int = 0

    def points(self, each: int, months: int) -> int:
        points = each * months
        if self.most_points is not None:
            points = min(points, self.most_points)
        if self.bonus_beyond_months is not None and months > self.bonus_beyond_months:
            points += self.bonus_points
        return points

    def sentence(self, months: int) -> str:
        bonus = self.bonus_beyond_months is not None and months > self.bonus_beyond_months
        return f"{months} full months waited" + (f", more than {self.bonus_beyond_months}" if bonus else "")


Rule = Flag | Number | Code | MonthsWaited


@dataclass(frozen=True)
class Line:
    """A criterion of a grid, valid from a first to a last day, both included."""

    code: str
    rubric: str
    rule: Rule
    points: int
    sealed: bool = False
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True)
class Grid:
    """A points grid. `rubrics` maps each rubric to its mode: "once" counts only the best satisfied line, "sum" counts
    all of them. `band_width` is the number of points in a band."""

    version: str
    adopted_on: date
    source: str
    rubrics: Mapping[str, str]
    lines: tuple[Line, ...]
    band_width: int

    def lines_on(self, day: date) -> list[Line]:
        return [line for line in self.lines if line.valid_from <= day <= line.valid_to]

    def features(self) -> dict[str, type]:
        """Map each feature that a line uses to the type of its value, including lines that are not valid today."""
        types: dict[str, type] = {}
        for line in self.lines:
            if not isinstance(line.rule, MonthsWaited):
                types[line.rule.feature] = {Flag: bool, Number: int, Code: str}[type(line.rule)]
        return types


def check_grid(grid: Grid) -> None:
    """Raise CaseError if a grid contradicts itself, or if its visible lines would disclose sealed grounds (sensitive
    priorities)."""
    codes = [line.code for line in grid.lines]
    if repeated := [code for code in codes if codes.count(code) > 1]:
        raise CaseError(f"the line {repeated[0]} occurs twice in the grid.")
    sealed = {line.rule.feature for line in grid.lines if line.sealed and isinstance(line.rule, Flag)}
    types = grid.features()
    for line in grid.lines:
        if line.rubric not in grid.rubrics:
            raise CaseError(f"the line {line.code} is in the rubric {line.rubric}, which the grid does not have.")
        if line.sealed and (not isinstance(line.rule, Flag) or line.points < 0):
            raise CaseError(f"the sealed line {line.code} must be a flag whose points are not below zero.")
        if isinstance(line.rule, MonthsWaited):
            continue
        if types[line.rule.feature] is not {Flag: bool, Number: int, Code: str}[type(line.rule)]:
            raise CaseError(f"the feature {line.rule.feature} has two types in the grid.")
        if not line.sealed and line.rule.feature in sealed:
            raise CaseError(f"the visible line {line.code} depends on {line.rule.feature}, a sealed ground.")
