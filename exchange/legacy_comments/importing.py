"""Imports legacy comments in batches.

Each batch is one transaction, which also stores how far the file has been read. So an interrupted run resumes after the
last complete batch. Importing a complete file again changes nothing.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.views.decorators.debug import sensitive_variables

from audit import events
from audit.record import record
from casework.actions.legacy_comments import NOTE_CODE, NOTE_MONTHS, NOTE_REASON
from casework.models import AccountNote, LegacyComment, LegacyCommentFile
from casework.models.legacy_comments import KEPT_DAYS, TOO_LONG
from exchange.legacy_comments.accounts import JOBS, Accounts, Known, today
from exchange.legacy_comments.reading import Record, fingerprint, records
from exchange.legacy_comments.sheet import COMMENTS
from exchange.portfolio.reader import Reading, Shape, shape_of
from exchange.portfolio.reasons import Reject, Rejects
from formats.months import months_after
from privacy.screened import LONGEST, REASONS, Clean, Refused, require_allowed_text
from screening import Context

AT_ONCE = 1_000
# A comment with more characters than this is not screened. It becomes a restricted comment that people decide on.
SCREENED = 2_000
Step = Callable[[int], object]
Tell = Callable[[Reject], object]


class Overtaken(Exception):
    """Raised if another run is importing the same file at the same time."""


@dataclass
class Run:
    """One run over a file. `was` is the database row of the file, as the latest committed batch left it.

    `before` is the number of bytes that earlier runs have read. `already` is True if an earlier run has completed the
    file.
    """

    was: LegacyCommentFile
    day: date
    before: int = 0
    seconds: float = 0.0
    already: bool = False

    @classmethod
    def begin(cls, path: Path, by: str) -> "Run":
        """Find or create the database row of the file. Records the start of a run, unless the file is already
        complete."""
        mark = fingerprint(path)
        with transaction.atomic(using=JOBS):
            day = today()
            rows = LegacyCommentFile.objects.using(JOBS)
            was, _made = rows.get_or_create(fingerprint=mark, defaults={"begun_on": day})
            run = cls(was, day, was.position, already=was.finished_on is not None)
            if not run.already:
                record(events.INHERITANCE_BEGUN, by=by, using=JOBS, inheritance=was.pk, line=was.lines + 1)
        return run

    def lock(self) -> None:
        """Lock the database row of the file until the end of the batch.

        Raises Overtaken if another run has read further in the file, because this run would import the same comments
        a second time.
        """
        rows = LegacyCommentFile.objects.using(JOBS).select_for_update()
        if not rows.filter(pk=self.was.pk, position=self.was.position, finished_on=None).exists():
            raise Overtaken

    @sensitive_variables("group", "rows", "row", "source", "batch", "text")
    def import_batch(self, shape: Shape, group: tuple[Record, ...]) -> "Batch":
        """Import one batch of records in a transaction."""
        batch = Batch()
        with transaction.atomic(using=JOBS):
            self.lock()
            batch.rejects.know_columns(COMMENTS.file, COMMENTS.columns, shape.places)
            reading = Reading(COMMENTS, shape, batch.rejects)  # line 1 of the file is skipped, because it is the header
            rows = [
                row for source in group if source.line > 1 and (row := reading.row(source.line, source.raw)) is not None
            ]
            accounts = Accounts([row[1] for row in rows], [row[2] for row in rows])
            for line, reference, key, written_on, _author, text in rows:
                named, known = "compte" if reference else "bail", accounts.find(reference, key)
                if known is None or known.settled:
                    batch.rejects.add(COMMENTS.file, line, named, "resting" if known else "unknown")
                elif written_on > self.day:
                    batch.rejects.add(COMMENTS.file, line, "date", "future")
                else:
                    batch.add(self, line, known, written_on, text)
            AccountNote.objects.using(JOBS).bulk_create(batch.notes)
            LegacyComment.objects.using(JOBS).bulk_create(batch.sealed)
            self.advance(batch, group[-1])
        return batch

    def advance(self, batch: "Batch", last: Record) -> None:
        """Update the counts of the file in the transaction of the batch.

        A database constraint checks that notes and restricted comments add up to the number of imported comments.
        """
        noted, sealed = len(batch.notes), len(batch.sealed)
        refused = len({reject.line for reject in batch.rejects.listed})
        LegacyCommentFile.objects.using(JOBS).filter(pk=self.was.pk).update(
            position=last.end,
            lines=last.lines,
            refused=F("refused") + refused,
            imported=F("imported") + noted + sealed,
            noted=F("noted") + noted,
            waiting=F("waiting") + sealed,
        )
        self.was.position, self.was.lines = last.end, last.lines

    def finish(self, by: str) -> None:
        """Mark the file as complete, and record its counts in an audit event."""
        with transaction.atomic(using=JOBS):
            self.lock()
            LegacyCommentFile.objects.using(JOBS).filter(pk=self.was.pk).update(finished_on=self.day)
            self.was.refresh_from_db(using=JOBS)
            counts = {"noted": self.was.noted, "sealed": self.was.sealed, "refused": self.was.refused}
            record(
                events.INHERITANCE_TAKEN,
                by=by,
                using=JOBS,
                inheritance=self.was.pk,
                count=self.was.imported,
                **counts,
            )


@dataclass
class Batch:
    """Collects the rows that one transaction inserts. `rejects` has the refused lines, but no text of a comment."""

    notes: list[AccountNote] = field(default_factory=list)
    sealed: list[LegacyComment] = field(default_factory=list)
    rejects: Rejects = field(default_factory=lambda: Rejects(most=10**9))

    @sensitive_variables("text", "clean")
    def add(self, run: Run, line: int, known: Known, written_on: date, text: str) -> None:
        """Screen a comment, and add it to the batch as a note or as a restricted comment."""
        where = {"account_id": known.account, "building_id": known.building, "first_written_on": written_on}
        clean, category = screen_comment(text, known.context)
        if clean is not None:
            ends_on = months_after(run.day, NOTE_MONTHS)
            note = {"code_id": NOTE_CODE, "reason": NOTE_REASON, "written_on": run.day, "ends_on": ends_on}
            self.notes.append(AccountNote(text=clean, **where, **note))
            return
        sealed = LegacyComment(file_id=run.was.pk, line=line, agency_id=known.agency, **where)
        sealed.category, sealed.signs = category, len(text)
        sealed.ends_on = date.fromordinal(run.day.toordinal() + KEPT_DAYS)
        sealed.sentence = text
        self.sealed.append(sealed)


def import_notes(
    path: Path, *, by: str, step: Step = lambda _n: None, tell: Tell = lambda _r: None, at_once: int = AT_ONCE
) -> Run:
    """Import the comments of a file.

    Calls `tell` with each refused line, and `step` with the number of bytes read since the last call. Raises Unreadable
    if the file has another format, and Overtaken if another run imports the file at the same time.
    """
    start = time.monotonic()
    shape = shape_of(path, COMMENTS)
    run = Run.begin(path, by)
    step(run.before)
    if not run.already:
        reading = records(path, shape.separator, run.was.position, run.was.lines)
        while group := tuple(islice(reading, at_once)):
            batch = run.import_batch(shape, group)
            for reject in batch.rejects.listed:
                tell(reject)
            step(sum(len(source.raw) for source in group))
        run.finish(by)
    run.seconds = time.monotonic() - start
    return run


@sensitive_variables("text")
def screen_comment(text: str, context: Context) -> tuple[Clean | None, str]:
    """Return (text, "") if the comment may become a note, otherwise (None, category of the refusal)."""
    if len(text) > SCREENED:
        return None, TOO_LONG
    try:
        clean = require_allowed_text(text, context, SCREENED)
    except Refused as refused:
        refusals = {finding.category for finding in refused.findings}
        return None, next(reason for reason in REASONS if reason in refusals)
    return (clean, "") if len(text) <= LONGEST else (None, TOO_LONG)


def unfinished(but: UUID) -> int:
    """Return the number of files whose import was interrupted and never completed. The file with the id `but` is not
    counted."""
    return LegacyCommentFile.objects.using(JOBS).filter(finished_on=None).exclude(pk=but).count()
