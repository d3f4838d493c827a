"""Pages of one application: register it, read it, and correct its applicants, household and wishes."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of, row_or_404
from access.permissions import Permission
from allocations.actions import applications as acts
from allocations.forms.applications import TakingForms, WishesForm
from allocations.forms.people import ApplicantForm, MemberForm, initial_of
from allocations.letters import LETTERS
from allocations.models import (
    Applicant,
    Application,
    ClosingWarning,
    Income,
    SupportingDocument,
    Tie,
)
from allocations.queries import grouped, household_of, keepers_of, occasion_or_404
from allocations.vocabulary import EQUIPMENT
from audit import events

WISHES = ("number", "housing", "rooms_from", "rooms_to", "equipment")


@door(Permission.APPLICATION_TAKE, post_event=events.FORM_SUBMITTED)
def application_take(request: DoorRequest) -> HttpResponse:
    """Register the application of a person who is present. No confirmation is asked, because the data can be corrected
    later."""
    taking = TakingForms(request.POST or None, request.access.day, keepers_of(request.access))
    if taking.is_valid():
        terms = {"entry": taking.record(), "kept_at": taking.application.place()}
        if taken := result_of(taking.application, acts.take_application, request, **terms):
            messages.success(request, _("La demande est enregistrée. Elle vous est ouverte jusqu’à minuit."))
            return redirect("application", pk=taken.pk)
    return render(request, "allocations/application_take.html", {"taking": taking})


@door(
    Permission.APPLICATION_VIEW,
    model=Application,
    get_event=events.APPLICATION_OPENED,
    select_related=("kept_at",),
)
def application(request: DoorRequest, application: Application) -> HttpResponse:
    """Display the whole application to an officer who has an open occasion for it. Otherwise the response is 404."""
    access = request.access
    occasion = occasion_or_404(access, application)
    people = household_of(access, application)
    context = {
        "application": application,
        "number": grouped(application.number),
        "occasion": occasion,
        "people": people,
        "principal": next((living for living in people if living.is_principal), None),
        "equipment": [EQUIPMENT.label(code) for code in application.equipment],
        "incomes": access.rows(Income).filter(application=application).order_by("-signing_year", "year"),
        "documents": access.rows(SupportingDocument).filter(application=application).order_by("asked_on", "kind"),
        "warnings": access.rows(ClosingWarning).filter(application=application).order_by("-sent_on"),
        "letters": [letter.code for letter in LETTERS.values() if letter.facts(access, application)],
        "day": access.day,
    }
    return render(request, "allocations/application.html", context)


@door(Permission.APPLICATION_CHANGE, model=Application, post_event=events.FORM_SUBMITTED)
def applicant_change(request: DoorRequest, application: Application, applicant: UUID) -> HttpResponse:
    row = request.access.rows(Applicant).filter(application=application, pk=applicant).first()
    if row is None:
        raise Http404
    form = ApplicantForm(request.POST or None, initial=initial_of(row), principal=row.tie == Tie.PRINCIPAL)
    if form.is_valid():
        entry, address = form.record(), form.address()
        if done(form, acts.change_applicant, request, applicant=row, entry=entry, address=address):
            messages.success(request, _("La demande est mise à jour."))
            return redirect("application", pk=application.pk)
    context = {"application": application, "applicant": row, "form": form}
    return render(request, "allocations/applicant_change.html", context)


@door(Permission.APPLICATION_CHANGE, model=Application, post_event=events.FORM_SUBMITTED)
def application_household(request: DoorRequest, application: Application) -> HttpResponse:
    """Add and remove people of the household. To correct a household member, remove the row and add it again."""
    posted, people = request.POST, household_of(request.access, application)
    removed, applies = posted.get("remove"), "applicant" in posted
    applicant = ApplicantForm(posted if applies else None, prefix="other", principal=False)
    member = MemberForm(None if removed or applies else posted or None, prefix="member")
    errors = forms.Form({})
    if removed:
        row = row_or_404([living.row for living in people], removed)
        if isinstance(row, Applicant):
            success = done(errors, acts.remove_applicant, request, applicant=row)
        else:
            success = done(errors, acts.remove_member, request, member=row)
    elif applies:
        success = applicant.is_valid() and done(
            applicant, acts.add_applicant, request, application=application, entry=applicant.record()
        )
    else:
        success = member.is_valid() and done(
            member, acts.add_member, request, application=application, entry=member.record()
        )
    if success:
        messages.success(request, _("Le foyer est mis à jour."))
        return redirect("application_household", pk=application.pk)
    context = {"application": application, "people": people, "applicant": applicant, "member": member}
    return render(request, "allocations/application_household.html", {**context, "errors": errors})


@door(Permission.APPLICATION_CHANGE, model=Application, post_event=events.FORM_SUBMITTED)
def application_wishes(request: DoorRequest, application: Application) -> HttpResponse:
    form = WishesForm(request.POST or None, initial={name: getattr(application, name) for name in WISHES})
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("number", "housing", "equipment")}
        if done(form, acts.change_wishes, request, application=application, rooms=form.rooms(), **data):
            messages.success(request, _("La demande est mise à jour."))
            return redirect("application", pk=application.pk)
    return render(request, "allocations/application_wishes.html", {"application": application, "form": form})
