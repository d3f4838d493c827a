"""Less owed without money, past what one does alone: what waits, and the page where a second person decides."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest, Look
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from tenants.actions.write_offs import approve_write_off, refuse_write_off, withdraw_write_off
from tenants.forms.write_offs import RefusalForm
from tenants.models import Account, WriteOff
from tenants.views.accounts import rows_of
from tenants.views.ledger import head_of


def to_decide(look: Look) -> list[dict[str, Any]]:
    """What colleagues asked and this person may decide: the account's row, and the request."""
    waiting = list(look.rows(WriteOff).open_at(look.at).exclude(asked_by=look.person).told())
    found = look.rows(Account).filter(pk__in={one.account_id for one in waiting}).with_place()
    rows = {row.account.pk: row for row in rows_of(look, list(found))}
    return [{"row": rows[one.account_id], "asked": one} for one in waiting if one.account_id in rows]


@door(Permission.WRITE_OFF_DECIDE, of=Account, by="reference", records=events.FORM_SHOWN, writes=True)
def write_off(request: DoorRequest, account: Account, asked: UUID) -> HttpResponse:
    """One request: another approves or refuses it, whoever asked takes it back."""
    look = request.look
    found = look.rows(WriteOff).told().filter(account=account, pk=asked).first()
    if found is None:
        raise Http404
    acting = _Acting(request, found)
    if request.method == "POST" and acting.did():
        return redirect("account", reference=account.reference)
    head = head_of(look, account)
    context = {
        **head,
        "asked": found,
        "mine": found.asked_by_id == look.person.pk,
        "is_open": found.is_open(look.at),
        "after": head["balance"] + found.amount_cents,
        "form": acting.form,
        "refused": acting.refused,
    }
    return render(request, "tenants/write_off.html", context)


class _Acting:
    """What one of the three buttons does. `refused`: why it did not, when that stands at no field."""

    def __init__(self, request: DoorRequest, asked: WriteOff) -> None:
        self.request, self.asked = request, asked
        sent = request.POST if request.method == "POST" else {}
        self.button = next((one for one in ("approve", "withdraw") if one in sent), "refuse")
        self.form = RefusalForm(sent if sent and self.button == "refuse" else None)
        self.refused = forms.Form({})

    def did(self) -> bool:
        if self.button == "approve":
            return self._done(self.refused, approve_write_off, _("C’est approuvé : la somme est inscrite au compte."))
        if self.button == "withdraw":
            return self._done(self.refused, withdraw_write_off, _("La demande est retirée."))
        return self._done(self.form, refuse_write_off, _("C’est refusé, et le motif est noté."))

    def _done(self, form: forms.Form, act: Any, said: str) -> bool:
        right = form.is_valid() and done(form, act, self.request, asked=self.asked, **form.cleaned_data)
        if right:
            messages.success(self.request, said)
        return right
