"""Pages from an accepted offer to the lease: an allocation officer hands the candidate over, and another officer signs
the lease."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of
from access.pages.read_back import ReadBack, correcting, is_confirmed, read_back
from access.permissions import Permission
from allocations.actions import offers
from allocations.forms.hand_overs import HandOverForm, SigningForm, Way
from allocations.models import Applicant, Candidacy, CandidacyState, HandOver, OutsideFlow
from allocations.queries import (
    FutureTenant,
    LeaseToSign,
    account_of_candidate,
    future_tenants,
    household_of,
    lease_to_sign,
    leases_to_sign,
)
from audit import events
from buildings.models import Unit
from buildings.models.unit import UnitKind
from formats.telephone import written_phone
from tenants.forms.leases import free_units, unit_label
from tenants.models import LeaseUnit

# Reasons for excluding a vacancy from the yearly shares because it is meant for tenants of the landlord.
FOR_TENANTS = (OutsideFlow.TRANSFER, OutsideFlow.REHOUSING, OutsideFlow.SALE)
ANNEXES = (UnitKind.ANNEXE, UnitKind.PARKING)


@door(
    Permission.OFFER_SEND,
    model=Candidacy,
    post_event=events.FORM_SUBMITTED,
    select_related=("vacancy__unit__terms", "vacancy__building__place__parent", "application"),
)
def hand_over(request: DoorRequest, candidacy: Candidacy) -> HttpResponse:
    """Pass a candidate to the person who signs leases. The response is 404 unless the candidate has accepted the
    offer."""
    access, application = request.access, candidacy.application
    if candidacy.state != CandidacyState.ACCEPTED or application is None:
        raise Http404
    handed = access.rows(HandOver).filter(candidacy=candidacy).select_related("handed_by").first()
    form = HandOverForm(request.POST or None)
    if form.is_valid() and done(form, offers.hand_over, request, candidacy=candidacy, **form.values()):
        messages.success(request, _("Le candidat est transmis à la gestion locative, qui signe le bail."))
        return redirect("candidacy", pk=candidacy.pk)
    context = {
        "candidacy": candidacy,
        "vacancy": candidacy.vacancy,
        "handed": handed,
        "people": [living.row for living in household_of(access, application) if isinstance(living.row, Applicant)],
        "is_open": application.is_open,
        "form": form,
    }
    return render(request, "allocations/hand_over.html", context)


@door(Permission.LEASE_CHANGE, get_event=events.HAND_OVERS_SHOWN)
def hand_overs(request: DoorRequest) -> HttpResponse:
    """List the leases to sign by dwelling, without names."""
    access = request.access
    waiting = {lease.candidacy: lease for lease in leases_to_sign()}
    rows = access.rows(HandOver).filter(pk__in=waiting).select_related("unit", "building__place__parent")
    by_candidacy = {row.pk: row for row in rows.prefetch_related("building__addresses")}
    listed = [(by_candidacy[pk], lease) for pk, lease in waiting.items() if pk in by_candidacy]
    access.note(count=len(listed))
    return render(request, "allocations/hand_overs.html", {"rows": listed, "day": access.day})


@door(
    Permission.LEASE_CHANGE,
    model=HandOver,
    get_event=events.HAND_OVER_OPENED,
    post_event=events.FORM_SUBMITTED,
    select_related=("unit__building__place", "building__place__parent"),
)
def hand_over_lease(request: DoorRequest, hand_over: HandOver) -> HttpResponse:
    """Sign the lease of a candidate. Asks for confirmation, because it closes the application permanently."""
    access, unit = request.access, hand_over.unit
    waiting, people = lease_to_sign(hand_over.pk), future_tenants(hand_over.pk)
    if waiting is None:
        raise Http404
    way = Way.TRANSFER if waiting.outside_flow in FOR_TENANTS else Way.NEW
    initial = {"way": way, "starts_on": max(access.day, waiting.available_on)}
    others = access.rows(Unit).filter(building=unit.building_id, kind__in=ANNEXES)
    lettings = access.rows(LeaseUnit).filter(building=unit.building_id)
    form = SigningForm(request.POST or None, initial=initial, annexes=free_units(others, lettings, access.day))
    if form.is_valid() and not correcting(request):
        values = form.cleaned_data
        former = account_of_candidate(access, values["reference"], people) if form.transfers else None
        terms = {"starts_on": values["starts_on"], "annexes": values.get("annexes", ()), "former": former}
        if form.transfers and former is None:
            unknown = _("Aucun compte de vos lieux n’a cette référence et un titulaire du même nom que le candidat.")
            form.add_error("reference", unknown)
        elif account := result_of(form, offers.sign_lease_of, request, hand_over=hand_over, **terms):
            if not is_confirmed(request, values):
                return read_back(request, _confirmation(hand_over, waiting, people, form), values)
            messages.success(request, _("Le bail est enregistré, et la demande de logement est radiée."))
            return redirect("lease", reference=account.reference)
    context = {"hand_over": hand_over, "unit": unit, "waiting": waiting, "people": people, "form": form}
    return render(request, "allocations/hand_over_lease.html", context)


def _confirmation(
    hand_over: HandOver, waiting: LeaseToSign, people: Sequence[FutureTenant], form: SigningForm
) -> ReadBack:
    values = form.cleaned_data
    units = [hand_over.unit, *values.get("annexes", [])]
    facts: list[tuple[str, Any]] = [
        (_("Immeuble"), hand_over.building.place.name),
        *((_("Loué"), unit_label(unit, None)) for unit in units),
        (_("Prend effet le"), values["starts_on"]),
        (_("Discrétion"), _("oui, dès aujourd’hui") if waiting.discreet else _("non demandée")),
    ]
    warnings = []
    if form.transfers:
        facts.insert(0, (_("Compte quitté"), values["reference"]))
    else:
        for rank, person in enumerate(people):
            facts += _of_person(person, _("Cotitulaire") if rank else _("Titulaire"))
        if waiting.outside_flow in FOR_TENANTS:
            warnings.append(
                _("Ce logement est destiné à un foyer déjà locataire : vérifiez que ce n’est pas une mutation.")
            )
    if values["starts_on"] < waiting.available_on:
        day = f"{waiting.available_on:%d/%m/%Y}"
        warnings.append(_("Le logement n’est disponible qu’à partir du %(day)s : vérifiez la date.") % {"day": day})
    undo = _("La signature radie la demande de logement aujourd’hui. Elle ne peut pas être annulée.")
    return ReadBack(_("Signer le bail"), facts, _("Enregistrer le bail signé"), warnings, undo)


def _of_person(person: FutureTenant, label: str) -> list[tuple[str, Any]]:
    known = [
        (_("Date de naissance"), person.birth_date),
        (_("Téléphone"), written_phone(person.phone) if person.phone else ""),
        (_("Courriel"), person.email),
    ]
    return [(label, person.name), *(fact for fact in known if fact[1])]
