"""Who exercises a right: taken in at the counter by sight of a paper, answered by the data-protection officer."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Place
from access.pages.acting import done, tried
from access.permissions import Permission
from audit import events
from audit.events import Code
from tenants.actions.look_decisions import name_look
from tenants.actions.subject_requests import answer_request, extend_request, prepare_receipt, take_request
from tenants.delays import due_on
from tenants.disclosure.figures import LEAST, figures
from tenants.disclosure.looks import requesters
from tenants.disclosure.paper import receipt_pdf
from tenants.disclosure.parts import Receipt, receipt_of
from tenants.disclosure.slips import Slip, signed, slip_of
from tenants.disclosure.telling import lines, look_columns, look_line, period, rights, statement
from tenants.forms.subject_requests import (
    AnswerForm,
    CaseForm,
    CounterForm,
    ExtensionForm,
    NameForm,
    TakeForm,
    WrittenForm,
)
from tenants.models import SubjectRequest
from tenants.models.subject_request import Right

LANGUAGES = ("fr", "en")
# The public figures are counted anew for whoever asks: so many from one network.
RATE = {"figures": "30/m/ip"}


@dataclass(frozen=True)
class Line:
    """A demand in a list, and whether its month is over."""

    asked: SubjectRequest
    name: str
    late: bool


@door(Permission.SUBJECT_REQUEST_TAKE, records=events.FORM_SHOWN, writes=True)
def subject_request_take(request: DoorRequest) -> HttpResponse:
    """Nothing of the file is shown here: the demand goes to the officer, who answers by letter or in person."""
    form = CounterForm(request.POST or None)
    if form.is_valid() and (made := _taken(form, request, at_counter=True)):
        messages.success(request, _("Demande transmise à la déléguée : remettez ce récépissé à la personne."))
        slip = Slip(made, Right(form.cleaned_data["kind"]), request.look.day)
        return redirect("subject_slip", slip=signed(slip, request.look.person))
    return render(request, "tenants/subject_request_take.html", {"form": form})


@door(Permission.SUBJECT_REQUEST_TAKE, records=events.SUBJECT_SLIP_PRINTED)
def subject_slip(request: DoorRequest, slip: str) -> HttpResponse:
    """What the person takes home. It says what was asked, never by whom: lost in the street it tells of nobody."""
    found = slip_of(slip, request.look.person)
    if found is None:
        raise Http404
    request.look.note(request=found.request)
    return render(request, "tenants/subject_slip.html", {"slip": found, "languages": LANGUAGES})


@door(Permission.SUBJECT_REQUESTS_ANSWER, records=events.LIST_SHOWN)
def subject_requests(request: DoorRequest) -> HttpResponse:
    look = request.look
    look.note(list=Code("subject_requests"))
    named = requesters()
    rows = look.rows(SubjectRequest).waiting_first()
    found = [Line(one, named.get(one.tenant_id, ""), one.is_late(look.day)) for one in rows]
    waiting = sum(line.asked.is_open for line in found)
    context = {"lines": found, "waiting": waiting, "late": sum(line.late for line in found)}
    return render(request, "tenants/subject_requests.html", context)


@door(Permission.SUBJECT_REQUESTS_ANSWER, records=events.FORM_SHOWN, writes=True)
def subject_request_new(request: DoorRequest) -> HttpResponse:
    form = WrittenForm(request.POST or None)
    if form.is_valid() and (made := _taken(form, request, at_counter=False)):
        messages.success(request, _("Demande enregistrée : la réponse est due dans le mois."))
        return redirect("subject_request", pk=made)
    return render(request, "tenants/subject_request_new.html", {"form": form})


def _taken(form: TakeForm, request: DoorRequest, *, at_counter: bool) -> UUID | None:
    made: list[UUID] = []
    look, said = request.look, form.cleaned_data
    tried(
        form, lambda: made.append(take_request(by=look.person, at_counter=at_counter, context=look.context, **said)[0])
    )
    return made[0] if made else None


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    of=SubjectRequest,
    records=events.SUBJECT_REQUEST_READ,
    writes=True,
    fresh=True,
)
def subject_request(request: DoorRequest, asked: SubjectRequest) -> HttpResponse:
    request.look.note(request=asked.pk)
    acting = _Acting(request, asked)
    if request.method == "POST" and (after := acting.acted()):
        return after
    context = {
        "asked": asked,
        "name": requesters().get(asked.tenant_id, ""),
        "form": acting.form,
        "extension": acting.extension,
        "naming": acting.naming,
        "case": acting.case,
        "late": asked.is_late(request.look.day),
    }
    return render(request, "tenants/subject_request.html", context)


class _Acting:
    """What one of the buttons of the page does. `form`: why it did not, when that stands at no field."""

    def __init__(self, request: DoorRequest, asked: SubjectRequest) -> None:
        self.request, self.asked, sent = request, asked, request.POST
        self.form = forms.Form({})
        self.form.is_valid()
        self.extension = ExtensionForm(sent if "extend" in sent else None)
        self.case = CaseForm(sent if "case" in sent else None)
        self.naming = NameForm(sent if "name" in sent else None)

    def acted(self) -> HttpResponse | None:
        if "prepare" in self.request.POST:
            return self._after(done(self.form, prepare_receipt, self.request, asked=self.asked), "disclosure")
        if "extend" in self.request.POST:
            told = _("Délai prolongé : remettez ou postez cette lettre aujourd’hui.")
            return self._after(self._sent(self.extension, extend_request), "subject_extension", told)
        if "name" in self.request.POST:
            return self._after(self._sent(self.naming, name_look), "disclosure", _("Nom dit dans ce relevé."))
        if "case" in self.request.POST:
            told = _("Réponse enregistrée : remettez ou postez la lettre.")
            return self._after(self._sent(self.case, answer_request), "subject_letter", told)
        answer = AnswerForm(self.request.POST)
        if not answer.is_valid():
            self.form.add_error(None, [said for field in answer.errors.values() for said in field])
        right = answer.is_valid() and done(
            self.form, answer_request, self.request, asked=self.asked, **answer.cleaned_data
        )
        return self._after(right, "subject_request", _("Réponse enregistrée."))

    def _sent(self, form: forms.Form, act: Callable[..., Any]) -> bool:
        return form.is_valid() and done(form, act, self.request, asked=self.asked, **form.cleaned_data)

    def _after(self, right: bool, page: str, told: str = "") -> HttpResponse | None:
        if not right:
            return None
        if told:
            messages.success(self.request, told)
        return redirect(page, pk=self.asked.pk)


@door(Permission.SUBJECT_REQUESTS_ANSWER, of=SubjectRequest, records=events.SUBJECT_LETTER_PRINTED, fresh=True)
def subject_letter(request: DoorRequest, asked: SubjectRequest) -> HttpResponse:
    """The reasoned answer on paper, in two languages; where the landlord was wrong, it apologises."""
    if not asked.reason:
        raise Http404
    request.look.note(request=asked.pk)
    context = {"asked": asked, "name": requesters().get(asked.tenant_id, ""), "languages": LANGUAGES}
    return render(request, "tenants/subject_letter.html", context)


@door(Permission.SUBJECT_REQUESTS_ANSWER, of=SubjectRequest, records=events.SUBJECT_EXTENSION_PRINTED, fresh=True)
def subject_extension(request: DoorRequest, asked: SubjectRequest) -> HttpResponse:
    """On paper, within the first month: why it is prolonged, and until when (GDPR, art. 12(3))."""
    if not asked.extension:
        raise Http404
    request.look.note(request=asked.pk)
    name, first_due = requesters().get(asked.tenant_id, ""), due_on(asked.opened_on)
    context = {"asked": asked, "name": name, "first_due": first_due, "languages": LANGUAGES}
    return render(request, "tenants/subject_extension.html", context)


@require_safe
def subject_figures(request: HttpRequest) -> HttpResponse:
    """Everybody's, signed in or not: how many, how long, how often the landlord was wrong. Of few, nothing."""
    if not ratelimit.consume(request, app="tenants", action="figures", config=RATE, limit_get=True):
        return cast(HttpResponse, ratelimit.respond_429(request))
    return render(request, "tenants/subject_figures.html", {"rows": figures(), "least": LEAST})


