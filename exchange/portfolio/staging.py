"""Loads files into temporary staging tables by COPY, and removes the lines that a check refuses."""

# ruff: noqa: S608 - statements are built from the names in sheets.py, never from a cell

from collections.abc import Iterable

from exchange.portfolio.checks import Check
from exchange.portfolio.reader import Source, Step, rows, shape_of
from exchange.portfolio.reasons import Rejects, Unreadable
from exchange.portfolio.sheet import Sheet
from formats.bulk_copy import Copying, Table

# Staged keys and codes are compared byte by byte, so that the collation of the database does not influence an import.
_BYTES = ' COLLATE "C"'


def make_stage(copying: Copying, sheet: Sheet) -> Table:
    columns = [("line", "int"), *((c.name, c.kind.sql) for c in sheet.staged), *((d.name, d.sql) for d in sheet.drawn)]
    definitions = ", ".join(f"{name} {sql}{_BYTES if sql == 'text' else ''}" for name, sql in columns)
    copying.run(f"CREATE TEMPORARY TABLE {sheet.stage} ({definitions}) ON COMMIT DROP")
    return Table(sheet.stage, tuple(name for name, _sql in columns))


def stage(copying: Copying, sheet: Sheet, path: Source, rejects: Rejects, step: Step) -> int:
    """Stage a file and return the number of valid lines. If the file is unreadable, the staging table is created
    empty."""
    table = make_stage(copying, sheet)
    try:
        shape = shape_of(path, sheet)
    except Unreadable as error:
        rejects.add(sheet.file, error.line, error.column, error.reason)
        return 0
    rejects.know_columns(sheet.file, sheet.columns, shape.places)
    copying.rows(table, rows(path, sheet, shape, rejects, step))
    rejects.stop_if_full()
    copying.run(f"ANALYZE {sheet.stage}")
    return copying.counts.get(sheet.stage, 0)


def sift(copying: Copying, table: str, file: str, rejects: Rejects, checks: Iterable[Check]) -> None:
    """Delete the lines that fail a check from the staging table `table`, and add their errors to `rejects`."""
    refused: set[int] = set()
    for check in checks:
        for (line,) in copying.ask(f"SELECT DISTINCT s.line FROM {table} s{check.rows} ORDER BY 1"):
            rejects.add(file, line, check.column, check.reason)
            refused.add(line)
    rejects.stop_if_full()
    if refused:
        copying.run(f"DELETE FROM {table} WHERE line = ANY (%s)", list(refused))


def twice(sheet: Sheet) -> Check:
    """Return the check that refuses lines with the same key."""
    names = ", ".join(sheet.key)
    rows = f" JOIN (SELECT line, count(*) OVER (PARTITION BY {names}) n FROM {sheet.stage}) d ON d.line = s.line"
    return Check(sheet.key[0], "twice", f"{rows} WHERE d.n > 1")
