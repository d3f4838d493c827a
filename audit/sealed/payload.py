"""The line of the trace in one spelling: what a leaf commits to, and what is forgotten with its month.

What is empty is left out, so that a column added later changes nothing of what older lines are spelled like.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from hmac import digest
from types import NoneType
from typing import Any
from uuid import UUID

from audit.models import Event
from audit.tlog.leaf import canonical, utc

COLUMNS = tuple(str(field.column) for field in Event._meta.concrete_fields)
Row = Mapping[str, Any]


def payload(row: Row) -> bytes:
    """Flat: ids of what was shown stand side by side, and each fact under a name of its own."""
    said = {name: _PLAIN.get(type(value), _plain)(value) for name, value in row.items() if name != "facts"}
    said |= {f"fact.{name}": value for name, value in facts(row).items()}
    return canonical({name: value for name, value in said.items() if value not in ("", 0)})


def facts(row: Row) -> dict[str, Any]:
    """A bare cursor gives JSON as text."""
    found: dict[str, Any] = json.loads(row["facts"]) if isinstance(row["facts"], str) else row["facts"]
    return found


def salt(month_key: bytes, event: UUID) -> bytes:
    """Each event's own, worked out from its month's key: whoever has one salt knows no other, and when the key is gone
    all of them are."""
    return digest(month_key, event.bytes, sha256)


def _side_by_side(values: Iterable[Any]) -> str:
    return " ".join(map(str, values))


def _plain(value: Any) -> int | str:
    """Of a kind that is none of those below itself."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, list | tuple):
        return _side_by_side(value)
    return value if isinstance(value, int) else str(value)


# By the value's own kind: a sealer that must keep up asks sixteen times a line.
_PLAIN: dict[type, Callable[[Any], int | str]] = {
    NoneType: lambda _nothing: "",
    str: str,
    int: int,
    UUID: str,
    datetime: utc,
    list: _side_by_side,
}
