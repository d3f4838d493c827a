"""The administrator's pages about buildings: one more of them, and the same dwellings parted otherwise."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.door import door
from access.look import DoorRequest
from access.models import Level, Place
from access.permissions import Permission
from access.views.acting import done
from audit import events
from buildings.actions import add_building, recut
from buildings.forms import NEW, BuildingForm, RecutForm
from buildings.models import Building, Unit


@door(Permission.PLACES_MANAGE, of=Place, records=events.FORM_SHOWN, writes=True)
def building_add(request: DoorRequest, place: Place) -> HttpResponse:
    """A building below this place, with its address."""
    form = BuildingForm(request.POST or None)
    if form.is_valid() and done(form, add_building, request, parent=place, **_said(form)):
        messages.success(request, _("Le bâtiment est inscrit."))
        return redirect("place", pk=place.pk)
    return render(request, "buildings/building_add.html", {"form": form, "place": place})


def _said(form: BuildingForm) -> dict[str, Any]:
    return {"name": form.cleaned_data["name"], "code": form.cleaned_data["code"], "address": form.address()}


@door(Permission.PLACES_MANAGE, of=Place, records=events.FORM_SHOWN, writes=True)
def recut_building(request: DoorRequest, place: Place) -> HttpResponse:
    """Dwellings pass to a neighbour; their people, leases and accounts follow, and so do the caretakers' rights."""
    if place.level != Level.BUILDING:
        raise Http404
    units = request.look.rows(Unit).filter(building=place.pk).select_related("building__place").by_door()
    siblings = request.look.rows(Place).buildings().filter(parent=place.parent_id).exclude(pk=place.pk)
    neighbours = list(request.look.rows(Building).filter(place__in=siblings).order_by("place__name"))
    form = RecutForm(request.POST or None, units=list(units), neighbours=neighbours)
    if form.is_valid() and (moved := _moved(request, form, place, neighbours)):
        said = ngettext("%(n)d local change de bâtiment.", "%(n)d locaux changent de bâtiment.", moved) % {"n": moved}
        messages.success(request, said)
        return redirect("place", pk=place.pk)
    return render(request, "buildings/recut.html", {"form": form, "place": place, "floors": _floors(form.units)})


def _moved(request: DoorRequest, form: RecutForm, place: Place, neighbours: list[Building]) -> int:
    """How many units moved; zero, with the reason on the form, when it was refused."""
    said = form.cleaned_data
    try:
        with transaction.atomic():
            into = _target(request, said, place, {building.pk: building for building in neighbours})
            recut(by=request.look.person, units=said["units"], into=into, context=request.look.context)
    except ValidationError as error:
        form.add_error(None, ValidationError(error.messages))
        return 0
    return len(said["units"])


def _target(request: DoorRequest, said: dict[str, Any], place: Place, neighbours: dict[UUID, Building]) -> Building:
    """The neighbour that was chosen, or a new building beside this one."""
    if said["into"] != NEW:
        return neighbours[UUID(said["into"])]
    assert place.parent is not None  # noqa: S101 (a building hangs somewhere: the database says so)
    names = {"name": said["name"], "code": said["code"]}
    return add_building(by=request.look.person, parent=place.parent, context=request.look.context, **names)


def _floors(units: Any) -> list[tuple[str, Any, int]]:
    """(staircase, floor, how many), as they stand, for whoever chooses."""
    counts: dict[tuple[str, Any], int] = {}
    for unit in units:
        counts[unit.staircase, unit.floor] = counts.get((unit.staircase, unit.floor), 0) + 1
    return [(staircase, floor, number) for (staircase, floor), number in counts.items()]
