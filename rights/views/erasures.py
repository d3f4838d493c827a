"""Page on which the data protection officer decides which data of a person are erased."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from rights.actions.erasures import decide_erasure
from rights.disclosure.looks import requesters
from rights.erasures import stored_lines
from rights.forms import ErasureForm
from rights.models import SubjectRequest


@door(
    Permission.SUBJECT_REQUESTS_ANSWER,
    model=SubjectRequest,
    get_event=events.ERASURE_LISTED,
    post_event=events.ERASURE_LISTED,
    reauthenticate=True,
)
def erasure(request: DoorRequest, subject_request: SubjectRequest) -> HttpResponse:
    """List the person's stored data by kind. The employee decides whether to erase or keep each kind that Loge no
    longer has a legal ground to store."""
    lines = stored_lines(subject_request)
    if not lines:
        raise Http404
    request.access.note(request=subject_request.pk)
    form = ErasureForm(request.POST if request.method == "POST" else None, lines=[ln for ln in lines if ln.erasable])
    if form.is_valid() and done(
        form,
        decide_erasure,
        request,
        subject_request=subject_request,
        erased=form.erased,
        spared=form.spared,
        recipients=form.cleaned_data["recipients"],
    ):
        messages.success(request, _("La réponse est enregistrée. Remettez ou postez la lettre."))
        return redirect("subject_letter", pk=subject_request.pk)
    context = {
        "asked": subject_request,
        "name": requesters().get(subject_request.tenant_id, ""),
        "form": form,
        "staying": [line for line in lines if not line.erasable],
    }
    return render(request, "rights/erasure.html", context)
