"""The line of the trace in one spelling: what a leaf commits to, and what is forgotten with its month.

What is empty is left out, so that a column added later changes nothing of what older lines are spelled like.
"""

import json
from collections.abc import Callable, Mapping
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

Row = Mapping[str, Any]
_BLOCK, _PADS = 64, (0x36, 0x5C)  # bytes of a block of SHA-256; what RFC 2104 lays over the key

# What a column holds, as `payload` spells it: the database says it so in less time than the driver makes objects of it.
_AS_TEXT = {
    models.UUIDField: "{}::text",
    models.DateTimeField: """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    ArrayField: "array_to_string({}, ' ')",
    models.JSONField: "{}::text",
}
_KINDS = {str(field.column): type(field) for field in Event._meta.concrete_fields}
# Ids and times differ from line to line, and nothing in them needs escaping; the rest thousands of lines say alike.
VARIED = tuple(
    sorted(name for name, kind in _KINDS.items() if kind in (models.UUIDField, models.DateTimeField, ArrayField))
)
ALIKE = tuple(name for name in _KINDS if name not in VARIED)
COLUMNS = ALIKE + VARIED
SPELLED = ", ".join(_AS_TEXT.get(_KINDS[name], "{}").format(f"e.{name}") for name in COLUMNS)
_WORDS = tuple(name for name in ALIKE if name != "facts")


def payload(row: Row) -> bytes:
    """Canonical and flat: ids of what was shown stand side by side, and each fact under a name of its own."""
    return (pattern(row) % tuple([_plain(value) for name in VARIED if (value := row[name])])).encode()


def pattern(row: Row) -> str:
    """`payload` with a hole for each id and time that there is: all lines that say the rest alike have one."""
    said = {name: '"%s"' for name in VARIED if row[name]}
    said |= {name: _held(_plain(value)) for name in _WORDS if (value := row[name])}
    said |= {f"fact.{name}": _held(value) for name, value in facts(row).items() if value not in ("", 0)}
    return f"{{{','.join([f'{_held(name)}:{said[name]}' for name in sorted(said)])}}}"


def _held(value: int | str) -> str:
    return spelled(value).replace("%", "%%")


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


def salting(month_key: bytes) -> Callable[[str], bytes]:
    """`salt` for the many events of a month: HMAC-SHA-256 as RFC 2104 puts it together, its two blocks made once. The
    library looks the algorithm up anew for each, which takes four times as long."""
    if len(month_key) > _BLOCK:
        raise ValueError(f"A key of {len(month_key)} bytes would be hashed first.")
    inner, outer = (month_key.ljust(_BLOCK, b"\0").translate(bytes(one ^ pad for one in range(256))) for pad in _PADS)
    return lambda event: sha256(outer + sha256(inner + bytes.fromhex(event.replace("-", ""))).digest()).digest()


def _plain(value: Any) -> int | str:
    if type(value) is str or isinstance(value, int | str):
        return value
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return str(value)
