"""Pages for deferrals. A deferral hides an audit event (an employee viewed a tenant's data) from access reports until a
given day.

The data protection officer requests a deferral, and the data steward approves it.
"""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.grants.duty_holders import steward_missing
from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from audit.events import Code
from rights.actions.look_decisions import agree_to_deferral, defer_look
from rights.forms import DeferralForm
from rights.models import LookDeferral


@door(Permission.LOOK_DEFER, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def look_defer(request: DoorRequest, event: UUID) -> HttpResponse:
    form = DeferralForm(request.POST or None)
    if form.is_valid() and done(form, defer_look, request, look=event, **form.cleaned_data):
        messages.success(
            request, _("Le report est demandé. Il s’appliquera quand le responsable des données aura donné son accord.")
        )
        return redirect("look_defer", event=event)
    deferral = request.access.rows(LookDeferral).filter(event=event).first()
    context = {"form": form, "event": event, "number": str(event)[:8], "asked": deferral}
    context["steward_missing"] = steward_missing()
    return render(request, "rights/look_defer.html", context)


@door(Permission.DEFERRAL_AGREE, get_event=events.LIST_SHOWN, post_event=events.LIST_SHOWN, reauthenticate=True)
def deferrals(request: DoorRequest) -> HttpResponse:
    """Page that lists the requested and approved deferrals, and on which the data steward approves them.

    The list shows the legal ground and the days of each deferral, but neither the employee who viewed the data nor the
    household.
    """
    access = request.access
    access.note(list=Code("deferrals"))
    rows = access.rows(LookDeferral).filter(until__gte=access.day)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        wanted = request.POST.get("agree", "")
        deferral = next((row for row in access.rows(LookDeferral) if str(row.pk) == wanted), None)
        if deferral is None:
            form.add_error(None, _("Ce report n’attend plus d’accord."))
        elif done(form, agree_to_deferral, request, deferral=deferral):
            messages.success(request, _("Le report est accordé."))
            return redirect("deferrals")
    return render(request, "rights/deferrals.html", {"rows": list(rows), "form": form, "day": access.day})
