"""The page that imports a landlord's files: first a dry run, then the import of the same files.

The page shows counts and refused lines, but no data about people.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import result_of
from access.permissions import Permission
from audit import events
from casework.contests_due import contests_due
from exchange.actions import take_in
from exchange.forms import FilesForm
from exchange.portfolio.telling import sums
from exchange.portfolio.upload import BROUGHT

MOST_SHOWN = 200


@door(Permission.DATA_IMPORT, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def intake(request: DoorRequest) -> HttpResponse:
    """The user uploads the files twice, for the dry run and for the import, because nothing is stored in between."""
    posted = request.method == "POST"
    form = FilesForm(request.POST if posted else None, request.FILES if posted else None, person=request.access.person)
    if not form.is_valid():
        return _form_page(request, form)
    done = result_of(form, take_in, request, files=form.cleaned_data["sent"], dry=form.dry)
    if done is None:
        return _form_page(request, form)
    if not done.taken:
        # The report may be sent to whoever made the files, so it has positions and reasons but no content of a cell.
        rejects = done.rejects.listed
        context = {
            "form": form.again(),
            "done": done,
            "read": list(done.lines.items()),
            "sums": sums(done),
            "refused": len(rejects),
            "lines": rejects[:MOST_SHOWN],
            "more": max(0, len(rejects) - MOST_SHOWN),
        }
        return render(request, "exchange/intake_report.html", context)
    messages.success(
        request,
        _("Les données sont importées.")
        if done.anything
        else _("Toutes ces données étaient déjà dans Loge : rien n’a changé."),
    )
    return redirect("intake")


def _form_page(request: DoorRequest, form: FilesForm) -> HttpResponse:
    return render(request, "exchange/intake.html", {"form": form, "sheets": BROUGHT, "contests": contests_due()})
