"""Pages about people who sign in: search, assignments, closing and reopening a sign-in."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.grants.actions.people import close_sign_in, let_go, reopen_sign_in
from access.grants.duty_holders import steward_missing
from access.grants.grant_rules import own_staff_places
from access.grants.lists import people_list
from access.grants.reviews import reviews_late
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Assignment, Person
from access.pages.acting import done
from access.permissions import Permission
from audit import events

PAGE = 50


@door(Permission.RIGHTS_READ, get_event=events.LIST_SHOWN, post_is_search=True)
def people(request: DoorRequest) -> HttpResponse:
    """List people, or search for them by name or email address.

    The search is a POST, so that names do not appear in URLs. It ignores the filters of the list.
    """
    words = request.POST.get("q", "").replace("\0", "").strip()
    listing, rows = people_list(request)
    if words:
        rows = request.access.rows(Person).select_related("employed_at").order_by("name", "email", "pk")
        rows = rows.filter(Q(name__icontains=words) | Q(email__icontains=words))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    request.access.note(list="people", count=page.paginator.count)
    return render(
        request,
        "access/people.html",
        {
            "page_obj": page,
            "words": words,
            "may_ask": request.access.holds(Permission.ACCESS_ASK),
            "reviews_late": reviews_late(),
            "steward_missing": steward_missing(),
            **listing.context(request),
        },
    )


@door(Permission.RIGHTS_READ, model=Person, get_event=events.RIGHTS_READ)
def person(request: DoorRequest, person: Person) -> HttpResponse:
    day = request.access.day
    rows = request.access.rows(Assignment).filter(person=person)
    open_rows, over = rows.open_on(day).order_by("first_day"), rows.exclude(pk__in=rows.open_on(day))
    request.access.note(question="person", day=day)
    other = person.pk != request.access.person.pk
    return render(
        request,
        "access/person.html",
        {
            "colleague": person,
            "open_assignments": open_rows,
            "past_assignments": over.order_by("-last_day")[:PAGE],
            "own_sectors": own_staff_places(request.access.person),
            "may_write": other and request.access.holds(Permission.ASSIGNMENTS_MANAGE),
            "may_ask": other and request.access.holds(Permission.ACCESS_ASK),
            "may_close": other and request.access.holds(Permission.PEOPLE_MANAGE),
        },
    )


@door(Permission.PEOPLE_MANAGE, model=Person, post_event=events.FORM_SUBMITTED)
def person_close(request: DoorRequest, person: Person) -> HttpResponse:
    return _confirmed(request, person, close_sign_in, "close", _("La connexion est fermée."))


@door(Permission.PEOPLE_MANAGE, model=Person, post_event=events.FORM_SUBMITTED)
def person_leave(request: DoorRequest, person: Person) -> HttpResponse:
    return _confirmed(
        request, person, let_go, "leave", _("Toutes les affectations ont pris fin, et la connexion est fermée.")
    )


@door(
    Permission.PEOPLE_MANAGE,
    model=Person,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def person_reopen(request: DoorRequest, person: Person) -> HttpResponse:
    return _confirmed(request, person, reopen_sign_in, "reopen", _("La connexion est rouverte."))


def _confirmed(request: DoorRequest, person: Person, act: Any, step: str, message: str) -> HttpResponse:
    """Confirmation page of an action on a person, such as closing the sign-in.

    GET shows the page, and POST runs the action.
    """
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, act, request, person=person):
        messages.success(request, message)
        return redirect("person", pk=person.pk)
    count = request.access.rows(Assignment).filter(person=person).open_on(request.access.day).count()
    text = ngettext("%(n)d affectation", "%(n)d affectations", count) % {"n": count}
    return render(
        request, "access/person_confirm.html", {"colleague": person, "form": form, "step": step, "held": text}
    )
