"""The front desk: find the agency of an account, and open one card after an identity check."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.models import Place
from access.pages.acting import run_or_add_errors
from access.permissions import Permission
from audit import events
from audit.record import Subject
from tenants.actions.identity_checks import check_identity
from tenants.forms.front_desk import AgencyForm, IdentityForm
from tenants.managing_agency import keeper_of
from tenants.models import IdentityCheck, Residence
from tenants.queries import about_card


@door(Permission.AGENCY_FIND, get_event=events.FORM_SHOWN, post_is_search=True)
def front_desk(request: DoorRequest) -> HttpResponse:
    """Find the agency for any account of the landlord, to direct a tenant to the right one. No name is shown."""
    form = AgencyForm(request.POST or None)
    agency = _keeper(request.access, form.cleaned_data["reference"]) if form.is_valid() else {}
    return render(
        request, "tenants/front_desk.html", {"form": form, "identity": IdentityForm(auto_id="carte_%s"), **agency}
    )


def _keeper(access: AccessContext, reference: str) -> dict[str, Any]:
    """The answer is the same for a settled account and an unknown reference."""
    account, agency = keeper_of(reference)
    access.about = Subject("account", account) if account else None
    access.note(events.SEARCH_RUN, count=1 if account else 0, scope="agency")
    return {"searched": True, "agency": access.rows(Place).filter(pk=agency).first() if agency else None}


@door(Permission.IDENTITY_CHECK, post_event=events.FORM_SUBMITTED)
def identity_check(request: DoorRequest) -> HttpResponse:
    form = IdentityForm(request.POST or None, auto_id="carte_%s")
    if form.is_valid() and (residence := _checked(form, request)):
        return redirect("checked_card", pk=residence.pk)
    return render(request, "tenants/identity_check.html", {"form": form})


def _checked(form: forms.Form, request: DoorRequest) -> Residence | None:
    opened: list[Residence] = []
    access = request.access
    run_or_add_errors(
        form, lambda: opened.append(check_identity(by=access.person, context=access.context, **form.cleaned_data))
    )
    return opened[0] if opened else None


@door(Permission.CHECKED_CARD_VIEW, model=Residence, get_event=events.CARD_OPENED)
def checked_card(request: DoorRequest, residence: Residence) -> HttpResponse:
    """The card, until the identity check expires. Afterwards it is refused like any card outside one's reach."""
    until = request.access.rows(IdentityCheck).valid().get().until
    return render(
        request,
        "tenants/checked_card.html",
        {**about_card(request.access, residence), "until": until, "opens": "checked_card"},
    )
