"""Pages of the fragile residences: buildings for which the intermunicipal agreement allows an additional motive of
refusal."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Place
from access.pages.acting import done
from access.permissions import Permission
from allocations.actions.residences import end_fragile_residence, name_fragile_residence
from allocations.forms.residences import ResidenceEndForm, ResidenceForm
from allocations.models import FragileResidence
from audit import events
from buildings.models import Building


@door(Permission.LEGAL_FIGURES_KEEP, get_event=events.LEGAL_FIGURES_SHOWN, post_event=events.FORM_SUBMITTED)
def fragile_residences(request: DoorRequest) -> HttpResponse:
    """List the fragile residences (buildings named in the allocation agreement) with their source and days. The form
    adds one."""
    access = request.access
    form = ResidenceForm(request.POST or None, buildings=access.rows(Place).buildings())
    if form.is_valid():
        values = form.cleaned_data
        values["building"] = access.rows(Building).get(pk=values["building"].pk)
        if done(form, name_fragile_residence, request, **values):
            messages.success(request, _("La résidence est enregistrée."))
            return redirect("fragile_residences")
    rows = access.rows(FragileResidence).select_related("building__place__parent")
    ordered = rows.order_by("-first_day", "building__place__name", "id")
    return render(request, "allocations/fragile_residences.html", {"form": form, "rows": ordered, "day": access.day})


@door(
    Permission.LEGAL_FIGURES_KEEP,
    model=FragileResidence,
    post_event=events.FORM_SUBMITTED,
    select_related=("building__place__parent",),
)
def fragile_residence_end(request: DoorRequest, residence: FragileResidence) -> HttpResponse:
    """Set the last day of a fragile residence (building named in the allocation agreement). The response is 404 if it
    already has one."""
    if residence.last_day is not None:
        raise Http404
    form = ResidenceEndForm(request.POST or None, day=request.access.day)
    if form.is_valid() and done(form, end_fragile_residence, request, residence=residence, **form.cleaned_data):
        messages.success(request, _("La fin est enregistrée."))
        return redirect("fragile_residences")
    return render(request, "allocations/fragile_residence_end.html", {"residence": residence, "form": form})
