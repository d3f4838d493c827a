"""Exports a portfolio as the files that an import reads.

Each file is encrypted for one recipient before it is written to disk.
"""

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connections, transaction
from pyrage import RecipientError, encrypt_io, x25519

from access.models import Person
from access.roles import ACCESS_ADMINISTRATOR, DPO
from audit import events
from audit.record import record
from exchange.portfolio import sheets
from exchange.portfolio.bank import opened
from exchange.portfolio.selects import KEYS, SELECTS, give_key
from exchange.portfolio.sheet import Sheet
from exchange.portfolio.sheets import SHEETS
from formats.bulk_copy import JOBS
from formats.spreadsheets import Rows

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_AT_ONCE = 2_000
# An export needs two people: one with a role in ASKING requests it, and one with a role in AGREEING approves it.
ASKING, AGREEING = (ACCESS_ADMINISTRATOR.code,), (DPO.code,)
_HELD = (
    "SELECT count(*) FROM access_assignment a JOIN access_place p ON p.id = a.place_id AND p.parent_id IS NULL"
    " WHERE a.person_id = %s AND a.role = ANY (%s)"
    " AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())"
)
Step = Callable[[int], object]


@dataclass(frozen=True)
class Exported:
    files: int
    lines: int


class PartsReader(io.RawIOBase):
    """A readable stream over an iterator of bytes, so that the encryption never holds a whole file in memory."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        super().__init__()
        self.parts, self.rest = parts, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        if not self.rest:
            self.rest = memoryview(next(self.parts, b""))
        target = memoryview(buffer)
        count = min(len(target), len(self.rest))
        target[:count], self.rest = self.rest[:count], self.rest[count:]
        return count


def export_portfolio(
    folder: Path, *, recipient: str, by: Person, approved_by: Person, step: Step = lambda _n: None
) -> Exported:
    """Write all files into a new folder, encrypted for `recipient`. After an error no file remains.

    Raises ValidationError if the folder exists, if `recipient` is not a public key of the program age, or if the two
    people may not export.
    """
    key = recipient_of(recipient)
    must_be_two(by, approved_by)
    beside = folder.with_name(f".{folder.name}.partial")
    if folder.exists() or beside.exists():
        raise ValidationError("Ce dossier existe déjà\u00a0: indiquez un nouveau dossier pour l’export.")
    beside.mkdir(mode=0o700)
    try:
        done = write_files(beside, key, by, approved_by, step)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return done


def recipient_of(text: str) -> x25519.Recipient:
    try:
        return x25519.Recipient.from_str(text)
    except RecipientError:
        raise ValidationError("Ce destinataire n’est pas une clé publique age (age1…).") from None


def must_be_two(by: Person, approved_by: Person) -> None:
    if by.pk == approved_by.pk:
        raise ValidationError("Il faut deux personnes\u00a0: qui demande et qui approuve.")
    if not (by.is_active and approved_by.is_active):
        raise ValidationError("L’une des deux personnes ne peut plus se connecter.")
    if not _holds(by, ASKING):
        raise ValidationError("La personne qui demande doit administrer les accès pour tout l’organisme.")
    if not _holds(approved_by, AGREEING):
        raise ValidationError(
            "La personne qui approuve doit avoir le rôle de protection des données pour tout l’organisme."
        )


def _holds(person: Person, roles: tuple[str, ...]) -> bool:
    with connections[JOBS].cursor() as cursor:
        cursor.execute(_HELD, [person.pk, list(roles)])
        return bool(cursor.fetchone()[0])


def write_files(folder: Path, key: x25519.Recipient, by: Person, approved_by: Person, step: Step) -> Exported:
    """Write all files from one snapshot of the database.

    The audit event is committed before this function returns. Only then does the caller rename the folder, so every
    export under its final name has an audit event.
    """
    counter = _Counter(step)
    with transaction.atomic(using=JOBS, durable=True):
        with connections[JOBS].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for kind in KEYS:
                cursor.execute(give_key(kind))
        for sheet in SHEETS:
            path = folder / f"{sheet.file}.age"
            with path.open("wb") as out:
                path.chmod(0o600)
                encrypt_io(PartsReader(text_of(sheet, counter)), out, [key])
        facts = {"lines": counter.lines, "files": len(SHEETS), "person": by.pk, "approved_by": approved_by.pk}
        record(events.PORTFOLIO_EXPORTED, by=by, using=JOBS, count=counter.lines, **facts)
    return Exported(len(SHEETS), counter.lines)


class _Counter:
    def __init__(self, step: Step) -> None:
        self.step, self.lines = step, 0

    def add(self, lines: int) -> None:
        self.lines += lines
        self.step(lines)


def text_of(sheet: Sheet, counter: _Counter) -> Iterator[bytes]:
    """Yield the CSV file for `sheet` (a kind of portfolio file) in parts.

    The file begins with the byte order mark that spreadsheets expect.
    """
    out = io.StringIO()
    rows = Rows(out)
    out.write("\ufeff")
    rows.add(sheet.names)
    # A server-side cursor avoids loading the whole result into memory.
    with connections[JOBS].connection.cursor(name="portfolio") as cursor:
        cursor.execute(SELECTS[sheet])
        while page := cursor.fetchmany(_AT_ONCE):
            for row in page:
                rows.add(cells_of(sheet, row))
            counter.add(len(page))
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def cells_of(sheet: Sheet, row: tuple[Any, ...]) -> list[str]:
    """Turn a row of the export's query into the cells that an import reads back."""
    if sheet is sheets.TENANTS:
        *row_, iban, holder, bank = row
        sealed = (("iban", iban), ("holder", holder))
        row = (*row_, *(opened(bank, column, value) if bank else None for column, value in sealed))
    cells = zip(sheet.columns, row, strict=True)
    return [
        # The side of an entry (debit or credit) that does not apply is left empty, not written as zero.
        "" if value is None or value == "" or (value == 0 and column.name in ("debit", "credit"))
        else column.kind.write(value)
        for column, value in cells
    ]  # fmt: skip
