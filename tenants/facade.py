"""Arranges the units of a building as staircases, floors and doors, and computes what pages show for each dwelling.
Makes no query."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from buildings.models import Unit
from formats.folding import folded
from formats.language import date_number, in_french, ordinal_letters
from tenants.models import Residence
from tenants.models.tenant import Title

# A page draws a building if no staircase has more than EASY_FLOORS floors, and no floor more than EASY_DOORS doors.
# A building above EASY_FLOORS or EASY_DOORS is first shown as a list. The user may switch to the drawing.
# A building with more than MOST_DOORS doors on a floor is never drawn.
EASY_DOORS, EASY_FLOORS, MOST_DOORS = 4, 12, 8
MOST_AT_ONCE = 120  # Maximum number of dwellings on a page, so that the page loads fast on a slow link.
# DRAWN_FLOORS and DRAWN_COLUMNS limit the small drawing of a building. A larger building is scaled down.
DRAWN_FLOORS, DRAWN_COLUMNS = 20, 8


class State(StrEnum):
    """What a window in the drawing of a building shows about its dwelling.

    A leased dwelling is DISCREET if the user may not see its residents. The reason is not disclosed.
    """

    LIVED_IN = "lived_in"
    VACANT = "vacant"
    ARRIVES = "arrives"
    LEAVES = "leaves"
    DISCREET = "discreet"


@dataclass(frozen=True)
class Household:
    """The residents of one lease, in a dwelling that has residents of several leases, because one household leaves and
    another arrives. `note` says when this household leaves or arrives."""

    name: str
    url: str
    note: str


@dataclass(frozen=True)
class Dwelling:
    """One dwelling on the pages of its building. `number` is shown if the label of the door is unknown. `let` is True
    if a lease is in force today. `households` is empty unless the residents are of several leases."""

    unit: Unit
    state: State
    people: tuple[Residence, ...] = ()
    let: bool = False
    note: str = ""
    number: int | None = None
    households: tuple[Household, ...] = ()

    @property
    def label(self) -> str:
        return self.unit.door or _("n° %(number)s") % {"number": self.number}

    @property
    def door_name(self) -> str:
        """The staircase and the door in words, or the label of the dwelling if the door is unknown."""
        return self.unit.door_name if self.unit.door else self.label

    @property
    def name(self) -> str:
        return _names(self.people)

    @property
    def url(self) -> str:
        return _card(self.people) if self.people else ""


@dataclass(frozen=True)
class Floor:
    """A floor of one staircase. `stair` is the name of that staircase."""

    stair: str
    number: int | None
    doors: list[Dwelling]

    @property
    def anchor(self) -> str:
        """The URL fragment of links to this floor. It is the same on every page of the building."""
        return f"etage-{folded(self.stair).replace(' ', '-')}-{'' if self.number is None else self.number}"


@dataclass(frozen=True)
class Stair:
    name: str
    floors: list[Floor]

    @property
    def size(self) -> int:
        return sum(len(floor.doors) for floor in self.floors)

    def split(self, most: int) -> list["Stair"]:
        """Split the staircase into parts of at most `most` dwellings, between floors if possible.

        A floor with more dwellings than `most` is split as well.
        """
        parts: list[list[Floor]] = [[]]
        room = most
        for floor in self.floors:
            # A floor may be larger than a page: if no floors are recorded, one `Floor` has all dwellings.
            for start in range(0, len(floor.doors), most):
                doors = floor.doors[start : start + most]
                if len(doors) > room and parts[-1]:
                    parts.append([])
                    room = most
                parts[-1].append(Floor(self.name, floor.number, doors))
                room -= len(doors)
        return [Stair(self.name, floors) for floors in parts]


@dataclass(frozen=True)
class Part:
    """One page of a very large building. It shows either whole staircases or some floors of one staircase."""

    number: int
    stairs: list[Stair]
    whole: bool

    @property
    def units(self) -> set[UUID]:
        return {door.unit.pk for stair in self.stairs for floor in stair.floors for door in floor.doors}

    @property
    def top(self) -> Floor:
        return self.stairs[0].floors[0]

    @property
    def bottom(self) -> Floor:
        return self.stairs[-1].floors[-1]


@dataclass(frozen=True)
class Drawing:
    """A small picture of a building's front, one window for each dwelling.

    A window is a (floor, column) pair, counted from the ground and from the left. `vacant` has the windows of vacant
    dwellings; `lit` is the window to highlight. `floors` is zero if the floors of the building are unknown.
    """

    floors: int = 0
    columns: int = 0
    vacant: list[tuple[int, int]] = field(default_factory=list)
    lit: tuple[int, int] | None = None


# --- Doors -----------------------------------------------------------------------------------------------------------


def natural(text: str) -> list[tuple[int, str]]:
    """Sort key that puts door 2 before door 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|\D+", text)]


