"""The pages that import a landlord's files: first a dry run, then the import of the same files.

The pages show counts and refused lines, but no data about people.
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Place
from access.pages.acting import result_of
from access.permissions import Permission
from audit import events
from casework.contests_due import contests_due
from exchange.actions import queue_applications, queue_portfolio, take_in
from exchange.answers import file_response, refused_context
from exchange.applications.csv_sheet import APPLICATIONS
from exchange.applications.importing import LEVELS
from exchange.applications.upload import size_in_lines, take_in_applications
from exchange.forms import ApplicationsForm, FilesForm
from exchange.limits import may_run_at_once
from exchange.portfolio.blank_files import blank_file
from exchange.portfolio.reasons import Rejects
from exchange.portfolio.refused_lines import refused_lines
from exchange.portfolio.sheet import Sheet
from exchange.portfolio.telling import sums
from exchange.portfolio.upload import BROUGHT, REFUSED_PREFIX, MemoryFile
from formats.spreadsheets import CSV, WORKBOOK, kind_of


@door(Permission.DATA_IMPORT, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def intake(request: DoorRequest) -> HttpResponse:
    """Import portfolio files. The user uploads the files twice, for the dry run and for the import, because nothing is
    stored in between. Large files go to the background."""
    posted = request.method == "POST"
    form = FilesForm(request.POST if posted else None, request.FILES if posted else None, person=request.access.person)
    if not form.is_valid():
        return _form_page(request, form)
    sent = form.cleaned_data["sent"]
    if not may_run_at_once(sum(file.rows for file in sent.values())):
        run = result_of(form, queue_portfolio, request, files=sent, dry=form.dry)
        return redirect("import_run", pk=run.pk) if run else _form_page(request, form)
    done = result_of(form, take_in, request, files=sent, dry=form.dry)
    if done is None:
        return _form_page(request, form)
    if not done.taken:
        if answer := _refused_lines(request, {sheet.file: (sheet, file) for sheet, file in sent.items()}, done.rejects):
            return answer
        next_form = FilesForm(person=request.access.person) if done.rejects.listed else form.again()
        context = {"form": next_form, "read": list(done.lines.items()), "sums": sums(done)}
        context["is_empty"] = not any(done.lines.values())
        return render(request, "exchange/intake_report.html", context | refused_context(done.rejects))
    messages.success(
        request,
        _("Les données sont importées.")
        if done.anything
        else _("Toutes ces données étaient déjà dans Loge : rien n’a changé."),
    )
    return redirect("intake")


@door(Permission.DATA_IMPORT, post_event=events.FORM_SUBMITTED, reauthenticate=True)
def applications_import(request: DoorRequest) -> HttpResponse:
    """Import housing applications. The user uploads the file twice, for the dry run and for the import."""
    posted = request.method == "POST"
    form = ApplicationsForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        person=request.access.person,
        places=request.access.rows(Place).filter(level__in=LEVELS).order_by("path"),
    )
    done = None
    if form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("file", "place")}
        if may_run_at_once(size_in_lines(sent["file"])):
            done = result_of(form, take_in_applications, request, dry=form.dry, **sent)
        elif run := result_of(form, queue_applications, request, dry=form.dry, **sent):
            return redirect("import_run", pk=run.pk)
    if done is None:
        return render(request, "exchange/applications.html", {"form": form, "sheet": APPLICATIONS})
    if not done.taken:
        sent_file = {APPLICATIONS.file: (APPLICATIONS, form.cleaned_data["file"])}
        if answer := _refused_lines(request, sent_file, done.report.rejects):
            return answer
        next_form = form.another() if done.report.rejects.listed else form.again()
        context = {"form": next_form, "done": done, "place": form.cleaned_data["place"]}
        return render(request, "exchange/applications_report.html", context | refused_context(done.report.rejects))
    sentence = _(
        "Le fichier est importé. Demandes ajoutées : %(added)d, mises à jour : %(updated)d, inchangées : %(unchanged)d."
    )
    messages.success(request, sentence % {name: done.counts[name] for name in ("added", "updated", "unchanged")})
    return redirect("applications_import")


@door(Permission.DATA_IMPORT, get_event=events.FORM_SHOWN)
def intake_blank_file(request: DoorRequest, file: str) -> HttpResponse:
    """Download an empty file of one kind. It contains the names of columns, and no data."""
    sheet = {sheet.file: sheet for sheet in (*BROUGHT, APPLICATIONS)}.get(file)
    if sheet is None:
        raise Http404
    kind = kind_of(request)
    return file_response(
        blank_file(sheet, kind), sheet.file.removesuffix("csv") + kind, WORKBOOK if kind == "xlsx" else CSV
    )


def _refused_lines(
    request: DoorRequest, sent: dict[str, tuple[Sheet, MemoryFile]], rejects: Rejects
) -> HttpResponse | None:
    """Return the refused lines of one file as a download, or None. The value of the button `lignes` names the file."""
    wanted = sent.get(request.POST.get("lignes", ""))
    content = refused_lines(wanted[1], wanted[0], rejects) if wanted else None
    if wanted is None or content is None:
        return None
    request.access.note(events.EXPORT_TAKEN, format="csv", count=len({reject.line for reject in rejects.listed}))
    return file_response(content, f"{REFUSED_PREFIX}{wanted[0].file}", CSV)


def _form_page(request: DoorRequest, form: FilesForm) -> HttpResponse:
    return render(request, "exchange/intake.html", {"form": form, "sheets": BROUGHT, "contests": contests_due()})
