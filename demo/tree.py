"""Places of the invented landlord: three agencies, six sectors, forty buildings, one tower shared by two caretakers."""

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
# Agency, postcode -> sector -> estate -> buildings.
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
    """`places` and `parking`: ids by name. `homes`: the dwellings of each building, in the order of their doors."""

    plans: Plans
    places: dict[str, str]
    homes: dict[str, list[Home]]
    parking: dict[str, str]

    @property
    def top(self) -> str:
        return self.places[settings.HOUSE_NAME]


def draw(numbers: Numbers, names: Names) -> Landlord:
    landlord = Landlord(Plans(numbers), {}, {}, {})
    top = _place(landlord, Level.ORGANISATION, settings.HOUSE_NAME, TOP, None)
    east = _place(landlord, Level.DIRECTORATE, "Direction territoriale Est", "DT-EST", top)
    shapes = cycle(SHAPES)
    for number, ((agency, postcode), sectors) in enumerate(LANDLORD.items(), 1):
        contact = (f"+331990010{number:02}", f"{folded(agency).replace(' ', '.')}@trois-rives.example")
        office = _place(landlord, Level.AGENCY, agency, _code(agency), east, contact)
        for sector, estates in sectors.items():
            part = _place(landlord, Level.SECTOR, sector, _code(sector), office)
            for estate, buildings in estates.items():
                residence = _place(landlord, Level.ESTATE, estate, _code(estate), part)
                town = (postcode, "Paris")
                if estate == TOWER:
                    _tower(landlord, residence, town)
                else:
                    street = names.street(numbers.rng)
                    _buildings(landlord, (estate, residence), (street, *town), [next(shapes) for _ in range(buildings)])
    return landlord


def _buildings(landlord: Landlord, estate: tuple[str, str], street: tuple[str, str, str], shapes: list[Shape]) -> None:
    name, residence = estate
    number = landlord.plans.numbers.rng.randrange(1, 60, 2)
    for letter, shape in zip("ABCDEFGH", shapes, strict=False):
        address = (str(number), *street)
        _building(landlord, f"{name}, bâtiment {letter}", residence, address, shape)
        number += 2
    _add_parking(landlord, f"{name}, bâtiment A")


def _tower(landlord: Landlord, residence: str, town: tuple[str, str]) -> None:
    """One address with two buildings: a building is what one caretaker looks after."""
    for name, lowest, highest in TOWER_PARTS:
        _building(landlord, name, residence, ("1", TOWER_STREET, *town), Shape(1, lowest, highest, 4))


def _building(landlord: Landlord, name: str, residence: str, address: tuple[str, str, str, str], shape: Shape) -> None:
    units = landlord.plans.rows[UNIT]
    start = len(units)
    building = landlord.plans.building(name, _code(name), residence, address, shape)
    landlord.places[name] = building
    landlord.homes[name] = [Home(str(unit[0]), building, int(str(unit[3])[1:])) for unit in units[start:]]


def _add_parking(landlord: Landlord, name: str) -> None:
    unit, building = landlord.plans.numbers.id(), landlord.places[name]
    landlord.plans.rows[UNIT].append((unit, building, "parking", "", None, "", -1, "P1"))
    landlord.parking[name] = unit


def _place(
    landlord: Landlord, level: Level, name: str, code: str, parent: str | None, contact: tuple[str, str] = ("", "")
) -> str:
    landlord.places[name] = place = landlord.plans.place(level, name, code, parent, contact)
    return place


def _code(name: str) -> str:
    """ "Les Glycines, bâtiment A" -> "LES-GLYCINES-BATIMENT-A"."""
    return folded(name).upper().replace(" ", "-")[:32]
