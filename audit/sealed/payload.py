"""The line of the trace in one spelling: what a leaf commits to, and what is forgotten with its month.

What is empty is left out, so that a column added later changes nothing of what older lines are spelled like.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from hmac import digest
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.models import Event
from audit.tlog.leaf import canonical, utc

COLUMNS = tuple(str(field.column) for field in Event._meta.concrete_fields)
Row = Mapping[str, Any]

# What a column holds, as `payload` spells it: the database says it so in less time than the driver makes objects of it.
_AS_TEXT = {
    models.UUIDField: "{}::text",
    models.DateTimeField: """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    ArrayField: "array_to_string({}, ' ')",
    models.JSONField: "{}::text",
}
SPELLED = ", ".join(
    _AS_TEXT.get(type(field), "{}").format(f"e.{field.column}") for field in Event._meta.concrete_fields
)


def payload(row: Row) -> bytes:
    """Flat: ids of what was shown stand side by side, and each fact under a name of its own."""
    # Most columns of most lines are empty: they are left out before they are spelled.
    said = {name: _plain(value) for name, value in row.items() if value and name != "facts"}
    said |= {f"fact.{name}": value for name, value in facts(row).items() if value not in ("", 0)}
    return canonical(said)


def facts(row: Row) -> dict[str, Any]:
    """A bare cursor gives JSON as text."""
    found: dict[str, Any] = json.loads(row["facts"]) if isinstance(row["facts"], str) else row["facts"]
    return found


def salt(month_key: bytes, event: UUID | str) -> bytes:
    """Each event's own, worked out from its month's key: whoever has one salt knows no other, and when the key is gone
    all of them are."""
    return digest(month_key, bytes.fromhex(str(event).replace("-", "")), sha256)


def _plain(value: Any) -> int | str:
    if type(value) is str or isinstance(value, int | str):
        return value
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return str(value)
