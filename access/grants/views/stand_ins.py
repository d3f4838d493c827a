"""Pages where a sector manager grants stand-ins and on-call duty in the manager's sector."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.grants.actions.assignments import end_stand_in, grant_on_call, grant_stand_in
from access.grants.forms.assignments import EndStandInForm, OnCallForm, StandInForm, first_values
from access.grants.grant_check import page_before_grant
from access.grants.grant_rules import is_own_staff, own_staff_places
from access.grants.reasons import STAND_IN_REASONS
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Assignment, Person, Place
from access.models.place import below
from access.pages.acting import days_from_link, done, from_link
from access.pages.read_back import correcting
from access.permissions import Permission
from access.roles import CARETAKER, ON_CALL
from audit import events


@door(Permission.STAND_INS_GRANT, get_event=events.LIST_SHOWN)
def stand_ins(request: DoorRequest) -> HttpResponse:
    sectors, day = own_staff_places(request.access.person), request.access.day
    rows = request.access.rows(Assignment).filter(below(sectors, "place__")).open_on(day)
    rows = rows.order_by("first_day", "place__name")
    running = rows.filter(role=CARETAKER.code)
    request.access.note(list="stand_ins")
    return render(
        request,
        "access/stand_ins.html",
        {
            "stand_ins": running.filter(reason__in=STAND_IN_REASONS),
            "holders": running.exclude(reason__in=STAND_IN_REASONS).order_by("place__name", "first_day"),
            "duties": rows.filter(role=ON_CALL.code),
            "day": day,
        },
    )


@door(Permission.STAND_INS_GRANT, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def stand_in_grant(request: DoorRequest) -> HttpResponse:
    form = StandInForm(request.POST or None, **_offered(request))
    ready = form.is_valid() and not correcting(request)
    if ready and done(form, grant_stand_in, request, person=form.cleaned_data["person"], terms=form.terms()):
        if page := page_before_grant(request, form, _("Confier un remplacement")):
            return page
        messages.success(
            request, _("Le remplacement est confié. L’accès prend fin automatiquement après le dernier jour.")
        )
        return redirect("stand_ins")
    return render(request, "access/stand_in_grant.html", {"form": form})


@door(Permission.STAND_INS_GRANT, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def on_call_grant(request: DoorRequest) -> HttpResponse:
    form = OnCallForm(request.POST or None, **_offered(request))
    ready = form.is_valid() and not correcting(request)
    if ready and done(form, grant_on_call, request, person=form.cleaned_data["person"], terms=form.terms()):
        if page := page_before_grant(request, form, _("Confier une astreinte")):
            return page
        messages.success(
            request, _("L’astreinte est confiée. L’accès prend fin automatiquement après la dernière heure.")
        )
        return redirect("stand_ins")
    return render(request, "access/on_call_grant.html", {"form": form})


def _offered(request: DoorRequest) -> dict[str, Any]:
    """Return the arguments for the forms that grant a stand-in or on-call duty.

    The arguments are the people and places among which the manager may choose, and initial values from the URL.
    """
    sectors = own_staff_places(request.access.person)
    colleagues = request.access.rows(Person).exclude(pk=request.access.person.pk).filter(is_active=True)
    own = [p.pk for p in colleagues.select_related("employed_at") if is_own_staff(p, sectors)]
    linked, place = from_link(request, Person, "personne"), from_link(request, Place, "lieu")
    person = linked if linked and linked.pk in own else None
    return {
        "people": colleagues.filter(pk__in=own),
        "places": request.access.rows(Place).filter(below(sectors)),
        "initial": first_values(person, place, *days_from_link(request)),
    }


@door(Permission.STAND_INS_GRANT, model=Assignment, post_event=events.FORM_SUBMITTED)
def stand_in_end(request: DoorRequest, assignment: Assignment) -> HttpResponse:
    form = EndStandInForm(request.POST or None, initial={"ended_on": request.access.day})
    if form.is_valid() and done(form, end_stand_in, request, assignment=assignment, **form.cleaned_data):
        messages.success(request, _("La fin est enregistrée."))
        return redirect("stand_ins")
    act = _("Mettre fin à l’astreinte") if assignment.hours else _("Mettre fin au remplacement")
    title = (
        _("Mettre fin à l’astreinte de %(name)s") if assignment.hours else _("Mettre fin au remplacement de %(name)s")
    )
    names = {"title": title % {"name": assignment.person.name}, "act": act}
    context = {"assignment": assignment, "form": form, "back": "stand_ins", **names}
    return render(request, "access/assignment_act.html", context)
