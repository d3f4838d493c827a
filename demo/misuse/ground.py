"""Reads the invented landlord's data for the simulation of misuse: the employees, the households whose data each
employee may open, and which households have a debt."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from django.db import connections

from formats.bulk_copy import Copying
from formats.folding import folded

OWNER = "owner"
FIRST, LAST = date(2026, 9, 28), date(2026, 10, 31)
# _CLOCK is the database's time during the simulation: a fixed Monday after the simulated month.
_CLOCK = "SELECT timestamptz '2026-11-09 06:00:00+01'"
_DEFINE = (
    "CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz LANGUAGE sql STABLE"
    " SET search_path = pg_catalog, pg_temp AS $${}$$"
)
_MONTHS = """DO $$
DECLARE
    month date;
    name text;
BEGIN
    FOREACH month IN ARRAY '{2026-09-01,2026-10-01,2026-11-01}'::date[] LOOP
        name := 'audit_event_' || to_char(month, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)',
                           name, month || ' 00:00+00', (month + interval '1 month')::date || ' 00:00+00');
            PERFORM audit_seal_table(name::regclass);
        END IF;
    END LOOP;
END $$"""
_HOMES = """
    SELECT a.id::text, l.id::text, a.building_id::text, r.tenant_id::text, t.last_name,
           t.first_name || ' ' || t.last_name,
           coalesce((SELECT sum(n.amount_cents) FROM ledger_entry n
                     WHERE n.account_id = a.id AND n.effective_on <= date '2026-09-15'), 0) > 0,
           l.ends_on IS NOT NULL OR l.starts_on > date '2026-08-15',
           l.ends_on IS NOT NULL AND coalesce(l.notice_on, l.ends_on) < date '2026-09-28'
    FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id
    JOIN LATERAL (SELECT x.tenant_id FROM tenants_residence x WHERE x.lease_id = l.id ORDER BY x.id LIMIT 1) r ON true
    JOIN tenants_tenant t ON t.id = r.tenant_id
    WHERE a.settled_on IS NULL ORDER BY a.id
"""
_STAFF = """
    SELECT p.id::text, p.name, a.role, coalesce(array_agg(DISTINCT b.id::text) FILTER (WHERE b.id IS NOT NULL), '{}')
    FROM access_assignment a JOIN access_person p ON p.id = a.person_id JOIN access_place q ON q.id = a.place_id
    LEFT JOIN access_place b ON b.level = 'building' AND starts_with(b.path, q.path)
    WHERE a.role <> 'on_call' GROUP BY p.id, p.name, a.role ORDER BY p.id
"""


@dataclass(frozen=True)
class Home:
    """A household of the invented landlord.

    `last` and `whole` are the last and full name of one resident. `owes`: the household had a debt in mid-September.
    `moves`: the household arrived recently or is leaving. `ended`: it gave notice before the simulated month.
    """

    account: str
    lease: str
    building: str
    tenant: str
    last: str
    whole: str
    owes: bool
    moves: bool
    ended: bool


@dataclass
class Worker:
    id: str
    name: str
    role: str
    homes: list[Home]
    owing: list[Home] = field(default_factory=list)
    moving: list[Home] = field(default_factory=list)
    ended: list[Home] = field(default_factory=list)
    calm: list[Home] = field(default_factory=list)

    def sort(self) -> None:
        self.owing = [home for home in self.homes if home.owes and not home.moves]
        self.moving = [home for home in self.homes if home.moves]
        self.ended = [home for home in self.homes if home.ended]
        self.calm = [home for home in self.homes if not home.owes and not home.moves]


@dataclass
class Ground:
    workers: dict[str, list[Worker]]
    homes: list[Home]
    rng: Random

    def of(self, role: str) -> list[Worker]:
        return self.workers.get(role, [])


@contextmanager
def clock_of_its_own() -> Iterator[None]:
    """Context manager: make the database's function for the current time return the simulated time. At the end, restore
    the real time."""
    _run(_DEFINE.format(_CLOCK))
    try:
        yield
    finally:
        _run(_DEFINE.format("SELECT now()"))


def make_months() -> None:
    """Create the monthly partitions of the audit log for the simulated days."""
    _run(_MONTHS)


def _run(statement: str) -> None:
    with connections[OWNER].cursor() as cursor:
        cursor.execute(statement)


def read_ground(copying: Copying, rng: Random) -> Ground:
    homes = [Home(*row) for row in copying.ask(_HOMES)]
    by_building: dict[str, list[Home]] = {}
    for home in homes:
        by_building.setdefault(home.building, []).append(home)
    workers: dict[str, list[Worker]] = {}
    for person, name, role, buildings in copying.ask(_STAFF):
        near = [home for building in sorted(buildings) for home in by_building.get(building, [])]
        worker = Worker(person, name, role, near)
        worker.sort()
        workers.setdefault(role, []).append(worker)
    return Ground(workers, homes, rng)


def bearing(homes: list[Home], name: str) -> list[Home]:
    """Return the households whose last name is also the last name of the person with the full name `name`."""
    key = f" {folded(name)}"
    return [home for home in homes if key.endswith(f" {folded(home.last)}")]


def rename(copying: Copying, worker: Worker, name: str) -> None:
    copying.run("UPDATE access_person SET name = %s WHERE id = %s", name, worker.id)
    worker.name = name


def rare(homes: list[Home], most: int) -> dict[str, list[Home]]:
    """Group households by last name. Return only the groups of rare names, which at most `most` households have."""
    groups: dict[str, list[Home]] = {}
    for home in homes:
        groups.setdefault(folded(home.last), []).append(home)
    return {name: group for name, group in groups.items() if len(group) <= most}


def put(statement: str, *params: Any) -> None:
    """Execute an SQL statement as the database owner, who may insert rows that no page can create."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(statement, params)
