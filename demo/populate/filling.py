"""Fills vacant dwellings with invented leases, residents and ledgers, in one transaction."""

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from random import Random

from audit import events
from audit.record import record
from demo.populate.calendar import Calendar
from demo.populate.households import Batch, Home, Households
from demo.populate.ledgers import Ledgers
from demo.populate.names import Names
from demo.populate.numbers import Numbers
from demo.populate.patrimony import build, buildings_to_fill, capacity, empty_dwellings, list_empty_dwellings
from demo.populate.staff import hire_all, officers_of
from formats.bulk_copy import JOBS, Copying, loading
from ledger.bulk_load import indexes_created_last

DWELLINGS_AT_ONCE = 2_000
# Bulk loading, which locks tables, is used only from this number of leases: fewer take seconds without it.
BULK_LEASES = 1_000
VACANT, LET_TWICE = 0.03, 0.07
Step = Callable[[int], object]


@dataclass
class Populated:
    leases: int
    built: int
    assignments: int
    seconds: float
    rows: dict[str, int]
    overseers: list[str]  # ids of employees who must sign a yearly access review

    @property
    def all_rows(self) -> int:
        return sum(self.rows.values())


def populate(leases: int, seed: int, *, months: int = 24, step: Step = lambda _n: None, by: str) -> Populated:
    """Add `leases` invented leases, current and former, in dwellings that were never let. `step` is called after each
    batch with the number of leases in it, to show progress."""
    start = time.monotonic()
    with loading() as copying:
        today, before = copying.ask("SELECT loge_today(), (SELECT count(*) FROM tenants_lease)")[0]
        numbers, names = Numbers(seed, str(before)), Names(seed)
        # `batches` has a random generator with the same seed, so it fills as many dwellings as computed here.
        missing = dwellings_needed(leases, Random(leases)) - capacity(copying)  # noqa: S311 - invented people
        if missing > 0:
            build(copying, numbers, names, missing)
        staff = hire_all(copying, numbers, names, today)
        calendar = Calendar(today, months)
        households, ledgers = Households(calendar, numbers, names), Ledgers(calendar, numbers)
        with indexes_created_last(copying) if leases >= BULK_LEASES else nullcontext():
            for batch, written in batches(copying, households, leases):
                batch.copy(copying, ledgers)
                step(written)
        record(events.POPULATED, by=by, using=JOBS, count=leases, leases=leases, seed=seed)
    seconds = time.monotonic() - start
    return Populated(leases, max(0, missing), len(staff.assignments), seconds, copying.counts, staff.overseers)


def lettings(rng: Random) -> int:
    """Draw how many leases a dwelling has: none, a current one, or a former and a current one."""
    luck = rng.random()
    return 0 if luck < VACANT else 2 if luck < VACANT + LET_TWICE else 1


def dwellings_needed(leases: int, rng: Random) -> int:
    needed = 0
    while leases > 0:
        leases -= lettings(rng)
        needed += 1
    return needed


@dataclass
class Filling:
    """Generates leases for dwellings, until `left` is 0."""

    households: Households
    rng: Random
    left: int

    def fill(self, dwellings: list[tuple[str, str, int]], officers: dict[str, str | None]) -> tuple[Batch, int]:
        """Return the leases of these dwellings, and how many they are. `officers` maps buildings to their officers."""
        batch, before = Batch(), self.left
        for unit, building, rooms in dwellings:
            home, wanted = Home(unit, building, rooms, officers.get(building)), min(self.left, lettings(self.rng))
            self.left -= wanted
            for span in self.households.spans(wanted) if wanted else []:
                self.households.move_in(batch, home, span)
            if not self.left:
                break
        return batch, before - self.left


def batches(copying: Copying, households: Households, leases: int) -> Iterator[tuple[Batch, int]]:
    """Generate `leases` invented leases, in batches. Yield each batch with the number of leases in it.

    While the caller writes a batch, another thread generates the next one: to write is mostly to wait for PostgreSQL.
    """
    filling = Filling(households, Random(leases), leases)  # noqa: S311 (invented data)
    list_empty_dwellings(copying)
    groups = group_buildings(buildings_to_fill(copying))
    with ThreadPoolExecutor(1) as worker, short_switch_interval():

        def begin_next() -> Future[tuple[Batch, int]] | None:
            if buildings := next(groups, None):
                dwellings, officers = empty_dwellings(copying, buildings), officers_of(copying, buildings)
                return worker.submit(filling.fill, dwellings, officers)
            return None

        ahead = begin_next()
        while ahead:
            batch, written = ahead.result()
            ahead = begin_next() if filling.left else None
            yield batch, written


@contextmanager
def short_switch_interval() -> Iterator[None]:
    """Let Python's threads take turns more often. The thread that sends rows to PostgreSQL has little to compute, and
    PostgreSQL waits for it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def group_buildings(buildings: list[tuple[str, int]]) -> Iterator[list[str]]:
    """Divide the buildings into groups of about DWELLINGS_AT_ONCE dwellings. The leases of a group are generated in
    memory before they are written, so the size of the groups limits the memory used."""
    group: list[str] = []
    dwellings = 0
    for building, count in buildings:
        group.append(building)
        dwellings += count
        if dwellings >= DWELLINGS_AT_ONCE:
            yield group
            group, dwellings = [], 0
    if group:
        yield group
