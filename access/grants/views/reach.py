"""Pages for managers: who may see an account or dwelling, which buildings a person may see, and which assignments end
soon or were never used."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from access.compartments import PLACED, Compartment
from access.grants.forms.people import WhoForm
from access.grants.grant_rules import own_staff_places
from access.grants.grant_terms import DORMANT
from access.grants.queries import ending_soon
from access.grants.wording import COMPARTMENTS
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Assignment, Person, Place
from access.pages.fields import typed_day
from access.permissions import Permission
from access.reach import (
    building_of,
    buildings_reached,
    never_used,
    people_reaching,
    residents_reached,
)
from access.roles import ROLES
from audit import events

_MONEY = frozenset({Compartment.ACCOUNT, Compartment.BOOKS})


@door(Permission.RIGHTS_READ, get_event=events.RIGHTS_READ, post_is_search=True)
def who(request: DoorRequest) -> HttpResponse:
    """Show who may see an account or dwelling, and through which assignment each person may.

    The search is by reference and never by name, so that no tenant's name is needed.
    """
    form = WhoForm(request.POST or None)
    answer: dict[str, Any] = {}
    if form.is_valid():
        day = form.cleaned_data["day"] or request.access.day
        kind = form.cleaned_data["kind"]
        request.access.note(question=kind, day=day)
        reference = form.cleaned_data["reference"].strip()
        match = {"code__iexact": reference} if kind == "building" else {"pk": building_of(kind, reference)}
        # The query finds the building of the account or dwelling only if the current person oversees this building.
        place = request.access.rows(Place).buildings().select_related("parent").filter(**match).first()
        answer = {"unknown": True}
        if place:
            compartments = _MONEY if kind == "account" else PLACED
            rules = [rule for rule in people_reaching(place.pk, day) if ROLES[rule.role].compartments & compartments]
            rows = request.access.rows(Assignment).filter(pk__in=[rule.assignment for rule in rules])
            lines = [
                {
                    "assignment": row,
                    "opens": [
                        str(COMPARTMENTS[c]) for c in Compartment if c in ROLES[row.role].compartments & compartments
                    ],
                }
                for row in rows.order_by("person__name", "role")
            ]
            answer = {"place": place, "day": day, "found": lines, "more": len(rules) - len(lines)}
    return render(request, "access/who.html", {"form": form, **answer})


@door(Permission.RIGHTS_READ, model=Person, get_event=events.RIGHTS_READ)
def reach(request: DoorRequest, person: Person) -> HttpResponse:
    """For each compartment, show which buildings, and how many residents, a person may see on a day.

    A compartment is a kind of data, such as accounts, with a database role of its own.
    """
    day, wrong = request.access.day, ""
    if text := request.GET.get("jour", "").strip():
        try:
            day = typed_day(text)
        except ValueError:
            wrong = _("Cette date n’est pas valide : la page affiche la situation d’aujourd’hui.")
    per = {c: buildings_reached(person.pk, c, day) for c in Compartment if c in PLACED}
    places = request.access.rows(Place).filter(pk__in=set().union(*per.values())).select_related("parent")
    request.access.note(question="reach", day=day)
    context = {
        "colleague": person,
        "day": day,
        "wrong_day": wrong,
        "compartments": [(COMPARTMENTS[c], len(reached)) for c, reached in per.items()],
        "buildings": [
            (place, [COMPARTMENTS[c] for c, reached in per.items() if place.pk in reached])
            for place in places.order_by("parent__name", "name")
        ],
        "residents": residents_reached(person.pk, day),
        "rules": request.access.rows(Assignment).filter(person=person).during(day, day).order_by("place__name"),
    }
    return render(request, "access/reach.html", context)


@door(Permission.RIGHTS_READ, get_event=events.RIGHTS_READ)
def review(request: DoorRequest) -> HttpResponse:
    """List assignments that end soon or were never used, and people who no longer sign in."""
    day, rows = request.access.day, request.access.rows(Assignment)
    long_ago = request.access.at - DORMANT
    absent = request.access.rows(Person).filter(Q(last_login__lt=long_ago) | Q(last_login=None, joined_at__lt=long_ago))
    request.access.note(question="review", day=day)
    context = {
        "ending": ending_soon(rows, day),
        "unused": rows.filter(pk__in=never_used()).order_by("first_day", "person__name"),
        "dormant": absent.filter(is_active=True).select_related("employed_at").order_by("last_login", "name"),
        "may_write": request.access.holds(Permission.ASSIGNMENTS_MANAGE),
        "own_sectors": own_staff_places(request.access.person),
        "day": day,
    }
    return render(request, "access/review.html", context)
