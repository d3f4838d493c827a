"""Pages for a reserving body: the vacancies reserved for its contingents, and the candidates it has nominated."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from allocations.actions.shortlist import nominate
from allocations.dwellings import STEPS, equipment_of, terms_of
from allocations.forms.hand_overs import NominateForm
from allocations.models import Contingent, Vacancy, VacancyState
from allocations.queries import as_disclosed, nomination_delay, open_to_reserving_body, own_nominees
from audit import events

# The states of a vacancy in which its reserving body may nominate candidates.
NOMINATED = (VacancyState.ORIENTED, VacancyState.SHORTLISTED)
_PLACED = ("unit__terms", "building__place__parent", "contingent")


@door(Permission.CONTINGENT_VIEW, get_event=events.CONTINGENT_SHOWN)
def own_contingent(request: DoorRequest) -> HttpResponse:
    access = request.access
    rows = list(open_to_reserving_body(access))
    as_disclosed(rows)
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
    select_related=_PLACED,
)
def own_vacancy(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    access, terms = request.access, terms_of(vacancy.unit)
    as_disclosed([vacancy])
    context = {
        "vacancy": vacancy,
        "terms": terms,
        "equipment": equipment_of(terms),
        "steps": STEPS,
        "nominees": own_nominees(access, vacancy),
        "delay": nomination_delay(access, vacancy),
        "may_nominate": vacancy.state in NOMINATED and access.holds(Permission.CANDIDATE_NOMINATE),
    }
    return render(request, "allocations/own_vacancy.html", context)


@door(Permission.CANDIDATE_NOMINATE, model=Vacancy, post_event=events.FORM_SUBMITTED, select_related=_PLACED)
def own_nominate(request: DoorRequest, vacancy: Vacancy) -> HttpResponse:
    """Nominate a candidate by application number and name. The error does not disclose which of the two is wrong."""
    as_disclosed([vacancy])
    form = NominateForm(request.POST or None)
    if form.is_valid() and done(form, nominate, request, vacancy=vacancy, **form.cleaned_data):
        messages.success(request, _("Le candidat est désigné."))
        return redirect("own_vacancy", pk=vacancy.pk)
    context = {
        "vacancy": vacancy,
        "form": form,
        "can_nominate": vacancy.state in NOMINATED,
        "delay": nomination_delay(request.access, vacancy),
    }
    return render(request, "allocations/own_nominate.html", context)
