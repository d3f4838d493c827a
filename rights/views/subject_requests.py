"""Pages for subject requests: the front desk registers requests after an identity check, and the data protection
officer answers them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.models import Place
from access.pages.acting import done, result_of
from access.permissions import Permission
from access.signin.allauth_internals import ratelimit
from audit import events
from audit.events import Code
from formats.language import LANGUAGES
from formats.spreadsheets import download, kind_of
from rights.actions.look_decisions import name_look
from rights.actions.subject_requests import answer_request, extend_request, prepare_receipt, take_request
from rights.delays import due_on
from rights.disclosure.figures import LEAST, figures
from rights.disclosure.looks import requesters
from rights.disclosure.paper import receipt_pdf
from rights.disclosure.render import in_language, lines, look_columns, look_line, period, rights, statement
from rights.disclosure.request_slips import Slip, signed, slip_of
from rights.disclosure.sections import Receipt, receipt_of
from rights.erasures import decided_lines
from rights.forms import (
    AnswerForm,
    CaseForm,
    CounterForm,
    ExtensionForm,
    NameForm,
    OpenCardForm,
    WrittenForm,
)
from rights.models import SubjectRequest
from rights.models.subject_request import OF_ERASURE, Answer, Right
from rights.request_list import ordered_requests, request_list
from tenants.models import Residence, Restriction

A_PAGE = 60
# Each network address may open the public page of figures 30 times per minute, because the page queries the database.
RATE = {"figures": "30/m/ip"}

# Maps the exercised right to the page that opens when an employee begins to prepare the answer.
_PREPARED: dict[str, str] = {Right.ACCESS: "disclosure", Right.ERASURE: "erasure"}

# Maps an answer to the template of the letter's text. Other answers have the text of a reasoned answer.
_LETTERS: dict[str, str] = {
    **dict.fromkeys(OF_ERASURE, "rights/erasure_letter_text.html"),
    Answer.LIMITED: "rights/restriction_answer_text.html",
}


@dataclass(frozen=True)
class Line:
    """A line in the list of subject requests. `name` is the tenant's name. `late`: whether the request is still open
    after its deadline."""

    subject_request: SubjectRequest
    name: str
    late: bool


@door(Permission.SUBJECT_REQUEST_TAKE, post_event=events.FORM_SUBMITTED)
def subject_request_take(request: DoorRequest) -> HttpResponse:
    """Page on which the front desk registers a subject request. The page shows no data about the tenant, because only
    the data protection officer answers requests, by letter or in person.

    The query parameter `fiche` is the residence whose card is open: the form then needs no account reference."""
    card = _open_card(request)
    form = (OpenCardForm if card else CounterForm)(request.POST or None)
    if form.is_valid() and (made := result_of(form, take_request, request, at_counter=True, **form.cleaned_data)):
        messages.success(
            request,
            _("La demande est transmise au délégué à la protection des données. Remettez ce récépissé à la personne."),
        )
        slip = Slip(made[0], Right(form.cleaned_data["kind"]), request.access.day)
        return redirect("subject_slip", slip=signed(slip, request.access.person))
    context = {"form": form, "card": card, "closed": "fiche" in request.GET and not card}
    return render(request, "rights/subject_request_take.html", context)


def _open_card(request: DoorRequest) -> UUID | None:
    """Return the id of the residence in the query, if an identity check has opened its card to the current person."""
    try:
        residence = UUID(request.GET.get("fiche", ""))
    except ValueError:
        return None
    return residence if request.access.rows(Residence).filter(pk=residence).exists() else None


@door(Permission.SUBJECT_REQUEST_TAKE, get_event=events.SUBJECT_SLIP_PRINTED)
def subject_slip(request: DoorRequest, slip: str) -> HttpResponse:
    """Page with the receipt that the person takes home. The receipt says what was requested but not by whom, in case
    somebody finds a lost receipt."""
    printed_slip = slip_of(slip, request.access.person)
    if printed_slip is None:
        raise Http404
    request.access.note(request=printed_slip.request)
    return render(request, "rights/subject_slip.html", {"slip": printed_slip, "languages": LANGUAGES})


@door(Permission.SUBJECT_REQUESTS_ANSWER, get_event=events.LIST_SHOWN)
def subject_requests(request: DoorRequest) -> HttpResponse:
    access = request.access
    access.note(list=Code("subject_requests"))
    listing, rows = request_list(request)
    page = Paginator(ordered_requests(listing, rows), A_PAGE).get_page(request.GET.get("page"))
    all_rows = access.rows(SubjectRequest).witnessed(None)
    context = {
        "page_obj": page,
        "lines": _lines(access, list(page)),
        "waiting": all_rows.filter(closed_on=None).count(),
        "late": all_rows.filter(closed_on=None, due_on__lt=access.day).count(),
    }
    return render(request, "rights/subject_requests.html", {**context, **listing.context(request)})


def _lines(access: AccessContext, ids: list[UUID]) -> list[Line]:
    """Return the lines of the list page for the requests with these ids, in the same order."""
    named, by_id = requesters(), access.rows(SubjectRequest).in_bulk(ids)
    rows = [by_id[pk] for pk in ids if pk in by_id]
    return [Line(row, named.get(row.tenant_id, ""), row.is_late(access.day)) for row in rows]


@door(Permission.SUBJECT_REQUESTS_ANSWER, get_event=events.EXPORT_TAKEN, reauthenticate=True)
def subject_requests_export(request: DoorRequest) -> HttpResponse:
    """Export all pages of the list of subject requests, with its filters and in its order.

    The file has the number of each request but no name, because it only has to prove that answers are given in time.
    """
    access, kind = request.access, kind_of(request)
    listing, rows = request_list(request)
    access.note(format=kind)
    if not listing.is_valid:
        return redirect(f"{reverse('subject_requests')}?{request.GET.urlencode()}")
    header = [
        _("Numéro"),
        _("Droit"),
        _("Demandée le"),
        _("Réponse due le"),
        _("Prolongée le"),
        _("Close le"),
        _("Réponse"),
    ]
    by_id = access.rows(SubjectRequest).in_bulk(ids := ordered_requests(listing, rows))
    cells = [_cells(by_id[pk]) for pk in ids]
    access.note(count=len(cells))
    return download(kind, _("demandes-droits-%(day)s") % {"day": f"{access.day:%Y-%m-%d}"}, header, cells)


def _cells(row: SubjectRequest) -> list[object]:
    days = (row.opened_on, row.due_on, row.extended_on, row.closed_on)
    return [row.number, row.get_kind_display(), *days, row.get_answer_display() if row.answer else ""]


@door(Permission.SUBJECT_REQUESTS_ANSWER, post_event=events.FORM_SUBMITTED)
def subject_request_new(request: DoorRequest) -> HttpResponse:
    form = WrittenForm(request.POST or None)
    if form.is_valid() and (made := result_of(form, take_request, request, at_counter=False, **form.cleaned_data)):
        messages.success(request, _("La demande est enregistrée. La réponse est due dans le mois."))
        return redirect("subject_request", pk=made[0])
    return render(request, "rights/subject_request_new.html", {"form": form})


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.SUBJECT_REQUEST_READ,
    post_event=events.SUBJECT_REQUEST_READ,
    reauthenticate=True,
)
def subject_request(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    request.access.note(request=subject_request.pk)
    acting = _Acting(request, subject_request)
    if request.method == "POST" and (after := acting.acted()):
        return after
    context = {
        "asked": subject_request,
        "name": requesters().get(subject_request.tenant_id, ""),
        "form": acting.form,
        "extension": acting.extension,
        "naming": acting.naming,
        "case": acting.case,
        "late": subject_request.is_late(request.access.day),
    }
    return render(request, "rights/subject_request.html", context)


class _Acting:
    """Handles the POST of the page of one subject request: runs the action of the button that was pressed.

    If the action fails, the page is rendered again and shows the errors in the form of this button. If the button has
    no form of its own, the errors are in `form`, which has no fields.
    """

    def __init__(self, request: DoorRequest, subject_request: SubjectRequest) -> None:
        self.request, self.subject_request, sent = request, subject_request, request.POST
        self.form = forms.Form({})
        self.form.is_valid()
        # Several forms have fields of the same name, so each form has its own prefix of HTML ids.
        self.extension = ExtensionForm(sent if "extend" in sent else None, auto_id="extension_%s")
        self.case = CaseForm(sent if "case" in sent else None, auto_id="case_%s")
        self.naming = NameForm(sent if "name" in sent else None, auto_id="naming_%s")

    def acted(self) -> HttpResponse | None:
        if "prepare" in self.request.POST:
            page = _PREPARED.get(self.subject_request.kind, "subject_request")
            return self._after(
                done(self.form, prepare_receipt, self.request, subject_request=self.subject_request), page
            )
        if "extend" in self.request.POST:
            message = _("Le délai est prolongé. Remettez ou postez cette lettre aujourd’hui.")
            return self._after(self._sent(self.extension, extend_request), "subject_extension", message)
        if "name" in self.request.POST:
            return self._after(
                self._sent(self.naming, name_look), "disclosure", _("Le nom est indiqué dans ce relevé.")
            )
        if "case" in self.request.POST:
            message = _("La réponse est enregistrée. Remettez ou postez la lettre.")
            return self._after(self._sent(self.case, answer_request), "subject_letter", message)
        answer = AnswerForm(self.request.POST)
        if not answer.is_valid():
            self.form.add_error(None, [error for field in answer.errors.values() for error in field])
        success = answer.is_valid() and done(
            self.form, answer_request, self.request, subject_request=self.subject_request, **answer.cleaned_data
        )
        return self._after(success, "subject_request", _("La réponse est enregistrée."))

    def _sent(self, form: forms.Form, act: Callable[..., Any]) -> bool:
        return form.is_valid() and done(
            form, act, self.request, subject_request=self.subject_request, **form.cleaned_data
        )

    def _after(self, success: bool, page: str, message: str = "") -> HttpResponse | None:
        if not success:
            return None
        if message:
            messages.success(self.request, message)
        return redirect(page, pk=self.subject_request.pk)


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.SUBJECT_LETTER_PRINTED,
    reauthenticate=True,
)
def subject_letter(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    """Page with the letter that gives the reasoned answer, in two languages. The letter apologises if the landlord was
    wrong. For a request for erasure, it lists what was erased and what was kept; for a restriction, what it means."""
    if not subject_request.has_letter:
        raise Http404
    request.access.note(request=subject_request.pk)
    context = {
        "asked": subject_request,
        "name": requesters().get(subject_request.tenant_id, ""),
        "languages": LANGUAGES,
        "text": _LETTERS.get(subject_request.answer, "rights/subject_letter_text.html"),
        "decided": decided_lines(request.access, subject_request),
        "restriction": request.access.rows(Restriction).filter(pk=subject_request.pk).first(),
    }
    return render(request, "rights/subject_letter.html", context)


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.SUBJECT_EXTENSION_PRINTED,
    reauthenticate=True,
)
def subject_extension(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    """Page with the letter that tells the person about the extended deadline and the reason. The letter must be sent
    within the first month (GDPR, article 12(3))."""
    if not subject_request.extension:
        raise Http404
    request.access.note(request=subject_request.pk)
    name, first_due = requesters().get(subject_request.tenant_id, ""), due_on(subject_request.opened_on)
    context = {"asked": subject_request, "name": name, "first_due": first_due, "languages": LANGUAGES}
    return render(request, "rights/subject_extension.html", context)


@require_safe
def subject_figures(request: HttpRequest) -> HttpResponse:
    """Public page of figures about subject requests: number of requests, time until the answer, share of justified
    requests. Numbers below five are hidden."""
    if not ratelimit.consume(request, app="tenants", action="figures", config=RATE, limit_get=True):
        return cast(HttpResponse, ratelimit.respond_429(request))
    return render(request, "rights/subject_figures.html", {"rows": figures(), "least": LEAST})


def _made(request: DoorRequest, subject_request: SubjectRequest, form: str) -> tuple[Receipt, str]:
    """Return the access report for a subject request, and the landlord's name. Raises Http404 unless the current user
    is preparing this report."""
    receipt = receipt_of(request.access, subject_request)
    if receipt is None or not subject_request.is_receipt:
        raise Http404
    request.access.note(format=Code(form))
    return receipt, request.access.rows(Place).get(parent=None).name


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.DISCLOSURE_SHOWN,
    reauthenticate=True,
    select_related=("tenant",),
)
def disclosure(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    with in_language(request.GET.get("langue", "")):
        receipt, _landlord = _made(request, subject_request, "page")
        context: dict[str, Any] = {
            "asked": subject_request,
            "receipt": receipt,
            "parts": [(part, lines(part)) for part in receipt.parts],
            "look_columns": look_columns(),
            "looks": [look_line(look) for look in receipt.looks],
            "period": period(),
            "rights": rights(),
            "day": request.access.day,
            "language": translation.get_language(),
            "languages": [language for language in LANGUAGES if language != translation.get_language()],
        }
        return render(request, "rights/disclosure.html", context)


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.DISCLOSURE_SHOWN,
    reauthenticate=True,
    select_related=("tenant",),
)
def disclosure_file(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    with in_language(request.GET.get("langue", "")):
        receipt, landlord = _made(request, subject_request, "pdf")
        return _file(receipt_pdf(receipt, landlord, request.access.day), "application/pdf", "pdf")


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.DISCLOSURE_SHOWN,
    reauthenticate=True,
    select_related=("tenant",),
)
def disclosure_json(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    with in_language(request.GET.get("langue", "")):
        content = statement(*_made(request, subject_request, "json"), request.access.day)
        return _file(json.dumps(content, ensure_ascii=False, indent=1).encode(), "application/json", "json")


def _file(content: bytes, kind: str, ending: str) -> HttpResponse:
    """Return a response that downloads a file. The file's name does not disclose whose data the file contains."""
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{_("releve")}.{ending}"'
    return answer
