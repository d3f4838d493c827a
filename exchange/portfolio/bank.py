"""Imports bank details. They are encrypted as soon as their line is read.

Bank details that are already stored are decrypted in memory, to compare them with those of the file.
"""

# ruff: noqa: S608 - statements are built from the names in sheets.py, never from a cell

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from exchange.portfolio.loading import of
from formats.bulk_copy import Copying
from ledger.models import BankDetail
from privacy.encryption.values import open_, seal

TABLE = BankDetail._meta.db_table
SEALED = ("iban", "holder")
_AT_ONCE = 1_000
# ADD inserts the first bank details of a tenant. It copies the encrypted values from the staging table as they are.
# The id of new bank details comes from the staging column `bank`, because their values were encrypted for this id.
ADD = (
    "INSERT INTO ledger_bankdetail (id, tenant_id, iban, holder, set_on) SELECT s.bank, k.target, s.iban, s.holder,"
    f" loge_today() FROM stage_tenants s{of('tenant', 'cle')} WHERE s.bank IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM ledger_bankdetail b WHERE b.tenant_id = k.target)"
)
_BOTH = (
    "SELECT s.cle, b.id, b.iban, b.holder, s.bank, s.iban, s.holder"
    f" FROM stage_tenants s{of('tenant', 'cle')} JOIN ledger_bankdetail b ON b.tenant_id = k.target"
    " WHERE s.bank IS NOT NULL AND s.cle > %s ORDER BY s.cle LIMIT %s"
)
_CHANGE = "UPDATE ledger_bankdetail SET iban = %s, holder = %s, set_on = loge_today() WHERE id = %s"


def load_bank(copying: Copying) -> tuple[int, int]:
    """Copy the bank details of the staging table into the database's table. Returns the numbers of added and of changed
    rows."""
    changed = 0
    for row, texts in list_differing(copying):
        copying.run(_CHANGE, *(sealed_for(row, column, text) for column, text in zip(SEALED, texts, strict=True)), row)
        changed += 1
    return copying.run(ADD), changed


def list_differing(copying: Copying) -> Iterator[tuple[UUID, list[str]]]:
    """Yield the stored bank details that the file changes, each as (id of the row, decrypted values of the file)."""
    after = ""
    while page := copying.ask(_BOTH, after, _AT_ONCE):
        for _key, row, iban, holder, staged, new_iban, new_holder in page:
            in_file = [
                opened(staged, column, sealed) for column, sealed in zip(SEALED, (new_iban, new_holder), strict=True)
            ]
            stored = [opened(row, column, sealed) for column, sealed in zip(SEALED, (iban, holder), strict=True)]
            if in_file != stored:
                yield row, in_file
        after = page[-1][0]


def opened(row: UUID, column: str, sealed: Any) -> str:
    return open_(bytes(sealed), table=TABLE, column=column, row=row).decode()


def sealed_for(row: UUID, column: str, text: str) -> bytes:
    return seal(text, table=TABLE, column=column, row=row)
