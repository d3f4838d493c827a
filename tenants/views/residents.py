"""The caretaker's pages: today, a building's doors, its vacant dwellings, the search by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest, Look
from access.guard.door import door
from access.models import Level, Place
from access.permissions import Permission
from audit import events
from buildings.models import Address, Building, Unit
from buildings.models.unit import UnitKind
from tenants import facade
from tenants.contests_due import challenged_residences, contests_due
from tenants.emergencies_due import emergencies_due
from tenants.facade import Drawing, Dwelling, Part, Stair
from tenants.forms.search import NameSearch
from tenants.mandates import Mandate, mandates, over
from tenants.models import LeaseUnit, Residence
from tenants.questions.waiting import answers_due
from tenants.views.reminders import missions

FEW = 6  # buildings: up to so many each has its drawing
A_PAGE = 40  # buildings of a manager's list
COMINGS = 20  # arrivals, and departures, shown at once
CALLABLE = 60  # dwellings: in a larger building one calls from the card, and no page hands out all its numbers
FOUND = 50


@dataclass(frozen=True)
class House:
    """A building as the day's page shows it."""

    building: Building
    addresses: list[Address]
    dwellings: int
    vacant: int
    mandate: Mandate | None
    drawing: Drawing | None = None


# --- Today -----------------------------------------------------------------------------------------------------------


@door(Permission.RESIDENTS_LIST, records=events.LIST_SHOWN)
def buildings(request: DoorRequest) -> HttpResponse:
    look = request.look
    look.note(list="today")
    mine = sorted(look.rows(Building).select_related("place__parent__parent__parent"), key=_by_sector)
    held = mandates(look.person, Permission.RESIDENTS_LIST, look.day)
    page = Paginator(mine, A_PAGE).get_page(request.GET.get("page"))
    houses = _drawn(look, mine, held) if len(mine) <= FEW else _counted(look, page, held)
    context = {
        "day": look.day,
        "held": held,
        "page_obj": page,
        "total": len(mine),
        "few": len(mine) <= FEW,
        "houses": houses,
        "dwellings": sum(house.dwellings for house in houses),
        "sectors": [(name, list(some)) for name, some in groupby(houses, _sector_of)],
        "missions": missions(look),
        "empties": look.holds(Permission.EVACUATION_OPEN),
        "answers": answers_due() if look.holds(Permission.LOOKS_ANSWER) else 0,
        "emergencies": emergencies_due() if look.holds(Permission.EMERGENCY_REVIEW) else (0, 0),
        **(_to_answer(look) if look.holds(Permission.CONTEST_AGREE) else {}),
    }
    return render(request, "tenants/today.html", {**context, **_comings(look, mine)})


def _to_answer(look: Look) -> dict[str, Any]:
    """For a manager: refusals that writers contest, precautions that tenants contest."""
    challenged = look.rows(Residence).filter(pk__in=challenged_residences()).order_by("name_key", "id")
    return {"contests": contests_due(), "challenged": list(challenged)}


def _by_sector(building: Building) -> tuple[str, Any]:
    return sector_name(building.place), facade.natural(building.place.name)


def _sector_of(house: House) -> str:
    return sector_name(house.building.place)


def sector_name(place: Place) -> str:
    """The sector a building is in; where the landlord has none, what it hangs from."""
    above = place.parent
    while above and above.level != Level.SECTOR and above.level == Level.ESTATE:
        above = above.parent
    return above.name if above else ""


def _drawn(look: Look, mine: Sequence[Building], held: Sequence[Mandate]) -> list[House]:
    """Few buildings: each door is read, so that the drawing tells the truth."""
    units = _by_building(look.rows(Unit).dwellings())
    let = {letting.unit_id for letting in look.rows(LeaseUnit).in_force(look.day)}
    addresses = _by_building(look.rows(Address).order_by("street", "number"))
    return [_drawn_house(one, units.get(one.pk, []), let, addresses.get(one.pk, []), held) for one in mine]


def _drawn_house(
    building: Building, units: list[Unit], let: set[UUID], addresses: list[Address], held: Sequence[Mandate]
) -> House:
    vacant = [unit.pk for unit in units if unit.pk not in let]
    drawing = facade.drawing(units, vacant)
    return House(building, addresses, len(units), len(vacant), over(held, building.place), drawing)


def _counted(look: Look, page: Page[Building], held: Sequence[Mandate]) -> list[House]:
    """Many buildings: the database counts."""
    here = [one.pk for one in page]
    counts = {one.pk: one for one in _with_counts(look, here)}
    addresses = _by_building(look.rows(Address).filter(building__in=here).order_by("street", "number"))
    return [
        House(
            building=one,
            addresses=addresses.get(one.pk, []),
            dwellings=counts[one.pk].homes,
            vacant=counts[one.pk].homes - counts[one.pk].let,
            mandate=over(held, one.place),
        )
        for one in page
    ]


def _with_counts(look: Look, here: Sequence[UUID]) -> Any:
    """`homes`: the dwellings; `let`: those with a lease in force. Each counted along its own building's index: joined,
    every dwelling would be looked for among all lettings of the landlord."""
    units = look.rows(Unit).filter(building=OuterRef("pk"))
    others = look.rows(Unit).filter(building__in=here).exclude(kind=UnitKind.DWELLING)
    lettings = look.rows(LeaseUnit).in_force(look.day).exclude(unit__in=others.order_by().values("pk"))
    return (
        look.rows(Building)
        .filter(pk__in=here)
        .annotate(
            homes=_how_many(units.dwellings()),
            let=_how_many(lettings.filter(building=OuterRef("pk"))),
        )
    )


def _how_many(rows: Any) -> Coalesce:
    counted = rows.order_by().values("building").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _by_building(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.building_id, []).append(row)
    return grouped


