"""Start page of an allocation officer: open an application by number and name or for a due task, and close it again."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of
from access.permissions import Permission
from allocations.actions.occasions import end_occasion, open_at_desk, open_due
from allocations.forms.desk import OpenForm
from allocations.models import Application
from allocations.queries import MOST_DUE, due_tasks, last_occasions, page_of_task
from audit import events


@door(Permission.APPLICATIONS_DUE, get_event=events.APPLICATIONS_DUE_SHOWN)
def applications(request: DoorRequest) -> HttpResponse:
    """Display the due tasks, without numbers or names, and the applications that the person has opened."""
    access = request.access
    tasks = due_tasks(access.day)
    access.note(count=len(tasks))
    form = OpenForm()
    form.fields["number"].widget.attrs["autofocus"] = True
    context = {"form": form, "tasks": tasks, "most": MOST_DUE, "occasions": last_occasions(access)}
    return render(request, "allocations/applications.html", context)


@door(Permission.APPLICATION_OPEN, post_event=events.FORM_SUBMITTED)
def application_open(request: DoorRequest) -> HttpResponse:
    form = OpenForm(request.POST or None)
    if form.is_valid() and (opened := result_of(form, open_at_desk, request, **form.cleaned_data)):
        return redirect("application", pk=opened.pk)
    return render(request, "allocations/application_open.html", {"form": form})


@door(Permission.APPLICATION_OPEN, post_event=events.FORM_SUBMITTED)
def application_due(request: DoorRequest, application: UUID) -> HttpResponse:
    """Open an application in which a task is due. If the task is no longer due, redirect to the list with an error
    message."""
    if request.method == "POST":
        try:
            open_due(by=request.access.person, application_id=application, context=request.access.context)
            return redirect(page_of_task(request.access, application, request.POST.get("task", "")))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("applications")


@door(Permission.APPLICATION_VIEW, model=Application, post_event=events.FORM_SUBMITTED)
def application_leave(request: DoorRequest, application: Application) -> HttpResponse:
    if request.method == "POST" and done(forms.Form({}), end_occasion, request, application=application):
        messages.success(request, _("La demande est refermée."))
        return redirect("applications")
    return render(request, "allocations/application_leave.html", {"application": application})
