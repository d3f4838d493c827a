"""Loads rows by PostgreSQL's COPY, fast enough for a million leases in minutes.

COPY reads from a generator, so the database checks rows while Python still generates the next ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice
from struct import Struct
from typing import Any, AnyStr, Generic, cast
from uuid import UUID

from django.db import connections, models, transaction

JOBS = "jobs"
NULL = "\\N"
# Few lines are sent at once, so that PostgreSQL has something to read while Python generates the next lines.
_LINES_AT_ONCE = 200
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

# The beginning and the end of a file in COPY's binary format.
_BINARY_HEAD, _BINARY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_BIGINT = Struct(">iq")
_FIRST_DAY, _FIRST_INSTANT = date(2000, 1, 1), datetime(2000, 1, 1, tzinfo=UTC)

Row = Sequence[object]


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[str, ...]

    @property
    def statement(self) -> str:
        return f"COPY {self.name} ({', '.join(self.columns)}) FROM STDIN"

    @property
    def binary_head(self) -> bytes:
        """How each row begins in COPY's binary format: the number of its columns, in two bytes."""
        return len(self.columns).to_bytes(2)


def table_of(model: type[models.Model], *fields: str) -> Table:
    """Return the table of a model, with the columns of the given fields in the given order."""
    known = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    return Table(model._meta.db_table, tuple(str(field.column) for field in known))


def line(row: Row) -> str:
    """Format one row for COPY: None becomes NULL, and "" an empty text."""
    return "\t".join([NULL if cell is None else escape_text(str(cell)) for cell in row]) + "\n"


def escape_text(text: str) -> str:
    # Most texts have no character to escape, and to see that is faster than to translate them.
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPED)


def cell(value: UUID | date | datetime | str | None) -> bytes:
    """Format one value for COPY's binary format: its length in four bytes, and its bytes. A datetime must have a time
    zone."""
    if value is None:
        return b"\xff\xff\xff\xff"
    if isinstance(value, UUID):
        raw = value.bytes
    elif isinstance(value, datetime):
        raw = ((value - _FIRST_INSTANT) // timedelta(microseconds=1)).to_bytes(8, signed=True)
    elif isinstance(value, date):
        raw = (value - _FIRST_DAY).days.to_bytes(4, signed=True)
    else:
        raw = value.encode()
    return len(raw).to_bytes(4) + raw


def bigint_cell(value: int) -> bytes:
    return _BIGINT.pack(8, value)


class _Chunks(Generic[AnyStr]):
    """A file-like object that lets COPY read from an iterator of lines, or of rows in the binary format."""

    def __init__(self, lines: Iterator[AnyStr], empty: AnyStr) -> None:
        self.lines: Iterator[AnyStr] = lines
        self.empty: AnyStr = empty
        self.count = 0

    def read(self, size: int = -1) -> AnyStr:
        taken = list(islice(self.lines, _LINES_AT_ONCE))
        self.count += len(taken)
        return self.empty.join(taken)


class Copying:
    """Copies rows to database tables within a transaction. `counts` has the number of copied rows by table.

    `new_files` are tables whose files this transaction created. Their rows are stored frozen, so that VACUUM need not
    write them again.
    """

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        self.counts: dict[str, int] = {}
        self.new_files: set[str] = set()

    def rows(self, table: Table, rows: Iterable[Row]) -> None:
        self.lines(table, map(line, rows))

    def lines(self, table: Table, lines: Iterable[str]) -> None:
        """Copy lines that are already escaped for COPY. Each line must end with a newline."""
        chunks = _Chunks(iter(lines), "")
        self.cursor.cursor.copy_expert(table.statement, chunks)
        self.counts[table.name] = self.counts.get(table.name, 0) + chunks.count

    def binary_rows(self, table: Table, rows: Iterable[bytes]) -> None:
        """Copy rows that are already in COPY's binary format: each is the table's `binary_head` and its cells.

        Binary rows take little more than half the time of text lines, because ids and dates need not be parsed.
        """
        chunks = _Chunks(chain((_BINARY_HEAD,), rows, (_BINARY_END,)), b"")
        options = "FORMAT binary, FREEZE" if table.name in self.new_files else "FORMAT binary"
        self.cursor.cursor.copy_expert(f"{table.statement} ({options})", chunks)
        self.counts[table.name] = self.counts.get(table.name, 0) + chunks.count - 2

    def run(self, statement: str, *params: object) -> int:
        """Run a statement and return the number of rows it changed."""
        self.cursor.execute(statement, params)
        return int(self.cursor.rowcount)

    def ask(self, question: str, *params: object) -> list[tuple[Any, ...]]:
        self.cursor.execute(question, params)
        return list(self.cursor.fetchall())


@contextmanager
def loading(using: str = JOBS) -> Iterator[Copying]:
    """Open a transaction for copying. An advisory lock lets only one such transaction run at a time. Foreign keys are
    checked after each statement, not at the end."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('loge loading'))")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield Copying(cursor)
