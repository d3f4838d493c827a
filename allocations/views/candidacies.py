"""Pages of a candidacy whose application the officer has open: the sheet for the commission, the decision and its
consequences."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from allocations.actions.occasions import open_designated
from allocations.actions.sheets import prepare_sheet
from allocations.committee.sheets import motives_that_hold, sheet_of
from allocations.forms.candidacies import SheetForm
from allocations.models import BEFORE_DECISION, Candidacy, CandidacyState, Decision, HandOver, Outcome
from allocations.queries import has_signed_minutes, next_sheet
from audit import events

_OPENED = ("vacancy__unit__terms", "vacancy__building__place__parent", "application")


@door(Permission.CANDIDACIES_VIEW, post_event=events.FORM_SUBMITTED)
def candidacy_open(request: DoorRequest, candidacy: UUID) -> HttpResponse:
    """Open the application of a candidate until midnight. If this is not possible, redirect to the vacancies with an
    error message."""
    if request.method == "POST":
        try:
            open_designated(by=request.access.person, candidacy_id=candidacy, context=request.access.context)
            return redirect("candidacy", pk=candidacy)
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("vacancies")


@door(Permission.CANDIDACIES_VIEW, model=Candidacy, get_event=events.CANDIDACIES_SHOWN, select_related=_OPENED)
def candidacy(request: DoorRequest, candidacy: Candidacy) -> HttpResponse:
    """Display the candidate's sheet, the refusal motives whose conditions are met today, and the decision."""
    access = request.access
    access.note(vacancy=candidacy.vacancy_id)
    undecided = candidacy.state in BEFORE_DECISION
    decisions = access.rows(Decision).filter(candidacy=candidacy, outcome=Outcome.ADOPTED)
    context = {
        "candidacy": candidacy,
        "sheet": sheet_of(access, candidacy),
        "undecided": undecided,
        "motives": motives_that_hold(candidacy.pk) if undecided else [],
        "decision": decisions.first(),
        "prepares": candidacy.state == CandidacyState.DESIGNATED,
        "minutes_signed": has_signed_minutes(access, candidacy),
        "handed": access.rows(HandOver).filter(candidacy=candidacy).select_related("handed_by").first(),
    }
    return render(request, "allocations/candidacy.html", context)


@door(Permission.SHEET_PREPARE, model=Candidacy, post_event=events.FORM_SUBMITTED, select_related=_OPENED)
def sheet_prepare(request: DoorRequest, candidacy: Candidacy) -> HttpResponse:
    """Prepare the candidate's sheet, then open the next candidate without a sheet, or return to the shortlist.

    The sheet can be prepared again until it is presented to the commission.
    """
    access = request.access
    sheet = sheet_of(access, candidacy)
    posted = request.POST if request.method == "POST" else None  # An empty POST is valid: all fields are optional.
    form = SheetForm(posted, sheet=sheet.row if sheet else None)
    if form.is_valid() and done(form, prepare_sheet, request, access=access, candidacy=candidacy, **form.values()):
        following = next_sheet(candidacy.pk)
        if following is None:
            messages.success(request, _("La fiche est préparée. Toutes les fiches de ce logement le sont."))
            return redirect("shortlist", pk=candidacy.vacancy_id)
        try:
            if not access.rows(Candidacy).filter(pk=following.candidacy).exists():
                open_designated(by=access.person, candidacy_id=following.candidacy, context=access.context)
        except ValidationError as error:
            messages.success(request, _("La fiche est préparée."))
            messages.error(request, error.messages[0])
            return redirect("shortlist", pk=candidacy.vacancy_id)
        words = {"number": candidacy.number, "next": following.number}
        messages.success(request, _("La fiche n° %(number)d est préparée. Voici la fiche n° %(next)d.") % words)
        return redirect("sheet_prepare", pk=following.candidacy)
    prepares = candidacy.state == CandidacyState.DESIGNATED
    following = next_sheet(candidacy.pk) if prepares else None
    context = {"candidacy": candidacy, "sheet": sheet, "form": form, "prepares": prepares, "next": following}
    return render(request, "allocations/sheet_prepare.html", context)
