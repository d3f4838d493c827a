"""Measures the SQL statements of lists for officers with access to few, many and all buildings of a landlord."""

from collections.abc import Iterator

from django.urls import reverse

from access.models import Level, Place
from tests.bench.landlord import Landlord
from tests.bench.measure import Finding, compare, finding
from tests.bench.serving import GUARDED, session_of
from tests.bench.statements import PageRequest, captured, replay
from tests.builders import OWNER, assign, make_person, make_place, run
from tests.clones import stand_on

# Numbers of buildings of an officer. FEW buildings just fill a page of the list of buildings.
FEW, MANY = 50, 500
LISTS = {
    "The list of accounts": "accounts",
    "The list of accounts in credit": "accounts",
    "The accounts to contact": "accounts_to_contact",
    "The former accounts": "accounts_former",
    "The list of buildings": "buildings",
    "The residents of a building": "building",
    "The officer’s day": "work",
}
AIM, AIM_DAY = 1.25, 15


def by_buildings(landlord: Landlord, rounds: int) -> Iterator[Finding]:
    """Measure each list for an officer of all buildings, relative to the same list for an officer of FEW buildings.

    Also measures the officer's page of today's work with MANY buildings, in milliseconds. Moves these buildings to new
    sectors, so this must be the last measurement of the large landlord.
    """
    stand_on(landlord.large)
    top = Place.objects.using(OWNER).get(code="office")
    sectors = [_sector(top, size) for size in (FEW, MANY)]
    of_few, of_many, of_all = (_session(place) for place in (*sectors, top))
    building = Place.objects.using(OWNER).filter(parent=sectors[0]).order_by("pk")[0].pk
    run("ANALYZE access_place")
    buildings = f"{landlord.leases // 100:,} buildings"
    for label, name in LISTS.items():
        path = reverse(name, kwargs={"pk": building} if name == "building" else None)
        path += "?solde=avoir" if "credit" in label else ""
        few, every = captured(GUARDED, landlord.large, [PageRequest(path, of_few), PageRequest(path, of_all)])
        ways = {f"{FEW} buildings": few, buildings: every}
        times = compare(label, {way: replay([page], GUARDED, landlord.large) for way, page in ways.items()}, rounds)
        yield finding(f"{label}, {buildings}, relative to {FEW}, its statements", times, buildings, AIM)
    [page] = captured(GUARDED, landlord.large, [PageRequest(reverse("work"), of_many)])
    day = compare("The officer’s day", {f"{MANY} buildings": replay([page], GUARDED, landlord.large)}, rounds)
    label = f"The officer’s day, {MANY} buildings, its statements"
    yield Finding(label, day[f"{MANY} buildings"].median, AIM_DAY, unit="ms", note=f"{MANY * 100:,} accounts")
    stand_on(landlord.small)


def _sector(top: Place, size: int) -> Place:
    """Return a new sector, to which `size` buildings of the sector "secteur-foule" are moved."""
    sector = make_place(Level.SECTOR, f"Secteur {size}", top)
    run(
        "UPDATE access_place SET parent_id = %s WHERE id IN (SELECT b.id FROM access_place b JOIN access_place s"
        " ON s.id = b.parent_id WHERE s.code = 'secteur-foule' ORDER BY b.id LIMIT %s)",
        sector.pk,
        size,
    )
    return sector


def _session(place: Place) -> str:
    officer = make_person(f"Odile {place.name}", place)
    assign(officer, "officer", place)
    return session_of(officer)
