"""Requests for write-offs that one person may not book alone: the list, and the page where a second person decides."""

from typing import Any
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
from ledger.actions.write_offs import approve_write_off, refuse_write_off, withdraw_write_off
from ledger.forms.write_offs import RefusalForm
from ledger.models import WriteOff
from ledger.queries import head_of
from tenants.models import Account


@door(
    Permission.WRITE_OFF_DECIDE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def write_off(request: DoorRequest, account: Account, request_id: UUID) -> HttpResponse:
    """Show a write-off request. Another person approves or refuses it; the requester may withdraw it."""
    access = request.access
    pending = access.rows(WriteOff).with_details().filter(account=account, pk=request_id).first()
    if pending is None:
        raise Http404
    acting = _Acting(request, pending)
    if request.method == "POST" and acting.did():
        return redirect("account", reference=account.reference)
    head = head_of(access, account)
    context = {
        **head,
        "asked": pending,
        "mine": pending.asked_by_id == access.person.pk,
        "is_open": pending.is_open(access.at),
        "after": head["balance"] + pending.amount_cents,
        "form": acting.form,
        "refused": acting.refused,
    }
    return render(request, "ledger/write_off.html", context)


class _Acting:
    """Runs the action of the pressed button: approve, withdraw or refuse.

    Only "refuse" has a form with fields. Errors of the two other buttons are added to `refused`, an empty form.
    """

    def __init__(self, request: DoorRequest, write_off: WriteOff) -> None:
        self.request, self.write_off = request, write_off
        sent = request.POST if request.method == "POST" else {}
        self.button = next((name for name in ("approve", "withdraw") if name in sent), "refuse")
        self.form = RefusalForm(sent if sent and self.button == "refuse" else None)
        self.refused = forms.Form({})

    def did(self) -> bool:
        if self.button == "approve":
            return self._done(
                self.refused,
                approve_write_off,
                _("La demande est approuvée : la somme est enregistrée dans le compte."),
            )
        if self.button == "withdraw":
            return self._done(self.refused, withdraw_write_off, _("La demande est retirée."))
        return self._done(self.form, refuse_write_off, _("La demande est refusée, et le motif est enregistré."))

    def _done(self, form: forms.Form, act: Any, message: str) -> bool:
        success = form.is_valid() and done(form, act, self.request, write_off=self.write_off, **form.cleaned_data)
        if success:
            messages.success(self.request, message)
        return success
