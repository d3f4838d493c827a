"""Finds the income ceiling of a household category among the figures of legal texts and of the landlord."""

from dataclasses import dataclass
from datetime import date

from allocations.rules.households import Category
from allocations.rules.open_points import MERGED_COMMUNES, PLS_ROUNDING
from allocations.rules.results import Attempts, MissingFacts
from allocations.rules.rows import Row, Rows
from allocations.rules.zones import OVERSEAS

FINANCINGS = ("PLAI", "PLUS", "PLS")
# PLS ceilings are the PLUS ceilings multiplied by PLS_TENTHS / 10 (arrêté of 29 July 1987, article 1).
PLS_TENTHS = 13


@dataclass(frozen=True)
class Ceiling:
    """Yearly income ceiling in whole euros, and its source."""

    euros: int
    source: str


def ceiling_of(rows: Rows, financing: str, zones: tuple[str, ...], category: Category, on: date) -> Ceiling:
    """Return the income ceiling in force on a day. `zones` has two zones if the law is unclear about the commune's
    zone; their ceilings must then be equal.

    Raises MissingFacts with all missing rows, or LawIsOpen with all unsettled points of law.
    """
    attempts = Attempts()
    by_zone = [attempts.run(_possible_ceilings, rows, financing, zone, category, on) for zone in zones]
    possible = [ceilings for ceilings in by_zone if ceilings is not None]
    if any(ceilings.keys() != possible[0].keys() for ceilings in possible):
        attempts.add(points=[MERGED_COMMUNES])
    if any(len(ceilings) > 1 for ceilings in possible):
        attempts.add(points=[PLS_ROUNDING])
    attempts.raise_collected()
    ((euros, source),) = possible[0].items()
    return Ceiling(euros, source)


def _possible_ceilings(rows: Rows, financing: str, zone: str, category: Category, on: date) -> dict[int, str]:
    """Map each possible ceiling in euros to its source. There are several if the law is unclear about rounding."""
    if financing != "PLS":
        return _sum_of(_parts(rows, financing, zone, category, on), category)
    if zone == OVERSEAS or _has_own_pls(rows, zone, category, on):
        return _sum_of(_parts(rows, "PLS", zone, category, on), category)
    parts = _parts(rows, "PLUS", zone, category, on)
    ((whole, source),) = _sum_of(parts, category).items()
    rounded = [_roundings(row.values[0]) for row in parts]
    results = {
        first + category.extra_persons * more for first in rounded[0] for more in (rounded[1] if rounded[1:] else [0])
    } | _roundings(whole)
    return dict.fromkeys(results, f"PLUS raised by 30 % to the nearest euro; PLUS: {source}")


def _has_own_pls(rows: Rows, zone: str, category: Category, on: date) -> bool:
    """Whether a figure for the PLS ceiling (a kind of financing), or for a part of it, is given. Then all parts must be
    given, because given parts are not added to parts computed from the PLUS ceiling."""
    year, names = str(on.year), _part_names(category)
    return any(rows.find("ceiling", "PLS", year, zone, name, on=on) is not None for name in names)


def _part_names(category: Category) -> list[str]:
    return [str(category.number), *(["extra"] if category.extra_persons else [])]


def _parts(rows: Rows, financing: str, zone: str, category: Category, on: date) -> list[Row]:
    """Return the row with the ceiling of the category. For more than six persons, also return the row with the amount
    for each further person. Raises MissingFacts."""
    names = _part_names(category)
    parts = [rows.find("ceiling", financing, str(on.year), zone, name, on=on) for name in names]
    if absent := [name for name, row in zip(names, parts, strict=True) if row is None]:
        raise MissingFacts(*(f"ceiling {financing} {on.year} {zone} {name}" for name in absent))
    return [row for row in parts if row is not None]


def _sum_of(parts: list[Row], category: Category) -> dict[int, str]:
    euros = parts[0].values[0] + sum(category.extra_persons * row.values[0] for row in parts[1:])
    return {euros: "; ".join(dict.fromkeys(row.source for row in parts))}


def _roundings(plus_euros: int) -> set[int]:
    """Return the PLUS ceiling raised by 30 %, rounded to whole euros. At exactly half a euro, both roundings are
    returned."""
    whole, tenths = divmod(plus_euros * PLS_TENTHS, 10)
    if tenths == 5:
        return {whole, whole + 1}
    return {whole + (tenths > 5)}
