"""The front desk: find the agency of an account, or open a resident's card after an identity check."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.models import Place
from access.pages.acting import result_of
from access.permissions import Permission
from audit import events
from audit.record import Subject
from tenants.actions.identity_checks import check_identity, check_identity_at_door
from tenants.forms.front_desk import AgencyForm, DoorForm, IdentityForm
from tenants.managing_agency import keeper_of
from tenants.models import IdentityCheck, Residence
from tenants.queries import about_card

COOKIE = "loge_card"  # The cookie contains the id of the residence whose card the last identity check opened.


@door(Permission.AGENCY_FIND, get_event=events.FORM_SHOWN, post_is_search=True)
def front_desk(request: DoorRequest) -> HttpResponse:
    """Show which agency manages an account of the landlord, so that a visitor can be sent there. No name is shown.

    The answer is the same for a settled account and an unknown reference.
    """
    access, form = request.access, AgencyForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "identity": IdentityForm(auto_id="carte_%s"), **_open_card(request)}
    if form.is_valid():
        account, agency = keeper_of(form.cleaned_data["reference"])
        access.about = Subject("account", account) if account else None
        access.note(events.SEARCH_RUN, count=1 if account else 0, scope="agency")
        context |= {"searched": True, "agency": access.rows(Place).filter(pk=agency).first() if agency else None}
    return render(request, "tenants/front_desk.html", context)


def _open_card(request: DoorRequest) -> dict[str, Any]:
    """Return the residence whose card an identity check opened to the person, and when it closes, or {} if none.

    The id of the residence comes from a cookie, because an identity check stores only the lease, which several people
    may share. A wrong cookie opens nothing, because `access.rows` returns only residences whose card is open.
    """
    try:
        key = UUID(request.COOKIES.get(COOKIE, ""))
    except ValueError:
        return {}
    if (residence := request.access.rows(Residence).filter(pk=key).first()) is None:
        return {}
    return {"open": residence, "until": request.access.rows(IdentityCheck).valid().get().until}


@door(Permission.IDENTITY_CHECK, post_event=events.FORM_SUBMITTED)
def identity_check(request: DoorRequest) -> HttpResponse:
    form = IdentityForm(request.POST or None, auto_id="carte_%s")
    if form.is_valid() and (residence := result_of(form, check_identity, request, **form.cleaned_data)):
        return _to_card(request.access, residence)
    return render(request, "tenants/identity_check.html", {"form": form})


@door(Permission.IDENTITY_CHECK, post_event=events.FORM_SUBMITTED)
def door_check(request: DoorRequest) -> HttpResponse:
    """Open a visitor's card after a check of name, address and door, for visitors who do not know the account
    reference."""
    form = DoorForm(request.POST or None)
    if form.is_valid() and (residence := result_of(form, check_identity_at_door, request, **form.cleaned_data)):
        return _to_card(request.access, residence)
    return render(request, "tenants/door_check.html", {"form": form})


def _to_card(access: AccessContext, residence: Residence) -> HttpResponse:
    """Redirect to the resident's card. A cookie stores the id of the residence, for a link back to this card."""
    response = redirect("checked_card", pk=residence.pk)
    until, secure = access.rows(IdentityCheck).valid().get().until, settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, str(residence.pk), expires=until, secure=secure, httponly=True, samesite="Strict")
    return response


@door(Permission.CHECKED_CARD_VIEW, model=Residence, get_event=events.CARD_OPENED)
def checked_card(request: DoorRequest, residence: Residence) -> HttpResponse:
    """Show the resident's card until the identity check expires. After that the response is 404, as for any card that
    the person may not open."""
    until = request.access.rows(IdentityCheck).valid().get().until
    context = {**about_card(request.access, residence), "until": until, "opens": "checked_card"}
    # Show who presented a document, because the identity check opens the cards of all people of the household.
    people = (residence, *context["household"])
    names = {str(home.pk): home.tenant.last_name for home in people}
    context["presented"] = names.get(request.COOKIES.get(COOKIE, ""), "")
    return render(request, "tenants/checked_card.html", context)
