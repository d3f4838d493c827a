"""The lease page of housing officers, and the acts on a lease: signature, notice to quit, arrivals, departures,
transfer."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, result_of
from access.pages.read_back import correcting, is_confirmed, read_back
from access.permissions import Permission
from audit import events
from buildings.models import Building, Unit
from buildings.models.unit import UnitKind
from tenants.actions import leases
from tenants.forms.leases import (
    HouseholdForms,
    LeaseForm,
    MoveInForm,
    MoveOutForm,
    NoticeForm,
    TransferForm,
    free_units,
)
from tenants.leases import read_back as confirmation
from tenants.models import Account, DiscreetMark, LeaseChange, LeaseUnit, Residence
from tenants.queries import former_names_of, parties_of, representatives_of

BESIDE_A_DWELLING = (UnitKind.ANNEXE, UnitKind.PARKING)


@door(Permission.ACCOUNT_VIEW, model=Account, lookup="reference", get_event=events.LEASE_OPENED)
def lease(request: DoorRequest, account: Account) -> HttpResponse:
    access = request.access
    parties = parties_of(access, account)
    household = list(access.rows(Residence).filter(lease=account.lease_id).order_by("moved_in", "name_key", "id"))
    living = [resident for resident in household if resident.moved_out is None or resident.moved_out >= access.day]
    people = {row.tenant_id for row in (*parties, *household)}
    context = {
        "account": account,
        "lease": account.lease,
        "building": access.rows(Building).get(pk=account.building_id),
        "units": access.rows(LeaseUnit).filter(lease=account.lease_id).order_by("first_day", "unit__kind", "id"),
        "parties": parties,
        "signing": {party.tenant_id for party in parties},
        "living": living,
        "gone": [resident for resident in household if resident not in living],
        "representatives": representatives_of(access, people),
        "former_names": former_names_of(access, people),
        "mark": access.rows(DiscreetMark).filter(lease=account.lease_id, last_day__gte=access.day).first(),
        "change": access.rows(LeaseChange).filter(lease=account.lease_id).of_today().first(),
        "may_change": access.may(Permission.LEASE_CHANGE, account.building_id),
        "running": account.lease.ends_on is None or account.lease.ends_on >= access.day,
        "day": access.day,
    }
    return render(request, "tenants/lease.html", context)


@door(Permission.LEASE_CHANGE, model=Building, post_event=events.FORM_SUBMITTED)
def lease_new(request: DoorRequest, building: Building) -> HttpResponse:
    access = request.access
    units, lettings = access.rows(Unit).filter(building=building), access.rows(LeaseUnit).filter(building=building)
    free = {
        "dwellings": free_units(units.dwellings(), lettings, access.day),
        "annexes": free_units(units.filter(kind__in=BESIDE_A_DWELLING), lettings, access.day),
    }
    # The list of vacant dwellings links here with the URL parameter `logement`, which preselects the dwelling.
    initial = {"starts_on": access.day, "unit": request.GET.get("logement", "")}
    form, household = LeaseForm(request.POST or None, initial=initial, **free), HouseholdForms(request.POST or None)
    # The results are joined by `&`, not `and`, so that all forms are validated and the page shows all errors.
    if request.method == "POST" and form.is_valid() & household.are_valid() and not correcting(request):
        people = {"newcomers": household.signing(), "occupants": household.living()}
        if account := result_of(form, leases.sign_lease, request, **people, **form.cleaned_data):
            values = {"lease": form.cleaned_data, **household.values()}
            if not is_confirmed(request, values):
                return read_back(request, confirmation.signing(access, building, form, household), values)
            messages.success(request, _("Le bail est enregistré et le compte est ouvert."))
            return redirect("lease", reference=account.reference)
    context = {"building": building, "form": form, "household": household, "any_free": bool(free["dwellings"])}
    return render(request, "tenants/lease_new.html", context)


@door(
    Permission.LEASE_CHANGE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def lease_notice(request: DoorRequest, account: Account) -> HttpResponse:
    access = request.access
    initial = {"notice_on": account.lease.notice_on or access.day, "ends_on": account.lease.ends_on}
    form = NoticeForm(request.POST or None, initial=initial)
    act = leases.give_notice
    if form.is_valid() and not correcting(request) and done(form, act, request, account=account, **form.cleaned_data):
        if not is_confirmed(request, form.cleaned_data):
            return read_back(request, confirmation.notice(access, account, form.cleaned_data), form.cleaned_data)
        messages.success(request, _("Le congé est enregistré."))
        return redirect("lease", reference=account.reference)
    return render(request, "tenants/lease_notice.html", {"account": account, "form": form})


@door(
    Permission.LEASE_CHANGE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def lease_transfer(request: DoorRequest, account: Account) -> HttpResponse:
    access = request.access
    dwellings = free_units(access.rows(Unit).dwellings(), access.rows(LeaseUnit), access.day)
    form = TransferForm(request.POST or None, dwellings=dwellings)
    ready = form.is_valid() and not correcting(request)
    if ready and (opened := result_of(form, leases.transfer, request, account=account, **form.cleaned_data)):
        if not is_confirmed(request, form.cleaned_data):
            return read_back(request, confirmation.transfer(access, account, form.cleaned_data), form.cleaned_data)
        messages.success(
            request, _("La mutation est enregistrée. Le nouveau compte est ouvert ; l’ancien reste à solder.")
        )
        return redirect("lease", reference=opened.reference)
    return render(request, "tenants/lease_transfer.html", {"account": account, "form": form})


@door(
    Permission.LEASE_CHANGE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def resident_in(request: DoorRequest, account: Account) -> HttpResponse:
    access = request.access
    residences = list(access.rows(Residence).filter(lease=account.lease_id))
    living = {row.tenant_id for row in residences if row.moved_out is None or row.moved_out >= access.day}
    people = {row.tenant_id: row.tenant for row in (*parties_of(access, account), *residences)}
    # The form offers the people of this lease who do not live there now: absent lease holders and former residents.
    absent = [tenant for pk, tenant in people.items() if pk not in living]
    form = MoveInForm(request.POST or None, initial={"day": access.day}, known=absent)
    if form.is_valid() and not correcting(request):
        who, day = form.person(), form.cleaned_data["day"]
        if done(form, leases.move_in, request, account=account, who=who, day=day):
            if not is_confirmed(request, form.cleaned_data):
                return read_back(request, confirmation.arrival(access, account, who, day), form.cleaned_data)
            messages.success(request, _("L’arrivée est enregistrée."))
            return redirect("lease", reference=account.reference)
    return render(request, "tenants/lease_resident_in.html", {"account": account, "form": form})


@door(
    Permission.LEASE_CHANGE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def resident_out(request: DoorRequest, account: Account, residence: UUID) -> HttpResponse:
    access = request.access
    staying = Q(moved_out__isnull=True) | Q(moved_out__gte=access.day)
    leaving = access.rows(Residence).filter(staying, lease=account.lease_id, pk=residence).first()
    if leaving is None:
        raise Http404
    form = MoveOutForm(request.POST or None, initial={"last_day": leaving.moved_out or access.day})
    act = leases.move_out
    if form.is_valid() and not correcting(request) and done(form, act, request, residence=leaving, **form.cleaned_data):
        if not is_confirmed(request, form.cleaned_data):
            return read_back(request, confirmation.departure(access, leaving), form.cleaned_data)
        messages.success(request, _("Le départ est enregistré."))
        return redirect("lease", reference=account.reference)
    return render(request, "tenants/lease_resident_out.html", {"account": account, "leaving": leaving, "form": form})
