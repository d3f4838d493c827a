"""Speeds up the import of a new landlord's files: indexes and foreign keys are created after the rows
(bulk_load.sql)."""

from collections.abc import Iterator
from contextlib import contextmanager

from formats.bulk_copy import Copying


@contextmanager
def indexes_created_last(copying: Copying) -> Iterator[None]:
    """Context manager for importing rows. If the landlord has no data yet, secondary indexes and foreign keys are
    dropped before the block and created after it, which is faster.

    Creating them checks all rows: IntegrityError is raised if a row violates a constraint. After an error or a crash,
    the rollback restores them. The loaded tables stay locked until the transaction ends.
    """
    [(begun,)] = copying.ask("SELECT ledger_begin_bulk_load()")
    yield
    if begun:
        copying.run("SELECT ledger_end_bulk_load()")
