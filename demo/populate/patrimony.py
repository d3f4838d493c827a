"""Finds dwellings that were never let, so that they can be filled with invented leases. Generates more buildings if
there are too few dwellings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from random import Random

from django.conf import settings

from access.models import Level, Place
from buildings.models import Address, Building, Unit
from demo.populate.names import Names
from demo.populate.numbers import Numbers
from formats.bulk_copy import Copying, Row, Table, table_of
from formats.folding import folded

PLACE = table_of(Place, "id", "level", "parent", "name", "code", "phone", "email")
BUILDING = table_of(Building, "place")
ADDRESS = table_of(
    Address, "building", "number", "street", "postcode", "city", "search_key", "ban_id", "latitude", "longitude"
)
# Positions of the demonstration's postcodes. Other postcodes get an invented position in the region of Paris.
CENTRES = {"75012": (48.8400, 2.3950), "75013": (48.8290, 2.3560), "75020": (48.8640, 2.3980)}
UNIT = table_of(Unit, "id", "building", "kind", "type", "surface_m2", "staircase", "floor", "door")
LEVELS = (Level.ORGANISATION, Level.DIRECTORATE, Level.AGENCY, Level.SECTOR, Level.ESTATE, Level.BUILDING)
TOWNS = (
    ("Ivry-sur-Seine", "94200"), ("Montreuil", "93100"), ("Saint-Denis", "93200"), ("Gentilly", "94250"),
    ("Pantin", "93500"), ("Vanves", "92170"), ("Clichy", "92110"), ("Bagnolet", "93170"), ("Malakoff", "92240"),
)  # fmt: skip
DWELLINGS_AN_AGENCY, DWELLINGS_A_SECTOR = 6_500, 900
# _EMPTY selects the dwellings that were never let. Dwellings in residential homes (`is_home`) are excluded.
_EMPTY = """SELECT {columns} FROM buildings_unit u JOIN access_place p ON p.id = u.building_id
    WHERE u.kind = 'dwelling'
      AND NOT EXISTS (SELECT FROM tenants_leaseunit l WHERE l.unit_id = u.id)
      AND NOT EXISTS (SELECT FROM buildings_programme_buildings j JOIN buildings_programme g ON g.id = j.programme_id
                      WHERE j.building_id = u.building_id AND g.is_home)"""


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a building with `staircases` staircases. Each staircase has `across` dwellings on each floor from
    `lowest` to `highest`."""

    staircases: int
    lowest: int
    highest: int
    across: int

    @property
    def dwellings(self) -> int:
        return self.staircases * (self.highest - self.lowest + 1) * self.across

    def doors(self) -> Iterator[tuple[str, int, str, int]]:
        """Yield (staircase, floor, door, number of main rooms) for each dwelling of the building. Dwellings above each
        other have the same number of rooms."""
        for staircase in "ABCDEFGH"[: self.staircases]:
            for floor in range(self.lowest, self.highest + 1):
                for column in range(1, self.across + 1):
                    door = f"{floor}{column:02d}" if self.highest > 9 else f"{floor}{column}"
                    yield staircase, floor, door, (3, 2, 4, 1, 3, 5)[(column - 1) % 6]


@dataclass
class Plans:
    """Collects the rows of generated places, buildings, addresses and units until `copy` writes them to the database.

    A place is a level of the organisation: landlord, directorate, agency, sector, estate or building.
    """

    numbers: Numbers
    places: dict[Level, list[Row]] = field(default_factory=lambda: {level: [] for level in LEVELS})
    rows: dict[Table, list[Row]] = field(default_factory=lambda: {BUILDING: [], ADDRESS: [], UNIT: []})

    def place(self, level: Level, name: str, code: str, parent: str | None, contact: tuple[str, str] = ("", "")) -> str:
        """Add a place below the place `parent`, and return its id. `contact` is the telephone number and the e-mail
        address; only agencies have these two."""
        place = self.numbers.id()
        self.places[level].append((place, level.value, parent, name, code, *contact))
        return place

    def building(self, name: str, code: str, estate: str, address: tuple[str, str, str, str], shape: Shape) -> str:
        """Add a building with its dwellings, and return its id. `address` consists of number, street, postcode and
        city."""
        building = self.place(Level.BUILDING, name, code, estate)
        self.rows[BUILDING].append((building,))
        number, street, postcode, _city = address
        position = invented_position(postcode, street, number)
        self.rows[ADDRESS].append((building, *address, folded(" ".join(address))[:160], "", *position))
        for staircase, floor, door, rooms in shape.doors():
            surface = 16 + 14 * rooms + self.numbers.rng.randint(-4, 9)
            self.rows[UNIT].append(
                (self.numbers.id(), building, "dwelling", f"T{rooms}", surface, staircase, floor, door)
            )
        return building

    def copy(self, copying: Copying) -> None:
        """Write the collected rows to the database with COPY. Parents are written before their children, because the
        database computes a place's path from its parent's path."""
        for level in LEVELS:
            copying.rows(PLACE, self.places[level])
        for table, rows in self.rows.items():
            copying.rows(table, rows)
        self.places = {level: [] for level in LEVELS}
        self.rows = {table: [] for table in self.rows}


