"""Pages on which vacancies are reserved for the contingents (shares) of reserving bodies, and pages of the
contingents."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Level, Place
from access.pages.acting import done, result_of
from access.permissions import Permission
from allocations.actions import flow as acts
from allocations.actions.vacancies import orient_vacancy
from allocations.dwellings import (
    current_contingents,
    equipment_of,
    flow_of,
    possible_nominators,
    proposals,
    recently_oriented,
    terms_of,
    to_orient,
)
from allocations.forms.flow import BaseForm, ContingentForm, ConventionForm, NominatorForm, ShareForm
from allocations.forms.vacancies import OrientForm, OutsideForm
from allocations.models import Contingent, Convention, FlowBase, FlowYear, Nominator, Vacancy, VacancyState
from audit import events

HELD_AT = (Level.ORGANISATION, Level.DIRECTORATE, Level.AGENCY)


@door(Permission.VACANCY_ORIENT, get_event=events.STEERING_SHOWN)
def orientation(request: DoorRequest) -> HttpResponse:
    """List the vacancies for which nobody has decided yet which reserving body may propose applicants.

    Each vacancy is displayed with Loge's advice and a link to the form for this decision.
    """
    access = request.access
    flow, waiting = flow_of(access), to_orient(access)
    advice = proposals(flow, waiting)
    context = {
        "waiting": [(vacancy, advice.get(vacancy.pk)) for vacancy in waiting],
        "recent": [(vacancy, None) for vacancy in recently_oriented(access)],
        "advised": bool(advice),
        "flow": flow,
        "day": access.day,
    }
    return render(request, "allocations/orientation.html", context)


@door(
    Permission.VACANCY_ORIENT,
    model=Vacancy,
    post_event=events.FORM_SUBMITTED,
    select_related=("unit__terms", "building__place__parent", "contingent"),
)
def vacancy_orient(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    """Reserve a vacancy for a contingent, or exclude it from the yearly shares; each has its own form. Loge's advice is
    preselected."""
    posted, leaves = request.POST, "outside" in request.POST
    initial = {"contingent": vacancy.contingent_id, "reason": vacancy.orientation_reason}
    flow = flow_of(request.access)
    proposal = proposals(flow, to_orient(request.access)).get(vacancy.pk)
    if proposal and proposal.contingent:
        initial = {"contingent": proposal.contingent.contingent.pk, "reason": proposal.reason}
    contingents = current_contingents(request.access)
    inside = OrientForm(None if leaves else posted or None, contingents=contingents, initial=initial)
    outside = OutsideForm(posted if leaves else None, initial={"outside_flow": vacancy.outside_flow})
    form: OrientForm | OutsideForm = outside if leaves else inside
    if form.is_valid():
        values = outside.cleaned_data if leaves else inside.values()
        if done(form, orient_vacancy, request, vacancy=vacancy, **values):
            messages.success(request, _("Le logement est orienté."))
            return redirect("orientation")
    terms = terms_of(vacancy.unit)
    context = {
        "vacancy": vacancy,
        "terms": terms,
        "equipment": equipment_of(terms),
        "inside": inside,
        "outside": outside,
        "proposal": proposal,
        "flow": flow,
        "can_change": vacancy.state in (VacancyState.DECLARED, VacancyState.ORIENTED),
    }
    return render(request, "allocations/vacancy_orient.html", context)


@door(Permission.FLOW_KEEP, get_event=events.STEERING_SHOWN, post_event=events.FORM_SUBMITTED)
def contingents(request: DoorRequest) -> HttpResponse:
    """List the contingents (shares of reserving bodies). One form enters the dwellings to let in a year, another adds a
    contingent."""
    access, posted = request.access, request.POST
    enters_base = "base-year" in posted
    places = list(access.rows(Place).filter(level__in=HELD_AT).order_by("path"))
    flow = flow_of(access)
    base = BaseForm(posted if enters_base else None, year=flow.year, base=flow.base, prefix="base")
    added = ContingentForm(None if enters_base else posted or None, places=places, prefix="new")
    if enters_base:
        if base.is_valid() and done(base, acts.set_flow_base, request, **base.cleaned_data):
            messages.success(request, _("Les logements de l’année sont enregistrés."))
            return redirect("contingents")
    elif added.is_valid() and (new := result_of(added, acts.add_contingent, request, **added.values())):
        messages.success(request, _("Le réservataire est enregistré."))
        return redirect("contingent", pk=new.pk)
    ended = access.rows(Contingent).filter(ended_on__isnull=False).order_by("-ended_on", "holder")
    context = {"flow": flow, "ended": ended, "base": base, "added": added}
    return render(request, "allocations/contingents.html", context)


@door(
    Permission.FLOW_KEEP,
    model=Contingent,
    get_event=events.STEERING_SHOWN,
    post_event=events.FORM_SUBMITTED,
    select_related=("place",),
)
def contingent(request: DoorRequest, contingent: Contingent) -> HttpResponse:
    """Display a contingent (share of a reserving body). Three forms add a convention, set the yearly share and name a
    nominator."""
    access, posted = request.access, request.POST
    bases = list(access.rows(FlowBase).order_by("-year"))
    people = possible_nominators(access, contingent)
    sent = next((name for name in ("convention", "share", "nominator") if f"{name}-sent" in posted), "convention")
    convention = ConventionForm(posted or None if sent == "convention" else None, prefix="convention")
    share = ShareForm(posted if sent == "share" else None, bases=bases, prefix="share")
    nominator = NominatorForm(
        posted if sent == "nominator" else None, people=people, day=access.day, prefix="nominator"
    )
    success = False
    if sent == "convention" and convention.is_valid():
        success = done(convention, acts.add_convention, request, contingent=contingent, **convention.cleaned_data)
    elif sent == "share" and share.is_valid():
        success = done(share, acts.set_share, request, contingent=contingent, **share.values())
    elif sent == "nominator" and nominator.is_valid():
        success = done(nominator, acts.name_nominator, request, contingent=contingent, **nominator.values())
    if success:
        messages.success(request, _("Le réservataire est mis à jour."))
        return redirect("contingent", pk=contingent.pk)
    context = {
        "contingent": contingent,
        "conventions": access.rows(Convention).filter(contingent=contingent).order_by("-first_day"),
        "shares": [
            (row.base_id, Decimal(row.share_permille) / 10)
            for row in access.rows(FlowYear).filter(contingent=contingent).order_by("-base")
        ],
        "nominators": access.rows(Nominator)
        .filter(contingent=contingent)
        .select_related("person")
        .order_by("-last_day", "person__name"),
        "forms": {"convention": convention, "share": share, "nominator": nominator},
        "bases": bases,
        "people": people,
        "day": access.day,
    }
    return render(request, "allocations/contingent.html", context)


@door(Permission.FLOW_KEEP, model=Contingent, post_event=events.FORM_SUBMITTED)
def contingent_end(request: DoorRequest, contingent: Contingent) -> HttpResponse:
    """End a contingent (share of a reserving body) today. The page first states the consequences."""
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and done(form, acts.end_contingent, request, contingent=contingent):
        messages.success(request, _("Le réservataire a pris fin aujourd’hui."))
        return redirect("contingents")
    waiting = request.access.rows(Vacancy).open().filter(contingent=contingent).count()
    context = {"contingent": contingent, "waiting": waiting, "form": form}
    return render(request, "allocations/contingent_end.html", context)
