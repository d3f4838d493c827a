"""Computes at night the points of every open application, by the points grid in force.

One query reads the features of all applications, and `allocations.rules` computes from them points and bands (ranges of
points).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allocations.models import Grid, GridLine, GridRubric, RuleKind, Score, ScoreBand
from allocations.rules import grids as rules
from allocations.rules.bands import compile_ranking_points
from allocations.rules.points import Values, compile_counted, full_months
from allocations.vocabulary import GROUNDS
from formats.bulk_copy import JOBS, Copying, Row, table_of

SCORE = table_of(
    Score,
    *("application", "grid", "computed_on", "months", "lines", "points", "total"),
    *("provisional_lines", "provisional_points", "provisional_total"),
)
BAND = table_of(ScoreBand, "application", "grid", "computed_on", "verified", "declared", "ranking_points")
AT_ONCE = 5_000

# `declared` is the declared income of two years ago (N-2), and `verified` the lowest income that a document proves.
_FEATURES = """
    SELECT a.id, a.filed_on, coalesce(p.n, 0), coalesce(p.cmi, false) OR coalesce(m.cmi, false), coalesce(m.n, 0),
        coalesce(m.children, 0), cardinality(a.equipment) > 0, a.housing, i.declared, i.verified, d.kinds, g.codes
    FROM allocations_application a
    LEFT JOIN (SELECT application_id, count(*) AS n, bool_or(cmi) AS cmi FROM allocations_applicant GROUP BY 1) p
        ON p.application_id = a.id
    LEFT JOIN (SELECT application_id, count(*) FILTER (WHERE tie <> 'expected_child') AS n,
                   count(*) FILTER (WHERE tie = 'child') AS children, bool_or(cmi) AS cmi
               FROM allocations_householdmember GROUP BY 1) m ON m.application_id = a.id
    LEFT JOIN (SELECT application_id, max(rfr_cents) FILTER (WHERE basis = 'n2') AS declared,
                   min(rfr_cents) FILTER (WHERE proof <> '') AS verified
               FROM allocations_income WHERE signing_year = extract(year FROM loge_today()) GROUP BY 1) i
        ON i.application_id = a.id
    LEFT JOIN (SELECT application_id, array_agg(kind::text) AS kinds FROM allocations_supportingdocument
               WHERE seen_on IS NOT NULL AND coalesce(valid_until, loge_today()) >= loge_today() GROUP BY 1) d
        ON d.application_id = a.id
    LEFT JOIN (SELECT application_id, array_agg(code::text) AS codes FROM (
                   SELECT application_id, code FROM allocations_priority WHERE ends_on >= loge_today()
                   UNION ALL
                   SELECT application_id, code FROM allocations_ground WHERE ends_on >= loge_today()) held GROUP BY 1) g
        ON g.application_id = a.id
    WHERE a.state <> 'closed'"""


@dataclass(frozen=True)
class Features:
    """The features of one application: in `verified` those proved by documents, in `declared` all of them, proved or
    not."""

    application: str
    filed_on: date
    months: int
    verified: Values
    declared: Values
    recognised: bool


@dataclass
class Scorer:
    """Computes the points and bands (ranges of points) of applications as table rows, for one grid on one day."""

    stored: Grid
    grid: rules.Grid
    day: date
    scores: list[Row] = field(default_factory=list)
    bands: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ranking_points = compile_ranking_points(self.grid, self.day)
        self.counted = compile_counted(self.grid, self.day)

    def add(self, features: Features) -> None:
        verified, declared = self._counted(features.verified, features), self._counted(features.declared, features)
        first = (features.application, self.stored.pk, self.day)
        self.scores.append((*first, features.months, *verified, *declared))
        ranking = [
            self.ranking_points(values, features.months, features.recognised)
            for values in (features.verified, features.declared)
        ]
        self.bands.append((*first, *(points // self.grid.band_width for points in ranking), ranking[1]))

    def _counted(self, values: Values, features: Features) -> tuple[str, str, int]:
        """Return the criteria that count, as PostgreSQL arrays of their codes and points, and the sum of the points."""
        lines = self.counted(values, features.months)
        codes, points = ",".join(code for code, _points in lines), ",".join(str(points) for _code, points in lines)
        return f"{{{codes}}}", f"{{{points}}}", sum(points for _code, points in lines)


def grid_of(stored: Grid, using: str = "default") -> rules.Grid:
    """Convert a stored grid to the type that `allocations.rules` uses."""
    rubrics = {row.pk: row for row in GridRubric._default_manager.using(using).filter(grid=stored)}
    lines = GridLine._default_manager.using(using).filter(grid=stored).order_by("code")
    return rules.Grid(
        version=str(stored.version),
        adopted_on=stored.adopted_on or stored.drafted_on,
        source=f"{stored.source_kind} {stored.source_number}",
        rubrics={row.code: row.mode for row in rubrics.values()},
        lines=tuple(
            rules.Line(line.code, rubrics[line.rubric_id].code, _rule(line), line.points, line.sealed) for line in lines
        ),
        band_width=stored.band_width,
    )


def _rule(line: GridLine) -> rules.Rule:
    if line.kind == RuleKind.FLAG:
        return rules.Flag(line.feature)
    if line.kind == RuleKind.NUMBER:
        return rules.Number(line.feature, line.at_least, line.at_most)
    if line.kind == RuleKind.CODE:
        return rules.Code(line.feature, frozenset(line.values))
    return rules.MonthsWaited(line.most_points, line.bonus_beyond_months, line.bonus_points)


def read_features(cursor: Any, day: date) -> Iterator[Features]:
    cursor.execute(_FEATURES)
    while rows := cursor.fetchmany(AT_ONCE):
        for row in rows:
            yield features_of(row, day)


def features_of(row: tuple[Any, ...], day: date) -> Features:
    """Return the features of one row of the query `_FEATURES`. A priority counts only if it was recorded with its
    proof."""
    pk, filed_on, applicants, cmi, members, children, equipment, housing, income, proved, kinds, codes = row
    documents, priorities = set(kinds or ()), set(codes or ())
    household: dict[str, Any] = {
        "persons": applicants + members,
        "children": children,
        "lone_parent": applicants == 1 and 0 < children == members,
    }
    groups = (
        (household, "household" in documents),
        ({"mobility_card": cmi, "equipment_needed": equipment}, "mobility_card" in documents),
        ({"housing": housing} if housing else {}, "current_housing" in documents),
    )
    established: dict[str, Any] = {code: code in priorities for code in GROUNDS.terms}
    if proved is not None:
        established["income_euros"] = proved // 100
    declared = {} if income is None else {"income_euros": income // 100}
    verified = dict(established)
    for values, is_proved in groups:
        declared |= values
        verified |= values if is_proved else {}
    # `recognised` includes sensitive priorities: officers may read whether there is a priority, but not which.
    recognised = bool(priorities)
    return Features(str(pk), filed_on, full_months(filed_on, day), verified, declared | established, recognised)


def write_scores(copying: Copying, stored: Grid, day: date) -> int:
    """Replace the stored points and bands (ranges of points) of all applications by those of a grid. Returns the number
    of applications."""
    scorer = Scorer(stored, grid_of(stored, JOBS), day)
    for features in read_features(copying.cursor, day):
        scorer.add(features)
    copying.run(f"DELETE FROM {SCORE.name}")  # noqa: S608 - the name of a table
    copying.run(f"DELETE FROM {BAND.name}")  # noqa: S608 - the name of a table
    copying.rows(SCORE, scorer.scores)
    copying.rows(BAND, scorer.bands)
    return len(scorer.scores)
