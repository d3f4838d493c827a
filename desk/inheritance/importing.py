"""Old comments come in, batch by batch: each is a transaction that also says how far the file is read.

Whatever ends a run, the next one begins where the last batch ended, and a file that is wholly read changes nothing.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.views.decorators.debug import sensitive_variables

from audit import events
from audit.record import record
from desk.inheritance.accounts import JOBS, Accounts, Known, today
from desk.inheritance.reading import Record, fingerprint, records
from desk.inheritance.sheet import COMMENTS
from desk.portfolio.reader import Reading, Shape, shape_of
from desk.portfolio.reasons import Reject, Rejects
from privacy.screened import LONGEST, Clean, Refused, clear
from privacy.screening import CATEGORIES
from tenants.actions.inheritance import NOTE_CODE, NOTE_MONTHS, NOTE_REASON
from tenants.facts import months_after
from tenants.models import AccountNote, Inheritance, InheritedLine
from tenants.models.inheritance import KEPT_DAYS, TOO_LONG

AT_ONCE = 1_000
SCREENED = 2_000  # signs: what is longer is no note, and is sealed for its length
Step = Callable[[int], object]
Tell = Callable[[Reject], object]


class Overtaken(Exception):
    """Another run is reading the same file."""


@dataclass
class Run:
    """One run: `was` is the file's row as the last batch left it. `before`: bytes that an earlier run has read."""

    was: Inheritance
    day: date
    before: int = 0
    seconds: float = 0.0
    already: bool = False


@dataclass
class Batch:
    """What a batch of records becomes. Neither a text nor a cell stands in what is told of it."""

    notes: list[AccountNote] = field(default_factory=list)
    sealed: list[InheritedLine] = field(default_factory=list)
    rejects: Rejects = field(default_factory=lambda: Rejects(most=10**9))


def import_notes(
    path: Path, *, by: str, step: Step = lambda _n: None, tell: Tell = lambda _r: None, at_once: int = AT_ONCE
) -> Run:
    """`tell` gets each refused line as it is met. Raises Unreadable for a file that is none."""
    start = time.monotonic()
    shape = shape_of(path, COMMENTS)
    run = _begin(path, by)
    step(run.before)
    if not run.already:
        reading = records(path, shape.separator, run.was.position, run.was.lines)
        while some := tuple(islice(reading, at_once)):
            batch = _take(run, shape, some)
            for reject in batch.rejects.found:
                tell(reject)
            step(sum(len(one.raw) for one in some))
        _finish(run, by)
    run.seconds = time.monotonic() - start
    return run


def _begin(path: Path, by: str) -> Run:
    mark = fingerprint(path)
    with transaction.atomic(using=JOBS):
        day = today()
        rows = Inheritance.objects.using(JOBS)
        was, _made = rows.get_or_create(fingerprint=mark, defaults={"begun_on": day})
        run = Run(was, day, was.position, already=was.finished_on is not None)
        if not run.already:
            record(events.INHERITANCE_BEGUN, by=by, using=JOBS, inheritance=was.pk, line=was.lines + 1)
    return run


def _finish(run: Run, by: str) -> None:
    with transaction.atomic(using=JOBS):
        _locked(run)
        Inheritance.objects.using(JOBS).filter(pk=run.was.pk).update(finished_on=run.day)
        run.was.refresh_from_db(using=JOBS)
        counts = {"noted": run.was.noted, "sealed": run.was.sealed, "refused": run.was.refused}
        record(events.INHERITANCE_TAKEN, by=by, using=JOBS, inheritance=run.was.pk, count=run.was.imported, **counts)


def _locked(run: Run) -> None:
    """The file's row, if nobody has read on since: two runs at once would take each line twice."""
    rows = Inheritance.objects.using(JOBS).select_for_update()
    if not rows.filter(pk=run.was.pk, position=run.was.position, finished_on=None).exists():
        raise Overtaken


@sensitive_variables("some", "said", "batch")
def _take(run: Run, shape: Shape, some: tuple[Record, ...]) -> Batch:
    batch = Batch()
    with transaction.atomic(using=JOBS):
        _locked(run)
        said = list(_said(shape, some, batch))
        accounts = Accounts([one[1] for one in said], [one[2] for one in said])
        for line, reference, key, written_on, _author, text in said:
            known = accounts.find(reference, key)
            wrong = _wrong(known, "compte" if reference else "bail", written_on, run.day)
            if known is None or wrong:
                batch.rejects.add(COMMENTS.file, line, *wrong)
            else:
                _place(run, batch, line, known, written_on, text)
        AccountNote.objects.using(JOBS).bulk_create(batch.notes)
        InheritedLine.objects.using(JOBS).bulk_create(batch.sealed)
        _count(run, batch, some[-1])
    return batch


def _said(shape: Shape, some: tuple[Record, ...], batch: Batch) -> Iterator[list[Any]]:
    """[line, reference, lease key, day, nothing, text] of each record that is right by itself."""
    reading = Reading(COMMENTS, shape, batch.rejects)
    for one in some:
        if one.line > 1 and (row := reading.row(one.line, one.raw)) is not None:
            yield row


def _wrong(known: Known | None, named: str, written_on: date, day: date) -> tuple[str, ...]:
    """(column, reason), or nothing."""
    if known is None:
        return named, "unknown"
    if known.settled:
        return named, "resting"
    return ("date", "future") if written_on > day else ()


@sensitive_variables("text", "clean")
def _place(run: Run, batch: Batch, line: int, known: Known, written_on: date, text: str) -> None:
    where = {"account_id": known.account, "building_id": known.building, "first_written_on": written_on}
    clean, category = _screened(known, text)
    if clean is not None:
        ends_on = months_after(run.day, NOTE_MONTHS)
        said = {"code_id": NOTE_CODE, "reason": NOTE_REASON, "written_on": run.day, "ends_on": ends_on}
        batch.notes.append(AccountNote(text=clean, **where, **said))
        return
    sealed = InheritedLine(inheritance_id=run.was.pk, line=line, agency_id=known.agency, **where)
    sealed.category, sealed.signs = category, len(text)
    sealed.ends_on = date.fromordinal(run.day.toordinal() + KEPT_DAYS)
    sealed.sentence = text
    batch.sealed.append(sealed)


@sensitive_variables("text")
def _screened(known: Known, text: str) -> tuple[Clean | None, str]:
    """(the text, none) when it may be a note; (none, why it is sealed) otherwise."""
    if len(text) > SCREENED:
        return None, TOO_LONG
    try:
        clean = clear(text, known.context, SCREENED)
    except Refused as refused:
        found = {finding.category for finding in refused.findings}
        return None, next(category for category in CATEGORIES if category in found)
    return (clean, "") if len(text) <= LONGEST else (None, TOO_LONG)


def _count(run: Run, batch: Batch, last: Record) -> None:
    """In the transaction of the rows themselves; the database refuses counts that do not add up."""
    noted, sealed = len(batch.notes), len(batch.sealed)
    refused = len({one.line for one in batch.rejects.found})
    Inheritance.objects.using(JOBS).filter(pk=run.was.pk).update(
        position=last.end,
        lines=last.lines,
        refused=F("refused") + refused,
        imported=F("imported") + noted + sealed,
        noted=F("noted") + noted,
        waiting=F("waiting") + sealed,
    )
    run.was.position, run.was.lines = last.end, last.lines


def unfinished(but: UUID) -> int:
    """Other files whose reading was cut and not taken up again."""
    return Inheritance.objects.using(JOBS).filter(finished_on=None).exclude(pk=but).count()
