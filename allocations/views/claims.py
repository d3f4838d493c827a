"""Pages for reading one candidate's sheet after a discrimination claim: the data protection officer requests and reads
it, and the allocation manager approves the request."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from allocations.actions.claims import agree_to_claim, ask_claim
from allocations.committee.claims import opened_sheet, waiting_claims
from allocations.forms.claims import AgreeForm, ClaimForm
from allocations.models import ClaimReading
from audit import events
from audit.events import Code


@door(Permission.CLAIM_READ, get_event=events.LIST_SHOWN, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def claims(request: DoorRequest) -> HttpResponse:
    """Request to read a candidate's sheet, given by the reference on the decision letter. Also list the person's own
    requests."""
    access = request.access
    access.note(list=Code("claims"))
    form = ClaimForm(request.POST or None)
    if form.is_valid() and done(form, ask_claim, request, **form.cleaned_data):
        messages.success(request, _("La lecture est demandée. Le responsable du peuplement doit donner son accord."))
        return redirect("claims")
    rows = access.rows(ClaimReading).order_by("-asked_at", "id")
    return render(request, "allocations/claims.html", {"form": form, "rows": rows, "now": access.at})


@door(Permission.CLAIM_READ, get_event=events.CLAIM_READ, model=ClaimReading, reauthenticate=True)
def claim(request: DoorRequest, claim: ClaimReading) -> HttpResponse:
    """Display a candidate's anonymous sheet to the person whose request to read it was approved in the last 24
    hours."""
    opened = opened_sheet(claim.pk)
    if opened is None:
        raise Http404
    return render(request, "allocations/claim.html", {"claim": claim, "opened": opened})


@door(Permission.CLAIM_AGREE, get_event=events.LIST_SHOWN, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def claims_to_agree(request: DoorRequest) -> HttpResponse:
    """List the requests to read an applicant's sheet that await approval, and approve one. The sheets are not shown."""
    request.access.note(list=Code("claims"))
    form = AgreeForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, agree_to_claim, request, claim=form.cleaned_data["claim"]):
        messages.success(request, _("L’accord est donné : la fiche peut être lue pendant vingt-quatre heures."))
        return redirect("claims_to_agree")
    return render(request, "allocations/claims_to_agree.html", {"form": form, "rows": waiting_claims()})
