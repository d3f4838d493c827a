"""Pages on which the data protection officer decides on restrictions of processing (GDPR article 18), lists those in
force, and lifts them after the person was informed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from audit.events import Code
from formats.language import LANGUAGES
from rights.actions.restrictions import inform_of_lifting, lift_restriction, restrict_processing
from rights.actions.subject_requests import answer_request
from rights.disclosure.looks import requesters, restricted_people
from rights.forms import InformationForm, RestrictionForm
from rights.models import SubjectRequest
from rights.models.subject_request import Answer
from tenants.models import Restriction


@dataclass(frozen=True)
class Line:
    """A restriction in the list. `age`: for how many days it has lasted."""

    restriction: Restriction
    name: str
    age: int


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.SUBJECT_REQUEST_READ,
    post_event=events.SUBJECT_REQUEST_READ,
    reauthenticate=True,
)
def restriction_decide(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    """Grant a request for restriction, which begins at once, or refuse it. Either answer has a letter."""
    if not subject_request.is_limitation or not subject_request.is_open:
        raise Http404
    request.access.note(request=subject_request.pk)
    form = RestrictionForm(request.POST or None)
    if form.is_valid() and _answered(request, form, subject_request):
        messages.success(request, _("La réponse est enregistrée. Remettez ou postez la lettre."))
        return redirect("subject_letter", pk=subject_request.pk)
    name = requesters().get(subject_request.tenant_id, "")
    return render(request, "rights/restriction_decide.html", {"asked": subject_request, "name": name, "form": form})


def _answered(request: DoorRequest, form: RestrictionForm, subject_request: SubjectRequest) -> bool:
    data = form.cleaned_data
    if data["answer"] == Answer.LIMITED:
        content = {"ground": data["ground"], "recipients": data["recipients"]}
        return done(form, restrict_processing, request, subject_request=subject_request, **content)
    content = {"answer": data["answer"], "reason": data["reason"]}
    return done(form, answer_request, request, subject_request=subject_request, **content)


@door(Permission.SUBJECT_REQUESTS_ANSWER, get_event=events.LIST_SHOWN)
def restrictions(request: DoorRequest) -> HttpResponse:
    """List the restrictions of processing that are in force, the oldest first."""
    access = request.access
    access.note(list=Code("restrictions"))
    named = restricted_people()
    rows = access.rows(Restriction).running()
    lines = [Line(row, named.get(row.tenant_id, ""), row.age(access.day)) for row in rows]
    return render(request, "rights/restrictions.html", {"lines": lines})


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=Restriction,
    get_event=events.RESTRICTION_READ,
    post_event=events.RESTRICTION_READ,
    reauthenticate=True,
)
def restriction(request: DoorRequest, restriction: Restriction) -> HttpResponse:
    """One restriction: record that the person was informed, then lift it."""
    access = request.access
    access.note(request=restriction.pk)
    informing = request.method == "POST" and "lift" not in request.POST
    inform = InformationForm(request.POST if informing else None)
    lift = forms.Form({})
    lift.is_valid()
    if inform.is_valid() and _acted(inform, inform_of_lifting, request, restriction, **inform.cleaned_data):
        messages.success(request, _("Le jour est enregistré. La limitation peut être levée à partir du lendemain."))
        return redirect("restriction", pk=restriction.pk)
    if "lift" in request.POST and _acted(lift, lift_restriction, request, restriction):
        messages.success(request, _("La limitation est levée."))
        return redirect("restrictions")
    context = {
        "restriction": restriction,
        "name": restricted_people().get(restriction.tenant_id, ""),
        "age": restriction.age(access.day),
        "may_lift": restriction.may_be_lifted(access.day),
        "inform": inform,
        "lift": lift,
    }
    return render(request, "rights/restriction.html", context)


def _acted(
    form: forms.Form, act: Callable[..., Any], request: DoorRequest, restriction: Restriction, **content: Any
) -> bool:
    return done(form, act, request, restriction=restriction, **content)


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=Restriction,
    get_event=events.SUBJECT_LETTER_PRINTED,
    reauthenticate=True,
)
def restriction_letter(request: DoorRequest, restriction: Restriction) -> HttpResponse:
    """Page with the letter, in two languages, that informs the person before the restriction is lifted."""
    if restriction.lifted_on:
        raise Http404
    access = request.access
    access.note(request=restriction.pk)
    context = {
        "restriction": restriction,
        "name": restricted_people().get(restriction.tenant_id, ""),
        "day": access.day,
        "languages": LANGUAGES,
    }
    return render(request, "rights/restriction_letter.html", context)
