"""Pages that change data about a household. The page of a resident (the card) leads to the pages for contact details
and requested help. The page of a lease leads to the pages for representatives and for discreet marks, which hide a
household."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, row_or_404
from access.pages.read_back import ReadBack, correcting, facts_of, is_confirmed, read_back
from access.permissions import Permission
from audit import events
from tenants.actions import households
from tenants.discretion import colleagues
from tenants.forms.households import ContactForm, DiscreetForm, HelpCodeForm, RepresentativeForm
from tenants.models import Account, DiscreetMark, HelpCode, Residence
from tenants.queries import parties_of, representatives_of, restriction_of

CONTACT = ("channel", "phone", "email", "contact_name")


@door(Permission.CONTACT_CHANGE, model=Residence, post_event=events.FORM_SUBMITTED)
def contact_change(request: DoorRequest, residence: Residence) -> HttpResponse:
    tenant = residence.tenant
    if restricted := restriction_of("residence", residence.pk):
        context = {"residence": residence, "tenant": tenant, "restricted": restricted}
        return render(request, "tenants/contact_change.html", context)
    form = ContactForm(request.POST or None, initial={name: getattr(tenant, name) for name in CONTACT})
    if form.is_valid() and done(form, households.change_contact, request, residence=residence, contact=form.contact()):
        messages.success(request, _("Le contact est mis à jour."))
        return redirect("card", pk=residence.pk)
    return render(request, "tenants/contact_change.html", {"residence": residence, "tenant": tenant, "form": form})


@door(Permission.HELP_CHANGE, model=Residence, post_event=events.FORM_SUBMITTED)
def help_codes(request: DoorRequest, residence: Residence) -> HttpResponse:
    access = request.access
    noted = access.rows(HelpCode).filter(tenant=residence.tenant_id, ended_on__isnull=True).order_by("asked_on", "code")
    if ending := request.POST.get("end"):
        help_code = row_or_404(noted, ending)
        households.end_help_code(by=access.person, residence=residence, help_code=help_code, context=access.context)
        messages.success(request, _("L’aide est retirée."))
        return redirect("help_codes", pk=residence.pk)
    initial = {"asked_by": "tenant", "asked_on": access.day}
    form = HelpCodeForm(request.POST or None, initial=initial)
    if form.is_valid() and done(form, households.set_help_code, request, residence=residence, **form.cleaned_data):
        messages.success(request, _("L’aide est enregistrée."))
        return redirect("help_codes", pk=residence.pk)
    context = {"residence": residence, "tenant": residence.tenant, "noted": noted, "form": form, "day": access.day}
    return render(request, "tenants/help_codes.html", context)


@door(
    Permission.LEASE_CHANGE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def representatives(request: DoorRequest, account: Account) -> HttpResponse:
    access = request.access
    tenants = {party.tenant_id: party.tenant for party in parties_of(access, account)}
    form = RepresentativeForm(request.POST or None, initial={"first_day": access.day}, tenants=tenants.values())
    act, ready = households.set_representative, form.is_valid() and not correcting(request)
    if ready and done(form, act, request, account=account, **form.cleaned_data):
        if not is_confirmed(request, form.cleaned_data):
            page = ReadBack(
                _("Représentant"), facts_of(form), _("Noter"), undo=_("Cette mention ne pourra pas être retirée.")
            )
            return read_back(request, page, form.cleaned_data)
        messages.success(request, _("Le représentant est enregistré."))
        return redirect("lease", reference=account.reference)
    noted = representatives_of(access, tenants)
    return render(request, "tenants/household_representatives.html", {"account": account, "noted": noted, "form": form})


@door(
    Permission.DISCREET_CHANGE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
)
def discreet(request: DoorRequest, account: Account) -> HttpResponse:
    access = request.access
    mark = (
        access.rows(DiscreetMark).filter(lease=account.lease_id, last_day__gte=access.day).order_by("first_day").first()
    )
    if mark and request.method == "POST" and "end" in request.POST:
        households.end_discretion(by=access.person, mark=mark, context=access.context)
        messages.success(request, _("La discrétion a pris fin."))
        return redirect("lease", reference=account.reference)
    others = colleagues(account, access.day).exclude(pk=access.person.pk)
    initial = {"first_day": access.day, "last_day": access.day + timedelta(days=365)}
    form = DiscreetForm(request.POST or None, initial=initial, day=access.day, colleagues=others)
    if form.is_valid():
        days = {"first_day": form.cleaned_data["first_day"], "last_day": form.cleaned_data["last_day"]}
        if done(form, households.mark_discreet, request, account=account, people=form.named(), **days):
            messages.success(
                request, _("La discrétion est enregistrée. Seules les personnes nommées voient encore ce foyer.")
            )
            return redirect("lease", reference=account.reference)
    named = mark.names.select_related("person").order_by("person__name") if mark else ()
    return render(request, "tenants/discreet.html", {"account": account, "mark": mark, "named": named, "form": form})
