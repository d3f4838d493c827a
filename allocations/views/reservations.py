"""Pages of somebody of a reserving body: the vacancies oriented to their own contingents, and nothing else."""

from django.http import HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from allocations.dwellings import STEPS, equipment_of, terms_of, vacancies_of
from allocations.models import Contingent, Vacancy
from audit import events


@door(Permission.CONTINGENT_VIEW, get_event=events.CONTINGENT_SHOWN)
def own_contingent(request: DoorRequest) -> HttpResponse:
    access = request.access
    rows = list(vacancies_of(access).open())
    access.note(count=len(rows))
    own = [
        (contingent, [row for row in rows if row.contingent_id == contingent.pk])
        for contingent in access.rows(Contingent).order_by("holder", "kind")
    ]
    return render(request, "allocations/own_contingent.html", {"own": own, "day": access.day})


@door(
    Permission.CONTINGENT_VIEW,
    model=Vacancy,
    get_event=events.CONTINGENT_SHOWN,
    select_related=("unit__terms", "building__place__parent", "contingent"),
)
def own_vacancy(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    terms = terms_of(vacancy.unit)
    context = {"vacancy": vacancy, "terms": terms, "equipment": equipment_of(terms), "steps": STEPS}
    return render(request, "allocations/own_vacancy.html", context)
