"""Measures the SQL statements of lists for officers with access to few, many and all buildings of a landlord."""

from collections.abc import Iterator

from django.urls import reverse

from access.models import Level, Place
from tests.bench.landlord import DOORS, Landlord
from tests.bench.measure import Finding, compare, finding
from tests.bench.serving import GUARDED, session_of
from tests.bench.statements import PageRequest, captured, replay
from tests.builders import OWNER, assign, make_person, make_place, run
from tests.clones import stand_on

# Numbers of buildings of an officer. FEW buildings just fill a page of the list of buildings.
FEW, OF_DAY = 50, (10, 500)
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

    Also measures the officer's page of today's work, in milliseconds. Moves the buildings of these officers to new
    sectors, so measurements of the large landlord that depend on the sectors must come before.
    """
    stand_on(landlord.large)
    top = Place.objects.using(OWNER).get(code="office")
    sectors = {size: _sector(top, size) for size in (FEW, *OF_DAY)}
    sessions = {size: _session(sector) for size, sector in sectors.items()}
    of_few, of_all = sessions[FEW], _session(top)
    building = Place.objects.using(OWNER).filter(parent=sectors[FEW]).order_by("pk")[0].pk
    run("ANALYZE access_place")
    buildings = f"{landlord.leases // 100:,} buildings"
    for label, name in LISTS.items():
        path = reverse(name, kwargs={"pk": building} if name == "building" else None)
        path += "?solde=avoir" if "credit" in label else ""
        few, every = captured(GUARDED, landlord.large, [PageRequest(path, of_few), PageRequest(path, of_all)])
        ways = {f"{FEW} buildings": few, buildings: every}
        times = compare(label, {way: replay([page], GUARDED, landlord.large) for way, page in ways.items()}, rounds)
        yield finding(f"{label}, {buildings}, relative to {FEW}, its statements", times, buildings, AIM)
    pages = captured(GUARDED, landlord.large, [PageRequest(reverse("work"), sessions[size]) for size in OF_DAY])
    days = {size: replay([page], GUARDED, landlord.large) for size, page in zip(OF_DAY, pages, strict=True)}
    times = compare("The officer’s day", {f"{size} buildings": day for size, day in days.items()}, rounds)
    for size in OF_DAY:
        label = f"The officer’s day, {size} buildings, its statements"
        took = times[f"{size} buildings"].median
        yield Finding(label, took, AIM_DAY, unit="ms", note=f"{size * DOORS:,} accounts")
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
