"""Queries about copies of a household's file: which ones inspectors requested, and the rows of a released copy.

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
    """An inspector's request for a copy of a household's file. `event` is the id of its audit event.

    `until` is the time until which the inspector may read the copy, or None if nobody has released it.
    """

    event: UUID
    at: datetime
    person: UUID
    account: UUID
    reference: str
    until: datetime | None


def copies_asked() -> list[CopyAsked]:
    """Return the requests for copies that inspectors made in the last seven days, newest first.

    The list is empty for people who may not release copies.
    """
    return [CopyAsked(*row) for row in _rows("SELECT * FROM inspection_requested_copies()")]


def lines_copied(reference: str) -> dict[str, list[dict[str, Any]]]:
    """Return the copy of a household's file: table name -> rows.

    The dict is empty unless the copy is released to the current person at this moment.
    """
    tables: dict[str, list[dict[str, Any]]] = {}
    for source, line in _rows("SELECT source, line FROM inspection_exhibit_copy(%s)", reference):
        tables.setdefault(source, []).append(json.loads(line))
    return tables


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
