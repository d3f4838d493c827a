"""Points of an application by a grid."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from allocations.rules.grids import ONCE, Grid, Line, MonthsWaited, Value
from allocations.rules.results import CaseError

# Feature -> value. A feature that is absent was not declared, so no line on it holds.
Values = Mapping[str, Value]
# Computes the points of a line from features and full months waited, or None if the line does not hold.
LinePoints = Callable[[Values, int], int | None]
Scorer = Callable[[Values, int], int]


@dataclass(frozen=True)
class ScoredLine:
    line: Line
    points: int
    counted: bool
    why: str


def full_months(filed_on: date, on: date) -> int:
    """Return the full months between two days. A month ends on the day with the same number, or on the month's last day
    if it has none, as `formats.months.months_after` counts."""
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


def compile_grid(grid: Grid, on: date, *, sealed: bool = True) -> Scorer:
    """Return a function that computes the points of an application from its features and its full months waited, by the
    lines in force on a day. `sealed`: whether sealed lines count."""
    lines = [line for line in grid.lines_on(on) if sealed or not line.sealed]
    once, added = [], []
    for rubric, mode in grid.rubrics.items():
        functions = [line_points(line) for line in lines if line.rubric == rubric]
        if mode == ONCE and functions:
            once.append(functions)
        else:
            added += functions

    def score(values: Values, months: int) -> int:
        total = 0
        for function in added:
            total += function(values, months) or 0
        for functions in once:
            best = None
            for function in functions:
                points = function(values, months)
                if points is not None and (best is None or points > best):
                    best = points
            total += best or 0
        return total

    return score


def scored_lines(grid: Grid, on: date, values: Values, months: int) -> list[ScoredLine]:
    """Return the lines that hold, in the order of the grid. In a rubric of the mode "once" the first of the best
    counts."""
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
