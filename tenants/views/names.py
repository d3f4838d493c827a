"""The page that corrects the name of a person of a lease, and erases former names."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done, row_or_404
from access.permissions import Permission
from audit import events
from tenants.actions.names import correct_name, remove_former_name
from tenants.forms.names import NameCorrectionForm
from tenants.models import Account
from tenants.names import FIELDS
from tenants.queries import former_names_of, people_of


@door(Permission.LEASE_CHANGE, model=Account, lookup="reference", post_event=events.FORM_SUBMITTED)
def name_correction(request: DoorRequest, account: Account, tenant: UUID) -> HttpResponse:
    access = request.access
    person = people_of(access, account).get(tenant)
    if person is None:
        raise Http404
    former = former_names_of(access, [person.pk])
    if removed := request.POST.get("remove"):
        remove_former_name(
            by=access.person, account=account, former=row_or_404(former, removed), context=access.context
        )
        messages.success(request, _("L’ancien nom est effacé."))
        return redirect("name_correction", reference=account.reference, tenant=person.pk)
    form = NameCorrectionForm(request.POST or None, initial={field: getattr(person, field) for field in FIELDS})
    if form.is_valid():
        values = {"name": form.name(), "change": form.change(), "version": request.POST.get("version", "")}
        if done(form, correct_name, request, account=account, tenant=person, **values):
            messages.success(request, _("Le nom est corrigé."))
            return redirect("lease", reference=account.reference)
    context = {"account": account, "tenant": person, "former": former, "form": form}
    return render(request, "tenants/name_correction.html", context)