def in_place(unit: Unit) -> tuple[object, ...]:
    """Sort key in walking order: staircase, floors from the top down, doors. Units without these details come last."""
    floor = (1, 0) if unit.floor is None else (0, -unit.floor)
    return natural(unit.staircase), floor, natural(unit.door), natural(unit.source_key or ""), str(unit.pk)


def numbers(units: Iterable[Unit]) -> dict[UUID, int]:
    """Number the dwellings whose door is not recorded. A dwelling has the same number on every page of the building."""
    unknown = sorted((unit for unit in units if not unit.door), key=in_place)
    return {unit.pk: number for number, unit in enumerate(unknown, 1)}


def dwellings(
    units: Iterable[Unit], residences: Iterable[Residence], lettings: Mapping[UUID, UUID], day: date
) -> list[Dwelling]:
    """Return the dwellings in walking order: by staircase, floor from the top down, and door.

    `lettings` maps the id of each leased unit to the id of its lease today. `residences` has only the residents whom
    the current person may see.
    """
    units = list(units)
    people: dict[UUID, list[Residence]] = {}
    for residence in residences:
        people.setdefault(residence.unit_id, []).append(residence)
    number = numbers(units)
    doors = []
    for unit in sorted(units, key=in_place):
        lease, present = lettings.get(unit.pk), people.get(unit.pk, [])
        ordered = tuple(sorted(present, key=lambda person: (person.moved_in, person.name_key, str(person.pk))))
        state = _state(ordered, lease, day)
        note = _note(state, ordered, day)
        households = _households(ordered, day)
        doors.append(Dwelling(unit, state, ordered, lease is not None, note, number.get(unit.pk), households))
    return doors


def _households(people: Sequence[Residence], day: date) -> tuple[Household, ...]:
    """Return the households of a dwelling, or nothing if there is only one."""
    leases: dict[UUID, list[Residence]] = {}
    for person in people:
        leases.setdefault(person.lease_id, []).append(person)
    if len(leases) < 2:
        return ()
    return tuple(
        Household(_names(group), _card(group), _note(_state(group, None, day), group, day)) for group in leases.values()
    )


def _names(people: Sequence[Residence]) -> str:
    """Return the family names of these residents, each name once, as on a letter box."""
    return ", ".join(dict.fromkeys(person.tenant.last_name for person in people))


def _card(people: Sequence[Residence]) -> str:
    return reverse("card", args=[people[0].pk])


def _state(people: Sequence[Residence], lease: UUID | None, day: date) -> State:
    living = [
        person
        for person in people
        if not person.is_arriving(day) and (person.moved_out is None or person.moved_out >= day)
    ]
    if living:
        return State.LEAVES if all(person.is_leaving(day) for person in living) else State.LIVED_IN
    if lease and all(person.lease_id != lease for person in people):
        return State.DISCREET
    if any(person.is_arriving(day) for person in people):
        return State.ARRIVES
    return State.LEAVES if people else State.VACANT


