"""Runs the imports that wait, one after the other, each as the person who uploaded the files.

The uploaded files are deleted when the import begins, in the transaction that takes it from the queue, so that a crash
leaves none. The result is stored in the transaction that imports the rows: both are committed, or neither is.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from access.constraints import name_of
from access.guard.context import AccessContext, as_database_role
from access.models import Person, Place
from access.permissions import Permission
from audit import events
from audit.events import Code
from audit.record import Subject, record
from exchange.applications.csv_sheet import APPLICATIONS
from exchange.applications.importing import run_import
from exchange.applications.reader import is_xml
from exchange.background import files as stored
from exchange.background.progress import Beat, Progress, RunLost
from exchange.background.reports import encode_applications, encode_portfolio
from exchange.models import SILENT_FOR, UPLOAD_STORED_FOR, ImportFile, ImportKind, ImportRun, Phase, RunState
from exchange.portfolio.importing import Imported, facts_of, read_in
from exchange.portfolio.reasons import Rejects
from exchange.portfolio.refused_lines import refused_lines
from exchange.portfolio.sheets import SHEETS
from exchange.portfolio.upload import MemoryFile
from privacy.encryption.values import Unreadable

NAME = "run_imports"
_SHEETS = {sheet.file: sheet for sheet in (*SHEETS, APPLICATIONS)}
_ROUTES = {ImportKind.PORTFOLIO: "intake", ImportKind.APPLICATIONS: "applications_import"}
# This event is set when the process is told to end.
stopping = Event()
_log = logging.getLogger("loge.imports")


@dataclass
class Outcome:
    """How an import ended, with the refused lines of each file."""

    state: RunState
    report: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, bytes] = field(default_factory=dict)


def run_next() -> ImportRun | None:
    """Run the import that has waited longest, and return it with its final state. Returns None if none waits."""
    taken = take_next()
    if taken is None:
        return None
    run, files = taken
    if run.state == RunState.RUNNING:
        execute(run, files)
    run.refresh_from_db()
    return run


def take_next() -> tuple[ImportRun, dict[str, bytes]] | None:
    """Take the import that has waited longest from the queue, and delete its uploaded files from the database.

    If the files are gone, as after a restart of a crashed database server, the import is marked as interrupted.
    """
    with transaction.atomic():
        waiting = ImportRun.objects.select_for_update(skip_locked=True).filter(state=RunState.WAITING)
        run = waiting.order_by("queued_at", "id").first()
        if run is None:
            return None
        uploads = ImportFile.objects.filter(run=run)
        try:
            files = {row.file: stored.content_of(row) for row in uploads}
        except Unreadable:  # This process lacks the key that decrypts the file.
            _log.exception("upload_unreadable")
            files = {}
        uploads.delete()
        if files:
            run.state = RunState.RUNNING
            ImportRun.objects.filter(pk=run.pk).update(state=run.state, started_at=Now(), beat_at=Now())
        else:
            _stop(run, RunState.INTERRUPTED)
    return run, files


def give_up_stale_runs() -> int:
    """End the imports whose process has crashed, and those that nobody began within an hour. Delete files that are an
    hour old. Returns how many imports were ended."""
    now, ended = timezone.now(), 0
    with transaction.atomic():
        active = ImportRun.objects.active().select_for_update(skip_locked=True)
        for run in active.filter(state=RunState.RUNNING, beat_at__lt=Now() - SILENT_FOR):
            _stop(run, RunState.INTERRUPTED)
            ended += 1
        for run in active.filter(state=RunState.WAITING, queued_at__lt=now - UPLOAD_STORED_FOR):
            ImportFile.objects.filter(run=run).delete()
            _stop(run, RunState.EXPIRED)
            ended += 1
        over = ImportRun.objects.filter(ended_at__lt=now - UPLOAD_STORED_FOR)
        ImportFile.objects.filter(run__in=over).delete()
    return ended


def execute(run: ImportRun, files: Mapping[str, bytes]) -> None:
    """Run an import. After an error the import is marked as ended, and nothing else is stored."""
    sources = {name: MemoryFile(content) for name, content in files.items()}
    try:
        progress, access = progress_of(run, sources), access_of(run)
        with Beat(run, progress) as beat, as_database_role(access, read_only=False):
            require_right_to_import()
            outcome = import_files(run, sources, access, progress)
            require_right_to_import()
            beat.stop()
            finish(run, outcome, progress)
    except PermissionDenied:
        _end_without_result(run, RunState.WITHDRAWN)
    except RunLost:
        _log.warning("import_lost")
    except ValidationError as error:
        _end_without_result(run, RunState.FAILED, getattr(error, "code", "") or "")
    except (MemoryError, SystemExit, KeyboardInterrupt):  # The process ends, so the import is marked as interrupted.
        _end_without_result(run, RunState.INTERRUPTED)
        raise
    except Exception as error:  # An uncaught error would prevent the next import, and its traceback could quote a cell.
        _log.exception("import_failed")
        # `stopping` is checked, because COPY turns the exception that a signal raises into a database error.
        state = RunState.INTERRUPTED if stopping.is_set() else RunState.FAILED
        _end_without_result(run, state, name_of(error) if isinstance(error, DatabaseError) else "")


def require_right_to_import() -> None:
    """Raise PermissionDenied if the current person may not import files now, because an assignment has ended or the
    sign-in was closed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_imports_files()")
        if not cursor.fetchone()[0]:
            raise PermissionDenied


