"""The evacuation list of a building: staircases, floors from the top, doors and the help requested there. Makes no
query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _

from buildings.models import Unit
from tenants.facade import in_place, numbers


@dataclass(frozen=True)
class Door:
    """`helps`: labels of the help requested behind this door. They never tell which person needs it."""

    name: str
    helps: Sequence[str] = ()


@dataclass(frozen=True)
class Floor:
    number: int | None
    doors: list[Door]

    @property
    def helped(self) -> list[Door]:
        return [door for door in self.doors if door.helps]


@dataclass(frozen=True)
class Stair:
    name: str
    floors: list[Floor]

    @property
    def helped(self) -> int:
        return sum(len(floor.helped) for floor in self.floors)


def stairs(units: Iterable[Unit], helps: Mapping[UUID, Sequence[str]]) -> list[Stair]:
    """Group units by staircase and floor. `helps` maps each unit to the labels of the help requested there."""
    units = sorted(units, key=in_place)
    unknown = numbers(units)
    return [
        Stair(name, [Floor(floor, _doors(row, helps, unknown)) for floor, row in groupby(column, lambda u: u.floor)])
        for name, column in groupby(units, lambda u: u.staircase)
    ]


def _doors(row: Iterable[Unit], helps: Mapping[UUID, Sequence[str]], unknown: Mapping[UUID, int]) -> list[Door]:
    """A unit without a recorded door shows the same number as on the building's page."""
    return [
        Door(unit.door or _("n° %(number)s") % {"number": unknown[unit.pk]}, helps.get(unit.pk, ())) for unit in row
    ]
