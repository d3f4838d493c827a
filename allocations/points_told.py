"""The points of an application as a letter for its applicant: line by line, with the whole grid and the position.

If the application was ever referred to the examiner of sealed grounds (sensitive priorities), only the examiner prints
this letter, because its points would disclose to an officer which ground counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from access.guard.context import AccessContext
from allocations.models import Application, Grid, GridLine, GridRubric, Score
from allocations.wording import criterion_text


@dataclass(frozen=True)
class Criterion:
    """A criterion of the grid. `points` are those given to one application, or None if only the grid is displayed."""

    line: GridLine
    points: int | None = None

    @property
    def text(self) -> str:
        return criterion_text(self.line)

    @property
    def given(self) -> int:
        return self.line.points if self.points is None else self.points


@dataclass(frozen=True)
class Rubric:
    rubric: GridRubric
    criteria: list[Criterion]


def rubrics_of(access: AccessContext, grid: Grid) -> list[Rubric]:
    """Return the rubrics (groups of criteria) of a points grid with their criteria, in the fixed order of the list of
    rubrics."""
    lines = list(access.rows(GridLine).filter(grid=grid).order_by("-points", "code"))
    rubrics = {row.code: row for row in access.rows(GridRubric).filter(grid=grid)}
    order = [code for code, _label in GridRubric._meta.get_field("code").flatchoices if code in rubrics]
    return [
        Rubric(rubrics[code], [Criterion(line) for line in lines if line.rubric_id == rubrics[code].pk])
        for code in order
    ]


@dataclass(frozen=True)
class Position:
    """Percentages of the applications for the same number of rooms: those in a higher band of points than this
    application, and those in the same band."""

    higher: int
    same: int


@dataclass(frozen=True)
class PointsTold:
    """Points in the letter: `verified` lists criteria proved by documents, `declared` criteria met by declared data."""

    score: Score
    grid: Grid
    verified: list[Criterion]
    declared: list[Criterion]
    rubrics: list[Rubric]
    position: Position | None

    @classmethod
    def of(cls, access: AccessContext, score: Score) -> "PointsTold":
        grid = access.rows(Grid).get(pk=score.grid_id)
        rubrics = rubrics_of(access, grid)
        lines = {criterion.line.code: criterion.line for rubric in rubrics for criterion in rubric.criteria}

        def criteria(codes: Iterable[str], points: Iterable[int]) -> list[Criterion]:
            return [Criterion(lines[code], given) for code, given in zip(codes, points, strict=True)]

        verified = criteria(score.lines, score.points)
        declared = criteria(score.provisional_lines, score.provisional_points)
        return cls(score, grid, verified, declared, rubrics, position_of(score.application_id))


def score_without_grounds(application: Application) -> Score | None:
    """Return an application's score. Returns None if the application was ever referred to an examiner; the database
    enforces this too."""
    names = [field.attname for field in Score._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} FROM allocations_points_to_tell(%s)", [application.pk])  # noqa: S608 - columns
        row = cursor.fetchone()
    return Score.from_db(connection.alias, names, row) if row else None


def position_of(application_id: UUID) -> Position | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT higher, same FROM allocations_band_position(%s)", [application_id])
        row = cursor.fetchone()
    return Position(*row) if row else None
