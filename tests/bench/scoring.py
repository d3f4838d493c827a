"""Measures the nightly computation of points for all applications, and the trial of a draft grid of forty criteria."""

import os
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg2
from psycopg2.extensions import make_dsn

from access.models import Level, Place
from allocations.actions.grid_trials import run_grid_trial
from allocations.models import Grid, GridLine, GridRubric, GridTrial
from allocations.scoring import write_scores
from allocations.vocabulary import CURRENT_HOUSING, GROUNDS
from formats.bulk_copy import JOBS, loading
from tests.bench.copying import empty_database
from tests.bench.measure import Finding
from tests.builders import OWNER, make_place, paris_day, run

# For AIM_APPLICATIONS applications, as in Paris: maximum seconds to compute all points, and to run a grid trial.
AIM_APPLICATIONS, AIM_SECONDS, AIM_TRIAL_SECONDS = 300_000, 60, 90
CRITERIA = 40

# One INSERT statement per table. The placeholders are the number of applications and the place that manages them.
_STEPS = """
INSERT INTO allocations_application (id, number, kept_at_id, filed_on, renew_by, state, housing, rooms_from, rooms_to,
    equipment, registered_on, closing_motive, file_digest)
SELECT gen_random_uuid(), '0751125' || lpad(n::text, 6, '0') || 'ABCDE', %(place)s,
    loge_today() - n %% 2500, loge_today() + 200, 'under_review',
    (ARRAY[{housing}])[1 + n %% {kinds}], 1 + n %% 4, 2 + n %% 4,
    CASE WHEN n %% 12 = 0 THEN '{{lift}}' ELSE '{{}}' END::varchar[], loge_today(), '', ''
FROM generate_series(1, %(count)s) n;
INSERT INTO allocations_applicant (id, application_id, tie, last_name, first_name, name_key, birth_date, phone, email,
    street, postcode, city, cmi)
SELECT gen_random_uuid(), a.id, tie, 'Foule', 'Anne', 'foule anne', loge_today() - 13000, '', '', '', '', '', n %% 9 = 0
FROM {numbered} a CROSS JOIN LATERAL unnest(CASE WHEN n %% 2 = 0 THEN '{{principal,spouse}}' ELSE '{{principal}}'
    END::text[]) tie;
INSERT INTO allocations_householdmember (id, application_id, tie, birth_date, custody, on_tax_notice, cmi)
SELECT gen_random_uuid(), a.id, 'child', loge_today() - 3000, 'full', true, false
FROM {numbered} a CROSS JOIN generate_series(1, (n %% 5)::int);
INSERT INTO allocations_income (id, application_id, signing_year, basis, year, rfr_cents, share_only, proof,
    assessed_on, assessed_by_id)
SELECT gen_random_uuid(), a.id, extract(year FROM loge_today()), 'n2', extract(year FROM loge_today()) - 2,
    900000 + n %% 400 * 10000, false, CASE WHEN n %% 3 = 0 THEN 'tax_notice' ELSE '' END,
    CASE WHEN n %% 3 = 0 THEN loge_today() END, CASE WHEN n %% 3 = 0 THEN gen_random_uuid() END
FROM {numbered} a;
INSERT INTO allocations_supportingdocument (id, application_id, kind, seen_on, seen_by_id)
SELECT gen_random_uuid(), a.id, kind, loge_today(), gen_random_uuid() FROM {numbered} a
CROSS JOIN unnest('{{household,current_housing}}'::text[]) kind WHERE n %% 2 = 0;
INSERT INTO allocations_priority (id, application_id, code, proof, attested_on, ends_on, recorded_on, recorded_by_id)
SELECT gen_random_uuid(), a.id, 'dalo', 'decision', loge_today(), loge_today() + 90, loge_today(), gen_random_uuid()
FROM {numbered} a WHERE n %% 10 = 0;
INSERT INTO allocations_ground (id, application_id, code, proof, attested_on, ends_on, decided_on, decided_by_id)
SELECT gen_random_uuid(), a.id, 'couple_violence', 'court_decision', loge_today(), loge_today() + 90, loge_today(),
    gen_random_uuid()
FROM {numbered} a WHERE n %% 50 = 0
"""
_WORDS = {
    "housing": ", ".join(f"'{code}'" for code in CURRENT_HOUSING.terms),
    "kinds": len(CURRENT_HOUSING.terms),
    "numbered": "(SELECT id, row_number() OVER (ORDER BY id) AS n FROM allocations_application)",
}


@dataclass(frozen=True)
class Scored:
    """A database with applications, all managed at one place. Computing their points took `seconds`."""

    database: str
    applications: int
    place: Place
    seconds: float