def _note(state: State, people: Sequence[Residence], day: date) -> str:
    """Return a note such as "arrive le 5": short enough for a dwelling's window in the drawing of the building.

    The month is left out, because the arrival or departure is at most two weeks away.
    """
    if state is State.ARRIVES:
        first = min(person.moved_in for person in people if person.is_arriving(day))
        return _("arrive le %(day)s") % {"day": _day_of(first)}
    if state is not State.LEAVES:
        return ""
    last = max(person.moved_out for person in people if person.moved_out)
    return (_left(people) if last < day else _("part le %(day)s")) % {"day": _day_of(last)}


def _left(people: Sequence[Residence]) -> str:
    """Return the phrase for a past departure. In French, it agrees in gender with the title of a single resident."""
    titles = [person.tenant.title for person in people]
    if titles == [Title.MRS]:
        return _("partie le %(day)s")
    return _("parti le %(day)s") if titles == [Title.MR] else _("départ le %(day)s")


def _day_of(day: date) -> str:
    return date_number(day.day) if in_french() else f"{day.day}{ordinal_letters(day.day)}"


# --- Staircases ------------------------------------------------------------------------------------------------------


def stairs(doors: Iterable[Dwelling]) -> list[Stair]:
    """Group dwellings by staircase and floor. `doors` must be in this order already, as dwellings() returns them."""
    return [
        Stair(name, [Floor(name, number, list(row)) for number, row in groupby(column, lambda door: door.unit.floor)])
        for name, column in groupby(doors, lambda door: door.unit.staircase)
    ]


def parts(staircases: Iterable[Stair], most: int = MOST_AT_ONCE) -> list[Part]:
    """Split staircases into pages of at most `most` dwellings. A staircase that does not fit is cut between floors."""
    pages: list[tuple[list[Stair], bool]] = []
    room = 0
    for stair in staircases:
        if stair.size <= room and pages and pages[-1][1]:
            pages[-1][0].append(stair)
            room -= stair.size
            continue
        pieces = stair.split(most)
        pages += [([piece], len(pieces) == 1) for piece in pieces]
        room = most - stair.size
    return [Part(number, columns, whole) for number, (columns, whole) in enumerate(pages, 1)]


def is_known(columns: Iterable[Stair]) -> bool:
    """Return True if the floor of any dwelling is recorded. Imported files often do not state the floors."""
    return any(floor.number is not None for stair in columns for floor in stair.floors)


def widest(columns: Iterable[Stair]) -> int:
    return max((len(floor.doors) for stair in columns for floor in stair.floors), default=0)


def is_easy(columns: Sequence[Stair]) -> bool:
    """Return True if a drawing of the building is easier to read than a list of its dwellings."""
    tallest = max((len(stair.floors) for stair in columns), default=0)
    return is_known(columns) and widest(columns) <= EASY_DOORS and tallest <= EASY_FLOORS


def is_drawable(columns: Sequence[Stair]) -> bool:
    return is_known(columns) and widest(columns) <= MOST_DOORS


# --- Small drawings --------------------------------------------------------------------------------------------------


def drawing(units: Iterable[Unit], vacant: Iterable[UUID] = (), lit: UUID | None = None) -> Drawing:
    """Return the building as seen from the street.

    A building above the size limits is scaled down, and its vacant windows are left out.
    """
    rows: dict[int, list[Unit]] = {}
    for unit in sorted(units, key=in_place):
        if unit.floor is not None:
            rows.setdefault(unit.floor, []).append(unit)
    if not rows:
        return Drawing()
    ground = min(0, *rows)
    places = {unit.pk: (floor - ground, column) for floor, row in rows.items() for column, unit in enumerate(row)}
    floors, columns = max(rows) - ground + 1, max(len(row) for row in rows.values())
    if floors <= DRAWN_FLOORS and columns <= DRAWN_COLUMNS:
        empty = [places[unit] for unit in vacant if unit in places]
        return Drawing(floors, columns, empty, places.get(lit) if lit else None)
    tall, wide = min(floors, DRAWN_FLOORS), min(columns, DRAWN_COLUMNS)
    window = places.get(lit) if lit else None
    return Drawing(tall, wide, [], window and (window[0] * tall // floors, window[1] * wide // columns))
