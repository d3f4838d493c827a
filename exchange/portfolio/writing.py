"""Export of a portfolio: the files that an import reads, each encrypted for one recipient before it is written to
disk.
"""

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

_AT_ONCE = 2_000
# Roles of the person who requests and of the person who approves, today and for the whole landlord.
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


class Lines:
    """A file-like object over parts of bytes, for the encryption to read from without holding the whole file in
    memory."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.rest = parts, b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.rest) < size:
            part = next(self.parts, b"")
            if not part:
                break
            self.rest += part
        size = len(self.rest) if size < 0 else size
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken


def export_portfolio(
    folder: Path, *, recipient: str, by: Person, approved_by: Person, step: Step = lambda _n: None
) -> Exported:
    """Write all files into a new folder. Raises ValidationError with the reason. After a failure nothing remains."""
    key = recipient_of(recipient)
    must_be_two(by, approved_by)
    beside = folder.with_name(f".{folder.name}.partial")
    if folder.exists() or beside.exists():
        raise ValidationError("Ce dossier existe déjà\u00a0: indiquez un nouveau dossier pour l’export.")
    beside.mkdir(mode=0o700)
    try:
        done = _write(beside, key, by, approved_by, step)
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


def _write(folder: Path, key: x25519.Recipient, by: Person, approved_by: Person, step: Step) -> Exported:
    """Write all files from one snapshot. The audit event is committed before the folder gets its final name."""
    lines = 0
    with transaction.atomic(using=JOBS, durable=True):
        with connections[JOBS].cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for kind in KEYS:
                cursor.execute(give_key(kind))
        for sheet in SHEETS:
            lines += _write_file(folder / f"{sheet.file}.age", sheet, key, step)
        facts = {"lines": lines, "files": len(SHEETS), "person": by.pk, "approved_by": approved_by.pk}
        record(events.PORTFOLIO_EXPORTED, by=by, using=JOBS, count=lines, **facts)
    return Exported(len(SHEETS), lines)


def _write_file(path: Path, sheet: Sheet, key: x25519.Recipient, step: Step) -> int:
    counted = _Counter(step)
    with path.open("wb") as out:
        path.chmod(0o600)
        encrypt_io(Lines(text_of(sheet, counted)), out, [key])
    return counted.lines


class _Counter:
    def __init__(self, step: Step) -> None:
        self.step, self.lines = step, 0

    def add(self, lines: int) -> None:
        self.lines += lines
        self.step(lines)


def text_of(sheet: Sheet, counted: _Counter) -> Iterator[bytes]:
    """The file in parts, beginning with the byte order mark that spreadsheets expect."""
    out = io.StringIO()
    rows = Rows(out)
    out.write("\ufeff")
    rows.add(sheet.names)
    for page in _pages(SELECTS[sheet]):
        for row in page:
            rows.add(_cells(sheet, row))
        counted.add(len(page))
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()
    yield out.getvalue().encode()


def _pages(question: str) -> Iterator[list[tuple[Any, ...]]]:
    """Pages of rows from a server-side cursor, so that the result is never whole in memory."""
    with connections[JOBS].connection.cursor(name="portfolio") as cursor:
        cursor.execute(question)
        while page := cursor.fetchmany(_AT_ONCE):
            yield page


def _cells(sheet: Sheet, row: tuple[Any, ...]) -> list[str]:
    if sheet is sheets.TENANTS:
        *row_, iban, holder, bank = row
        sealed = (("iban", iban), ("holder", holder))
        row = (*row_, *(opened(bank, column, value) if bank else None for column, value in sealed))
    cells = zip(sheet.columns, row, strict=True)
    return [
        # The side of an entry that does not apply is empty, not zero.
        "" if value is None or value == "" or (value == 0 and column.name in ("debit", "credit"))
        else column.kind.write(value)
        for column, value in cells
    ]  # fmt: skip
