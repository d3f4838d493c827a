"""Creates the places of the demonstration: three agencies, six sectors, forty buildings, one tower with two
caretakers."""

from dataclasses import dataclass
from itertools import cycle

from django.conf import settings

from access.models import Level
from demo.populate.households import Home
from demo.populate.names import Names
from demo.populate.numbers import Numbers
from demo.populate.patrimony import UNIT, Plans, Shape
from formats.folding import folded

TOP = "TROIS-RIVES"
SHAPES = (
    Shape(1, 0, 5, 4),
    Shape(2, 0, 6, 2),
    Shape(2, 0, 4, 3),
    Shape(1, 0, 7, 4),
    Shape(3, 0, 4, 2),
    Shape(1, 0, 6, 4),
)
TOWER, TOWER_STREET = "Tour Élisée-Reclus", "place Élisée-Reclus"
TOWER_PARTS = (("Tour Élisée-Reclus, étages 1 à 16", 1, 16), ("Tour Élisée-Reclus, étages 17 à 29", 17, 29))
# LANDLORD is a dict: (agency, postcode) -> sector -> estate -> number of buildings of the estate.
LANDLORD: dict[tuple[str, str], dict[str, dict[str, int]]] = {
    ("Agence Belleville", "75020"): {
        "Secteur Télégraphe": {"Les Glycines": 3, "Le Clos des Lilas": 3, "Le Réservoir": 3},
        "Secteur des Fêtes": {TOWER: 2, "Le Passage aux Soies": 2},
    },
    ("Agence Bercy", "75012"): {
        "Secteur Quai": {"Les Tonneliers": 4, "Les Entrepôts": 3},
        "Secteur Daumesnil": {"La Villa du Bel-Air": 3, "Les Marronniers": 4},
    },
    ("Agence Gobelins", "75013"): {
        "Secteur Bièvre": {"Les Tanneurs": 4, "Le Moulin": 3},
        "Secteur Tolbiac": {"Les Olympes": 3, "La Butte aux Merles": 3},
    },
}


@dataclass
class Landlord:
    """The places created for the demonstration.

    `places` maps the names of places to their ids. `homes` maps the name of each building to its dwellings, in the
    order of their doors. `parking` maps the names of those buildings that have a parking space to the id of the space.
    """

    plans: Plans
    places: dict[str, str]
    homes: dict[str, list[Home]]
    parking: dict[str, str]

    @property
    def top(self) -> str:
        return self.places[settings.HOUSE_NAME]

    def add_place(
        self, level: Level, name: str, code: str, parent: str | None, contact: tuple[str, str] = ("", "")
    ) -> str:
        self.places[name] = place = self.plans.place(level, name, code, parent, contact)
        return place

    def add_building(self, name: str, estate: str, address: tuple[str, str, str, str], shape: Shape) -> None:
        units = self.plans.rows[UNIT]
        start = len(units)
        building = self.plans.building(name, _code(name), estate, address, shape)
        self.places[name] = building
        self.homes[name] = [Home(str(unit[0]), building, int(str(unit[3])[1:])) for unit in units[start:]]

    def add_buildings(self, name: str, estate: str, street: tuple[str, str, str], shapes: list[Shape]) -> None:
        """Add the buildings A, B... of an estate, one for each shape in `shapes`, all in the same street. Add a parking
        space to building A."""
        number = self.plans.numbers.rng.randrange(1, 60, 2)
        for letter, shape in zip("ABCDEFGH", shapes, strict=False):
            self.add_building(f"{name}, bâtiment {letter}", estate, (str(number), *street), shape)
            number += 2
        first, unit = f"{name}, bâtiment A", self.plans.numbers.id()
        self.plans.rows[UNIT].append((unit, self.places[first], "parking", "", None, "", -1, "P1"))
        self.parking[first] = unit

    def add_tower(self, estate: str, town: tuple[str, str]) -> None:
        """Add the tower as two buildings at one address, one building for each of its two caretakers."""
        for name, lowest, highest in TOWER_PARTS:
            self.add_building(name, estate, ("1", TOWER_STREET, *town), Shape(1, lowest, highest, 4))


def draw(numbers: Numbers, names: Names) -> Landlord:
    landlord = Landlord(Plans(numbers), {}, {}, {})
    top = landlord.add_place(Level.ORGANISATION, settings.HOUSE_NAME, TOP, None)
    east = landlord.add_place(Level.DIRECTORATE, "Direction territoriale Est", "DT-EST", top)
    shapes = cycle(SHAPES)
    for number, ((agency, postcode), sectors) in enumerate(LANDLORD.items(), 1):
        contact = (f"+331990010{number:02}", f"{folded(agency).replace(' ', '.')}@trois-rives.example")
        office = landlord.add_place(Level.AGENCY, agency, _code(agency), east, contact)
        for sector, estates in sectors.items():
            part = landlord.add_place(Level.SECTOR, sector, _code(sector), office)
            for name, buildings in estates.items():
                estate = landlord.add_place(Level.ESTATE, name, _code(name), part)
                town = (postcode, "Paris")
                if name == TOWER:
                    landlord.add_tower(estate, town)
                else:
                    street = names.street(numbers.rng)
                    landlord.add_buildings(name, estate, (street, *town), [next(shapes) for _ in range(buildings)])
    return landlord


def _code(name: str) -> str:
    """Return a place's code: "Les Glycines, bâtiment A" gives "LES-GLYCINES-BATIMENT-A"."""
    return folded(name).upper().replace(" ", "-")[:32]
