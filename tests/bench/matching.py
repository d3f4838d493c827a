"""Measures how long it takes to match vacancies with applications at night, and to draw an officer's shortlist."""

import re
import time
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from uuid import UUID, uuid4

from django.utils import timezone

from access.guard.context import AccessContext, as_database_role
from access.models import Level, Person
from access.permissions import Permission
from allocations.actions.shortlist import draw_shortlist
from allocations.matching import prepare_pool
from allocations.models import Ceiling, ShortlistLine, Vacancy
from audit import events
from audit.events import Outcome
from formats.bulk_copy import loading
from tests.bench.measure import Finding, milliseconds
from tests.bench.scoring import Scored, fill_as_super, scored, scoring
from tests.builders import OWNER, assign, make_building, make_person, make_place, paris_day, run
from tests.clones import stand_on

# At night, matching VACANCIES vacancies should take at most NIGHT_SECONDS seconds and NIGHT_MEGABYTES megabytes.
# A shortlist should take at most SHORTLIST_MS milliseconds.
# With TIMES_LARGER times as many applications, a shortlist should take at most GROWTH times as long.
VACANCIES, NIGHT_SECONDS, NIGHT_MEGABYTES = 5_000, 300, 2_048
SHORTLIST_MS, GROWTH, TIMES_LARGER = 200, 1.25, 10
AT_ONCE = 20
CEILINGS = {
    "PLAI": (14_811, 24_139, 31_642, 34_637, 41_204, 46_369),
    "PLUS": (26_920, 40_233, 52_740, 62_968, 74_919, 84_304),
}
# Dwellings of one to five rooms. One in ten has equipment for disabled people, and half of these have no lift.
_STEPS = """
INSERT INTO buildings_unit (id, building_id, kind, type, surface_m2, staircase, floor, door)
SELECT gen_random_uuid(), %(building)s, 'dwelling', 'T' || 1 + n %% 5, 50, 'A', n %% 9, n::text
FROM generate_series(1, %(count)s) n;
INSERT INTO buildings_unitterms (unit_id, building_id, financing, zone, qpv, qpv_on, rent_cents, charges_cents,
    equipment, first_letting)
SELECT u.id, u.building_id, (ARRAY['PLUS', 'PLUS', 'PLAI', 'PLS'])[1 + n %% 4], 'paris', false, loge_today(),
    45000, 9000, CASE WHEN n %% 20 = 3 THEN '{{shower}}' WHEN n %% 20 = 9 THEN '{{lift,shower,wide_doors}}'
         WHEN n %% 2 = 0 THEN '{{lift}}' ELSE '{{}}' END::varchar[], false
FROM (SELECT id, building_id, door::integer AS n FROM buildings_unit) u;
INSERT INTO allocations_vacancy (id, unit_id, building_id, available_on, declared_on, state, outside_flow, oriented_on,
    orientation_reason)
SELECT gen_random_uuid(), u.id, u.building_id, loge_today(), loge_today(), 'oriented', 'transfer', loge_today(), ''
FROM buildings_unit u;
INSERT INTO allocations_rankingkey (vacancy_id, key, drawn_on)
SELECT v.id, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()), loge_today() FROM allocations_vacancy v
""".replace("{{", "{").replace("}}", "}")


