"""Birth dates and bank details. An IBAN is masked until the user asks to see it, which the audit log records."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.guard.context import AccessContext, DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.pages.read_back import ReadBack, correcting, is_confirmed, read_back
from access.permissions import Permission
from audit import events
from formats.iban import masked
from ledger.actions.bank_details import set_bank_details
from ledger.forms.bank_details import BankForm
from ledger.models import BankDetail
from tenants.actions.identities import correct_birth_date
from tenants.forms.identities import BirthDateForm
from tenants.models import Account, Identity, LeaseParty, Tenant
from tenants.models.lease import Capacity
from tenants.queries import parties_of

ADULT = 18


@dataclass(frozen=True)
class Known:
    """The stored data of one tenant. Unless the user asked to see this tenant's bank details, `iban` is masked and
    `holder` is ""."""

    tenant: Tenant
    identity: Identity | None
    detail: BankDetail | None
    iban: str = ""
    holder: str = ""


@door(
    Permission.IDENTITY_VIEW, model=Account, lookup="reference", get_event=events.IDENTITY_OPENED, post_is_search=True
)
def identity(request: DoorRequest, account: Account) -> HttpResponse:
    access = request.access
    tenants = _tenants(access, account)
    identities = {row.pk: row for row in access.rows(Identity).filter(tenant__in=tenants)}
    details = {row.tenant_id: row for row in access.rows(BankDetail).filter(tenant__in=tenants)}
    known = []
    for pk, tenant in tenants.items():
        detail, iban, holder = details.get(pk), "", ""
        if detail and str(pk) == request.POST.get("show"):
            iban, holder = grouped(detail.iban.reveal()), detail.holder.reveal()
        elif detail:
            iban = masked(detail.iban.reveal())
        if holder:  # The audit event lists only the tenant whose bank details are shown in full.
            access.note(events.BANK_DETAILS_SHOWN, tenant=pk)
        known.append(Known(tenant, identities.get(pk), detail, iban, holder))
    context = {
        "account": account,
        "known": known,
        "may_change": access.may(Permission.BANK_CHANGE, account.building_id),
        "may_correct": access.may(Permission.IDENTITY_CHANGE, account.building_id),
    }
    return render(request, "ledger/identity.html", context)


@door(Permission.IDENTITY_CHANGE, model=Account, lookup="reference", post_event=events.FORM_SUBMITTED)
def birth_date(request: DoorRequest, account: Account, tenant: UUID) -> HttpResponse:
    access = request.access
    party = next((party for party in parties_of(access, account) if party.tenant_id == tenant), None)
    if party is None:
        raise Http404
    stored = access.rows(Identity).filter(tenant=party.tenant).first()
    form, version = BirthDateForm(request.POST or None), request.POST.get("version", "")
    act, ready = correct_birth_date, form.is_valid() and not correcting(request)
    if ready and done(form, act, request, account=account, tenant=party.tenant, version=version, **form.cleaned_data):
        if not is_confirmed(request, form.cleaned_data):
            day = form.cleaned_data["birth_date"]
            facts = [(_("Pour"), party.tenant.display_name), (_("Date de naissance"), day)]
            undo = _("La date précédente est effacée.") if stored else ""
            page = ReadBack(_("Date de naissance"), facts, _("Enregistrer"), warn_of_minor(party, day), undo)
            return read_back(request, page, form.cleaned_data)
        messages.success(request, _("La date de naissance est enregistrée."))
        return redirect("identity", reference=account.reference)
    context = {"account": account, "tenant": party.tenant, "stored": stored, "form": form}
    return render(request, "ledger/identity_birth.html", context)


def warn_of_minor(party: LeaseParty, born: date) -> list[str]:
    """Warn the user if a holder was under 18 at the beginning of the lease. A minor may be emancipated, or succeed to a
    lease, so this is no error."""
    first = party.first_day
    years = first.year - born.year - ((first.month, first.day) < (born.month, born.day))
    if years >= ADULT or party.capacity == Capacity.GUARANTOR:
        return []
    return [_("Cette personne aurait eu moins de 18 ans au début du bail : vérifiez l’année, ou son émancipation.")]


@door(
    Permission.BANK_CHANGE,
    model=Account,
    lookup="reference",
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def bank_details(request: DoorRequest, account: Account, tenant: UUID) -> HttpResponse:
    access = request.access
    holder = _tenants(access, account).get(tenant)
    if holder is None:
        raise Http404
    form = BankForm(request.POST or None, initial={"holder": f"{holder.first_name} {holder.last_name}".strip()})
    ready = form.is_valid() and not correcting(request)
    if ready and done(form, set_bank_details, request, account=account, tenant=holder, **form.cleaned_data):
        if not is_confirmed(request, form.cleaned_data):
            facts = [
                (_("Pour"), holder.display_name),
                (_("IBAN"), grouped(form.cleaned_data["iban"])),
                (pgettext("compte bancaire", "Titulaire"), form.cleaned_data["holder"]),
            ]
            undo = _("Le numéro précédent est remplacé définitivement.")
            page = ReadBack(_("Coordonnées bancaires"), facts, _("Enregistrer"), undo=undo)
            return read_back(request, page, form.cleaned_data)
        messages.success(request, _("Les coordonnées bancaires sont enregistrées."))
        return redirect("identity", reference=account.reference)
    known = access.rows(BankDetail).filter(tenant=holder).exists()
    return render(
        request, "ledger/identity_bank.html", {"account": account, "tenant": holder, "known": known, "form": form}
    )


def _tenants(access: AccessContext, account: Account) -> dict[UUID, Tenant]:
    return {party.tenant_id: party.tenant for party in parties_of(access, account)}


def grouped(iban: str) -> str:
    """Format an IBAN in groups of four."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
