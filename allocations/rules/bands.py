"""Computes bands: ranges of points that officers see instead of exact points, so that a total does not disclose which
sealed ground (sensitive priority) of an applicant is recognised.

A band depends only on the visible features and on whether any ground is recognised, and officers know both. If any
ground is recognised, the band is computed as if all grounds were. A band of the real total would disclose the ground:
with grounds of 10 and 20 points, 95 visible points and bands of 10 points, the totals 105 and 115 are in different
bands.

A band must be at least as wide as the spread of the sealed points. Otherwise an application could be placed more than
one band away from its total.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from allocations.rules.grids import ONCE, Grid, Line
from allocations.rules.points import Values, compile_grid


@dataclass(frozen=True)
class Hiding:
    """Whether bands (ranges of points) are wide enough to hide which sealed grounds (sensitive priorities) count.

    `spread` is the most points that sealed grounds can add, minus the fewest. If bands are too narrow, `betraying` has
    the codes of the weakest and the strongest ground.
    """

    spread: int
    width: int
    betraying: tuple[str, str] | None

    @property
    def hides(self) -> bool:
        return self.width >= self.spread


def hiding(grid: Grid, on: date) -> Hiding:
    """Check whether a band of points is wide enough to hide which sealed grounds (sensitive priorities) a person has.

    A band must be at least as wide as the spread: the points of a person with all sealed grounds, minus the points of a
    person with only the weakest. In a rubric (group of criteria) with the mode "once", only the best ground counts.
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
    """Map each rubric (group of criteria) of the points grid to the most points that the given lines can give in it."""
    most: dict[str, int] = {}
    for line in lines:
        earlier = most.get(line.rubric, 0)
        most[line.rubric] = max(earlier, line.points) if grid.rubrics[line.rubric] == ONCE else earlier + line.points
    return most


def ground_recognised(grid: Grid, on: date, verified: Values) -> bool:
    """Whether an application has a proved sensitive priority: a feature in `verified` satisfies a sealed line of the
    grid. Features that are only declared must not be in `verified`."""
    return any(line.sealed and verified.get(_feature(line)) is True for line in grid.lines_on(on))


def _feature(line: Line) -> str:
    return getattr(line.rule, "feature", "")


def compile_ranking_points(grid: Grid, on: date) -> Callable[[Values, int, bool], int]:
    """Return a function that computes the points by which an application is ranked in a shortlist.

    Its arguments are the application's features, the full months waited, and whether any sealed ground (sensitive
    priority) is recognised. If so, all sealed grounds count, so that the rank does not disclose which ground it is.
    """
    visible_points = compile_grid(grid, on, sealed=False)
    every_points = compile_grid(grid, on)
    sealed = {_feature(line): True for line in grid.lines_on(on) if line.sealed}

    def points(values: Values, months: int, recognised: bool) -> int:
        return every_points({**values, **sealed}, months) if recognised else visible_points(values, months)

    return points


def compile_bands(grid: Grid, on: date) -> Callable[[Values, int, bool], int]:
    """Return a function that computes an application's band (range of points). It has the same arguments as the
    function that computes ranking points."""
    points = compile_ranking_points(grid, on)
    return lambda values, months, recognised: points(values, months, recognised) // grid.band_width
