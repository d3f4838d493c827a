"""Counts how a draft points grid would change the order of all applications, without disclosing anything about one.

An application moves up if the draft places it in a better tenth of the order. Applications are counted in total and by
income, household and time waited. The counts are protected as follows:

- Points are computed as for bands (`allocations.rules.bands`): visible points, plus the most that sealed lines can give
  if any priority is recognised. So a count cannot depend on which ground is recognised.

- A row with a count below five is hidden. If subtraction from the total would reveal the hidden rows, the smallest
  other row is hidden too.

- Other counts are rounded down to a multiple of five, so that the difference between two trials does not disclose
  whether one application has a feature.
"""

import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from allocations.rules.grids import Grid
from allocations.rules.points import Values

# Counts below five are hidden, and other counts are rounded down to a multiple of five.
SMALLEST = 5
PARTS_OF_THE_ORDER = 10


class Population(StrEnum):
    """Groups of applications that are counted separately when a draft points grid is compared with the grid in
    force."""

    ALL = "all"
    QUARTILE_1 = "quartile_1"
    QUARTILE_2 = "quartile_2"
    QUARTILE_3 = "quartile_3"
    QUARTILE_4 = "quartile_4"
    WITHOUT_INCOME = "without_income"
    ONE_PERSON = "one_person"
    TWO_PERSONS = "two_persons"
    MORE_PERSONS = "more_persons"
    LONE_PARENT = "lone_parent"
    FAMILY = "family"
    UNDER_1_YEAR = "under_1_year"
    FROM_1_TO_3_YEARS = "from_1_to_3_years"
    FROM_3_TO_6_YEARS = "from_3_to_6_years"
    OVER_6_YEARS = "over_6_years"


P = Population
QUARTILES = (P.QUARTILE_1, P.QUARTILE_2, P.QUARTILE_3, P.QUARTILE_4)
BY_INCOME = (*QUARTILES, P.WITHOUT_INCOME)
BY_HOUSEHOLD = (P.ONE_PERSON, P.TWO_PERSONS, P.MORE_PERSONS, P.LONE_PARENT, P.FAMILY)
BY_WAITING = (P.UNDER_1_YEAR, P.FROM_1_TO_3_YEARS, P.FROM_3_TO_6_YEARS, P.OVER_6_YEARS)
TABLES = ((P.ALL,), BY_INCOME, BY_HOUSEHOLD, BY_WAITING)
# Waiting times, in full months, from which an application belongs to the second, third or fourth group of BY_WAITING.
_WAITING_FROM = (12, 36, 72)


class Standing(NamedTuple):
    """One application in the trial, without its number. `before` and `after` are its points by the grid in force and by
    the draft. `income` is in euros per person and year, or None if not declared."""

    filed_on: date
    before: int
    after: int
    income: int | None
    household: Population
    waiting: Population


class Moves(NamedTuple):
    """Numbers of applications that move to a better tenth of the order, stay in the same one, or move to a worse
    one."""

    up: int
    unchanged: int
    down: int


def standing_of(filed_on: date, months: int, values: Values, before: int, after: int) -> Standing:
    persons, income = max(1, int(values["persons"])), values.get("income_euros")
    yearly = None if income is None else int(income) // persons
    waiting = BY_WAITING[sum(months >= start for start in _WAITING_FROM)]
    return Standing(filed_on, before, after, yearly, household_of(persons, values), waiting)


def household_of(persons: int, values: Values) -> Population:
    if values["lone_parent"]:
        return P.LONE_PARENT
    if values["children"]:
        return P.FAMILY
    return {1: P.ONE_PERSON, 2: P.TWO_PERSONS}.get(persons, P.MORE_PERSONS)


def count_moves(pool: Sequence[Standing]) -> dict[Population, Moves]:
    """Return, for each group of applications, the exact numbers that move up, stay or move down. Empty groups are left
    out."""
    before = _tenths([(-row.before, row.filed_on) for row in pool])
    after = _tenths([(-row.after, row.filed_on) for row in pool])
    limits = quartile_limits(row.income for row in pool)
    counts: dict[Population, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row, former, latter in zip(pool, before, after, strict=True):
        quartile = P.WITHOUT_INCOME if row.income is None else QUARTILES[bisect_left(limits, row.income)]
        # Index of the count to increase: 0 if the application moves up in the order, 1 if it stays, 2 if it moves down.
        column = 1 + (latter > former) - (latter < former)
        for population in (P.ALL, quartile, row.household, row.waiting):
            counts[population][column] += 1
    return {population: Moves(*columns) for population, columns in counts.items()}


def _tenths(keys: Sequence[tuple[int, date]]) -> list[int]:
    """Return the tenth of the order, from 0 to 9, for each sort key. Equal keys get the same tenth, so ties need not be
    broken."""
    places: dict[tuple[int, date], int] = {}
    ahead = 0
    for key, times in sorted(Counter(keys).items()):
        places[key] = ahead * PARTS_OF_THE_ORDER // len(keys)
        ahead += times
    return [places[key] for key in keys]


def quartile_limits(incomes: Iterable[int | None]) -> list[int]:
    """Return the three incomes that separate the quarters of the pool. Equal incomes are in the same quarter."""
    ordered = sorted(income for income in incomes if income is not None)
    return [ordered[(len(ordered) * part - 1) // 4] for part in (1, 2, 3)] if ordered else []


def protect_counts(counts: Mapping[Population, Moves]) -> dict[Population, Moves | None]:
    """Return the counts of each group of applications, rounded down to a multiple of five. The value is None if the
    counts must be hidden. Empty groups are left out."""
    protected: dict[Population, Moves | None] = {}
    for table in TABLES:
        rows = {population: counts[population] for population in table if population in counts}
        hidden = hidden_rows(rows)
        for population, moves in rows.items():
            rounded = Moves(*(count // SMALLEST * SMALLEST for count in moves))
            protected[population] = None if population in hidden else rounded
    return protected


def hidden_rows(rows: Mapping[Population, Moves]) -> set[Population]:
    hidden = {population for population, moves in rows.items() if min(moves) < SMALLEST}
    others = sorted(set(rows) - hidden, key=lambda population: (sum(rows[population]), population))
    # Readers can compute the sum of the hidden rows. If only one row or a small sum is hidden, hide another row too.
    together = [sum(rows[population][column] for population in hidden) for column in range(3)]
    if len(hidden) == 1 or (hidden and min(together) < SMALLEST):
        hidden.update(others[:1])
    return hidden


def grid_digest(grid: Grid) -> str:
    """Return a digest of the grid's criteria and their groups, which shows whether the grid has changed since its
    trial. The width of bands (ranges of points) is left out, because it does not change the order of applications."""
    lines = [asdict(line) | {"kind": type(line.rule).__name__} for line in grid.lines]
    content = [sorted(grid.rubrics.items()), lines]
    plain = json.dumps(content, default=lambda value: sorted(value) if isinstance(value, frozenset) else str(value))
    return sha256(plain.encode()).hexdigest()
