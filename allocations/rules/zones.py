"""Finds the zone of a commune, on which the income ceiling depends."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from allocations.rules.results import CaseError
from allocations.rules.rows import read_csv

PARIS, IDF, REGIONS, OVERSEAS = "paris", "idf", "regions", "overseas"
ZONES = (PARIS, IDF, REGIONS, OVERSEAS)
IDF_DEPARTMENTS = frozenset(["75", "77", "78", "91", "92", "93", "94", "95"])
# The numbers 971 to 978 denote overseas departments, and other overseas territories in the same series.
DEPARTMENTS = frozenset(
    [f"{number:02}" for number in range(1, 96) if number != 20]
    + ["2A", "2B"]
    + [str(number) for number in range(971, 979)]
)
_INSEE = re.compile(r"(?:0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5])[0-9]{3}|97[1-8][0-9]{2}|98[46-9][0-9]{2}")


@dataclass(frozen=True)
class Merger:
    into: str
    merged_on: date


@cache
def zone_1() -> frozenset[str]:
    return frozenset(row["insee"] for row in read_csv("zone_1_communes.csv"))


@cache
def mergers() -> dict[str, Merger]:
    """Map each former commune to the commune of zone 1 into which it was merged, and the date."""
    rows = read_csv("merged_communes.csv")
    return {row["former_insee"]: Merger(row["into_insee"], date.fromisoformat(row["merged_on"])) for row in rows}


def zones_of(commune: str, on: date, former_commune: str = "") -> tuple[str, ...]:
    """Return the zone of a commune (INSEE code) on a day, or two zones if the law is unclear.

    The law does not say whether a commune that merges into one of zone 1 changes its zone. `former_commune` is where
    the dwelling was before the merger. Without it, every dwelling of the merged commune gets both zones.
    """
    check_commune(commune)
    if former_commune:
        check_commune(former_commune)
        merger = mergers().get(former_commune)
        if former_commune != commune and (merger is None or merger.into != commune):
            raise CaseError(f"commune {former_commune} was not merged into {commune} according to merged_communes.csv.")
    territory = former_commune or commune
    merger = mergers().get(territory)
    if merger is not None:
        return (PARIS, IDF) if on >= merger.merged_on else (IDF,)
    absorbed = [merger for merger in mergers().values() if merger.into == commune and on >= merger.merged_on]
    if absorbed and not former_commune:
        return (PARIS, IDF)
    if commune in zone_1():
        return (PARIS,)
    if commune[:2] in IDF_DEPARTMENTS:
        return (IDF,)
    return (OVERSEAS,) if commune[:2] in ("97", "98") else (REGIONS,)


def check_commune(commune: str) -> None:
    """Raise CaseError if a code cannot be the INSEE code of a commune. Only Paris codes are checked against the list of
    existing codes."""
    if not _INSEE.fullmatch(commune) or (commune[:2] == "75" and commune not in zone_1()):
        raise CaseError(f'"{commune}" is not the INSEE code of a commune.')
