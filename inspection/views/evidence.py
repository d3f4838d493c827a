"""Pages to download an evidence pack: a zip file with audit events that an outsider can verify without Loge."""

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
    """Download the evidence pack of some accounts or of a period.

    Account references are sent by POST, so that they appear in no URL and no server log.
    """
    form = EvidenceAsked(request.POST or None, access=request.access)
    if form.is_valid() and (pack := _pack(request, form, form.question(form.cleaned_data["references"]))):
        return pack
    return _form_page(request, form)


@door(Permission.EVIDENCE_TAKE, model=Person, get_event=events.FORM_SHOWN, post_is_search=True, reauthenticate=True)
def evidence_person(request: DoorRequest, person: Person) -> HttpResponse:
    """Download the evidence pack of what one employee opened and changed.

    As on the page with that employee's audit events, a reason must be given first.
    """
    form = PersonEvidenceAsked(request.POST or None)
    if form.is_valid():
        question = form.question({}, person, form.cleaned_data["reason"])
        if pack := _pack(request, form, question):
            return pack
    return _form_page(request, form, of_person=True)


def _pack(request: DoorRequest, form: Period, question: Question) -> HttpResponse | None:
    """Return the evidence pack as a download. If it cannot be made, add an error to the form and return None.

    The pack is built in memory. At the maximum of `MOST` events it has a few megabytes.
    """
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
