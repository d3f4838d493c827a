"""The caretaker's pages: arrivals and departures, a building's residents, its vacant dwellings, and the search for
residents."""

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import redirect, render

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.guard.limits import keep_searches_within
from access.models import Level, Place
from access.pages.fragment import fragment
from access.pages.panels import load_panels
from access.permissions import Permission
from audit import events
from buildings.models import Address, Building, Unit
from buildings.models.unit import UnitKind
from tenants import facade
from tenants.caretaker_coverage import Mandate, mandates, over
from tenants.facade import Drawing
from tenants.forms.search import ResidentSearch
from tenants.models import LeaseUnit, Residence
from tenants.queries import missions
from tenants.search import Search

FEW = 6  # FEW: maximum number of buildings shown as drawings. Longer lists show no drawings.
A_PAGE = 40  # A_PAGE: number of buildings on each page of a manager's list.
# A list of more than SORTED buildings shows no total. Its pages end at LAST_PAGE, because later ones are too slow.
SORTED, LAST_PAGE = 100, 500
COMINGS = 20  # COMINGS: maximum number of arrivals, and of departures, on the caretaker's start page.
# Maximum number of dwellings in a building for which the list of residents shows telephone numbers.
CALLABLE = 60
FOUND = 50


@dataclass(frozen=True)
class House:
    """A building as the caretaker's start page shows it, with its numbers of dwellings and of vacant dwellings."""

    building: Building
    addresses: list[Address]
    dwellings: int
    vacant: int
    mandate: Mandate | None
    drawing: Drawing | None = None


# --- Today -----------------------------------------------------------------------------------------------------------


@door(Permission.RESIDENTS_LIST, get_event=events.LIST_SHOWN, from_standby=True)
def buildings(request: DoorRequest) -> HttpResponse:
    """List the person's buildings, and who moves in or out. For a person with very many buildings, only those of the
    current page are read."""
    access, text = request.access, request.GET.get("page", "")
    access.note(list="today")
    number = min(max(int(text[:6]), 1), LAST_PAGE) if text.isdecimal() else 1
    first = access.first_buildings(max(SORTED, A_PAGE * number) + 1)
    # For a person with very many buildings, `wide` has the buildings of this page, and their total number is unknown.
    wide = Paginator(first, A_PAGE).get_page(number) if len(first) > SORTED else None
    with access.narrow_to(wide) if wide else nullcontext():
        context = today_context(access, text, is_wide=wide is not None)
    if wide:
        wide.paginator.is_wide = True  # type: ignore[attr-defined]  # hides the number of pages
        context |= {"page_obj": wide, "total": None}
    context |= {
        "missions": missions(access),
        "empties": access.holds(Permission.EVACUATION_OPEN),
        "panels": load_panels("today", access),
    }
    return render(request, "tenants/today.html", context)


def today_context(access: AccessContext, page: str, *, is_wide: bool) -> dict[str, Any]:
    """Return the template context of the person's buildings, and of the people who move in or out. `is_wide`: the
    person has very many buildings, so queries are limited to those of the current page."""
    mine = sorted(
        access.rows(Building).select_related("place__parent__parent__parent"),
        key=lambda building: (sector_name(building.place), facade.natural(building.place.name)),
    )
    places = [building.place for building in mine] if is_wide else None
    coverage = mandates(access.person, Permission.RESIDENTS_LIST, access.day, places)
    page_obj = Paginator(mine, A_PAGE).get_page(page if not is_wide else 1)
    arrivals, arrivals_left = _comings(access.rows(Residence).arriving(access.day), mine)
    departures, departures_left = _comings(access.rows(Residence).leaving(access.day), mine)
    few = len(mine) <= FEW and not is_wide
    houses = _drawn(access, mine, coverage) if few else _counted(access, page_obj, coverage)
    return {
        "day": access.day,
        "held": coverage,
        "page_obj": page_obj,
        "total": len(mine),
        "few": few,
        "houses": houses,
        "dwellings": sum(house.dwellings for house in houses),
        "sectors": [
            (name, list(group)) for name, group in groupby(houses, lambda house: sector_name(house.building.place))
        ],
        "arrivals": arrivals,
        "arrivals_left": arrivals_left,
        "departures": departures,
        "departures_left": departures_left,
    }


