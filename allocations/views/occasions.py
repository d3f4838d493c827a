"""Start page of an allocation officer: open an application by number and name or for a due task, and close it again."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of
from access.permissions import Permission
from allocations.actions.occasions import end_occasion, open_at_desk, open_due, open_taken
from allocations.forms.desk import OpenForm
from allocations.models import Applicant, Application, HouseholdMember, Occasion, OccasionReason
from allocations.queries import MOST_DUE, due_tasks, open_occasions, page_of_task
from audit import events
from tenants.models.identity_check import NowInLoge


@dataclass(frozen=True)
class Opened:
    """An application that is open to the current person, as the list shows it: without number or name."""

    occasion: Occasion
    application: Application
    people: int


@door(Permission.APPLICATIONS_DUE, get_event=events.APPLICATIONS_DUE_SHOWN)
def applications(request: DoorRequest) -> HttpResponse:
    """Display the due tasks, without numbers or names, and the applications that the person has opened."""
    access = request.access
    tasks = due_tasks(access.day)
    access.note(count=len(tasks))
    form = OpenForm()
    form.fields["number"].widget.attrs["data-focus"] = True
    opened = _opened(access)
    closed = _closed(access, {line.application.pk for line in opened})
    context = {"form": form, "tasks": tasks, "most": MOST_DUE, "opened": opened, "closed": closed}
    return render(request, "allocations/applications.html", context)


def _opened(access: AccessContext) -> list[Opened]:
    """Return each application that is open to the current person, with the occasion (permission to open it) that ends
    last."""
    longest: dict[UUID, Occasion] = {}
    for occasion in open_occasions(access):
        longest.setdefault(occasion.application_id, occasion)
    applications = {row.pk: row for row in access.rows(Application).filter(pk__in=longest)}
    people: Counter[UUID] = Counter()
    # The audit event lists the applications and not the people, because the page shows only the number of people.
    for model in (Applicant, HouseholdMember):
        rows = access.rows(model).witnessed(None).filter(application__in=applications).order_by()
        people.update(dict(rows.values_list("application").annotate(Count("pk"))))
    return [Opened(occasion, applications[pk], people[pk]) for pk, occasion in longest.items() if pk in applications]


def _closed(access: AccessContext, opened: set[UUID]) -> list[Occasion]:
    """Return the first occasion (permission to open an application) of each application that the person registered
    today and has closed again."""
    rows = access.rows(Occasion).filter(reason=OccasionReason.TAKEN, opened_at__date=access.day)
    first: dict[UUID, Occasion] = {}
    for occasion in rows.filter(ends_at__lte=NowInLoge()).exclude(application__in=opened).order_by("opened_at", "id"):
        first.setdefault(occasion.application_id, occasion)
    return list(first.values())


@door(Permission.APPLICATION_OPEN, post_event=events.FORM_SUBMITTED)
def application_open(request: DoorRequest) -> HttpResponse:
    form = OpenForm(request.POST or None)
    if form.is_valid() and (opened := result_of(form, open_at_desk, request, **form.cleaned_data)):
        return redirect("application", pk=opened.pk)
    return render(request, "allocations/application_open.html", {"form": form})


@door(Permission.APPLICATION_OPEN, post_event=events.FORM_SUBMITTED)
def application_due(request: DoorRequest, application: UUID) -> HttpResponse:
    """Open an application in which a task is due, or reopen one that the person registered today.

    If this is no longer possible, redirect to the list with an error message.
    """
    if request.method == "POST":
        open_again = open_taken if request.POST.get("task") == OccasionReason.TAKEN else open_due
        try:
            open_again(by=request.access.person, application_id=application, context=request.access.context)
            return redirect(page_of_task(request.access, application, request.POST.get("task", "")))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("applications")


@door(Permission.APPLICATION_VIEW, model=Application, post_event=events.FORM_SUBMITTED)
def application_leave(request: DoorRequest, application: Application) -> HttpResponse:
    access = request.access
    reopens = application.registered_by_id == access.person.pk and application.registered_on == access.day
    if request.method == "POST" and done(forms.Form({}), end_occasion, request, application=application):
        messages.success(
            request,
            _("La demande est refermée. Vous pouvez la rouvrir jusqu’à minuit.")
            if reopens
            else _("La demande est refermée."),
        )
        return redirect("applications")
    return render(request, "allocations/application_leave.html", {"application": application, "reopens": reopens})
