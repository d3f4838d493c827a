"""Arranges the evacuation list of a building: staircases, floors from the top down, doors, and the help requested at
each. Makes no query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _

from buildings.models import Unit
from tenants.facade import in_place, numbers
from tenants.models import HelpCode


@dataclass(frozen=True)
class Door:
    """A door on an evacuation list. `helps` has the labels of the help requested there, without saying by which
    resident."""

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


def stairs(units: Iterable[Unit], help_codes: Iterable[HelpCode]) -> list[Stair]:
    """Group units by staircase and floor, with the help requested at each.

    A unit without a recorded door gets a number instead, the same as on the building's page.
    """
    # `helps` maps each unit to the labels of help requested there, as dict keys, so that they are unique and ordered.
    helps: dict[UUID, dict[str, None]] = {}
    for help_code in help_codes:
        for unit in help_code.homes:
            helps.setdefault(unit, {})[help_code.label] = None
    units = sorted(units, key=in_place)
    unknown = numbers(units)
    names = {unit.pk: unit.door or _("n° %(number)s") % {"number": unknown[unit.pk]} for unit in units}
    doors = {pk: Door(name, list(helps.get(pk, ()))) for pk, name in names.items()}
    staircases = []
    for name, column in groupby(units, lambda unit: unit.staircase):
        rows = groupby(column, lambda unit: unit.floor)
        staircases.append(Stair(name, [Floor(floor, [doors[unit.pk] for unit in row]) for floor, row in rows]))
    return staircases
