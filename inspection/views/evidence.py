"""Pages to download an evidence pack, a file that can be verified without Loge."""

from io import BytesIO

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Person
from access.permissions import Permission
from audit import events
from audit.sealed.evidence_export import MOST, NothingSealed, TooMany
from audit.sealed.witnesses import WitnessesRefused
from formats.figures import figure
from inspection.evidence import Question, pack_keys, take
from inspection.forms import EvidenceAsked, Period, PersonEvidenceAsked

COMMAND = "python -I verify.py"


@door(Permission.EVIDENCE_TAKE, get_event=events.FORM_SHOWN, post_is_search=True, reauthenticate=True)
def evidence(request: DoorRequest) -> HttpResponse:
    """Download a pack about accounts or a period. The references come by POST, so that no URL contains them."""
    form = EvidenceAsked(request.POST or None, access=request.access)
    if form.is_valid() and (pack := _pack(request, form, form.question(form.cleaned_data["references"]))):
        return pack
    return _form_page(request, form)


@door(Permission.EVIDENCE_TAKE, model=Person, get_event=events.FORM_SHOWN, post_is_search=True, reauthenticate=True)
def evidence_person(request: DoorRequest, person: Person) -> HttpResponse:
    """Download a pack about what one colleague viewed and changed. A reason must be given first, as on the page with
    that person's events."""
    form = PersonEvidenceAsked(request.POST or None)
    if form.is_valid():
        question = form.question({}, person, form.cleaned_data["reason"])
        if pack := _pack(request, form, question):
            return pack
    return _form_page(request, form, of_person=True)


def _pack(request: DoorRequest, form: Period, question: Question) -> HttpResponse | None:
    """Build the file in memory: `MOST` events take a few megabytes. If there is no pack, add an error to the form and
    return None."""
    file = BytesIO()
    try:
        take(request.access, question, file, MOST)
    except NothingSealed:
        form.add_error(
            None, _("Aucune mention n’est encore sous sceau : aucun dossier de preuves ne peut être établi.")
        )
    except WitnessesRefused as refusal:
        form.add_error(None, str(refusal))
    except TooMany:
        words = {"most": figure(MOST)}
        form.add_error(None, _("Plus de %(most)s mentions : choisissez une période plus courte.") % words)
    else:
        headers = {"Content-Disposition": f'attachment; filename="{_file(request)}"'}
        return HttpResponse(file.getvalue(), content_type="application/zip", headers=headers)
    return None


def _form_page(request: DoorRequest, form: forms.Form, *, of_person: bool = False) -> HttpResponse:
    back = "seal" if request.access.holds(Permission.TRACE_READ) else "control"
    page = {"form": form, "of_person": of_person, "back": back, "keys": pack_keys()}
    page["command"] = f"{COMMAND} {_file(request)}"
    return render(request, "inspection/evidence.html", page)


def _file(request: DoorRequest) -> str:
    return f"{_('preuves')}-{request.access.day:%Y-%m-%d}.zip"
