"""The page that undoes today's latest change to a lease."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from tenants.actions.undoing import undo_lease_change
from tenants.models import Account, LeaseChange
from tenants.models.lease_change import Change

MAKES_A_LEASE = (Change.SIGNED, Change.TRANSFERRED)


@door(
    Permission.LEASE_CHANGE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def lease_undo(request: DoorRequest, account: Account, change: UUID) -> HttpResponse:
    access = request.access
    undoable = access.rows(LeaseChange).filter(lease=account.lease_id, pk=change).of_today().first()
    if undoable is None or undoable.is_final:
        raise Http404
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, undo_lease_change, request, account=account, change=undoable):
        messages.success(request, _("L’acte est annulé et les informations précédentes sont rétablies."))
        if undoable.kind in MAKES_A_LEASE:
            return redirect("building", pk=account.building_id)
        return redirect("lease", reference=account.reference)
    return render(request, "tenants/lease_undo.html", {"account": account, "change": undoable, "form": form})