def _made(request: DoorRequest, asked: SubjectRequest, form: str) -> tuple[Receipt, str]:
    """The receipt and the landlord's name; nobody's, unless this demand is in the hands of who asks."""
    receipt = receipt_of(request.look, asked)
    if receipt is None:
        raise Http404
    request.look.note(format=Code(form))
    return receipt, request.look.rows(Place).get(parent=None).name


def _in_language(request: DoorRequest, write: Callable[[], HttpResponse]) -> HttpResponse:
    """The person's language, which need not be that of who makes the receipt."""
    wanted = request.GET.get("langue", "")
    with translation.override(wanted if wanted in LANGUAGES else translation.get_language()):
        return write()


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    of=SubjectRequest,
    records=events.DISCLOSURE_SHOWN,
    fresh=True,
    along=("tenant",),
)
def disclosure(request: DoorRequest, asked: SubjectRequest) -> HttpResponse:
    return _in_language(request, lambda: _page(request, asked))


def _page(request: DoorRequest, asked: SubjectRequest) -> HttpResponse:
    receipt, _landlord = _made(request, asked, "page")
    context: dict[str, Any] = {
        "asked": asked,
        "receipt": receipt,
        "parts": [(one, lines(one)) for one in receipt.parts],
        "look_columns": look_columns(),
        "looks": [look_line(one) for one in receipt.looks],
        "period": period(receipt),
        "rights": rights(),
        "day": request.look.day,
        "language": translation.get_language(),
        "languages": [one for one in LANGUAGES if one != translation.get_language()],
    }
    return render(request, "tenants/disclosure.html", context)


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    of=SubjectRequest,
    records=events.DISCLOSURE_SHOWN,
    fresh=True,
    along=("tenant",),
)
def disclosure_file(request: DoorRequest, asked: SubjectRequest) -> HttpResponse:
    def write() -> HttpResponse:
        receipt, landlord = _made(request, asked, "pdf")
        return _file(receipt_pdf(receipt, landlord, request.look.day), "application/pdf", "pdf")

    return _in_language(request, write)


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    of=SubjectRequest,
    records=events.DISCLOSURE_SHOWN,
    fresh=True,
    along=("tenant",),
)
def disclosure_json(request: DoorRequest, asked: SubjectRequest) -> HttpResponse:
    def write() -> HttpResponse:
        said = statement(*_made(request, asked, "json"), request.look.day)
        return _file(json.dumps(said, ensure_ascii=False, indent=1).encode(), "application/json", "json")

    return _in_language(request, write)


def _file(content: bytes, kind: str, ending: str) -> HttpResponse:
    """Its name says of nobody what it is."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{_("releve")}.{ending}"'
    return answer