def capacity(copying: Copying) -> int:
    return int(copying.ask(_EMPTY.format(columns="count(*)"))[0][0])


def list_empty_dwellings(copying: Copying) -> None:
    """Create a temporary table of the dwellings that were never let, for all batches. A search for each batch would be
    slow, because the table of leases has no index during a bulk load."""
    place = "row_number() OVER (ORDER BY p.path, u.staircase, u.floor, u.door, u.source_key, u.id) AS place"
    dwellings = _EMPTY.format(columns=f"u.id, u.building_id, u.type, p.path, {place}")
    copying.run(f"CREATE TEMPORARY TABLE empty_dwellings ON COMMIT DROP AS {dwellings}")
    copying.run("CREATE INDEX ON empty_dwellings (building_id)")
    copying.run("ANALYZE empty_dwellings")


def invented_position(postcode: str, street: str, number: str) -> tuple[str, str]:
    """Return latitude and longitude in degrees. Streets of a postcode are near each other, and numbers of a street too.

    No random numbers are drawn, so that the other generated data stay as they are.
    """
    latitude, longitude = CENTRES.get(postcode) or _shifted(48.85, 2.35, postcode, 0.15)
    latitude, longitude = _shifted(latitude, longitude, postcode + street, 0.012)
    latitude, longitude = _shifted(latitude, longitude, postcode + street + number, 0.0012)
    return f"{latitude:.6f}", f"{longitude:.6f}"


def _shifted(latitude: float, longitude: float, key: str, most: float) -> tuple[float, float]:
    """Move a position by at most `most` degrees in each direction, always in the same way for the same `key`."""
    digest = sha256(key.encode()).digest()
    north, east = (int.from_bytes(digest[start : start + 4]) / 2**31 - 1 for start in (0, 4))
    return latitude + north * most, longitude + east * most * 1.5


def buildings_to_fill(copying: Copying) -> list[tuple[str, int]]:
    """Return the buildings with dwellings that were never let, as (building id, number of such dwellings). Buildings of
    the same estate, sector and agency follow each other."""
    rows = copying.ask("SELECT building_id, count(*) FROM empty_dwellings GROUP BY building_id, path ORDER BY path")
    return [(str(building), dwellings) for building, dwellings in rows]


def empty_dwellings(copying: Copying, buildings: list[str]) -> list[tuple[str, str, int]]:
    """Return the dwellings of these buildings that were never let, as (unit id, building id, number of main rooms).

    Three rooms are assumed if the type of a dwelling is unknown.
    """
    sql = "SELECT id, building_id, type FROM empty_dwellings WHERE building_id = ANY (%s::uuid[]) ORDER BY place"
    rows = copying.ask(sql, buildings)
    return [(str(unit), str(building), int(kind[1:] or 3) if kind else 3) for unit, building, kind in rows]


def build(copying: Copying, numbers: Numbers, names: Names, dwellings: int) -> None:
    """Generate agencies, sectors, estates and buildings, until `dwellings` dwellings have been added."""
    plans, rng = Plans(numbers), numbers.rng
    tops = copying.ask("SELECT id FROM access_place WHERE level = 'organisation' ORDER BY code LIMIT 1")
    top = str(tops[0][0]) if tops else plans.place(Level.ORGANISATION, settings.HOUSE_NAME, "ORGANISME", None)
    series = count(int(copying.ask("SELECT count(*) FROM access_place")[0][0]) + 1)
    left = dwellings
    while left > 0:
        town, postcode = rng.choice(TOWNS)
        serial = next(series)
        agency = plans.place(Level.AGENCY, f"Agence {town} {serial}", f"A{serial}", top)
        goal = max(0, left - DWELLINGS_AN_AGENCY)
        while left > goal:
            left -= build_sector(plans, names, agency, (postcode, town), series, min(DWELLINGS_A_SECTOR, left - goal))
        plans.copy(copying)


def build_sector(
    plans: Plans, names: Names, agency: str, town: tuple[str, str], series: "count[int]", wanted: int
) -> int:
    """Generate a sector with at least `wanted` dwellings. Return how many dwellings it has."""
    rng, built = plans.numbers.rng, 0
    street = names.street(rng)
    sector = plans.place(Level.SECTOR, f"Secteur {street}", f"S{next(series)}", agency)
    while built < wanted:
        street = names.street(rng)
        estate = plans.place(Level.ESTATE, f"Résidence {street}", f"R{next(series)}", sector)
        for number in range(1, 1 + 2 * rng.randint(1, 4), 2):
            shape = draw_shape(rng)
            address = (str(number), street, *town)
            plans.building(f"{number}, {street}", f"B{next(series)}", estate, address, shape)
            built += shape.dwellings
            if built >= wanted:
                break
    return built


def draw_shape(rng: Random) -> Shape:
    return Shape(rng.choice((1, 1, 2, 2, 3)), 0, rng.randint(3, 8), rng.choice((2, 2, 3, 4)))
