"""Computes the points of an application by a points grid."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter

from allocations.rules.grids import ONCE, Grid, Line, MonthsWaited, Value
from allocations.rules.results import CaseError

# Values of an application's features. A criterion gives no points if its feature is missing (was not declared).
Values = Mapping[str, Value]
# Function that returns the points of a criterion for features and full months waited, or None if it is not satisfied.
LinePoints = Callable[[Values, int], int | None]
Scorer = Callable[[Values, int], int]
# A criterion of the points grid that counts for an application, as a pair: code of the criterion, points.
CountedLine = tuple[str, int]
# Maximum number of cached pairs of a feature and its value; a feature such as income has many values.
MOST_VALUES = 50_000
FIRST = itemgetter(0)


@dataclass(frozen=True)
class ScoredLine:
    line: Line
    points: int
    counted: bool
    why: str


def full_months(filed_on: date, on: date) -> int:
    """Return the number of full months between two days. A month ends on the day with the same number, or on the last
    day of a shorter month, as in `formats.months.months_after`."""
    if on < filed_on:
        raise CaseError(f"filed on {filed_on}, after {on}.")
    months = 12 * (on.year - filed_on.year) + on.month - filed_on.month
    last_of_month = (date.fromordinal(on.toordinal() + 1)).month != on.month
    return months - (on.day < filed_on.day and not last_of_month)


def line_points(line: Line) -> LinePoints:
    rule, each = line.rule, line.points
    if isinstance(rule, MonthsWaited):
        waiting = rule
        return lambda _values, months: waiting.points(each, months)
    feature, holds = rule.feature, rule.holds

    def points(values: Values, _months: int) -> int | None:
        value = values.get(feature)
        return None if value is None or not holds(value) else each

    return points


def compile_counted(grid: Grid, on: date, *, sealed: bool = True) -> Callable[[Values, int], list[CountedLine]]:
    """Return a function that lists the criteria (lines) that count for an application, from its features and the full
    months waited.

    Only lines in force on the day `on` count, and sealed lines (sensitive priorities) only if `sealed` is true.
    `scored_lines` gives the same result more slowly: here, the lines satisfied by each value of a feature are cached.
    """
    ordered = [line for line in grid.lines_on(on) if sealed or not line.sealed]
    by_feature: dict[str, list[tuple[int, Line]]] = {}
    waiting: list[tuple[int, Line, LinePoints]] = []
    for place, line in enumerate(ordered):
        if isinstance(line.rule, MonthsWaited):
            waiting.append((place, line, line_points(line)))
        else:
            by_feature.setdefault(line.rule.feature, []).append((place, line))

    @lru_cache(MOST_VALUES)
    def holding(feature: str, value: Value) -> list[tuple[int, Line, int]]:
        lines = [(place, line, line_points(line)({feature: value}, 0)) for place, line in by_feature[feature]]
        return [(place, line, points) for place, line, points in lines if points is not None]

    def counted(values: Values, months: int) -> list[CountedLine]:
        lines = [(place, line, points(values, months) or 0) for place, line, points in waiting]
        for feature, value in values.items():
            # Skip False, to save time: it satisfies no criterion, and most features of an application are False.
            if value is not False and feature in by_feature:
                lines += holding(feature, value)
        lines.sort(key=FIRST)
        best: dict[str, tuple[int, int]] = {}
        for place, line, points in lines:
            if grid.rubrics[line.rubric] == ONCE and (line.rubric not in best or points > best[line.rubric][0]):
                best[line.rubric] = (points, place)
        return [
            (line.code, points)
            for place, line, points in lines
            if line.rubric not in best or best[line.rubric][1] == place
        ]

    return counted


def compile_grid(grid: Grid, on: date, *, sealed: bool = True) -> Scorer:
    """Return a function that computes an application's points from its features and full months waited.

    The criteria valid on the day `on` count. Sealed criteria (sensitive priorities) count only if `sealed` is true.
    """
    counted = compile_counted(grid, on, sealed=sealed)
    return lambda values, months: sum(points for _code, points in counted(values, months))


def scored_lines(grid: Grid, on: date, values: Values, months: int) -> list[ScoredLine]:
    """Return the satisfied lines (criteria) in the order of the grid, each marked as counted or not. In a rubric (group
    of criteria) with the mode "once", only one line counts: the first of those with the most points."""
    holding = []
    for line in grid.lines_on(on):
        points = line_points(line)(values, months)
        if points is not None:
            holding.append((line, points))
    scored = []
    for line, points in holding:
        rivals = [(of.code, other) for of, other in holding if of.rubric == line.rubric]
        best = max(rivals, key=lambda pair: pair[1])[0]
        counted = grid.rubrics[line.rubric] != ONCE or best == line.code
        rule = line.rule
        why = rule.sentence(months) if isinstance(rule, MonthsWaited) else rule.sentence(values[rule.feature])
        scored.append(ScoredLine(line, points, counted, why if counted else f"{why}, but {best} counts in its rubric"))
    return scored
