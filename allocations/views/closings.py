"""Pages about the validity of an application: registration certificate, renewal reminder, renewal, warning, closing."""

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.pages.read_back import ReadBack, correcting, is_confirmed, read_back
from access.permissions import Permission
from allocations.actions.applications import certify, remind, renew
from allocations.actions.closings import close_application, record_delivery, warn, withdraw_warning
from allocations.forms.closings import CloseForm, DeliveryForm, TermAct, TermForm, WarnForm
from allocations.letters import LETTERS
from allocations.models import Application, ClosingMotive, ClosingWarning
from allocations.queries import grouped, household_of, renewed_until
from audit import events
from formats.months import months_after

ACTS = {TermAct.CERTIFY: certify, TermAct.REMIND: remind, TermAct.RENEW: renew}


@door(Permission.APPLICATION_CHANGE, model=Application, post_event=events.FORM_SUBMITTED)
def application_term(request: DoorRequest, application: Application) -> HttpResponse:
    """Record that the registration certificate was given or the renewal reminder was sent, or renew the application."""
    form = TermForm(request.POST or None)
    if form.is_valid() and done(form, ACTS[TermAct(form.cleaned_data["act"])], request, application=application):
        messages.success(request, _("La demande est mise à jour."))
        return redirect("application", pk=application.pk)
    context = {
        "application": application,
        "form": form,
        "day": request.access.day,
        "certify_by": months_after(application.filed_on, 1),
        "remind_by": months_after(application.renew_by, -1),
        "renewed_until": renewed_until(application),
        "reminder": LETTERS["reminder"].facts(request.access, application) is not None,
    }
    return render(request, "allocations/application_term.html", context)


@door(Permission.APPLICATION_CLOSE, model=Application, post_event=events.FORM_SUBMITTED)
def application_warning(request: DoorRequest, application: Application) -> HttpResponse:
    """Warn the applicant before an application is closed, record the delivery of the warning, or withdraw the warning
    after an answer."""
    rows = request.access.rows(ClosingWarning).filter(application=application)
    warnings, errors = list(rows.order_by("-sent_on", "-withdrawn_on")), forms.Form({})
    current = next((warning for warning in warnings if warning.withdrawn_on is None), None)
    withdraws = "withdraw" in request.POST and current is not None
    form = (DeliveryForm if current else WarnForm)(None if withdraws else request.POST or None)
    if withdraws:
        success = done(errors, withdraw_warning, request, warning=current)
    elif current:
        success = form.is_valid() and done(form, record_delivery, request, warning=current, **form.cleaned_data)
    else:
        success = form.is_valid() and done(form, warn, request, application=application, **form.cleaned_data)
    if success:
        messages.success(request, _("L’avertissement est mis à jour."))
        return redirect("application_warning", pk=application.pk)
    delivered_on = current.delivered_on if current else None
    context = {
        "application": application,
        "current": current,
        "past": [warning for warning in warnings if warning is not current],
        "close_from": months_after(delivered_on, 1) + timedelta(days=1) if delivered_on else None,
        "form": form,
        "errors": errors,
    }
    return render(request, "allocations/application_warning.html", context)


@door(Permission.APPLICATION_CLOSE, model=Application, post_event=events.FORM_SUBMITTED)
def application_close(request: DoorRequest, application: Application) -> HttpResponse:
    """Close the application, which removes it from the register. Asks for confirmation, because it cannot be undone."""
    form = CloseForm(request.POST or None)
    act, ready = close_application, form.is_valid() and not correcting(request)
    if ready and done(form, act, request, application=application, **form.cleaned_data):
        if not is_confirmed(request, form.cleaned_data):
            return read_back(
                request, _confirmation(request, application, form.cleaned_data["motive"]), form.cleaned_data
            )
        messages.success(request, _("La demande est radiée. Ses données seront effacées cette nuit."))
        return redirect("application", pk=application.pk)
    return render(request, "allocations/application_close.html", {"application": application, "form": form})


def _confirmation(request: DoorRequest, application: Application, motive: str) -> ReadBack:
    applicants = [living.name for living in household_of(request.access, application) if living.applies]
    facts = [
        (_("Demandeurs"), ", ".join(applicants)),
        (_("Numéro unique"), grouped(application.number) or _("pas encore de numéro")),
        (_("Motif de la radiation"), ClosingMotive(motive).label),
    ]
    undo = _("Une radiation ne peut pas être annulée : les données de la demande sont effacées dans la nuit.")
    return ReadBack(_("Radier la demande"), facts, _("Radier"), undo=undo)
