"""Pages of the housing stock: places, buildings, and the programmes in which they were built.

No other page shows the nature of a programme, such as a care home, because the nature may reveal who lives there.
"""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Place
from access.permissions import Permission
from audit import events
from backoffice.map_drawing import frame_around
from backoffice.patrimony import (
    MODES,
    NATURES,
    areas,
    buildings_under,
    by_estate,
    known_units,
    placed_buildings,
    position_of,
    sectors,
    unplaced,
)
from buildings.models import Building, Programme, Unit

BUILDINGS_A_PAGE = 60


@door(Permission.PATRIMONY_VIEW, get_event=events.PATRIMONY_SHOWN)
def patrimony(request: DoorRequest) -> HttpResponse:
    rows = list(sectors(request.access))
    request.access.note(count=len(rows))
    totals = {name: sum(getattr(row, name) for row in rows) for name in ("estates", "buildings", "dwellings")}
    return render(request, "backoffice/patrimony.html", {"sectors": rows, "totals": totals})


@door(Permission.PATRIMONY_VIEW, get_event=events.PATRIMONY_SHOWN)
def patrimony_map(request: DoorRequest) -> HttpResponse:
    """Show the outline of the buildings of each postcode. No resident is shown."""
    drawn, frame = areas(request.access)
    request.access.note(count=sum(area.buildings for area in drawn))
    context = {"areas": drawn, "frame": frame, "unplaced": unplaced(request.access)}
    return render(request, "backoffice/patrimony_map.html", context)


@door(Permission.PATRIMONY_VIEW, get_event=events.PATRIMONY_SHOWN)
def patrimony_map_of(request: DoorRequest, postcode: str) -> HttpResponse:
    """Show the buildings of a postcode on the map, numbered as in the list beside it."""
    rows = placed_buildings(request.access, postcode)
    page = Paginator(rows, BUILDINGS_A_PAGE).get_page(request.GET.get("page"))
    positions = [position_of(row) for row in page.object_list]
    if not positions:
        raise Http404
    request.access.note(count=len(positions))
    frame = frame_around(positions)
    marks = [(row, *frame.place(position)) for row, position in zip(page.object_list, positions, strict=True)]
    context = {"postcode": postcode, "frame": frame, "marks": marks, "page_obj": page}
    return render(request, "backoffice/patrimony_map_of.html", context)


@door(Permission.PATRIMONY_VIEW, model=Place, get_event=events.PATRIMONY_SHOWN)
def patrimony_sector(request: DoorRequest, place: Place) -> HttpResponse:
    page = Paginator(buildings_under(request.access, place), BUILDINGS_A_PAGE).get_page(request.GET.get("page"))
    buildings = list(page.object_list)
    if not buildings:
        raise Http404
    request.access.note(count=len(buildings))
    return render(
        request, "backoffice/patrimony_sector.html", {"place": place, "estates": by_estate(buildings), "page_obj": page}
    )


@door(Permission.PATRIMONY_VIEW, model=Building, get_event=events.PATRIMONY_SHOWN)
def patrimony_building(request: DoorRequest, building: Building) -> HttpResponse:
    units = known_units(building)
    above = request.access.rows(Place).above(building.place).exclude(pk=building.pk).order_by("path")
    unknown = request.access.rows(Unit).filter(building=building).count() - len(units)
    programmes = [
        (programme, NATURES.get(programme.nature, programme.nature), MODES.get(programme.mode, programme.mode))
        for programme in request.access.rows(Programme).filter(buildings=building).order_by("year", "key")
    ]
    context = {"building": building, "above": list(above), "units": units, "unknown": unknown, "programmes": programmes}
    return render(request, "backoffice/patrimony_building.html", context)
