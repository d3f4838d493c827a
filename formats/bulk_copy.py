"""Loads rows by PostgreSQL's COPY, fast enough for a million leases in minutes.

COPY reads from a generator, so the database checks rows while Python still generates the next ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast

from django.db import connections, models, transaction

JOBS = "jobs"
NULL = "\\N"
_LINES_AT_ONCE = 2_000
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

Row = Sequence[object]


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[str, ...]

    @property
    def statement(self) -> str:
        return f"COPY {self.name} ({', '.join(self.columns)}) FROM STDIN"


def table_of(model: type[models.Model], *fields: str) -> Table:
    """Return the table of a model, with the columns of the given fields in the given order."""
    known = [cast("models.Field[Any, Any]", model._meta.get_field(name)) for name in fields]
    return Table(model._meta.db_table, tuple(str(field.column) for field in known))


def line(row: Row) -> str:
    """Format one row for COPY: None becomes NULL, and "" an empty text."""
    return "\t".join(NULL if cell is None else str(cell).translate(_ESCAPED) for cell in row) + "\n"


class _Chunks:
    """A file-like object that lets COPY read from an iterator of lines."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines, self.count = lines, 0

    def read(self, size: int = -1) -> str:
        taken = list(islice(self.lines, _LINES_AT_ONCE))
        self.count += len(taken)
        return "".join(taken)


class Copying:
    """Copies rows to database tables within a transaction. `counts` has the number of copied rows by table."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor
        self.counts: dict[str, int] = {}

    def rows(self, table: Table, rows: Iterable[Row]) -> None:
        self.lines(table, map(line, rows))

    def lines(self, table: Table, lines: Iterable[str]) -> None:
        """Copy lines that are already escaped for COPY. Each line must end with a newline."""
        chunks = _Chunks(iter(lines))
        self.cursor.cursor.copy_expert(table.statement, chunks)
        self.counts[table.name] = self.counts.get(table.name, 0) + chunks.count

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
