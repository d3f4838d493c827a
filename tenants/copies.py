"""Copies of a household's file: which an inspector asked for, and what she reads of one that was released to her.

lines_copied("K7QX-9M2D-4RTB")  ->  {"tenants_entry": [{"id": …, "amount_cents": 45000, …}, …], …}
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class CopyAsked:
    """`event`: the line of the trace by which it was asked for. `until`: how long it is read, once released."""

    event: UUID
    at: datetime
    person: UUID
    account: UUID
    reference: str
    until: datetime | None


def copies_asked() -> list[CopyAsked]:
    """Of the last seven days, the newest first; for who releases them."""
    return [CopyAsked(*row) for row in _rows("SELECT * FROM tenants_copies_asked()")]


def lines_copied(reference: str) -> dict[str, list[dict[str, Any]]]:
    """Table by table, as columns hold it. Nothing, unless it was released to the person asking, and still is."""
    found: dict[str, list[dict[str, Any]]] = {}
    for source, line in _rows("SELECT source, line FROM tenants_inspected_copy(%s)", reference):
        found.setdefault(source, []).append(json.loads(line))
    return found


def _rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())
