"""Administrators' pages that add a building, and move dwellings from one building to another."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Level, Place
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from buildings.actions import add_building, recut, recut_into_new
from buildings.forms import NEW, BuildingForm, RecutForm
from buildings.models import Building, Unit


@door(Permission.PLACES_MANAGE, model=Place, post_event=events.FORM_SUBMITTED)
def building_add(request: DoorRequest, place: Place) -> HttpResponse:
    """Add a building, with its address, to the place given in the URL, for example an estate."""
    form = BuildingForm(request.POST or None)
    if form.is_valid():
        names = {"name": form.cleaned_data["name"], "code": form.cleaned_data["code"]}
        if done(form, add_building, request, parent=place, address=form.address(), **names):
            messages.success(request, _("Le bâtiment est ajouté."))
            return redirect("place", pk=place.pk)
    return render(request, "buildings/building_add.html", {"form": form, "place": place})


@door(Permission.PLACES_MANAGE, model=Place, post_event=events.FORM_SUBMITTED)
def recut_building(request: DoorRequest, place: Place) -> HttpResponse:
    """Move dwellings to a neighbouring building.

    Residents, leases and accounts move with the dwellings, so the caretaker of the other building becomes responsible
    for them.
    """
    if place.level != Level.BUILDING:
        raise Http404
    units = request.access.rows(Unit).filter(building=place.pk).select_related("building__place").by_door()
    siblings = request.access.rows(Place).buildings().filter(parent=place.parent_id).exclude(pk=place.pk)
    neighbours = list(request.access.rows(Building).filter(place__in=siblings).order_by("place__name"))
    form = RecutForm(request.POST or None, units=list(units), neighbours=neighbours)
    if form.is_valid():
        values, context = form.cleaned_data, request.access.context
        try:
            if values["into"] == NEW:
                names = {"name": values["name"], "code": values["code"]}
                recut_into_new(by=request.access.person, units=values["units"], context=context, **names)
            else:
                into = next(building for building in neighbours if str(building.pk) == values["into"])
                recut(by=request.access.person, units=values["units"], into=into, context=context)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            moved = len(values["units"])
            message = ngettext("%(n)d local a changé de bâtiment.", "%(n)d locaux ont changé de bâtiment.", moved)
            messages.success(request, message % {"n": moved})
            return redirect("place", pk=place.pk)
    counts = Counter((unit.staircase, unit.floor) for unit in form.units)
    floors = [(staircase, floor, number) for (staircase, floor), number in counts.items()]
    return render(request, "buildings/recut.html", {"form": form, "place": place, "floors": floors})
