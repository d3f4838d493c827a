"""Pages of contested refusals: sentences that the screening refused and whose author contests the refusal.

The data steward proposes an outcome, the data protection officer may give an opinion, and a manager decides. The
manager never sees the sentence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from access.grants.duty_holders import steward_missing
from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from casework import screening_results
from casework.actions.contests import (
    advise_on_contest,
    agree_to_outcome,
    enter_allowed,
    propose_outcome,
    resume_contest,
    send_back,
    suspend_contest,
)
from casework.forms.contests import AdviceForm, AnswerForm, ProposalForm
from casework.models import ContestedSentence
from casework.models.contest import ContestQuerySet
from privacy.screened import LONGEST, find_disclosures


@dataclass(frozen=True)
class Line:
    """A contested sentence in a list. `late` is True if nobody decided on it within two working days."""

    contest: ContestedSentence
    late: bool


@door(Permission.CONTESTS_READ, get_event=events.LIST_SHOWN)
def contests(request: DoorRequest) -> HttpResponse:
    """List contested refusals without their sentences: those that wait for a decision first, then the decided ones."""
    return _list(request, "contest", request.access.rows(ContestedSentence).defer("sentence"))


@door(
    Permission.CONTESTS_READ,
    model=ContestedSentence,
    get_event=events.SEALED_READ,
    post_event=events.SEALED_READ,
    reauthenticate=True,
)
@sensitive_variables("sentence", "disclosures", "findings", "context")
def contest(request: DoorRequest, contest: ContestedSentence) -> HttpResponse:
    """Show a contested refusal to the data steward or data protection officer, and run the action of a pressed button.

    Unless it is erased already, the page shows the refused sentence and marks the words that the screening refused.
    """
    access = request.access
    acting = _Acting(request, contest)
    if request.method == "POST" and acting.acted():
        return redirect("contests")
    sentence = contest.sentence.reveal() if contest.sentence is not None else ""
    # `find_disclosures` cannot accept the tenants' names here, because the reader of this page may not read them.
    # To avoid marking tenants' names, no name is marked unless the sentence was refused because of a name.
    disclosures = find_disclosures(sentence[:LONGEST])
    findings = [
        finding for finding in disclosures if finding.category != "name" or "name" in contest.categories.split(".")
    ]
    context: dict[str, Any] = {
        "contest": contest,
        "pieces": screening_results.pieces(sentence, findings),
        "findings": findings,
        "form": acting.form,
        "advice": acting.advice,
        "refused": acting.refused,
        "late": contest.is_late(access.day),
        "may_weigh": access.holds(Permission.CONTEST_WEIGH),
        "may_advise": access.holds(Permission.CONTEST_ADVISE),
        "may_suspend": access.holds(Permission.CONTEST_SUSPEND),
    }
    return render(request, "casework/contest.html", context)


@dataclass(frozen=True)
class Button:
    """A button on the page of a contested sentence: its permission, its action, and the message after success."""

    permission: Permission
    act: Callable[..., Any]
    message: Promise | str


BUTTONS = {
    "suspend": Button(Permission.CONTEST_SUSPEND, suspend_contest, gettext_lazy("Le refus contesté est suspendu.")),
    "resume": Button(
        Permission.CONTEST_SUSPEND,
        resume_contest,
        gettext_lazy("La suspension a pris fin : le refus contesté attend de nouveau une réponse."),
    ),
    "advise": Button(
        Permission.CONTEST_ADVISE,
        advise_on_contest,
        gettext_lazy("L’avis est transmis aux personnes qui proposent et qui décident."),
    ),
    "enter": Button(Permission.CONTEST_WEIGH, enter_allowed, gettext_lazy("La phrase est enregistrée.")),
    "propose": Button(
        Permission.CONTEST_WEIGH, propose_outcome, gettext_lazy("La proposition est transmise au responsable.")
    ),
}


class _Acting:
    """Finds the button pressed on the page of a contested sentence, validates its form and runs its action.

    Some buttons have no form fields. Errors of their actions are added to the empty form `refused` for display.
    """

    def __init__(self, request: DoorRequest, contest: ContestedSentence) -> None:
        self.request, self.contest = request, contest
        sent = request.POST if request.method == "POST" else {}
        self.button = next((name for name in BUTTONS if name in sent), "propose")
        self.form = ProposalForm(sent if sent and self.button == "propose" else None)
        self.advice = AdviceForm(sent if sent and self.button == "advise" else None, initial={"advice": contest.advice})
        self.refused = forms.Form({})

    def acted(self) -> bool:
        button = BUTTONS[self.button]
        if not self.request.access.holds(button.permission):
            raise Http404
        form = {"propose": self.form, "advise": self.advice}.get(self.button, self.refused)
        if not form.is_valid():
            return False
        success = done(form, button.act, self.request, contest=self.contest, **form.cleaned_data)
        if success:
            messages.success(self.request, str(button.message))
        return success


@door(Permission.CONTEST_AGREE, get_event=events.LIST_SHOWN)
def contests_agree(request: DoorRequest) -> HttpResponse:
    return _list(request, "contest_agree", request.access.rows(ContestedSentence))


def _list(request: DoorRequest, page: str, rows: ContestQuerySet) -> HttpResponse:
    access = request.access
    access.note(list="contests")
    lines = [Line(contest, contest.is_late(access.day)) for contest in rows.waiting_first()]
    waiting = sum(line.contest.is_waiting for line in lines)
    context = {"lines": lines, "waiting": waiting, "late": sum(line.late for line in lines), "page": page}
    return render(request, "casework/contests.html", {**context, "steward_missing": steward_missing()})


@door(Permission.CONTEST_AGREE, model=ContestedSentence, post_event=events.FORM_SUBMITTED)
def contest_agree(request: DoorRequest, contest: ContestedSentence) -> HttpResponse:
    """The page on which a manager accepts the proposed outcome of a contested refusal, or sends it back.

    The manager does not see the refused sentence.
    """
    form = AnswerForm(request.POST if request.method == "POST" else None, contest)
    back = "back" in request.POST
    act = send_back if back else agree_to_outcome
    if request.method == "POST" and form.is_valid() and done(form, act, request, contest=contest):
        messages.success(
            request,
            _("La proposition est renvoyée au responsable des données.") if back else _("La décision est enregistrée."),
        )
        return redirect("contests_agree")
    context = {"contest": contest, "form": form, "late": contest.is_late(request.access.day)}
    return render(request, "casework/contest_agree.html", context)
