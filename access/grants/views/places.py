"""Pages of places: the tree, one place, and the forms that add a place or set its contact for tenants."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.grants.actions.places import add_place, set_place_contact
from access.grants.forms.people import PlaceContactForm, PlaceForm
from access.grants.grant_rules import own_staff_places
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Assignment, Level, Place
from access.models.place import SMALL
from access.pages.acting import done
from access.permissions import Permission
from access.reach import paths_held
from audit import events

# Only places of the levels in WITH_CONTACT can have a telephone number and an email address for tenants.
WITH_CONTACT = (Level.ORGANISATION, Level.DIRECTORATE, Level.AGENCY)


@door(Permission.RIGHTS_READ, get_event=events.LIST_SHOWN)
def places(request: DoorRequest) -> HttpResponse:
    """List the places from the organisation down to sectors. Estates and buildings are on the page of their parent."""
    large = list(request.access.rows(Place).exclude(level__in=SMALL).order_by("name"))
    request.access.note(list="places", count=len(large))
    # The loop nests each place in the list of its parent. A place whose parent is not listed becomes a root.
    nodes: dict[UUID | None, dict[str, Any]] = {place.pk: {"place": place, "below": []} for place in large}
    roots: list[dict[str, Any]] = []
    for place in large:
        above = nodes.get(place.parent_id)
        (above["below"] if above else roots).append(nodes[place.pk])
    may_write = request.access.holds(Permission.PLACES_MANAGE)
    return render(request, "access/places.html", {"branches": roots, "may_write": may_write})


@door(Permission.RIGHTS_READ, model=Place, get_event=events.LIST_SHOWN)
def place(request: DoorRequest, place: Place) -> HttpResponse:
    visible = request.access.rows(Place)
    children = visible.filter(parent=place).order_by("level", "name")
    assignments = (
        request.access.rows(Assignment).filter(place=place).open_on(request.access.day).order_by("person__name")
    )
    request.access.note(list="place")
    return render(
        request,
        "access/place.html",
        {
            "place": place,
            "above": sorted(visible.above(place).exclude(pk=place.pk), key=lambda p: len(p.path)),
            "children": children,
            "assignments": assignments,
            "is_building": place.level == Level.BUILDING,
            "takes_places": place.level not in SMALL,
            "takes_contact": place.level in WITH_CONTACT,
            "may_write": request.access.holds(Permission.PLACES_MANAGE),
            "may_change": request.access.holds(Permission.ASSIGNMENTS_MANAGE),
            "own_sectors": own_staff_places(request.access.person),
            "may_grant": place.level == Level.BUILDING and _holds_at(request, Permission.ASSIGNMENTS_MANAGE, place),
            "may_ask": _holds_at(request, Permission.ACCESS_ASK, place),
        },
    )


def _holds_at(request: DoorRequest, permission: Permission, place: Place) -> bool:
    """Return whether the person has the permission at this place or at a place above it."""
    return place.is_under(paths_held(request.access.person.pk, [permission]))


@door(Permission.PLACES_MANAGE, model=Place, post_event=events.FORM_SUBMITTED)
def place_add(request: DoorRequest, place: Place) -> HttpResponse:
    """Add a place below the place in the URL, for example a sector below an agency."""
    form = PlaceForm(request.POST or None, parent=place)
    if form.is_valid() and done(form, add_place, request, parent=place, **form.cleaned_data):
        messages.success(request, _("Le lieu est ajouté."))
        return redirect("place", pk=place.pk)
    return render(request, "access/place_add.html", {"form": form, "place": place})


@door(Permission.PLACES_MANAGE, model=Place, post_event=events.FORM_SUBMITTED)
def place_contact(request: DoorRequest, place: Place) -> HttpResponse:
    """Set the telephone number and email address of a place, which the front desk gives to tenants."""
    if place.level not in WITH_CONTACT:
        raise Http404
    form = PlaceContactForm(request.POST or None, initial={"phone": place.phone, "email": place.email})
    if form.is_valid() and done(form, set_place_contact, request, place=place, **form.cleaned_data):
        messages.success(request, _("Le contact est enregistré."))
        return redirect("place", pk=place.pk)
    return render(request, "access/place_contact.html", {"form": form, "place": place})
