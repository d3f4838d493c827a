"""The open data's housing programmes, taken into the patrimony: places, addresses, dwellings. Nobody lives in them yet.

Several lines of the file are often the same house, so what the lines plan is grouped into one building an address, a
home and ordinary dwellings never in the same one. What the file does not say (staircase, floor, type) stays empty.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import models, transaction

from access.models import Level, Place
from audit import events
from audit.record import record
from buildings.models import Address, Building, Programme, Unit
from buildings.names import folded
from buildings.programme_file import Refused
from buildings.programmes import PlannedBuilding, Reading, is_home, plan_buildings
from buildings.programmes import Programme as Read
from desk.importing_places import JOBS, NoTree, Tree

AT_ONCE = 2_000
LONGEST_STREET = 90  # its number, "Résidence" and a part are written beside it, in a name of 120
TOO_LONG = "Trop long pour la base\u00a0: {what} dépasse {most} caractères."
Row = TypeVar("Row", bound=models.Model)
Step = Callable[[int], object]

__all__ = ["Imported", "NoTree", "import_programmes"]


@dataclass
class Imported:
    """What an import did. `dwellings` are the file’s, all in the base; `surplus` are in the base alone."""

    lines: int
    programmes: int
    dwellings: int
    refused: tuple[Refused, ...]
    remarks: int
    surplus: int = 0
    added: dict[str, int] = field(default_factory=dict)
    updated: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.updated or any(self.added.values()))


@dataclass
class House:
    """One building to be: what all lines plan at one address. `code` is its key from one import to the next."""

    code: str
    part: str | None
    planned: list[PlannedBuilding] = field(default_factory=list)

    @property
    def name(self) -> str:
        first = self.planned[0].addresses[0]
        line = f"{first.number}, {first.street}" if first.number else first.street
        return f"{line}, {self.part}" if self.part else line


def import_programmes(reading: Reading, *, under: str = "", step: Step = lambda _n: None, by: str) -> Imported:
    """All of the file or nothing. Raises NoTree when it is not said where the buildings hang."""
    usable, refused = fitting(reading)
    houses = group(usable)
    with transaction.atomic(using=JOBS):
        done = _write(usable, houses, Tree(under), step)
        done.refused, done.lines, done.remarks = refused, reading.lines, len(reading.remarks)
        _reconcile(reading, usable, done)
        if done.changed:
            facts = {"lines": done.lines, "programmes": done.programmes, "dwellings": done.dwellings}
            record(events.PROGRAMMES_IMPORTED, by=by, using=JOBS, count=len(houses), refused=len(refused), **facts)
    return done


def fitting(reading: Reading) -> tuple[list[Read], tuple[Refused, ...]]:
    """The programmes whose texts the base can hold, and every refused line with its reason."""
    usable, refused = [], list(reading.refused)
    for programme in reading.programmes:
        sentence = _too_long(programme)
        if sentence:
            refused.append(Refused(programme.source_line, "too_long", sentence))
        else:
            usable.append(programme)
    return usable, tuple(sorted(refused, key=lambda one: one.line))


def _too_long(programme: Read) -> str:
    texts = [("l’identifiant de livraison", programme.id_livraison, 32)]
    for address in programme.addresses:
        texts += [("le numéro", address.number or "", 16), ("la voie", address.street, LONGEST_STREET)]
        texts += [("la commune", address.city, 60)]
    return next((TOO_LONG.format(what=what, most=limit) for what, text, limit in texts if len(text) > limit), "")


def group(programmes: Iterable[Read]) -> list[House]:
    """One house for an address, a home or not, and a part; in the order of the file."""
    houses: dict[tuple[str, bool, str | None], House] = {}
    for programme in programmes:
        for planned in plan_buildings(programme):
            key = (planned.addresses[0].site, is_home(programme.nature), planned.part)
            house = houses.setdefault(key, House(_code("B", *key), planned.part))
            house.planned.append(planned)
    return list(houses.values())


def _code(letter: str, *told: object) -> str:
    """A code that says nothing about what it stands for."""
    return f"{letter}-{hashlib.sha256(repr(told).encode()).hexdigest()[:12]}"


def _write(programmes: list[Read], houses: list[House], tree: Tree, step: Step) -> Imported:
    done = Imported(len(programmes), len(programmes), 0, (), 0)
    before = Place.objects.using(JOBS).count()
    buildings = _buildings(houses, tree)
    done.added["places"] = Place.objects.using(JOBS).count() - before
    done.added["addresses"] = _addresses(houses, buildings)
    done.added["dwellings"] = _units(houses, buildings, step)
    done.added["programmes"], done.updated = _programmes(programmes)
    done.added["links"] = _links(houses, buildings)
    return done


def _buildings(houses: list[House], tree: Tree) -> dict[str, UUID]:
    """Building ids by house code. A house already there stays where it hangs, wherever the landlord moved it."""
    codes = [house.code for house in houses]
    known = {place.code: place for place in Place.objects.using(JOBS).filter(code__in=codes)}
    new: list[Place] = []
    for estate in _estates(houses):
        missing = [house for house in estate if house.code not in known]
        if not missing:
            continue
        beside = next((known[house.code].parent_id for house in estate if house.code in known), None)
        parent = beside or _estate(tree, estate)
        new += [Place(level=Level.BUILDING, parent_id=parent, name=one.name, code=one.code) for one in missing]
    tree.save()
    _bulk(new)
    _bulk(Building(place=place) for place in new)
    return {code: place.pk for code, place in known.items()} | {place.code: place.pk for place in new}


def _estates(houses: list[House]) -> Iterator[list[House]]:
    """Houses that a programme has in common are one estate."""
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
    yield from estates.values()


def _estate(tree: Tree, houses: list[House]) -> UUID:
    first = houses[0].planned[0].addresses[0]
    sector = tree.sector(first.postcode, first.city)
    name = f"Résidence {first.number} {first.street}" if first.number else f"Résidence {first.street}"
    return tree.estate(_code("R", houses[0].code), name, sector)


def _addresses(houses: list[House], buildings: dict[str, UUID]) -> int:
    known = set(Address.objects.using(JOBS).values_list("building", "number", "street"))
    new: dict[tuple[UUID, str, str], Address] = {}
    for house in houses:
        for found in dict.fromkeys(address for planned in house.planned for address in planned.addresses):
            key = (buildings[house.code], found.number or "", found.street)
            if key not in known:
                text = folded(f"{found.number or ''} {found.street} {found.postcode} {found.city}")[:160]
                texts = {"number": key[1], "street": key[2], "postcode": found.postcode, "city": found.city}
                new.setdefault(key, Address(building_id=key[0], search_key=text, **texts))
    return _bulk(new.values())


def source_key(programme: str, ordinal: int) -> str:
    return f"{programme}#{ordinal}"


def _units(houses: list[House], buildings: dict[str, UUID], step: Step) -> int:
    known = set(Unit.objects.using(JOBS).filter(source_key__isnull=False).values_list("source_key", flat=True))
    added = 0
    for house in houses:
        keys = [source_key(*key) for planned in house.planned for key in planned.dwelling_keys]
        added += _bulk(Unit(building_id=buildings[house.code], source_key=key) for key in keys if key not in known)
        step(len(keys))
    return added


def _programmes(read: list[Read]) -> tuple[int, int]:
    """(added, updated)."""
    known = {row.key: row for row in Programme.objects.using(JOBS)}
    new, changed = [], []
    for one in read:
        facts = {"source_id": one.id_livraison, "year": one.year, "nature": one.nature, "mode": one.mode}
        facts |= {"dwellings": one.dwellings, "is_home": is_home(one.nature)}
        row = known.get(one.key)
        if row is None:
            new.append(Programme(key=one.key, **facts))
        elif any(getattr(row, name) != value for name, value in facts.items()):
            for name, value in facts.items():
                setattr(row, name, value)
            changed.append(row)
    if changed:
        Programme.objects.using(JOBS).bulk_update(changed, list(facts), batch_size=AT_ONCE)
    return _bulk(new), len(changed)


def _links(houses: list[House], buildings: dict[str, UUID]) -> int:
    through = Programme.buildings.through
    keys = {row.key: row.pk for row in Programme.objects.using(JOBS)}
    wanted = {(keys[planned.programme], buildings[house.code]) for house in houses for planned in house.planned}
    known = set(through.objects.using(JOBS).values_list("programme_id", "building_id"))
    return _bulk(through(programme_id=one, building_id=other) for one, other in sorted(wanted - known))


def _bulk(rows: Iterable[Row]) -> int:
    count, left = 0, iter(rows)
    while some := list(islice(left, AT_ONCE)):
        type(some[0])._default_manager.using(JOBS).bulk_create(some)
        count += len(some)
    return count


def _reconcile(reading: Reading, usable: list[Read], done: Imported) -> None:
    """Every line is used or refused and every dwelling of a used line is in the base, or nothing is kept."""
    if len(usable) + len(done.refused) != reading.lines:
        raise RuntimeError(f"{reading.lines} lines, but {len(usable)} used and {len(done.refused)} refused")
    wanted = {source_key(one.key, ordinal) for one in usable for ordinal in range(1, one.dwellings + 1)}
    held = set(Unit.objects.using(JOBS).filter(source_key__isnull=False).values_list("source_key", flat=True))
    if missing := len(wanted - held):
        raise RuntimeError(f"{missing} dwellings of the file are not in the base")
    done.dwellings, done.surplus = len(wanted), len(held - wanted)
