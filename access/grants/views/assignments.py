"""Pages about assignments: the list of all, the list of one's own, and forms to grant, extend, end and move one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.grants.actions.assignments import end, end_all, extend, extend_all, grant, move
from access.grants.forms.assignments import (
    EndForm,
    ExtendForm,
    GrantForm,
    MoveForm,
    end_values,
    first_values,
)
from access.grants.forms.several import ChangeForm
from access.grants.grant_check import page_before_grant
from access.grants.grant_rules import own_staff_places
from access.grants.lists import assignment_list
from access.grants.own_duties import next_duties
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Assignment, Person, Place
from access.pages.acting import days_from_link, done, from_link, ticked_rows
from access.pages.read_back import correcting
from access.permissions import Permission
from audit import events

PAGE = 50


@door(Permission.RIGHTS_READ, get_event=events.LIST_SHOWN)
def assignments(request: DoorRequest) -> HttpResponse:
    listing, rows = assignment_list(request)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    request.access.note(list="assignments", count=page.paginator.count)
    may_write = request.access.holds(Permission.ASSIGNMENTS_MANAGE)
    sectors = own_staff_places(request.access.person)
    context = {"page_obj": page, "may_write": may_write, "own_sectors": sectors, **listing.context(request)}
    return render(request, "access/assignments.html", context)


@door(Permission.ASSIGNMENTS_MANAGE, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def assignment_grant(request: DoorRequest) -> HttpResponse:
    person, place = from_link(request, Person, "personne"), from_link(request, Place, "lieu")
    form = GrantForm(
        request.POST or None,
        people=request.access.rows(Person),
        places=request.access.rows(Place).buildings(),
        wider=request.access.rows(Place),
        initial=first_values(person, place, *days_from_link(request)),
    )
    ready = form.is_valid() and not correcting(request)
    if ready and done(form, grant, request, person=form.cleaned_data["person"], terms=form.terms()):
        if page := page_before_grant(request, form, _("Confier un immeuble")):
            return page
        messages.success(
            request,
            _("L’affectation est enregistrée. L’accès commence et prend fin automatiquement aux dates choisies."),
        )
        return redirect("person", pk=form.cleaned_data["person"].pk)
    return render(request, "access/assignment_grant.html", {"form": form})


@door(Permission.ASSIGNMENTS_MANAGE, get_event=events.LIST_SHOWN, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def assignments_change(request: DoorRequest) -> HttpResponse:
    """Extend or end the assignments that were ticked in the list."""
    rows = ticked_rows(request, request.access.rows(Assignment).order_by("person__name", "place__name"))
    request.access.note(list="assignments", count=len(rows))
    if not rows:
        return redirect("assignments")
    form = ChangeForm(request.POST or None)
    act: Callable[..., None] = extend_all
    values = {"last_day": form.cleaned_data["day"]} if form.is_valid() else {}
    if form.is_valid() and form.cleaned_data["change"] == "end":
        act, values = end_all, {"ended_on": form.cleaned_data["day"], "reason": form.cleaned_data["reason"]}
    if form.is_valid() and done(form, act, request, assignments=rows, **values):
        message = ngettext("%(n)d affectation modifiée.", "%(n)d affectations modifiées.", len(rows))
        messages.success(request, message % {"n": len(rows)})
        return redirect("assignments")
    return render(request, "access/assignments_change.html", {"rows": rows, "form": form})


@door(
    Permission.ASSIGNMENTS_MANAGE,
    model=Assignment,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def assignment_extend(request: DoorRequest, assignment: Assignment) -> HttpResponse:
    form = ExtendForm(request.POST or None)
    if form.is_valid() and done(form, extend, request, assignment=assignment, **form.cleaned_data):
        messages.success(request, _("L’affectation est prolongée."))
        return redirect("person", pk=assignment.person_id)
    return _about_one(request, assignment, form, _("Prolonger"))


@door(Permission.ASSIGNMENTS_MANAGE, model=Assignment, post_event=events.FORM_SUBMITTED)
def assignment_end(request: DoorRequest, assignment: Assignment) -> HttpResponse:
    form = EndForm(request.POST or None, initial=end_values(assignment, request.access.day))
    if form.is_valid() and done(form, end, request, assignment=assignment, **form.cleaned_data):
        messages.success(request, _("La fin est enregistrée."))
        return redirect("person", pk=assignment.person_id)
    title = _("Mettre fin à l’affectation de %(name)s") % {"name": assignment.person.name}
    return _about_one(request, assignment, form, _("Mettre fin"), title)


@door(
    Permission.ASSIGNMENTS_MANAGE,
    model=Assignment,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def assignment_move(request: DoorRequest, assignment: Assignment) -> HttpResponse:
    first, places = {"day": request.access.day, "last_day": assignment.last_day}, request.access.rows(Place)
    form = MoveForm(request.POST or None, places=places.buildings(), wider=places, initial=first)
    if form.is_valid() and done(form, move, request, assignment=assignment, **form.cleaned_data):
        messages.success(
            request, _("La personne change de lieu : l’accès à l’ancien prend fin le jour où le nouveau commence.")
        )
        return redirect("person", pk=assignment.person_id)
    return _about_one(request, assignment, form, _("Déplacer"))


@door(Permission.MY_RIGHTS, get_event=events.RIGHTS_READ)
def mine(request: DoorRequest) -> HttpResponse:
    day = request.access.day
    rows = (
        request.access.rows(Assignment)
        .filter(person=request.access.person)
        .open_on(day)
        .order_by("first_day", "place__name")
    )
    request.access.note(question="mine", day=day, count=rows.count())
    return render(request, "access/mine.html", {"assignments": rows, "day": day, "duties": next_duties(request.access)})


def _about_one(request: DoorRequest, assignment: Assignment, form: Any, act: str, title: str = "") -> HttpResponse:
    context = {"assignment": assignment, "form": form, "act": act, "title": title or act}
    return render(request, "access/assignment_act.html", context)
