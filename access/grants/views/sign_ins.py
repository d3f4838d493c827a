"""Pages where managers end a person's sessions or reset lost sign-in methods."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.grants.actions.sign_ins import end_sessions, reset_factors
from access.grants.forms.sign_ins import ReasonForm
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Person
from access.pages.acting import done
from access.permissions import Permission
from access.signin.adapter import StaffOnly
from audit import events


@door(Permission.PEOPLE_MANAGE, model=Person, post_event=events.FORM_SUBMITTED)
def person_sessions_end(request: DoorRequest, person: Person) -> HttpResponse:
    return _with_a_reason(request, person, end_sessions, "sessions", _("Ses sessions sont fermées."))


@door(
    Permission.PEOPLE_MANAGE,
    model=Person,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def person_factors_reset(request: DoorRequest, person: Person) -> HttpResponse:
    message = _("Ses moyens de connexion sont réinitialisés. La personne en est informée par courriel.")
    answer = _with_a_reason(request, person, reset_factors, "reset", message)
    if answer.status_code == 302:
        StaffOnly(request).send_notification_mail("reset", person)
    return answer


def _with_a_reason(request: DoorRequest, person: Person, act: Any, step: str, message: str) -> HttpResponse:
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, act, request, person=person, reason=form.cleaned_data["reason"]):
        messages.success(request, message)
        return redirect("person", pk=person.pk)
    return render(request, "access/person_sign_in.html", {"colleague": person, "form": form, "step": step})
