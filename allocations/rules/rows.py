"""Figures with dates and a source, such as income ceilings, that a legal text sets or that the landlord adopts.

Figures found in a legal text ship in `allocations/vocabulary/`. Whoever calculates passes all others as input.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from allocations.rules.results import CaseError, MissingFacts

VOCABULARY = Path(__file__).parents[1] / "vocabulary"

# The kind of a row, then the values that identify it: ("ceiling", "PLUS", "2026", "paris", "3").
Key = tuple[str, ...]

# Maps each parameter of the landlord to its lowest and highest accepted value. A parameter's name ends with its unit.
PARAMETERS: dict[str, tuple[int, int]] = {
    "twelve_months_deduction_permille": (0, 1000),
    "ehpad_deduction_limit_cents": (0, 10**10),
    "application_validity_months": (1, 120),
    "offer_delay_days": (10, 365),
    "claim_retention_years": (1, 100),
    "effort_rate_limit_permille": (1, 1000),
    "residual_income_limit_cents_per_household": (0, 10**8),
    "residual_income_limit_cents_per_person": (0, 10**8),
    "residual_income_limit_cents_per_consumption_unit": (0, 10**8),
}


@dataclass(frozen=True)
class Row:
    """A dated row with its source. `values` are integers whose meaning depends on the kind of row. The row is in force
    from `valid_from` to `valid_to`, both included."""

    key: Key
    values: tuple[int, ...]
    source: str
    valid_from: date = date.min
    valid_to: date = date.max

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on <= self.valid_to


class Rows:
    """The dated figures for one calculation: those that ship with Loge and those in the input."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._by_key: dict[Key, list[Row]] = {key: list(group) for key, group in shipped().items()}
        for row in rows:
            self._by_key.setdefault(row.key, []).append(row)

    def find(self, *key: str, on: date) -> Row | None:
        """Return the figure (a row) in force on a day, or None. Raises CaseError if two rows in force have different
        values."""
        rows = [row for row in self._by_key.get(key, []) if row.in_force(on)]
        for other in rows[1:]:
            if other.values != rows[0].values:
                values = " and ".join(sorted(", ".join(map(str, row.values)) for row in (rows[0], other)))
                raise CaseError(f"two rows give different values for {' '.join(key)} on {on}: {values}.")
        return rows[0] if rows else None

    def parameter(self, name: str, on: date) -> Row:
        """Return the row that sets a parameter of the landlord on a day. Raises MissingFacts if there is none."""
        row = self.find("parameter", name, on=on)
        if row is None:
            raise MissingFacts(f"parameter {name} {on}")
        return row

    def of_kind(self, kind: str) -> list[Row]:
        return [row for key, rows in self._by_key.items() if key[0] == kind for row in rows]


@cache
def shipped() -> dict[Key, list[Row]]:
    """Return the rows that ship with Loge, read from the CSV files of `allocations/vocabulary/`."""
    rows = [
        _row(("ceiling", line["financing"], line["year"], line["zone"], line["category"]), line["euros"], line)
        for line in read_csv("ceilings.csv")
    ]
    rows += [_row(("delay", line["code"]), line["amount"], line) for line in read_csv("delays.csv")]
    rows += [_row(("quota_rate", line["code"]), line["permille"], line) for line in read_csv("quota_rates.csv")]
    by_key: dict[Key, list[Row]] = {}
    for row in rows:
        by_key.setdefault(row.key, []).append(row)
    return by_key


def _row(key: Key, value: str, line: dict[str, str]) -> Row:
    days = [date.fromisoformat(line[name]) if line[name] else None for name in ("valid_from", "valid_to")]
    return Row(key, (int(value),), line["source"], days[0] or date.min, days[1] or date.max)


def read_csv(name: str) -> list[dict[str, str]]:
    with (VOCABULARY / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
