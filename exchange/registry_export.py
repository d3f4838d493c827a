"""Writes commission decisions and closed applications to an encrypted file for the national register (SNE).

The file has a versioned format of Loge's own, because no public source describes the register's current format. An
adapter must convert the file for the register (docs/decisions/0052-rows-for-the-national-register.md).
"""

import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django.db.models import Max, Q
from pyrage import encrypt, x25519

from allocations.actions.expiry import REPEAT_DAYS
from allocations.models import ClosingMotive, RegistryRow, RegistryRowKind, RegistryRun, SessionState
from audit import events
from audit.events import Code
from audit.record import record
from exchange.portfolio.writing import recipient_of
from formats.bulk_copy import JOBS
from formats.spreadsheets import Rows
from tenants.models.residence import TodayInParis

FORMAT = "loge-sne-1"
COLUMNS = (
    "format",
    "run",
    "line",
    "kind",
    "number",
    "day",
    "outcome",
    "motive",
    "registry_motive",
    "registry_sub_motive",
    "postcode",
    "city",
    "department",
)
# Maps each motive of closing an application to its code in interface 02.01, which has no code for MERGED.
CLOSING_CODES = {
    ClosingMotive.SIGNED_LEASE: "RADATT",
    ClosingMotive.RENOUNCED: "RADABA",
    ClosingMotive.NO_ANSWER: "RADCON",
    ClosingMotive.INADMISSIBLE: "RADIRR",
    ClosingMotive.NOT_RENEWED: "RADREN",
    ClosingMotive.MERGED: "",
}
SUB_MOTIVES = {"no_right_of_residence": "IRRSEJ", "over_every_ceiling": "IRRRES"}


@dataclass(frozen=True)
class Export:
    run: RegistryRun
    path: Path


def export_registry(folder: Path, *, recipient: str, by: str) -> Export | None:
    """Export all rows that may be sent to the register and were not sent before. Returns None if there are none.

    The export is committed before its file is written. If writing the file fails, `repeat_export` writes the same file.
    """
    key = recipient_of(recipient)
    with transaction.atomic(using=JOBS, durable=True):
        with connections[JOBS].cursor() as cursor:
            # The lock allows one export at a time, because two simultaneous exports would get the same number.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('allocations_registryrun'))")
        waiting = RegistryRow._default_manager.using(JOBS).filter(run__isnull=True)
        rows = list(waiting.filter(Q(session__isnull=True) | Q(session__state=SessionState.SIGNED)))
        if not rows:
            return None
        last = RegistryRun._default_manager.using(JOBS).aggregate(last=Max("number"))["last"] or 0
        text = file_text(last + 1, rows)
        digest = hashlib.sha256(text).hexdigest()
        run = RegistryRun(number=last + 1, made_on=TodayInParis(), rows=len(rows), digest=digest)
        run.save(using=JOBS, force_insert=True)
        of_run = RegistryRow._default_manager.using(JOBS).filter(pk__in=[row.pk for row in rows])
        of_run.update(run=run.number, sent_on=TodayInParis())
        facts = {"run": run.number, "lines": len(rows), "digest": Code(digest)}
        record(events.REGISTRY_EXPORTED, by=by, using=JOBS, **facts)
    return Export(run, write_file(folder, run.number, text, key))


def repeat_export(folder: Path, *, recipient: str, number: int, by: str) -> Export:
    """Write the file of an earlier export again, with the same bytes before encryption.

    Raises ValidationError if no export has this number, or if its rows were erased.
    """
    key = recipient_of(recipient)
    with transaction.atomic(using=JOBS, durable=True):
        run = RegistryRun._default_manager.using(JOBS).filter(number=number).first()
        if run is None:
            raise ValidationError("Aucun envoi ne porte ce numéro.")
        text = file_text(number, list(RegistryRow._default_manager.using(JOBS).filter(run=number)))
        if hashlib.sha256(text).hexdigest() != run.digest:
            raise ValidationError("Les lignes de cet envoi ont été effacées\u00a0: il ne peut plus être répété.")
        record(events.REGISTRY_EXPORT_REPEATED, by=by, using=JOBS, run=number, lines=run.rows)
    return Export(run, write_file(folder, number, text, key))


def delete_old_files(folder: Path, *, by: str) -> int:
    """Delete the files of exports that are too old to be repeated. Returns how many were deleted. Other files of the
    folder stay."""
    old = RegistryRun._default_manager.using(JOBS).filter(made_on__lt=TodayInParis() - REPEAT_DAYS)
    names = [file_name(number) for number in old.values_list("number", flat=True)]
    paths = [path for name in names for path in (folder / name, partial(folder / name)) if path.is_file()]
    for path in paths:
        path.unlink()
    if paths:
        with transaction.atomic(using=JOBS):
            record(events.REGISTRY_FILES_DELETED, by=by, using=JOBS, files=len(paths))
    return len(paths)


def file_text(number: int, rows: Sequence[RegistryRow]) -> bytes:
    """Return the CSV text of an export. The text does not depend on the order of `rows`."""
    out = io.StringIO()
    lines = Rows(out)
    lines.add(COLUMNS)
    for place, row in enumerate(sorted(rows, key=sorting_key), start=1):
        lines.add((FORMAT, number, place, *cells_of(row)))
    return out.getvalue().encode()


def sorting_key(row: RegistryRow) -> tuple[str, ...]:
    return (row.kind, row.day.isoformat(), row.number, row.outcome, row.motive, row.postcode, row.city)


def cells_of(row: RegistryRow) -> tuple[object, ...]:
    closing = row.kind == RegistryRowKind.CLOSING
    code = CLOSING_CODES[ClosingMotive(row.outcome)] if closing else ""
    sub_motive = SUB_MOTIVES[row.motive] if closing and row.motive else ""
    facts = (row.kind, row.number, row.day, row.outcome, row.motive, code, sub_motive)
    return (*facts, row.postcode, row.city, department_of(row.postcode))


def department_of(postcode: str) -> str:
    """Return the department of a French postcode: its first three digits overseas, otherwise two. Both departments of
    Corsica give "20", the prefix that their postcodes share."""
    return postcode[:3] if postcode.startswith(("97", "98")) else postcode[:2]


def file_name(number: int) -> str:
    return f"sne-{number:06}.csv.age"


def partial(path: Path) -> Path:
    """Return the path of a file while it is being written."""
    return path.with_name(f".{path.name}.partial")


def write_file(folder: Path, number: int, text: bytes, key: x25519.Recipient) -> Path:
    """Encrypt the text and write it atomically to a file that only its owner may read."""
    path = folder / file_name(number)
    beside = partial(path)
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    with beside.open("wb") as out:
        out.write(encrypt(text, [key]))
        out.flush()
        os.fsync(out.fileno())
    beside.rename(path)
    return path
