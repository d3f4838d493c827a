"""Imports a portfolio: reads every file and checks every line, then writes everything, or nothing after an error."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from access.grants.actions.assignments import record_granted
from access.models import Assignment
from audit import events
from audit.record import record
from exchange.portfolio import entries, sheets
from exchange.portfolio.bank import load_bank
from exchange.portfolio.checks import AT_THE_END, CHECKS
from exchange.portfolio.loading import ENDINGS, IN_ITS_PLACE, LOADS, SCRATCH, Load
from exchange.portfolio.reader import Source, Step
from exchange.portfolio.reasons import Rejects, Stopped, Unreadable
from exchange.portfolio.rules import RECEIVED
from exchange.portfolio.sheet import Sheet
from exchange.portfolio.sheets import SHEETS
from exchange.portfolio.staging import make_stage, sift, stage, twice
from formats.bulk_copy import JOBS, Copying, loading
from ledger.bulk_load import analyse_loaded, indexes_created_last, joining_whole_tables

Files = Mapping[Sheet, Source]
# Called with the step of the import that begins ("reading", "checking" or "saving") and the name of the file.
Enter = Callable[[str, str], object]
# Bulk loading, which locks tables, is used only from this size of files: smaller ones take seconds without it.
BULK_BYTES = 8 * 1024 * 1024


class NotTaken(Exception):
    """Raised to roll the transaction back, because lines were refused or the run is a dry run."""


@dataclass
class Imported:
    """The result of a run. `lines` has the number of valid lines by file.

    `counts` has the number of added rows by kind, and under "changed" the number of changed rows.
    """

    dry: bool
    lines: dict[str, int] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    rejects: Rejects = field(default_factory=Rejects)
    seconds: float = 0.0

    @property
    def taken(self) -> bool:
        return not self.dry and not self.rejects.listed

    @property
    def anything(self) -> bool:
        return any(self.counts.values())


def files_in(folder: Path) -> dict[Sheet, Path]:
    """Return the portfolio files in a folder. Raises Unreadable if there is none."""
    files = {sheet: folder / sheet.file for sheet in SHEETS if (folder / sheet.file).is_file()}
    if not files:
        raise Unreadable("missing_file")
    return files


def import_portfolio(files: Mapping[Sheet, Path], *, dry: bool, by: str, step: Step = lambda _n: None) -> Imported:
    """Import portfolio files on the server, with the database login for jobs. Calls `step` with the number of bytes
    read."""
    bulk = sum(path.stat().st_size for path in files.values()) >= BULK_BYTES
    return read_in(files, dry=dry, tell=partial(_write_event, by=by), bulk=bulk, step=step)


def read_in(
    files: Files,
    *,
    dry: bool,
    tell: Callable[["Imported"], None],
    using: str = JOBS,
    bulk: bool = False,
    step: Step = lambda _n: None,
    enter: Enter = lambda _step, _file: None,
) -> Imported:
    """Import portfolio files in one transaction, with the database login `using`.

    If rows were added or changed, this function calls `tell`, which records an audit event in the same transaction.
    With `bulk`, indexes and foreign keys of an empty database are created after the rows, which is faster.
    """
    with _one_run(dry, using) as (copying, done):
        with (
            indexes_created_last(copying) if bulk else nullcontext(False) as in_bulk,
            joining_whole_tables(copying) if in_bulk else nullcontext(),
        ):
            for sheet in SHEETS:
                _take(copying, done, sheet, files.get(sheet), step, enter)
                if in_bulk:
                    analyse_loaded(copying)
            _load(copying, done, ENDINGS)
        # The checks AT_THE_END run once the indexes exist, because they search stored rows for each line of the file.
        if sheets.LEASES in files:
            sift(copying, sheets.LEASES.stage, sheets.LEASES.file, done.rejects, AT_THE_END)
        record_fresh_assignments(copying)
        if done.taken and done.anything:
            tell(done)
    return done


def import_entries(path: Path, *, dry: bool, by: str, step: Step = lambda _n: None) -> Imported:
    """Import the ledger entries of one day. Payments without an account become receipts. Any other error refuses the
    file."""
    with _one_run(dry) as (copying, done):
        make_stage(copying, sheets.RECEIPTS)
        _read(copying, done, sheets.DAILY, path, step)
        entries.resolve(copying)
        entries.set_waiting_aside(copying, RECEIVED)
        _sift(copying, done, sheets.ENTRIES, sheets.DAILY.file)
        _sift(copying, done, sheets.RECEIPTS, sheets.DAILY.file)
        _load(copying, done, [*entries.ENTRIES, *entries.RECEIPTS])
        if done.taken and done.anything:
            _write_event(done, by=by)
    return done


@contextmanager
def _one_run(dry: bool, using: str = JOBS) -> Iterator[tuple[Copying, Imported]]:
    """Run an import in one transaction. A dry run executes the same statements and is then rolled back."""
    start, done = time.monotonic(), Imported(dry)
    try:
        with loading(using) as copying:
            for statement in SCRATCH:
                copying.run(statement)
            yield copying, done
            if not done.taken:
                raise NotTaken
    except (NotTaken, Stopped):
        pass
    done.seconds = time.monotonic() - start


def _take(copying: Copying, done: Imported, sheet: Sheet, path: Source | None, step: Step, enter: Enter) -> None:
    file = sheet.file
    enter_if_sent = enter if path else lambda _step, _file: None
    enter_if_sent("reading", file)
    if path:
        _read(copying, done, sheet, path, step)
    else:
        make_stage(copying, sheet)
        if sheet not in IN_ITS_PLACE:
            return
        source, statement = IN_ITS_PLACE[sheet]
        file = source.file
        copying.run(statement)
    enter_if_sent("checking", file)
    if sheet is sheets.ENTRIES:
        entries.resolve(copying)
    _sift(copying, done, sheet, file)
    enter_if_sent("saving", file)
    _load(copying, done, _LOADS[sheet])
    if sheet is sheets.TENANTS:
        added, changed = load_bank(copying)
        done.counts.update({"bank_details": added, "changed": changed})


_LOADS: dict[Sheet, tuple[Load, ...]] = {
    **LOADS,
    sheets.ENTRIES: entries.ENTRIES,
    sheets.RECEIPTS: entries.RECEIPTS,
}


def _read(copying: Copying, done: Imported, sheet: Sheet, path: Source, step: Step) -> None:
    done.lines[sheet.file] = stage(copying, sheet, path, done.rejects, step)
    sift(copying, sheet.stage, sheet.file, done.rejects, [twice(sheet)])


def _sift(copying: Copying, done: Imported, sheet: Sheet, file: str) -> None:
    table = entries.FOUND if sheet is sheets.ENTRIES else sheet.stage
    sift(copying, table, file, done.rejects, CHECKS[sheet])


def _load(copying: Copying, done: Imported, loads: Iterable[Load]) -> None:
    for load in loads:
        touched = copying.run(load.sql, *load.params)
        if load.counts:
            done.counts[load.counts] += touched


def record_fresh_assignments(copying: Copying) -> None:
    """Record an audit event for each assignment that this run added, as the page for adding an assignment does."""
    for (pk,) in copying.ask("SELECT id FROM fresh_assignments"):
        record_granted(by="import_portfolio", assignment=Assignment.objects.using(JOBS).get(pk=pk), using=JOBS)


COUNTED: tuple[str, ...] = (
    "places",
    "dwellings",
    "people",
    "assignments",
    "tenants",
    "bank_details",
    "leases",
    "entries",
    "receipts",
    "changed",
)


def _write_event(done: Imported, *, by: str) -> None:
    record(events.PORTFOLIO_IMPORTED, by=by, using=JOBS, **facts_of(done))


def facts_of(done: Imported) -> dict[str, Any]:
    """Return the details that the audit event of an import contains. They are numbers only."""
    return {"count": sum(done.lines.values()), **{name: done.counts[name] for name in COUNTED}}