def sector_name(place: Place) -> str:
    """Return the name of the place above this building, which normally is a sector.

    An estate between the building and the sector is skipped.
    """
    above = place.parent
    while above and above.level == Level.ESTATE:
        above = above.parent
    return above.name if above else ""


def _drawn(access: AccessContext, mine: Sequence[Building], coverage: Sequence[Mandate]) -> list[House]:
    """Count the dwellings of a few buildings by reading every unit, because the page also draws the vacant ones."""
    units = _by_building(access.rows(Unit).dwellings())
    let = {letting.unit_id for letting in access.rows(LeaseUnit).in_force(access.day)}
    addresses = _by_building(access.rows(Address).order_by("street", "number"))
    houses = []
    for building in mine:
        dwellings = units.get(building.pk, [])
        empty = [unit.pk for unit in dwellings if unit.pk not in let]
        houses.append(
            House(
                building=building,
                addresses=addresses.get(building.pk, []),
                dwellings=len(dwellings),
                vacant=len(empty),
                mandate=over(coverage, building.place),
                drawing=facade.drawing(dwellings, empty),
            )
        )
    return houses


def _counted(access: AccessContext, page: Page[Building], coverage: Sequence[Mandate]) -> list[House]:
    """Count the dwellings of many buildings in the database, without reading the units.

    Subqueries use the index of each building. A join would look up every dwelling among all lettings of the landlord.
    """
    on_page = [building.pk for building in page]
    units = access.rows(Unit).filter(building=OuterRef("pk")).dwellings()
    others = access.rows(Unit).filter(building__in=on_page).exclude(kind=UnitKind.DWELLING).order_by()
    lettings = access.rows(LeaseUnit).in_force(access.day).exclude(unit__in=others.values("pk"))
    let = lettings.filter(building=OuterRef("pk"))
    counted = access.rows(Building).filter(pk__in=on_page).annotate(homes=_how_many(units), let=_how_many(let))
    counts = {building.pk: building for building in counted}
    addresses = _by_building(access.rows(Address).filter(building__in=on_page).order_by("street", "number"))
    return [
        House(
            building=building,
            addresses=addresses.get(building.pk, []),
            dwellings=counts[building.pk].homes,
            vacant=counts[building.pk].homes - counts[building.pk].let,
            mandate=over(coverage, building.place),
        )
        for building in page
    ]


def _how_many(rows: Any) -> Coalesce:
    counted = rows.order_by().values("building").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _by_building(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.building_id, []).append(row)
    return grouped


def _comings(residences: Any, mine: Iterable[Building]) -> tuple[list[tuple[Residence, str]], int]:
    """Return the first arrivals (or departures) as (residence, building name), and how many others there are."""
    names = {building.pk: building.place.name for building in mine}
    first = list(residences[:COMINGS])
    left = residences.count() - len(first) if len(first) == COMINGS else 0
    return [(residence, names.get(residence.building_id, "")) for residence in first], left


# --- One building ----------------------------------------------------------------------------------------------------


@door(Permission.RESIDENTS_LIST, model=Building, get_event=events.LIST_SHOWN, narrowed=True, from_standby=True)
def building(request: DoorRequest, building: Building) -> HttpResponse:
    access = request.access
    access.note(list="residents")
    units = list(access.rows(Unit).filter(building=building).dwellings())
    plan = facade.stairs(facade.dwellings(units, [], {}, access.day))
    parts = facade.parts(plan)
    part = next((part for part in parts if str(part.number) == request.GET.get("partie")), parts[0] if parts else None)
    # Only the residents on this page are read, because the audit event lists every resident whose row is read.
    on_page = part.units if part else set()
    people = access.rows(Residence).filter(building=building, unit__in=on_page)
    let = access.rows(LeaseUnit).filter(building=building, unit__in=on_page).in_force(access.day)
    doors = facade.dwellings(units, people, {letting.unit_id: letting.lease_id for letting in let}, access.day)
    drawable = facade.is_drawable(plan)
    view = request.GET.get("vue", "")
    as_list = not drawable or view == "liste" or (view != "facade" and not facade.is_easy(plan))
    return render(
        request,
        "tenants/building.html",
        {
            **about(access, building),
            "stairs": facade.stairs(door for door in doors if door.unit.pk in on_page),
            "parts": parts,
            "here": part,
            "several": len(plan) > 1,
            "drawable": drawable,
            "as_list": as_list,
            "known": facade.is_known(plan),
            "jumps": as_list and not facade.is_easy(plan),
            "callable": len(units) <= CALLABLE,
            "total": len(units),
            "may_remind": access.may(Permission.REMINDER_GIVE, building.pk),
        },
    )


