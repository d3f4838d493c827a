"""Pages for the examiner of sealed grounds (sensitive priorities): the queue without names, the examiner's own cases,
and their letters."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done, row_or_404
from access.permissions import Permission
from allocations.actions.priorities import answer_case, recognise_ground, shorten_ground, take_case
from allocations.forms.priorities import GroundForm, ShortenForm
from allocations.grounds import ground_queue
from allocations.models import Applicant, Application, CaseAnswer, Ground, GroundCase, Score, Tie
from allocations.points_told import PointsTold
from audit import events
from audit.events import Code
from formats.language import LANGUAGES

CONTACT = ("id", "application", "tie", "last_name", "first_name", "phone", "email", "street", "postcode", "city")


@door(Permission.GROUND_CASES_LIST, get_event=events.GROUND_CASES_SHOWN)
def ground_cases(request: DoorRequest) -> HttpResponse:
    access = request.access
    queue = ground_queue()
    access.note(count=len(queue))
    own = access.rows(GroundCase).order_by("taken_on", "referred_on", "id")
    return render(request, "allocations/ground_cases.html", {"queue": queue, "cases": own})


@door(Permission.GROUND_CASES_LIST, post_event=events.FORM_SUBMITTED)
def ground_case_take(request: DoorRequest, case: UUID) -> HttpResponse:
    """Assign a case of the queue to the current examiner. If another examiner has taken it, redirect to the queue with
    an error."""
    if request.method == "POST":
        try:
            take_case(by=request.access.person, case_id=case, context=request.access.context)
            return redirect("ground_case", pk=case)
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("ground_cases")


@door(Permission.GROUND_DECIDE, model=GroundCase, get_event=events.GROUND_OPENED, post_event=events.FORM_SUBMITTED)
def ground_case(request: DoorRequest, case: GroundCase) -> HttpResponse:
    """Recognise a ground after seeing its proof, or answer without recognising one. The examiner can read a decided
    case until midnight."""
    access, posted = request.access, request.POST
    grounds = list(access.rows(Ground).filter(application=case.application_id).order_by("decided_on", "code"))
    shortened, open_now = posted.get("shorten"), case.answer != CaseAnswer.RECOGNISED
    answers = open_now and posted.get("answer") in _WITHOUT_GROUND
    form = GroundForm(None if answers or shortened else posted or None)
    shorten, errors = ShortenForm(posted if shortened else None), forms.Form({})
    if answers:
        success = done(errors, answer_case, request, case=case, answer=posted["answer"])
    elif shortened:
        ground = row_or_404(grounds, shortened)
        success = shorten.is_valid() and done(shorten, shorten_ground, request, ground=ground, **shorten.cleaned_data)
    else:
        success = form.is_valid() and done(form, recognise_ground, request, case=case, **form.cleaned_data)
    if success:
        messages.success(request, _("La réponse est enregistrée. Imprimez la lettre aujourd’hui."))
        return redirect("ground_case", pk=case.pk)
    score = _score(access, case)
    context = {
        "case": case,
        "application": _application(access, case),
        "applicants": _applicants(access, case),
        "grounds": grounds,
        "form": form,
        "shorten": shorten,
        "errors": errors,
        "told": PointsTold.of(access, score) if score else None,
        "day": access.day,
    }
    return render(request, "allocations/ground_case.html", context)


_WITHOUT_GROUND = (CaseAnswer.REFUSED.value, CaseAnswer.PROOF_ASKED.value)


@door(Permission.GROUND_DECIDE, model=GroundCase, get_event=events.APPLICANT_LETTER_PRINTED)
def ground_letter(request: DoorRequest, case: GroundCase, sheet: str) -> HttpResponse:
    """Display a letter to the applicant: the answer, which does not name the sensitive priority, or the points by
    criterion, which can name it."""
    access = request.access
    facts = _SHEETS[sheet](access, case) if sheet in _SHEETS else None
    if facts is None:
        raise Http404
    access.note(letter=Code("ground" if sheet == "answer" else sheet))
    context = {
        "case": case,
        "application": _application(access, case),
        "principal": next(row for row in _applicants(access, case) if row.tie == Tie.PRINCIPAL),
        "template": f"allocations/letters/{'ground' if sheet == 'answer' else sheet}.html",
        "languages": LANGUAGES,
        **facts,
    }
    return render(request, "allocations/ground_letter.html", context)


def _answer(access: AccessContext, case: GroundCase) -> dict[str, Any] | None:
    if not case.answer:
        return None
    decided = access.rows(Ground).filter(application=case.application_id, decided_on=case.answered_on)
    ends_on = max((ground.ends_on for ground in decided), default=None)
    return {"written_on": case.answered_on, "ends_on": ends_on}


def _points(access: AccessContext, case: GroundCase) -> dict[str, Any] | None:
    score = _score(access, case)
    return {"written_on": access.day, "told": PointsTold.of(access, score)} if score else None


_SHEETS = {"answer": _answer, "points": _points}


def _application(access: AccessContext, case: GroundCase) -> Application:
    rows = access.rows(Application).select_related("kept_at")
    application: Application = rows.only(
        "id", "number", "state", "kept_at__name", "kept_at__phone", "kept_at__email"
    ).get(pk=case.application_id)
    return application


def _applicants(access: AccessContext, case: GroundCase) -> list[Applicant]:
    rows = access.rows(Applicant).filter(application=case.application_id).only(*CONTACT)
    return sorted(rows, key=lambda row: (row.tie != Tie.PRINCIPAL, row.last_name, row.first_name))


def _score(access: AccessContext, case: GroundCase) -> Score | None:
    score: Score | None = access.rows(Score).filter(application=case.application_id).first()
    return score
