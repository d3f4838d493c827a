"""Bank details, sealed from the moment they are read: compared one by one in memory, written sealed for their row."""

# ruff: noqa: S608 - statements are put together from the names in sheets.py, never from a cell

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from desk.populate.copying import Copying
from desk.portfolio.loading import of
from privacy.encryption import open_, seal
from tenants.models import BankDetail

TABLE = BankDetail._meta.db_table
SEALED = ("iban", "holder")
_AT_ONCE = 1_000
# New details were sealed for the row they get; the others are compared with what is known, in pages by key.
ADD = (
    "INSERT INTO tenants_bankdetail (id, tenant_id, iban, holder, set_on) SELECT s.bank, k.target, s.iban, s.holder,"
    f" loge_today() FROM stage_tenants s{of('tenant', 'cle')} WHERE s.bank IS NOT NULL"
    " AND NOT EXISTS (SELECT FROM tenants_bankdetail b WHERE b.tenant_id = k.target)"
)
_BOTH = (
    "SELECT s.cle, b.id, b.iban, b.holder, s.bank, s.iban, s.holder"
    f" FROM stage_tenants s{of('tenant', 'cle')} JOIN tenants_bankdetail b ON b.tenant_id = k.target"
    " WHERE s.bank IS NOT NULL AND s.cle > %s ORDER BY s.cle LIMIT %s"
)
_CHANGE = "UPDATE tenants_bankdetail SET iban = %s, holder = %s, set_on = loge_today() WHERE id = %s"


def load_bank(copying: Copying) -> tuple[int, int]:
    """(added, changed)."""
    changed = 0
    for row, said in list_differing(copying):
        copying.run(_CHANGE, *(sealed_for(row, column, text) for column, text in zip(SEALED, said, strict=True)), row)
        changed += 1
    return copying.run(ADD), changed


def list_differing(copying: Copying) -> Iterator[tuple[UUID, list[str]]]:
    """Rows whose file says something else, with what it says."""
    after = ""
    while page := copying.ask(_BOTH, after, _AT_ONCE):
        for _key, row, iban, holder, staged, new_iban, new_holder in page:
            said = [
                opened(staged, column, sealed) for column, sealed in zip(SEALED, (new_iban, new_holder), strict=True)
            ]
            held = [opened(row, column, sealed) for column, sealed in zip(SEALED, (iban, holder), strict=True)]
            if said != held:
                yield row, said
        after = page[-1][0]


def opened(row: UUID, column: str, sealed: Any) -> str:
    return open_(bytes(sealed), table=TABLE, column=column, row=row).decode()


def sealed_for(row: UUID, column: str, text: str) -> bytes:
    return seal(text, table=TABLE, column=column, row=row)