def progress_of(run: ImportRun, sources: Mapping[str, MemoryFile]) -> Progress:
    if run.kind == ImportKind.PORTFOLIO:
        return Progress({name: source.rows for name, source in sources.items()})
    [(name, source)] = sources.items()
    return Progress({name: run.rows}, size=len(source.content) if is_xml(source) else 0, in_one_pass=True)


def access_of(run: ImportRun) -> AccessContext:
    return AccessContext(
        person=Person(pk=run.person_id),
        permission=Permission.DATA_IMPORT,
        kind=events.FORM_SUBMITTED,
        route=_ROUTES[ImportKind(run.kind)],
        request_id=uuid4(),
        at=timezone.now(),
    )


def import_files(
    run: ImportRun, sources: Mapping[str, MemoryFile], access: AccessContext, progress: Progress
) -> Outcome:
    if run.place_id:
        [(name, source)] = sources.items()
        progress.enter(Phase.READING, name)
        place = Place.objects.get(pk=run.place_id)
        applications = run_import(
            source, by=access.person, place=place, dry=run.dry, context=access.context, step=progress.step
        )
        return outcome_of(run, sources, applications.report.rejects, encode_applications(applications))

    def tell(done: Imported) -> None:
        record(events.PORTFOLIO_IMPORTED, by=access.person, context=access.context, **facts_of(done))

    portfolio = read_in(
        {_SHEETS[name]: source for name, source in sources.items()},
        dry=run.dry,
        tell=tell,
        using="default",
        step=progress.step,
        enter=lambda phase, file: progress.enter(Phase(phase), file),
    )
    return outcome_of(run, sources, portfolio.rejects, encode_portfolio(portfolio))


def outcome_of(run: ImportRun, sources: Mapping[str, MemoryFile], rejects: Rejects, report: dict[str, Any]) -> Outcome:
    if not rejects.listed:
        return Outcome(RunState.CHECKED if run.dry else RunState.IMPORTED, report)
    files = {name: refused_lines(source, _SHEETS[name], rejects) for name, source in sources.items() if name in _SHEETS}
    return Outcome(RunState.REFUSED, report, {name: content for name, content in files.items() if content})


def finish(run: ImportRun, outcome: Outcome, progress: Progress) -> None:
    """Store the result of an import in its transaction, with the rights of the login instead of the person's.

    Raises RunLost if another process has given the import up meanwhile: its rows must not be committed then.
    """
    if outcome.state != RunState.REFUSED:
        progress.finish()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL ROLE NONE")
    values = progress.values() | {"phase": "", "file": ""}
    running = ImportRun.objects.filter(pk=run.pk, state=RunState.RUNNING)
    if not running.update(state=outcome.state, ended_at=timezone.now(), report=run.report | outcome.report, **values):
        raise RunLost
    stored.store(run, outcome.refused, refused=True)


def _end_without_result(run: ImportRun, state: RunState, problem: str = "") -> None:
    with transaction.atomic():
        running = ImportRun.objects.select_for_update().filter(pk=run.pk, state=RunState.RUNNING).first()
        if running is not None:
            _stop(running, state, problem)


def _stop(run: ImportRun, state: RunState, problem: str = "") -> None:
    run.state, run.problem, run.phase, run.ended_at = state, problem, "", timezone.now()
    run.save(update_fields=["state", "problem", "phase", "ended_at"])
    record(events.IMPORT_STOPPED, by=NAME, about=Subject("importrun", run.pk), result=Code(state.value))
