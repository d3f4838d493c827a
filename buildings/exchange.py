"""Reads and writes CSV files of places (agencies, estates, buildings...), with the address of each building."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from access.models import Level, Place
from access.models.place import ORDER
from buildings.forms import BuildingForm
from buildings.models import Address
from formats.spreadsheets import Rows

COLUMNS = ("code", "niveau", "code_parent", "nom")
ADDRESS = {"numero": "number", "voie": "street", "code_postal": "postcode", "commune": "city"}
Cells = Mapping[str, str]


@dataclass(frozen=True)
class PlaceLine:
    """A line of an imported CSV file, with the result of its import.

    `refused` is the reason why the line is refused, or "". `known` is true if the place already exists. Any other line
    adds a place.
    """

    number: int
    cells: Cells
    refused: str = ""
    known: bool = False

    @property
    def added(self) -> bool:
        return not self.refused and not self.known

    @property
    def level(self) -> str:
        code = self.cells["niveau"]
        return str(Level(code).label) if code in Level.values else code


def depth(cells: Cells) -> int:
    """Return the depth of a CSV line's place in the tree of places: 0 for the organisation, the highest number for a
    building. The import sorts lines by depth, so that each place is created after its parent."""
    return ORDER.index(Level(cells["niveau"])) if cells["niveau"] in Level.values else len(ORDER)


def says_the_same(cells: Cells, place: Place) -> bool:
    above = place.parent.code if place.parent else ""
    return (cells["niveau"], cells["code_parent"], cells["nom"]) == (place.level, above, place.name)


def address_of(cells: Cells) -> Address | None:
    """Build, without saving, the address in a line of the CSV file. Returns None if the line has no street. Raises
    ValidationError."""
    if not cells["voie"]:
        return None
    values = {name: cells[column] for column, name in ADDRESS.items()}
    form = BuildingForm({"name": cells["nom"], "code": cells["code"], **values})
    if not form.is_valid():
        raise ValidationError([message for messages in form.errors.values() for message in messages])
    return form.address()


def as_csv(places: Iterable[Place], addresses: Mapping[object, Address]) -> str:
    """Return places as a CSV file, with the columns that the import of places reads.

    `addresses` maps the id of a building to its address.
    """
    out = io.StringIO()
    rows = Rows(out)
    rows.add([*COLUMNS, *ADDRESS])
    for place in places:
        address = addresses.get(place.pk)
        where = [getattr(address, name) if address else "" for name in ADDRESS.values()]
        row = [place.code, place.level, place.parent.code if place.parent else "", place.name, *where]
        rows.add(row)
    return out.getvalue()