@contextmanager
def scored(applications: int) -> Iterator[Scored]:
    with empty_database() as database:
        place = make_place(Level.ORGANISATION, "Office")
        make_long_grid()
        fill_as_super(database, _STEPS.format(**_WORDS), count=applications, place=str(place.pk))
        start = time.perf_counter()
        with loading() as copying:
            grid = Grid._default_manager.using(JOBS).in_force().get()
            number = write_scores(copying, grid, paris_day())
        seconds = time.perf_counter() - start
        assert run("SELECT count(*) FROM allocations_score") == [(number,)] == [(applications,)]
        print(f"\nPoints of {applications:,} applications by {CRITERIA} criteria: {seconds:.1f} s", flush=True)
        yield Scored(database, applications, place, seconds)


def scoring(landlord: Scored) -> list[Finding]:
    """Measure how long it takes to try a draft of the points rules on all applications.

    Returns this time, and the time that computing all points took.
    """
    draft = make_long_grid(2, 7, adopted=False)
    GridTrial(draft=draft.pk, version=2, asked_on=paris_day()).save(using=OWNER)
    start = time.perf_counter()
    assert run_grid_trial(by="bench")
    seconds = time.perf_counter() - start
    assert run("SELECT moved_up > 0 FROM allocations_gridtrialcount WHERE population = 'all'") == [(True,)]
    print(f"Trial of a draft on them: {seconds:.1f} s", flush=True)
    share = landlord.applications / AIM_APPLICATIONS
    note = f"{landlord.applications:,} applications, {CRITERIA} criteria"
    aim, aim_of_trial = AIM_SECONDS * share, AIM_TRIAL_SECONDS * share
    return [
        Finding("Computing the points of all applications at night", landlord.seconds, aim, unit="s", note=note),
        Finding("Trying a draft grid on all applications at night", seconds, aim_of_trial, unit="s", note=note),
    ]


def fill_as_super(database: str, steps: str, **values: object) -> None:
    """Insert rows as superuser without triggers and foreign key checks, because they are valid by construction."""
    with closing(psycopg2.connect(make_dsn(os.environ["LOGE_SUPER_URL"], dbname=database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
            for step in steps.split(";\n"):
                cursor.execute(step, values)
            cursor.execute("VACUUM ANALYZE")


def make_long_grid(version: int = 1, for_children: int = 1, adopted: bool = True) -> Grid:
    """Create a points grid of forty criteria.

    The points of the criteria on children are multiplied by `for_children`.
    """
    source = {"source_kind": "agreement", "source_number": "2025-12", "source_date": paris_day(-90)}
    grid: Grid = Grid.objects.using(OWNER).create(version=version, band_width=20, drafted_on=paris_day(), **source)
    modes = {"household": "sum", "housing": "once", "resources": "once", "priority": "once", "waiting": "sum"}
    rubrics = {
        code: GridRubric.objects.using(OWNER).create(grid=grid, code=code, mode=mode) for code, mode in modes.items()
    }
    lines = list(_lines())
    assert len(lines) == CRITERIA
    for rubric, code, kind, points, rule in lines:
        GridLine.objects.using(OWNER).create(
            grid=grid,
            rubric=rubrics[rubric],
            code=code,
            kind=kind,
            points=points * for_children if code.startswith("children") else points,
            **rule,
        )
    if adopted:
        Grid.objects.using(OWNER).filter(pk=grid.pk).update(adopted_on=paris_day())
    return grid


def _lines() -> Iterator[tuple[str, str, str, int, dict[str, Any]]]:
    for number, term in enumerate(GROUNDS.terms.values()):
        rule = {"feature": term.code, "sealed": term.row["sealed"] == "yes"}
        yield "priority", term.code, "flag", 30 + number, rule
    for code in ("lone_parent", "mobility_card", "equipment_needed"):
        yield "household", code, "flag", 5, {"feature": code}
    for feature, most in (("children", 4), ("persons", 3)):
        for least in range(1, most + 1):
            rule = {"feature": feature, "at_least": least, "at_most": least}
            yield "household", f"{feature}_{least}", "number", least, rule
    for step in range(7):
        yield (
            "resources",
            f"income_{step}",
            "number",
            14 - 2 * step,
            {
                "feature": "income_euros",
                "at_least": 6_000 * step,
                "at_most": 6_000 * (step + 1),
            },
        )
    for number, code in enumerate([*CURRENT_HOUSING.terms][:8]):
        yield "housing", f"housing_{code}", "code", 10 - number, {"feature": "housing", "values": [code]}
    yield "waiting", "months_waited", "months", 1, {"most_points": 60, "bonus_beyond_months": 36, "bonus_points": 20}
