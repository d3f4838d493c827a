"""Contested refusals: read by the data steward and the DPO, agreed to by a manager who sees all but the words."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.door import door
from access.look import DoorRequest
from access.permissions import Permission
from access.views.acting import done, tried
from audit import events
from tenants.actions.contests import agree_to_outcome, enter_allowed, propose_outcome, suspend_contest
from tenants.forms.contests import ProposalForm
from tenants.models import ContestedSentence


@door(Permission.CONTESTS_READ, records=events.LIST_SHOWN)
def contests(request: DoorRequest) -> HttpResponse:
    """Those that wait, the oldest first, and those decided this month. No word of any stands here."""
    look = request.look
    look.note(list="contests")
    rows = list(look.rows(ContestedSentence).defer("sentence").order_by("-asked_on", "id"))
    late = sum(one.answer_by < look.day for one in rows if not one.outcome)
    context = {"rows": rows, "late": late, "day": look.day, "page": "contest"}
    return render(request, "tenants/contests.html", context)


@door(Permission.CONTESTS_READ, of=ContestedSentence, records=events.SEALED_READ, writes=True)
@sensitive_variables("sentence", "context")
def contest(request: DoorRequest, contest: ContestedSentence) -> HttpResponse:
    """The words, for as long as they are kept; and what this reader may do about them."""
    look = request.look
    form: forms.Form = ProposalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _acted(request, contest, form):
        return redirect("contests")
    sentence = contest.sentence.reveal() if contest.sentence is not None else ""
    may = {"may_weigh": look.holds(Permission.CONTEST_WEIGH), "may_suspend": look.holds(Permission.CONTEST_SUSPEND)}
    context: dict[str, Any] = {"contest": contest, "sentence": sentence, "form": form, "day": look.day, **may}
    return render(request, "tenants/contest.html", context)


def _acted(request: DoorRequest, contest: ContestedSentence, form: forms.Form) -> bool:
    look = request.look
    if "suspend" in request.POST and look.holds(Permission.CONTEST_SUSPEND):
        said, act = _("Contestation suspendue."), lambda: _do(request, suspend_contest, contest)
    elif "enter" in request.POST and look.holds(Permission.CONTEST_WEIGH):
        said, act = _("Phrase inscrite."), lambda: _do(request, enter_allowed, contest)
    elif "outcome" in request.POST and look.holds(Permission.CONTEST_WEIGH):
        if not (form.is_valid() and done(form, propose_outcome, request, contest=contest, **form.cleaned_data)):
            return False
        messages.success(request, _("Proposition transmise au responsable."))
        return True
    else:
        raise Http404
    form.is_valid()  # what it says of its own fields is beside the point; a refusal stands on it
    form.errors.clear()
    if not tried(form, act):
        return False
    messages.success(request, said)
    return True


def _do(request: DoorRequest, act: Any, contest: ContestedSentence) -> None:
    act(by=request.look.person, contest=contest, context=request.look.context)


@door(Permission.CONTEST_AGREE, records=events.LIST_SHOWN)
def contests_agree(request: DoorRequest) -> HttpResponse:
    look = request.look
    look.note(list="contests")
    rows = list(look.rows(ContestedSentence).order_by("asked_on", "id"))
    context = {"rows": rows, "late": 0, "day": look.day, "page": "contest_agree"}
    return render(request, "tenants/contests.html", context)


@door(Permission.CONTEST_AGREE, of=ContestedSentence, records=events.FORM_SHOWN, writes=True)
def contest_agree(request: DoorRequest, contest: ContestedSentence) -> HttpResponse:
    """The second of two: on what is proposed, and on all but the words."""
    form = forms.Form(request.POST)
    if request.method == "POST" and form.is_valid() and tried(form, lambda: _do(request, agree_to_outcome, contest)):
        messages.success(request, _("Décision prise."))
        return redirect("contests_agree")
    return render(request, "tenants/contest_agree.html", {"contest": contest, "form": form, "day": request.look.day})
