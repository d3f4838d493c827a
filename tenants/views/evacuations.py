"""Pages that open an evacuation list with two clicks and show it for 45 minutes.

The list has the doors of a building and the help requested at each door.
"""

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.grants.own_duties import next_duties
from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import result_of
from access.permissions import Permission
from audit import events
from buildings.models import Address, Building, Unit
from formats.folding import folded
from tenants.actions.emergencies import close_evacuation, open_evacuation
from tenants.emergencies import evacuation as emptying
from tenants.emergencies.letters import tell
from tenants.forms.emergencies import EvacuationForm
from tenants.models import EmergencyAccess, HelpCode
from tenants.models.emergency import MINUTES


@door(Permission.EVACUATION_OPEN, get_event=events.LIST_SHOWN)
def evacuations(request: DoorRequest) -> HttpResponse:
    """List the buildings whose evacuation list the person may open. The page names no resident."""
    access = request.access
    access.note(list="evacuations")
    addresses = {pk: list(group) for pk, group in groupby(_addresses(access), lambda address: address.building_id)}
    buildings = access.rows(Building).select_related("place__parent")
    mine = [(building, addresses.get(building.pk, [])[:2]) for building in buildings]
    mine.sort(key=lambda line: (folded(line[1][0].street if line[1] else ""), folded(line[0].place.name)))
    open_now = access.rows(EmergencyAccess).open_now().first()
    context = {"buildings": mine, "open": open_now, "duties": next_duties(access)}
    return render(request, "tenants/evacuations.html", context)


@door(Permission.EVACUATION_OPEN, model=Building, post_event=events.FORM_SUBMITTED)
def evacuation(request: DoorRequest, building: Building) -> HttpResponse:
    """Ask for the reason of the evacuation, with one button per reason. Once a reason is given, this URL shows the
    evacuation list of the building for 45 minutes, or until the person closes it."""
    access, form = request.access, EvacuationForm(request.POST or None)
    mine = access.rows(EmergencyAccess).open_now().filter(building=building.pk).first()
    if "close" in request.POST:
        if mine is not None:
            close_evacuation(by=request.user, emergency=mine, context=access.context)
            messages.success(request, _("La liste est refermée. Un responsable examinera son ouverture."))
        return redirect("evacuations")
    if form.is_valid() and (
        opened := result_of(form, open_evacuation, request, building=building.pk, reason=form.cleaned_data["reason"])
    ):
        tell(request, opened)
        return redirect("evacuation", pk=building.pk)
    page = {"building": building, "addresses": _addresses(access).filter(building=building.pk), "minutes": MINUTES}
    if mine is None or request.method == "POST":
        return render(request, "tenants/evacuation.html", {**page, "form": form})
    units = list(access.rows(Unit).dwellings().filter(building=building.pk))
    stairs = emptying.stairs(units, access.rows(HelpCode).in_force(access.day).order_by("code"))
    access.note(events.EVACUATION_SHOWN, count=sum(stair.helped for stair in stairs))
    context = {"stairs": stairs, "doors": len(units), "until": mine.until, "review_by": mine.review_by}
    return render(request, "tenants/evacuation_list.html", {**page, **context})


def _addresses(access: AccessContext) -> Any:
    return access.rows(Address).order_by("building", "street", "number")
