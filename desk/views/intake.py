"""A landlord's files, brought in from a browser: tried first, then the same files for good. Nobody is shown here."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.door import door
from access.look import DoorRequest
from access.permissions import Permission
from access.views.acting import tried
from audit import events
from desk.actions import take_in
from desk.forms.intake import FilesForm
from desk.portfolio.importing import Imported
from desk.portfolio.telling import sums
from desk.portfolio.upload import BROUGHT
from tenants.contests_due import contests_due

MOST_SHOWN = 200


@door(Permission.DATA_IMPORT, records=events.FORM_SHOWN, writes=True, fresh=True)
def intake(request: DoorRequest) -> HttpResponse:
    """Files come twice: to be tried, and to be taken in. Between the two, nothing of them is kept."""
    sent = request.method == "POST"
    form = FilesForm(request.POST if sent else None, request.FILES if sent else None, person=request.look.person)
    if not form.is_valid():
        return _asked(request, form)
    runs: list[Imported] = []
    what = {"files": form.cleaned_data["sent"], "dry": form.dry, "context": request.look.context}
    if not tried(form, lambda: runs.append(take_in(by=request.look.person, **what))):
        return _asked(request, form)
    [done] = runs
    if not done.taken:
        return _told(request, form, done)
    messages.success(request, _("C’est repris.") if done.anything else _("Tout était déjà là : rien ne change."))
    return redirect("intake")


def _asked(request: DoorRequest, form: FilesForm) -> HttpResponse:
    return render(request, "desk/intake.html", {"form": form, "sheets": BROUGHT, "contests": contests_due()})


def _told(request: DoorRequest, form: FilesForm, done: Imported) -> HttpResponse:
    """Places and reasons, never a cell: the report may be sent to whoever made the files."""
    found = done.rejects.found
    return render(
        request,
        "desk/intake_report.html",
        {
            "form": form.again(),
            "done": done,
            "read": list(done.lines.items()),
            "sums": sums(done),
            "refused": len(found),
            "lines": found[:MOST_SHOWN],
            "more": max(0, len(found) - MOST_SHOWN),
        },
    )
