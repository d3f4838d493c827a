"""Loads an empty landlord in bulk: `ledger/sql/bulk_load.sql` says what is dropped meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

from formats.bulk_copy import Copying


@contextmanager
def indexes_created_last(copying: Copying) -> Iterator[None]:
    """Load rows without secondary indexes and foreign keys if the landlord is empty, and create them afterwards.

    Creating them checks all rows. Raises IntegrityError if a row violates a constraint. After any error, and if the
    process is killed, the rollback restores what was dropped. The loaded tables stay locked until the transaction ends.
    """
    [(begun,)] = copying.ask("SELECT ledger_begin_bulk_load()")
    yield
    if begun:
        copying.run("SELECT ledger_end_bulk_load()")