def _comings(look: Look, mine: Iterable[Building]) -> dict[str, Any]:
    """Arrivals and departures with the building's name; one more than shown is not fetched, only counted."""
    names = {one.pk: one.place.name for one in mine}
    arriving, leaving = look.rows(Residence).arriving(look.day), look.rows(Residence).leaving(look.day)
    arrivals, departures = list(arriving[:COMINGS]), list(leaving[:COMINGS])
    return {
        "arrivals": [(one, names.get(one.building_id, "")) for one in arrivals],
        "departures": [(one, names.get(one.building_id, "")) for one in departures],
        "arrivals_left": arriving.count() - len(arrivals) if len(arrivals) == COMINGS else 0,
        "departures_left": leaving.count() - len(departures) if len(departures) == COMINGS else 0,
    }


# --- One building ----------------------------------------------------------------------------------------------------


@door(Permission.RESIDENTS_LIST, of=Building, records=events.LIST_SHOWN)
def building(request: DoorRequest, building: Building) -> HttpResponse:
    look = request.look
    look.note(list="residents")
    units = list(look.rows(Unit).filter(building=building).dwellings())
    plan = facade.stairs(facade.dwellings(units, [], {}, look.day))
    parts = facade.parts(plan)
    here = _part(parts, request.GET.get("partie", ""))
    drawable = facade.is_drawable(plan)
    as_list = not drawable or _wants_list(request.GET.get("vue", ""), plan)
    return render(
        request,
        "tenants/building.html",
        {
            **about(look, building),
            "stairs": facade.stairs(_doors(look, building, units, here)),
            "parts": parts,
            "here": here,
            "several": len(plan) > 1,
            "drawable": drawable,
            "as_list": as_list,
            "known": facade.is_known(plan),
            "jumps": as_list and not facade.is_easy(plan),
            "callable": len(units) <= CALLABLE,
            "total": len(units),
            "may_remind": look.may(Permission.REMINDER_GIVE, building.pk),
        },
    )


def _part(parts: Sequence[Part], asked: str) -> Part | None:
    """The part that was asked for, or the first; none of a building without dwellings."""
    return next((part for part in parts if str(part.number) == asked), parts[0] if parts else None)


def _wants_list(view: str, stairs: Sequence[Stair]) -> bool:
    return view == "liste" or (view != "facade" and not facade.is_easy(stairs))


def _doors(look: Look, building: Building, units: list[Unit], here: Part | None) -> list[Dwelling]:
    """The dwellings of this page with who may be shown there: two queries, and nobody of another page is read."""
    keys = here.units if here else set()
    people = look.rows(Residence).filter(building=building, unit__in=keys)
    let = look.rows(LeaseUnit).filter(building=building, unit__in=keys).in_force(look.day)
    lettings = {letting.unit_id: letting.lease_id for letting in let}
    return [door for door in facade.dwellings(units, people, lettings, look.day) if door.unit.pk in keys]


def about(look: Look, building: Building) -> dict[str, Any]:
    """What stands at the head of a building's pages."""
    held = mandates(look.person, Permission.RESIDENTS_LIST, look.day)
    addresses = look.rows(Address).filter(building=building).order_by("street", "number")
    return {"building": building, "addresses": addresses, "mandate": over(held, building.place), "day": look.day}


@door(Permission.RESIDENTS_LIST, of=Building, records=events.LIST_SHOWN)
def vacant(request: DoorRequest, building: Building) -> HttpResponse:
    """Dwellings without a lease today. No resident is read, so none can be named."""
    look = request.look
    look.note(list="vacant")
    around = list(look.rows(LeaseUnit).filter(building=building))
    let = {one.unit_id: one.lease_id for one in around if one.first_day <= look.day <= (one.last_day or look.day)}
    doors = facade.dwellings(look.rows(Unit).filter(building=building).dwellings(), [], let, look.day)
    since = {one.unit_id: one.last_day for one in around if one.last_day and one.last_day < look.day}
    until = {one.unit_id: one.first_day for one in around if one.first_day > look.day}
    rows = [(one, since.get(one.unit.pk), until.get(one.unit.pk)) for one in doors if not one.let]
    context = {
        "rows": rows,
        "drawable": facade.is_drawable(facade.stairs(doors)),
        "may_note": look.may(Permission.DWELLING_FACTS, building.pk),
        "may_let": look.may(Permission.LEASE_CHANGE, building.pk),
    }
    return render(request, "tenants/vacant.html", {**about(look, building), **context})


# --- Search ----------------------------------------------------------------------------------------------------------


@door(Permission.RESIDENTS_SEARCH, records=events.FORM_SHOWN, searches=True)
def residents_search(request: DoorRequest) -> HttpResponse:
    """The words come by POST and are written nowhere; how many answered is."""
    if request.method != "POST":
        return render(request, "tenants/search.html", {"form": NameSearch()})
    form = NameSearch(request.POST)
    if not form.is_valid():
        return render(request, "tenants/search.html", {"form": form})
    found = _found(request.look, form.cleaned_data["q"])
    return render(request, "tenants/search.html", {"form": form, "day": request.look.day, **found})


def _found(look: Look, words: str) -> dict[str, Any]:
    people = look.rows(Residence).named(words)
    total = people.count()
    look.note(events.SEARCH_RUN, count=total, scope="residents")
    first = people.select_related("building__place").order_by("building__place__name", "building", "name_key", "id")
    shown = sorted(first[:FOUND], key=lambda one: (one.building.place.name, one.building_id, facade.in_place(one.unit)))
    groups = [(place, list(some)) for place, some in groupby(shown, lambda one: one.building)]
    return {"searched": True, "total": total, "shown": len(shown), "groups": groups}