def matching(applications: int, vacancies: int, rounds: int) -> list[Finding]:
    """Measure how long it takes to compute points, to match vacancies with applications, and to draw shortlists.

    Shortlists are also measured with a tenth of the applications, for comparison.
    """
    with scored(applications) as large, scored(applications // TIMES_LARGER) as small:
        stand_on(large.database)
        findings = scoring(large)
        for landlord in (large, small):
            stand_on(landlord.database)
            declare_vacancies(landlord, vacancies)
            measured = night(landlord, vacancies)
            findings += measured if landlord is large else []
        return findings + shortlists(large, small, rounds)


def declare_vacancies(landlord: Scored, vacancies: int) -> None:
    agency = make_place(Level.AGENCY, "Agence", landlord.place)
    building = make_building("Bâtiment", make_place(Level.SECTOR, "Secteur", agency))
    fill_as_super(landlord.database, _STEPS, count=vacancies, building=str(building.pk))
    for financing, ceilings in CEILINGS.items():
        for category, euros in enumerate(ceilings, start=1):
            Ceiling.objects.using(OWNER).create(
                year=paris_day().year,
                zone="paris",
                financing=financing,
                category=str(category),
                euros=euros,
                source_kind="order",
                source_number="2025-12",
                source_date=paris_day(-90),
                entered_on=paris_day(),
            )
    assign(make_person("Aline", agency), "allocation_officer", agency)


def night(landlord: Scored, vacancies: int) -> list[Finding]:
    """Measure the matching of the second night, which replaces the entries of the first night.

    The first night is not measured, because it has no rows to delete.
    """
    for _night in range(2):
        Path("/proc/self/clear_refs").write_text("5")  # Resets the kernel's record of this process's peak memory.
        with loading() as copying:
            start = time.perf_counter()
            entries = prepare_pool(copying)
            seconds = time.perf_counter() - start
    megabytes = int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) // 1024
    print(
        f"Pool of {entries:,} entries, matches of {vacancies:,} vacancies: {seconds:.1f} s, {megabytes} MB", flush=True
    )
    note = f"{landlord.applications:,} applications, {entries:,} entries, {vacancies:,} vacancies"
    return [
        Finding("Matching all vacancies at night", seconds, NIGHT_SECONDS, unit="s", note=note),
        Finding("Memory of the process that matches", megabytes, NIGHT_MEGABYTES, unit="MB", note=note),
    ]


def shortlists(large: Scored, small: Scored, rounds: int) -> list[Finding]:
    """Measure the time to draw shortlists, each for another vacancy, at the large and the small landlord in turn."""
    durations: dict[str, list[float]] = {large.database: [], small.database: []}
    for number in range(rounds // AT_ONCE):
        for landlord in (large, small):
            stand_on(landlord.database)
            officer = Person.objects.using(OWNER).get(name="Aline")
            wanted = run(
                "SELECT id FROM allocations_vacancy ORDER BY id OFFSET %s LIMIT %s", number * AT_ONCE, AT_ONCE + 1
            )
            # The first shortlist of a connection is not counted, because a web process reuses its connections.
            _first, *times = [milliseconds(partial(draw, officer, vacancy)) for (vacancy,) in wanted]
            durations[landlord.database] += times
    late = {database: quantiles(times, n=20)[-1] for database, times in durations.items()}
    print(f"Shortlist, 95th percentile: {late}", flush=True)
    return [
        Finding(
            "A shortlist with row policies and audit events, 95th percentile",
            late[large.database],
            SHORTLIST_MS,
            unit="ms",
            note=f"{large.applications:,} applications, median {median(durations[large.database]):.1f} ms",
        ),
        Finding(
            f"The same, relative to {small.applications:,} applications",
            late[large.database] / late[small.database],
            GROWTH,
            note=f"{late[small.database]:.1f} ms",
        ),
    ]


def draw(officer: Person, vacancy_id: UUID) -> None:
    """Rank the applications for a vacancy and read the ranking, as the pages of an allocation officer do.

    Like the pages, this uses the officer's database role and records an audit event for each of the two steps.
    """
    # `officer` was loaded with the database owner's login. From here on, it must use the web login, as on a real page.
    officer._state.db = "default"
    now = timezone.now()
    access = AccessContext(officer, Permission.SHORTLIST_RUN, events.FORM_SUBMITTED, "", uuid4(), now)
    with as_database_role(access, read_only=False):
        access.write(Outcome.ATTEMPTED)
        vacancy = access.rows(Vacancy).get(pk=vacancy_id)
        draw_shortlist(by=officer, vacancy=vacancy, context=access.context)
    access = AccessContext(officer, Permission.SHORTLIST_VIEW, events.SHORTLIST_SHOWN, "", uuid4(), now)
    with as_database_role(access, read_only=True):
        lines = access.rows(ShortlistLine).filter(vacancy=vacancy_id).defer("pseudonym").order_by("rank")
        access.note(count=len(lines))
        access.write(Outcome.SHOWN)
