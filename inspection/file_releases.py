"""Reads file releases: which copies of a household's file inspectors requested, and the rows of a released copy.

lines_copied("K7QX-9M2D-4RTB")  ->  {"ledger_entry": [{"id": …, "amount_cents": 45000, …}, …], …}
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class CopyAsked:
    """A request for a copy. `event`: the audit event of the request. `until`: end of the release, None if there is
    none."""

    event: UUID
    at: datetime
    person: UUID
    account: UUID
    reference: str
    until: datetime | None


def copies_asked() -> list[CopyAsked]:
    """Return the requests for copies of the last seven days, newest first. Only people who may release copies
    get any."""
    return [CopyAsked(*row) for row in _rows("SELECT * FROM inspection_copies_asked()")]


def lines_copied(reference: str) -> dict[str, list[dict[str, Any]]]:
    """Map each table to its rows. Empty unless a copy of this account is released to the current person now."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for source, line in _rows("SELECT source, line FROM inspection_inspected_copy(%s)", reference):
        tables.setdefault(source, []).append(json.loads(line))
    return tables


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
