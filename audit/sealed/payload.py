"""The line of the trace in one spelling: what a leaf commits to, and what is forgotten with its month.

What is empty is left out, so that a column added later changes nothing of what older lines are spelled like.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from hmac import digest
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models

from audit.models import Event
from audit.tlog.leaf import spelled, utc

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


_FACT = "fact."
# In the order in which they are spelled, facts between them.
_BEFORE = sorted(name for name in COLUMNS if name < _FACT)
_AFTER = sorted(name for name in COLUMNS if name > _FACT and name != "facts")


def payload(row: Row) -> bytes:
    """Canonical and flat: ids of what was shown stand side by side, and each fact under a name of its own."""
    said = [f'"{name}":{spelled(_plain(value))}' for name in _BEFORE if (value := row[name])]
    if told := facts(row):
        said += [f"{spelled(_FACT + name)}:{spelled(told[name])}" for name in sorted(told) if told[name] not in ("", 0)]
    said += [f'"{name}":{spelled(_plain(value))}' for name in _AFTER if (value := row[name])]
    return f"{{{','.join(said)}}}".encode()


def facts(row: Row) -> Mapping[str, Any]:
    """A bare cursor gives JSON as text."""
    found: Mapping[str, Any] = _read(row["facts"]) if isinstance(row["facts"], str) else row["facts"]
    return found


@lru_cache(maxsize=4096)
def _read(text: str) -> Mapping[str, Any]:
    """Many lines say the same; none of them may change it."""
    return MappingProxyType(json.loads(text))


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
