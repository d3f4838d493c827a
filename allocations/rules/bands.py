"""Bands, which officers see instead of points, so that a sum does not betray which sealed ground is recognised.

A band of the total would betray it: with grounds of 10 and 20 points, 95 visible points and bands of 10, the two totals
105 and 115 are in different bands, however wide a band is: some visible total is always just below a boundary. So the
band is not computed from the total. It is computed from the points that the application would have if every sealed line
held, whenever a ground is recognised, and otherwise from the visible points. An officer knows the visible features and
whether a ground is recognised; the band is a function of these two alone, so it tells nothing more.

The width of a band still matters: it must be at least the spread of the sealed points, or the band would place an
application by more than a band away from its total.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from allocations.rules.grids import ONCE, Grid, Line
from allocations.rules.points import Values, compile_grid


@dataclass(frozen=True)
class Hiding:
    """Whether bands hide grounds. `spread`: most points that sealed grounds add, minus the fewest of a recognised one.
    `betraying`: codes of the two sealed lines with the fewest and the most points, if bands are too narrow."""

    spread: int
    width: int
    betraying: tuple[str, str] | None

    @property
    def hides(self) -> bool:
        return self.width >= self.spread


def hiding(grid: Grid, on: date) -> Hiding:
    """Compare the width of a band with the spread of sealed points on a day.

    A person may have several grounds. The fewest points are those of the weakest ground alone; the most are those of
    all grounds together, where a rubric of the mode "once" counts only its best.
    """
    sealed = [line for line in grid.lines_on(on) if line.sealed]
    if not sealed:
        return Hiding(0, grid.band_width, None)
    weakest = min(sealed, key=lambda line: line.points)
    spread = sum(most_points(grid, sealed).values()) - weakest.points
    if grid.band_width >= spread:
        return Hiding(spread, grid.band_width, None)
    strongest = max((line for line in sealed if line is not weakest), key=lambda line: line.points)
    return Hiding(spread, grid.band_width, (weakest.code, strongest.code))


def most_points(grid: Grid, lines: list[Line]) -> dict[str, int]:
    """Return rubric -> the most points that these lines give in it."""
    most: dict[str, int] = {}
    for line in lines:
        earlier = most.get(line.rubric, 0)
        most[line.rubric] = max(earlier, line.points) if grid.rubrics[line.rubric] == ONCE else earlier + line.points
    return most


def ground_recognised(grid: Grid, on: date, verified: Values) -> bool:
    """Whether a sealed line holds. A ground that is only declared is not recognised: it must not be in `verified`."""
    return any(line.sealed and verified.get(_feature(line)) is True for line in grid.lines_on(on))


def _feature(line: Line) -> str:
    return getattr(line.rule, "feature", "")


def compile_ranking_points(grid: Grid, on: date) -> Callable[[Values, int, bool], int]:
    """Return a function that computes the points which order a shortlist, from visible features, full months waited,
    and whether a ground is recognised. Every sealed line counts for whoever has one, so the order tells no more than
    the boolean. Sealed features among the values do not change it."""
    visible_points = compile_grid(grid, on, sealed=False)
    every_points = compile_grid(grid, on)
    sealed = {_feature(line): True for line in grid.lines_on(on) if line.sealed}

    def points(values: Values, months: int, recognised: bool) -> int:
        return every_points({**values, **sealed}, months) if recognised else visible_points(values, months)

    return points


def compile_bands(grid: Grid, on: date) -> Callable[[Values, int, bool], int]:
    """Return a function that computes the band of ranking points."""
    points = compile_ranking_points(grid, on)
    return lambda values, months, recognised: points(values, months, recognised) // grid.band_width
