"""Creates the demonstration's points grid, which orders housing applications, and computes the applications' points.

Some applications get a priority, or a sealed ground: a sensitive priority that only one examiner may read.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from allocations.models import Application, Grid, GridLine, GridRubric, Ground, GroundCase, Priority
from allocations.scoring import write_scores
from allocations.vocabulary import GROUNDS
from formats.bulk_copy import JOBS, Copying

EXAMINER = "Sacha Weil"
MODES = {"household": "sum", "housing": "once", "resources": "once", "priority": "once", "waiting": "sum"}
# LINES lists the criteria of the points grid: code, group of criteria, points, kind of rule, and fields of the rule.
# A criterion of the kind "flag" gives its points to each application that has the feature named like its code.
LINES: tuple[tuple[str, str, int, str, dict[str, Any]], ...] = (
    ("large_family", "household", 8, "number", {"feature": "children", "at_least": 3}),
    ("lone_parent", "household", 5, "flag", {}),
    ("mobility_card", "household", 10, "flag", {}),
    ("no_home", "housing", 15, "code", {"feature": "housing", "values": ["none", "hotel"]}),
    ("hosted", "housing", 10, "code", {"feature": "housing", "values": ["hosted", "transitional"]}),
    ("low_income", "resources", 12, "number", {"feature": "income_euros", "at_most": 15_000}),
    ("modest_income", "resources", 6, "number", {"feature": "income_euros", "at_least": 15_001, "at_most": 25_000}),
    ("dalo", "priority", 50, "flag", {}),
    ("unworthy_dwelling", "priority", 40, "flag", {}),
    ("eviction", "priority", 35, "flag", {}),
    ("disability", "priority", 30, "flag", {}),
    ("poorly_housed", "priority", 30, "flag", {}),
    ("couple_violence", "priority", 40, "flag", {"sealed": True}),
    ("rape_or_assault", "priority", 40, "flag", {"sealed": True}),
    ("trafficking", "priority", 40, "flag", {"sealed": True}),
    ("leaving_prostitution", "priority", 35, "flag", {"sealed": True}),
    ("therapeutic_flat", "priority", 30, "flag", {"sealed": True}),
    ("months_waited", "waiting", 1, "months", {"most_points": 60, "bonus_beyond_months": 36, "bonus_points": 20}),
)
BAND_WIDTH = 10
PRIORITIES = ("dalo", "eviction", "disability", "unworthy_dwelling", "poorly_housed", "dalo")
RECOGNISED = ("couple_violence", "therapeutic_flat", "couple_violence")
WAITING = 2


def add_points(copying: Copying, applications: Sequence[Application], people: dict[str, str], today: date) -> None:
    """Adopt a points grid, record priorities and sealed grounds (sensitive priorities) for some of the given
    applications, and compute the points of all open applications."""
    # Constraints are deferred, because the database accepts neither a grid without criteria nor criteria added later.
    copying.run("SET CONSTRAINTS ALL DEFERRED")
    grid = _adopt_grid(today)
    copying.run("SET CONSTRAINTS ALL IMMEDIATE")
    _record_priorities(applications, today)
    ours = [row for row in applications if row.kept_at_id == applications[0].kept_at_id]
    _decide_grounds(ours, people[EXAMINER], today)
    write_scores(copying, grid, today)


def _adopt_grid(today: date) -> Grid:
    source = {"source_kind": "agreement", "source_number": "2025-118", "source_date": date(today.year - 1, 11, 20)}
    grid = Grid(version=1, band_width=BAND_WIDTH, drafted_on=today - timedelta(days=300), **source)
    grid.adopted_on = today - timedelta(days=280)
    rubrics = {code: GridRubric(grid=grid, code=code, mode=mode) for code, mode in MODES.items()}
    for rubric in rubrics.values():
        rubric.save(using=JOBS, force_insert=True)
    for code, rubric_code, points, kind, rule in LINES:
        fields = {"feature": code} | rule if kind == "flag" else rule
        line = GridLine(grid=grid, rubric_id=rubrics[rubric_code].pk, code=code, kind=kind, points=points, **fields)
        line.save(using=JOBS, force_insert=True)
    grid.save(using=JOBS, force_insert=True)
    return grid


def _record_priorities(applications: Sequence[Application], today: date) -> None:
    for application, code in zip(applications[1::5], PRIORITIES, strict=False):
        Priority(
            application_id=application.pk,
            code=code,
            proof=GROUNDS.terms[code].row["proof"],
            attested_on=today - timedelta(days=90),
            ends_on=today + timedelta(days=275),
            recorded_on=today - timedelta(days=60),
            recorded_by_id=application.registered_by_id or "",
        ).save(using=JOBS, force_insert=True)


def _decide_grounds(applications: Sequence[Application], examiner: str, today: date) -> None:
    """Refer the first applications to the examiner of sealed grounds (sensitive priorities). The examiner has
    recognised the grounds of three applications, and two cases wait."""
    referred = applications[: len(RECOGNISED) + WAITING]
    for number, application in enumerate(referred):
        days = 40 - 5 * number
        case = GroundCase(application_id=application.pk, referred_by_id=application.registered_by_id or "")
        case.referred_on = today - timedelta(days=days)
        if number < len(RECOGNISED):
            case.examiner_id, case.answer = examiner, "recognised"
            case.taken_on, case.answered_on = case.referred_on, case.referred_on
        case.save(using=JOBS, force_insert=True)
    for application, code in zip(referred, RECOGNISED, strict=False):
        decided = today - timedelta(days=20)
        Ground(
            application_id=application.pk,
            code=code,
            proof=GROUNDS.terms[code].row["proof"],
            attested_on=decided - timedelta(days=30),
            ends_on=today + timedelta(days=340),
            decided_on=decided,
            decided_by_id=examiner,
        ).save(using=JOBS, force_insert=True)
