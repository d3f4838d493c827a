"""The pages that show imports in the background: their list, the progress of one of them, and its result."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from access.constraints import declared
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Place
from access.permissions import Permission
from audit import events
from audit.events import Code
from exchange.answers import file_response, refused_context
from exchange.applications.csv_sheet import APPLICATIONS
from exchange.applications.importing import LEVELS
from exchange.background import files as stored
from exchange.background.reports import StoredReport, decode
from exchange.forms import ApplicationsForm, FilesForm, sign_dry_run
from exchange.models import ImportRun, RunState
from exchange.portfolio.sheets import SHEETS
from exchange.portfolio.upload import REFUSED_PREFIX
from formats.spreadsheets import CSV

MOST_LISTED = 100
# Maximum time between a dry run and the import of the same files. For small files, exchange/forms.py sets the same.
TRIED_FOR = timedelta(hours=1)
# The page of a running import requests the progress every five seconds, but only MOST_POLLS times.
# Only a button continues after MOST_POLLS requests, because endless requests would keep an abandoned session unlocked.
MOST_POLLS = 60
_DOCUMENTED = {sheet.file for sheet in (*SHEETS, APPLICATIONS)}
_WATCHED = ("id", "kind", "dry", "state", "rows", "queued_at", "started_at", "ended_at", "person__name", "place__name")


@door(Permission.DATA_IMPORT, get_event=events.IMPORTS_SHOWN)
def import_runs(request: DoorRequest) -> HttpResponse:
    """List the person's own imports in the background, newest first."""
    runs = request.access.rows(ImportRun).select_related("place").order_by("-queued_at")
    return render(request, "exchange/import_runs.html", {"runs": runs[:MOST_LISTED]})


@door(Permission.TRACE_READ, get_event=events.IMPORTS_SHOWN)
def imports_watched(request: DoorRequest) -> HttpResponse:
    """List the imports of all people: who imported what and when, without the results."""
    runs = request.access.rows(ImportRun).select_related("person", "place").only(*_WATCHED).order_by("-queued_at")
    return render(request, "exchange/imports_watched.html", {"runs": runs[:MOST_LISTED]})


@door(Permission.DATA_IMPORT, model=ImportRun, get_event=events.IMPORTS_SHOWN)
def import_run(request: DoorRequest, run: ImportRun) -> HttpResponse:
    """Show the progress or the result of an import. After a dry run without errors, the page offers the import."""
    if run.is_active:
        return render(request, "exchange/import_run.html", {"run": run, "poll": next_poll(request)})
    report = decode(run)
    context = {
        "run": run,
        "report": report,
        "problem": dict(declared()).get(run.problem, ""),
        "form": form_after(request, run, report),
        "downloads": stored.downloadable(run),
    }
    refused = refused_context(report.rejects) | {"refused_files": []}
    return render(request, "exchange/import_run.html", context | refused)


@door(Permission.DATA_IMPORT, model=ImportRun, get_event=events.EXPORT_TAKEN)
def import_run_file(request: DoorRequest, run: ImportRun, file: str) -> HttpResponse:
    """Download the refused lines of a file of an import, within an hour after its end."""
    content = stored.refused_lines_in(run, file) if file in _DOCUMENTED else None
    if content is None:
        raise Http404
    lines = {reject.line for reject in decode(run).rejects.listed if reject.file == file}
    request.access.note(format=Code("csv"), count=len(lines))
    return file_response(content, f"{REFUSED_PREFIX}{file}", CSV)


def next_poll(request: DoorRequest) -> int:
    """Return the number of the next automatic request for the progress, from 1 to MOST_POLLS, or 0 after the last."""
    number = request.GET.get("suivi", "0")
    reached = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else MOST_POLLS
    return reached + 1 if reached < MOST_POLLS else 0


def form_after(request: DoorRequest, run: ImportRun, report: StoredReport) -> Any:
    """Return the form that imports the files of a dry run without errors, for an hour after its end. Otherwise None."""
    now, person = timezone.now(), request.access.person
    if run.state != RunState.CHECKED or not report.changes or not run.ended_at or run.ended_at < now - TRIED_FOR:
        return None
    if run.place_id is None:
        return FilesForm.after(person, sign_dry_run(person, run.report["print"], run.ended_at))
    places = request.access.rows(Place).filter(level__in=LEVELS).order_by("path")
    tried = sign_dry_run(person, [run.report["print"], str(run.place_id)], run.ended_at)
    return ApplicationsForm.after(person, tried, run.place_id, places)
