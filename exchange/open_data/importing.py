"""Imports housing programmes from open data: creates places, addresses, buildings and vacant dwellings.

Several lines of the file often describe one building, so there is one building for each address. A residential home
(foyer) and ordinary dwellings at the same address become two buildings. The file gives no staircase, floor or type, so
these stay empty.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import models, transaction

from access.models import Level, Place
from audit import events
from audit.record import record
from buildings.models import Address, Building, Programme, Unit
from exchange.open_data.places import JOBS, NoTree, Tree
from exchange.open_data.programme_file import Refused
from exchange.open_data.programmes import PlannedBuilding, Reading, is_home, plan_buildings
from exchange.open_data.programmes import Programme as SourceProgramme
from formats.folding import folded

AT_ONCE = 2_000
# A place name has at most 120 characters: "Résidence", number, street name (at most 90) and letter of the building.
LONGEST_STREET = 90
TOO_LONG = "Trop long pour la base\u00a0: {field} dépasse {most} caractères."
Row = TypeVar("Row", bound=models.Model)
Step = Callable[[int], object]
# Latitude and longitude in degrees. Both are None if the position is unknown.
Position = tuple[Decimal | None, Decimal | None]

__all__ = ["Imported", "NoTree", "import_programmes"]


@dataclass
class Imported:
    """The result of an import, in numbers. `dwellings` counts the dwellings of the file, which are all stored
    afterwards.

    `surplus` counts stored dwellings that the file does not contain. `added` has the number of new rows by kind.
    `placed` counts stored addresses whose position was unknown until this import.
    """

    lines: int
    programmes: int
    dwellings: int
    refused: tuple[Refused, ...]
    remarks: int
    surplus: int = 0
    added: dict[str, int] = field(default_factory=dict)
    updated: int = 0
    placed: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.updated or self.placed or any(self.added.values()))

    def reconcile(self, reading: Reading, usable: list[SourceProgramme]) -> None:
        """Check that every line was used or refused, and that every dwelling of a used line is stored.

        Raises RuntimeError otherwise, which rolls the import back.
        """
        if len(usable) + len(self.refused) != reading.lines:
            raise RuntimeError(f"{reading.lines} lines, but {len(usable)} used and {len(self.refused)} refused")
        wanted = {source_key(source.key, ordinal) for source in usable for ordinal in range(1, source.dwellings + 1)}
        stored = set(Unit.objects.using(JOBS).filter(source_key__isnull=False).values_list("source_key", flat=True))
        if missing := len(wanted - stored):
            raise RuntimeError(f"{missing} dwellings of the file are not in the database")
        self.dwellings, self.surplus = len(wanted), len(stored - wanted)


@dataclass
class House:
    """A building to create from all lines with the same address. `code` identifies it in later imports."""

    code: str
    part: str | None
    planned: list[PlannedBuilding] = field(default_factory=list)

    @property
    def name(self) -> str:
        first = self.planned[0].addresses[0]
        line = f"{first.number}, {first.street}" if first.number else first.street
        return f"{line}, {self.part}" if self.part else line


def import_programmes(reading: Reading, *, under: str = "", step: Step = lambda _n: None, by: str) -> Imported:
    """Import a programme file completely, or import nothing. Missing buildings are created below the place with the
    code `under`.

    Calls `step` with the number of dwellings done. Raises NoTree if `under` is not suitable, or if `under` is empty and
    the right place is unclear.
    """
    usable, refused = fitting(reading)
    houses = group(usable)
    with transaction.atomic(using=JOBS):
        done = Imported(reading.lines, len(usable), 0, refused, len(reading.remarks))
        before = Place.objects.using(JOBS).count()
        buildings = add_buildings(houses, Tree(under))
        done.added["places"] = Place.objects.using(JOBS).count() - before
        positions = {
            source.key: (_degrees(source.latitude), _degrees(source.longitude))
            for source in usable
            if source.latitude is not None
        }
        done.added["addresses"], done.placed = add_addresses(houses, buildings, positions)
        done.added["dwellings"] = add_units(houses, buildings, step)
        done.added["programmes"], done.updated = add_programmes(usable)
        done.added["links"] = add_links(houses, buildings)
        done.reconcile(reading, usable)
        if done.changed:
            facts = {"lines": done.lines, "programmes": done.programmes, "dwellings": done.dwellings}
            record(events.PROGRAMMES_IMPORTED, by=by, using=JOBS, count=len(houses), refused=len(refused), **facts)
    return done


def fitting(reading: Reading) -> tuple[list[SourceProgramme], tuple[Refused, ...]]:
    """Return the housing programmes whose texts fit into the database columns, and all refused lines with their
    reasons."""
    usable, refused = [], list(reading.refused)
    for programme in reading.programmes:
        texts = [("l’identifiant de livraison", programme.id_livraison, 32)]
        for address in programme.addresses:
            texts += [("le numéro", address.number or "", 16), ("la voie", address.street, LONGEST_STREET)]
            texts += [("la commune", address.city, 60)]
        sentences = [TOO_LONG.format(field=name, most=limit) for name, text, limit in texts if len(text) > limit]
        if sentences:
            refused.append(Refused(programme.source_line, "too_long", sentences[0]))
        else:
            usable.append(programme)
    return usable, tuple(sorted(refused, key=lambda refusal: refusal.line))


def group(programmes: Iterable[SourceProgramme]) -> list[House]:
    """Return the buildings to create: one for each address, kind (residential home or not) and part of a building.

    They are in the order of the file.
    """
    houses: dict[tuple[str, bool, str | None], House] = {}
    for programme in programmes:
        for planned in plan_buildings(programme):
            key = (planned.addresses[0].site, is_home(programme.nature), planned.part)
            house = houses.setdefault(key, House(_code("B", *key), planned.part))
            house.planned.append(planned)
    return list(houses.values())


def _code(letter: str, *key: object) -> str:
    """Return a code for a new place: a hash of `key`, so that a later import finds the same place again."""
    return f"{letter}-{hashlib.sha256(repr(key).encode()).hexdigest()[:12]}"


def add_buildings(houses: list[House], tree: Tree) -> dict[str, UUID]:
    """Create missing buildings and their places. Returns the id of each building by its code.

    An existing building keeps its parent place, even if the landlord has moved it.
    """
    codes = [house.code for house in houses]
    known = {place.code: place for place in Place.objects.using(JOBS).filter(code__in=codes)}
    new: list[Place] = []
    for estate in group_into_estates(houses):
        missing = [house for house in estate if house.code not in known]
        if not missing:
            continue
        parent = next((known[house.code].parent_id for house in estate if house.code in known), None)
        if parent is None:
            first = estate[0].planned[0].addresses[0]
            name = f"Résidence {first.number} {first.street}" if first.number else f"Résidence {first.street}"
            parent = tree.estate(_code("R", estate[0].code), name, tree.sector(first.postcode, first.city))
        new += [Place(level=Level.BUILDING, parent_id=parent, name=house.name, code=house.code) for house in missing]
    tree.save()
    _bulk(new)
    _bulk(Building(place=place) for place in new)
    return {code: place.pk for code, place in known.items()} | {place.code: place.pk for place in new}


def group_into_estates(houses: list[House]) -> list[list[House]]:
    """Group buildings into estates. Buildings linked by common housing programmes, directly or indirectly, are one
    estate."""
    of_programme: dict[str, list[int]] = defaultdict(list)
    for number, house in enumerate(houses):
        for planned in house.planned:
            of_programme[planned.programme].append(number)
    leader = list(range(len(houses)))

    def lead(number: int) -> int:
        while leader[number] != number:
            leader[number] = number = leader[leader[number]]
        return number

    for numbers in of_programme.values():
        for number in numbers:
            first, second = sorted((lead(numbers[0]), lead(number)))
            leader[second] = first
    estates: dict[int, list[House]] = defaultdict(list)
    for number, house in enumerate(houses):
        estates[lead(number)].append(house)
    return list(estates.values())


def add_addresses(houses: list[House], buildings: dict[str, UUID], positions: dict[str, Position]) -> tuple[int, int]:
    """Create missing addresses, and set unknown positions. Returns how many were created, and how many were placed.

    `positions` has the position of each programme by its key. All addresses of a programme get this position.
    """
    rows = Address.objects.using(JOBS).only("building", "number", "street", "latitude", "longitude")
    known = {(row.building_id, row.number, row.street): row for row in rows}
    new: dict[tuple[UUID, str, str], Address] = {}
    placed: dict[int, Address] = {}
    for building, planned in ((buildings[house.code], planned) for house in houses for planned in house.planned):
        position = positions.get(planned.programme, (None, None))
        for address in planned.addresses:
            key = (building, address.number or "", address.street)
            row = known.get(key) or new.get(key)
            if row is None:
                text = folded(f"{address.number or ''} {address.street} {address.postcode} {address.city}")[:160]
                texts = {"number": key[1], "street": key[2], "postcode": address.postcode, "city": address.city}
                row = new[key] = Address(building_id=key[0], search_key=text, **texts)
            if row.latitude is None and position[0] is not None:
                row.latitude, row.longitude = position
                if row.pk:
                    placed[row.pk] = row
    Address.objects.using(JOBS).bulk_update(placed.values(), ["latitude", "longitude"], batch_size=AT_ONCE)
    return _bulk(new.values()), len(placed)


def _degrees(angle: float | None) -> Decimal | None:
    return None if angle is None else round(Decimal(str(angle)), 6)


def source_key(programme: str, ordinal: int) -> str:
    return f"{programme}#{ordinal}"


def add_units(houses: list[House], buildings: dict[str, UUID], step: Step) -> int:
    """Create missing dwellings. Returns how many were created."""
    known = set(Unit.objects.using(JOBS).filter(source_key__isnull=False).values_list("source_key", flat=True))
    added = 0
    for house in houses:
        keys = [source_key(*key) for planned in house.planned for key in planned.dwelling_keys]
        added += _bulk(Unit(building_id=buildings[house.code], source_key=key) for key in keys if key not in known)
        step(len(keys))
    return added


def add_programmes(programmes: list[SourceProgramme]) -> tuple[int, int]:
    """Create and update housing programmes. Returns the numbers of created and of updated ones."""
    known = {row.key: row for row in Programme.objects.using(JOBS)}
    new, changed = [], []
    for source in programmes:
        facts = {"source_id": source.id_livraison, "year": source.year, "nature": source.nature, "mode": source.mode}
        facts |= {"dwellings": source.dwellings, "is_home": is_home(source.nature)}
        row = known.get(source.key)
        if row is None:
            new.append(Programme(key=source.key, **facts))
        elif any(getattr(row, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            changed.append(row)
    if changed:
        Programme.objects.using(JOBS).bulk_update(changed, list(facts), batch_size=AT_ONCE)
    return _bulk(new), len(changed)


def add_links(houses: list[House], buildings: dict[str, UUID]) -> int:
    """Link housing programmes and buildings. Returns the number of new links."""
    through = Programme.buildings.through
    keys = {row.key: row.pk for row in Programme.objects.using(JOBS)}
    wanted = {(keys[planned.programme], buildings[house.code]) for house in houses for planned in house.planned}
    known = set(through.objects.using(JOBS).values_list("programme_id", "building_id"))
    missing = sorted(wanted - known)
    return _bulk(through(programme_id=programme, building_id=building) for programme, building in missing)


def _bulk(rows: Iterable[Row]) -> int:
    count, left = 0, iter(rows)
    while batch := list(islice(left, AT_ONCE)):
        type(batch[0])._default_manager.using(JOBS).bulk_create(batch)
        count += len(batch)
    return count
