"""Pages for the review of an application: its documents and its income."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, row_or_404
from access.permissions import Permission
from allocations.actions.review import ask_document, assess_income, remove_income, see_document, withdraw_document
from allocations.forms.review import AskForm, IncomeForm, SeeForm
from allocations.models import Application, Income, SupportingDocument
from allocations.vocabulary import COMPULSORY, SUPPORTING_DOCUMENTS
from audit import events
from formats.language import in_french


@dataclass(frozen=True)
class Line:
    """A kind of supporting document, as the page displays it. `row` is None if nobody has requested or seen such a
    document."""

    code: str
    label: str
    proves: str
    compulsory: bool
    row: SupportingDocument | None
    day: date

    @property
    def is_seen(self) -> bool:
        return bool(self.row and self.row.seen_on)

    @property
    def has_expired(self) -> bool:
        return bool(self.row and self.row.valid_until and self.row.valid_until < self.day)

    @property
    def is_late(self) -> bool:
        return bool(self.row and not self.row.seen_on and self.row.due_on and self.row.due_on < self.day)


def lines_of(rows: dict[str, SupportingDocument], day: date) -> list[Line]:
    proves = "proves_fr" if in_french() else "proves_en"
    return [
        Line(code, SUPPORTING_DOCUMENTS.label(code), term.row[proves], code in COMPULSORY, rows.get(code), day)
        for code, term in SUPPORTING_DOCUMENTS.terms.items()
    ]


@door(Permission.APPLICATION_CHANGE, model=Application, post_event=events.FORM_SUBMITTED)
def application_documents(request: DoorRequest, application: Application) -> HttpResponse:
    """Request supporting documents, record those that were seen, or cancel a request."""
    access, posted = request.access, request.POST
    rows = {row.kind: row for row in access.rows(SupportingDocument).filter(application=application)}
    lines = lines_of(rows, access.day)
    sees, withdrawn = "see" in posted, posted.get("withdraw")
    valid = {line.code for line in lines if line.is_seen and not line.has_expired}
    ask = AskForm(None if sees or withdrawn else posted or None, valid=valid)
    see, errors = SeeForm(posted if sees else None), forms.Form({})
    if withdrawn:
        row = row_or_404(rows.values(), withdrawn)
        success, message = done(errors, withdraw_document, request, document=row), _("La pièce n’est plus demandée.")
    elif sees:
        success = see.is_valid() and done(see, see_document, request, application=application, **see.cleaned_data)
        message = _("La pièce est enregistrée comme vue. Rendez-la : aucune copie n’est conservée.")
    else:
        # If the request for one document fails, the decorator rolls back the requests for the others.
        success = ask.is_valid() and all(
            done(ask, ask_document, request, application=application, kind=kind) for kind in ask.cleaned_data["kinds"]
        )
        message = _("Les pièces sont demandées.")
    if success:
        messages.success(request, message)
        return redirect("application_documents", pk=application.pk)
    waiting = any(line.row and not line.is_seen for line in lines)
    context = {"application": application, "lines": lines, "waiting": waiting, "ask": ask, "see": see, "errors": errors}
    return render(request, "allocations/application_documents.html", context)


@door(Permission.APPLICATION_CHANGE, model=Application, post_event=events.FORM_SUBMITTED)
def application_income(request: DoorRequest, application: Application) -> HttpResponse:
    """Assess an income with its proof, or remove an assessed income."""
    access, removed = request.access, request.POST.get("remove")
    incomes = access.rows(Income).filter(application=application).order_by("-signing_year", "year")
    form, errors = IncomeForm(None if removed else request.POST or None, day=access.day), forms.Form({})
    if removed:
        success = done(errors, remove_income, request, income=row_or_404(incomes, removed))
        message = _("Le revenu est retiré.")
    else:
        success = form.is_valid() and done(form, assess_income, request, application=application, **form.cleaned_data)
        message = _("Le revenu est enregistré avec sa pièce.")
    if success:
        messages.success(request, message)
        return redirect("application_income", pk=application.pk)
    context = {"application": application, "incomes": incomes, "form": form, "errors": errors}
    return render(request, "allocations/application_income.html", context)
