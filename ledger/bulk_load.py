"""Speeds up the import of a new landlord's files: indexes and foreign keys are created after the rows
(bulk_load.sql)."""

from collections.abc import Iterator
from contextlib import contextmanager

from formats.bulk_copy import Copying


@contextmanager
def indexes_created_last(copying: Copying) -> Iterator[bool]:
    """Context manager for importing rows. If the landlord has no data yet, secondary indexes and foreign keys are
    dropped before the block and created after it, which is faster. Yields whether they were dropped.

    Creating them checks all rows: IntegrityError is raised if a row violates a constraint. After an error or a crash,
    the rollback restores them. The loaded tables stay locked until the transaction ends.
    """
    [(begun,)] = copying.ask("SELECT ledger_begin_bulk_load()")
    copying.new_files = {"ledger_entry"} if begun else set()
    yield begun
    if begun:
        copying.run("SELECT ledger_end_bulk_load()")


def analyse_loaded(copying: Copying) -> None:
    """Collect statistics of the tables that a bulk load has filled so far, if its next statements read them."""
    copying.run("SELECT ledger_analyse_bulk_load()")


@contextmanager
def joining_whole_tables(copying: Copying) -> Iterator[None]:
    """Context manager for statements that join whole tables during a bulk load.

    Without indexes, a nested loop reads a whole table for each row of another. PostgreSQL would choose one for a table
    that is still empty when the statement begins, and then read all rows that the statement itself has inserted.
    """
    copying.run("SET LOCAL enable_nestloop = off")
    yield
    copying.run("SET LOCAL enable_nestloop = on")
