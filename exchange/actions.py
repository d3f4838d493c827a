"""Imports a landlord's files that a user uploads in the browser: at once, or in the background if they are large."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from access.constraints import all_or_nothing
from access.models import Person, Place
from audit import events
from audit.events import Code, Outcome
from audit.record import NOWHERE, Context, Subject, record, record_view
from exchange.applications.reader import is_xml
from exchange.applications.report import CSV_FILE, REGISTER_FILE
from exchange.applications.upload import record_attempt, size_in_lines
from exchange.background.files import store
from exchange.limits import allow_long_statements, require_daily_allowance
from exchange.models import UPLOAD_STORED_FOR, ImportFile, ImportKind, ImportRun
from exchange.portfolio.importing import Imported, facts_of, read_in
from exchange.portfolio.upload import MemoryFile, Sent, fingerprint

LOGIN = "jobs"
RUN_STORED_FOR = timedelta(days=30)


@all_or_nothing()
def take_in(*, by: Person, files: Sent, dry: bool, context: Context = NOWHERE) -> Imported:
    """Import uploaded portfolio files: all of them, or nothing after an error.

    An audit event is recorded for each file before the file is read, even in a dry run. Raises ValidationError above
    the daily limit of files or lines.
    """

    def tell(done: Imported) -> None:
        record(events.PORTFOLIO_IMPORTED, by=by, context=context, **facts_of(done))

    _record_attempts(by, files, context)
    require_daily_allowance()
    allow_long_statements()
    return read_in(files, dry=dry, tell=tell, using="default")


@all_or_nothing()
def queue_portfolio(*, by: Person, files: Sent, dry: bool, context: Context = NOWHERE) -> ImportRun:
    """Store uploaded portfolio files for an import in the background, and return the import.

    Audit events, daily limits and errors are those of `take_in`. Raises ValidationError if another import of this
    person has not ended.
    """
    _record_attempts(by, files, context)
    require_daily_allowance()
    rows = sum(file.rows for file in files.values())
    run = ImportRun(person=by, kind=ImportKind.PORTFOLIO, dry=dry, rows=rows)
    run.report = {"print": fingerprint(files)}
    _queue(run, {sheet.file: file.content for sheet, file in files.items()}, by=by, context=context)
    return run


@all_or_nothing()
def queue_applications(
    *, by: Person, file: MemoryFile, place: Place, dry: bool, context: Context = NOWHERE
) -> ImportRun:
    """Store a file of housing applications for an import in the background, and return the import.

    Audit events, daily limits and errors are those of `take_in_applications`. Raises ValidationError if another import
    of this person has not ended.
    """
    record_attempt(by, file, place, context)
    require_daily_allowance()
    xml = is_xml(file)
    rows = size_in_lines(file) if xml else file.rows
    run = ImportRun(person=by, kind=ImportKind.APPLICATIONS, place=place, dry=dry, rows=rows)
    run.report = {"print": file.digest}
    _queue(run, {REGISTER_FILE if xml else CSV_FILE: file.content}, by=by, context=context)
    return run


def expire_runs(*, by: str) -> int:
    """Delete imports that ended thirty days ago, and uploaded files that are an hour old. Returns how many imports were
    deleted.

    `run_imports` deletes the files itself, unless it is stopped.
    """
    now = timezone.now()
    with transaction.atomic(using=LOGIN):
        old_runs = ImportRun.objects.using(LOGIN).filter(queued_at__lt=now - UPLOAD_STORED_FOR)
        uploads = ImportFile.objects.using(LOGIN).filter(run__in=old_runs)
        uploads.exclude(refused=True, run__ended_at__gte=now - UPLOAD_STORED_FOR).delete()
        gone = ImportRun.objects.using(LOGIN).filter(ended_at__lt=now - RUN_STORED_FOR).delete()[0]
        if gone:
            record(events.IMPORTS_EXPIRED, by=by, using=LOGIN, imports=gone)
    return int(gone)


def _record_attempts(by: Person, files: Sent, context: Context) -> None:
    for sheet, file in files.items():
        lines = file.content.count(b"\n")
        record_view(
            events.PORTFOLIO_TRIED, Outcome.ATTEMPTED, by=by, context=context, count=lines, sheet=Code(sheet.file)
        )


def _queue(run: ImportRun, files: Mapping[str, bytes], *, by: Person, context: Context) -> None:
    run.save(force_insert=True)
    store(run, files)
    about: dict[str, Any] = {"about": Subject("importrun", run.pk), "place": run.place_id}
    record(events.IMPORT_QUEUED, by=by, context=context, scope=Code(run.kind), lines=run.rows, **about)
