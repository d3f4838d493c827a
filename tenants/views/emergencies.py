"""Pages of emergency accesses: an employee opens the card of a household outside their own buildings for 45 minutes,
and a manager reviews the access.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of
from access.permissions import Permission
from audit import events
from buildings.models import Address, Building
from formats.language import LANGUAGES
from tenants.actions.emergencies import Opened, close_emergency, open_emergency, review_emergency
from tenants.emergencies.letters import tell
from tenants.emergencies.notices import told_of
from tenants.forms.emergencies import ClosingForm, EmergencyForm, ReviewForm
from tenants.models import EmergencyAccess, Residence
from tenants.models.emergency import MINUTES
from tenants.models.restriction import with_emergency_contacts
from tenants.queries import household


@dataclass(frozen=True)
class Line:
    """An emergency access in a list. `late` is True if nobody has reviewed it within three working days."""

    emergency: EmergencyAccess
    late: bool
    mine: bool


# --- Opening ---------------------------------------------------------------------------------------------------------


@door(Permission.EMERGENCY_OPEN, post_event=events.FORM_SUBMITTED)
def emergency(request: DoorRequest) -> HttpResponse:
    """Open a household's card in an emergency, or close it. The buttons that close it are on the card's page."""
    closing = ClosingForm(request.POST or None)
    if closing.is_valid():
        return _close_card(request, closing.cleaned_data["close"])
    form = EmergencyForm(request.POST or None)
    if form.is_valid():

        def open_card(**who: Any) -> Opened:
            reference, reason = form.cleaned_data["reference"], form.cleaned_data["reason"]
            unit = None if reference else form.unit(request.access)
            return open_emergency(reference=reference, unit=unit, reason=reason, **who)

        if opened := result_of(form, open_card, request):
            tell(request, opened)
            return redirect("emergency_card", pk=opened.residence)
    return render(
        request, "tenants/emergency.html", {"form": form, "minutes": MINUTES, "open": _open_card(request.access)}
    )


def _close_card(request: DoorRequest, reason: str) -> HttpResponse:
    if mine := request.access.rows(EmergencyAccess).open_now().first():
        close_emergency(by=request.access.person, emergency=mine, reason=reason, context=request.access.context)
    messages.success(request, _("La fiche est refermée. Un responsable examinera son ouverture."))
    return redirect("emergency")


def _open_card(access: AccessContext) -> Any:
    """Return the person's current emergency access, or None if the household's card can no longer be viewed.

    The access gets the attribute `residence`: the id of the household's residence whose card is opened. The page's
    audit event lists the household's lease but none of its residents, because the page does not name them.
    """
    opened = access.rows(Residence).living(access.day).filter(lease=OuterRef("lease"), unit=OuterRef("unit"))
    first = Subquery(opened.order_by("moved_in", "pk").values("pk")[:1])
    return access.rows(EmergencyAccess).open_now().annotate(residence=first).filter(residence__isnull=False).first()


@door(Permission.EMERGENCY_OPEN, model=Residence, get_event=events.CARD_OPENED)
def emergency_card(request: DoorRequest, residence: Residence) -> HttpResponse:
    """Show the card of a household that was opened in an emergency: name, dwelling, contact, and the other people of
    the lease. The card closes after 45 minutes. The only buttons of the page close it earlier."""
    access = request.access
    access.place = residence.building_id
    mine = access.rows(EmergencyAccess).open_now().get(lease=residence.lease_id)
    with_emergency_contacts([residence.tenant])
    context = {
        "residence": residence,
        "tenant": residence.tenant,
        "household": household(access, residence),
        "building": access.rows(Building).get(pk=residence.building_id),
        "addresses": access.rows(Address).filter(building=residence.building_id).order_by("street", "number"),
        "until": mine.until,
        "review_by": mine.review_by,
    }
    return render(request, "tenants/emergency_card.html", context)


# --- Reviewing -------------------------------------------------------------------------------------------------------


@door(Permission.EMERGENCY_REVIEW, get_event=events.LIST_SHOWN)
def emergencies(request: DoorRequest) -> HttpResponse:
    return render(request, "tenants/emergencies.html", _lines(request.access))


@door(Permission.EMERGENCIES_WATCH, get_event=events.LIST_SHOWN)
def emergencies_watched(request: DoorRequest) -> HttpResponse:
    """List all emergency accesses without the names of those who opened them.

    The audit log shows these names, after the reader has given a purpose.
    """
    return render(request, "tenants/emergencies_watched.html", _lines(request.access))


def _lines(access: AccessContext) -> dict[str, Any]:
    access.note(list="emergencies")
    rows = access.rows(EmergencyAccess).waiting_first()
    lines = [
        Line(emergency, emergency.is_late(access.day), emergency.person_id == access.person.pk) for emergency in rows
    ]
    waiting = sum(not line.emergency.verdict for line in lines)
    return {"lines": lines, "waiting": waiting, "late": sum(line.late for line in lines)}


@door(Permission.EMERGENCY_REVIEW, model=EmergencyAccess, post_event=events.FORM_SUBMITTED)
def emergency_review(request: DoorRequest, emergency: EmergencyAccess) -> HttpResponse:
    form = ReviewForm(request.POST or None)
    if form.is_valid() and done(form, review_emergency, request, emergency=emergency, **form.cleaned_data):
        if emergency.lease_id is None:  # Evacuation lists open no household's card, so no household gets a letter.
            messages.success(request, _("L’avis est enregistré."))
            return redirect("emergencies")
        messages.success(request, _("L’avis est enregistré. Remettez ou postez cette lettre au foyer."))
        return redirect("emergency_notice", pk=emergency.pk)
    mine = emergency.person_id == request.access.person.pk
    context = {"emergency": emergency, "form": form, "mine": mine, "late": emergency.is_late(request.access.day)}
    return render(request, "tenants/emergency_review.html", context)


@door(Permission.EMERGENCY_REVIEW, model=EmergencyAccess, get_event=events.EMERGENCY_NOTICE_PRINTED)
def emergency_notice(request: DoorRequest, emergency: EmergencyAccess) -> HttpResponse:
    """Show a letter, in two languages, that informs a household that an employee opened its card in an emergency. Each
    household gets the letter without asking. The response is 404 until a manager has reviewed the emergency access."""
    if not emergency.verdict or emergency.lease_id is None:
        raise Http404
    access = request.access
    access.note(emergency=emergency.pk)
    role, at_home = told_of(emergency.pk)
    context = {
        "emergency": emergency,
        "role": role,
        "at_home": at_home,
        "address": access.rows(Address).filter(building=emergency.building_id).order_by("street", "number").first(),
        "minutes": MINUTES,
        "languages": LANGUAGES,
    }
    return render(request, "tenants/emergency_notice.html", context)