def about(access: AccessContext, building: Building) -> dict[str, Any]:
    """Return the template context that all pages of a building share."""
    coverage = mandates(access.person, Permission.RESIDENTS_LIST, access.day, [building.place])
    addresses = access.rows(Address).filter(building=building).order_by("street", "number")
    return {"building": building, "addresses": addresses, "mandate": over(coverage, building.place), "day": access.day}


@door(Permission.RESIDENTS_LIST, model=Building, get_event=events.LIST_SHOWN, narrowed=True)
def vacant(request: DoorRequest, building: Building) -> HttpResponse:
    """List the dwellings that no lease covers today. The view function reads units and leased periods, but no names."""
    access = request.access
    access.note(list="vacant")
    lettings = list(access.rows(LeaseUnit).filter(building=building))
    let = {row.unit_id: row.lease_id for row in lettings if row.first_day <= access.day <= (row.last_day or access.day)}
    doors = facade.dwellings(access.rows(Unit).filter(building=building).dwellings(), [], let, access.day)
    since = {row.unit_id: row.last_day for row in lettings if row.last_day and row.last_day < access.day}
    until = {row.unit_id: row.first_day for row in lettings if row.first_day > access.day}
    rows = [(door, since.get(door.unit.pk), until.get(door.unit.pk)) for door in doors if not door.let]
    context = {
        "rows": rows,
        "drawable": facade.is_drawable(facade.stairs(doors)),
        "may_note": access.may(Permission.DWELLING_FACTS, building.pk),
        "may_let": access.may(Permission.LEASE_CHANGE, building.pk),
    }
    return render(request, "tenants/vacant.html", {**about(access, building), **context})


# --- Search ----------------------------------------------------------------------------------------------------------


@door(Permission.RESIDENTS_SEARCH, get_event=events.FORM_SHOWN, post_is_search=True)
def residents_search(request: DoorRequest) -> HttpResponse:
    """Search residents, by htmx while somebody types. A submitted form opens the card of a single exact result.

    The words are sent by POST and not stored; only the number of results is recorded.
    """
    form = ResidentSearch(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _results(request, {"form": form})
    access = request.access
    keep_searches_within(access.by.pk)
    matches = Search(access, form.cleaned_data["q"]).residences()
    with access.narrow_to(matches.buildings):
        residents = matches.first(access.rows(Residence).select_related("building__place"), FOUND)
    access.note(events.SEARCH_RUN, count=matches.total, scope="residents")
    if matches.is_one_exact and residents and not request.htmx:
        return redirect("card", pk=residents[0].pk)
    residents.sort(
        key=lambda resident: (
            resident.is_near, resident.building.place.name, resident.building_id, facade.in_place(resident.unit),
        )
    )  # fmt: skip
    groups = [
        (building, is_near, list(group))
        for (is_near, building), group in groupby(residents, lambda resident: (resident.is_near, resident.building))
    ]
    context = {"form": form, "day": access.day, "searched": True, "total": matches.total, "shown": len(residents)}
    return _results(request, {**context, "is_cut": matches.is_cut, "groups": groups})


def _results(request: DoorRequest, context: dict[str, Any]) -> HttpResponse:
    if request.htmx:
        return fragment(request, "tenants/search_results.html", context)
    return render(request, "tenants/search.html", context)
