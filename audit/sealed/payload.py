"""The canonical encoding of an event's details. The event's leaf contains only a salted hash of these bytes.

The details are deleted with their month, and the leaf stays. Empty columns are left out, so that a column added later
does not change the encoding of older events.
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
_BLOCK, _PADS = 64, (0x36, 0x5C)  # block size of SHA-256 in bytes; the inner and outer pad of HMAC (RFC 2104)

# SQL that formats a column as `payload` does, because the database formats faster than Python.
_AS_TEXT = {
    models.UUIDField: "{}::text",
    models.DateTimeField: """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    ArrayField: "array_to_string({}, ' ')",
    models.JSONField: "{}::text",
}
_KINDS = {str(field.column): type(field) for field in Event._meta.concrete_fields}
# Ids and times differ in every event and need no escaping; all other columns are equal in thousands of events.
VARIED = tuple(
    sorted(name for name, kind in _KINDS.items() if kind in (models.UUIDField, models.DateTimeField, ArrayField))
)
ALIKE = tuple(name for name in _KINDS if name not in VARIED)
COLUMNS = ALIKE + VARIED
ENCODED_COLUMNS = ", ".join(_AS_TEXT.get(_KINDS[name], "{}").format(f"e.{name}") for name in COLUMNS)
_WORDS = tuple(name for name in ALIKE if name != "facts")


def by_column(events: models.QuerySet[Event]) -> Any:
    """The events as dicts with the names of the table's columns, which the sealed payload uses."""
    return events.values(*(name for name in COLUMNS if name != "shown"), shown=models.F("shown_ids"))


def payload(row: Row) -> bytes:
    """The canonical bytes: one flat JSON object. Each fact is a key of its own, and ids are separated by spaces."""
    return (pattern(row) % tuple([_plain(value) for name in VARIED if (value := row[name])])).encode()


def pattern(row: Row) -> str:
    """The payload with placeholders for ids and times. Events that are equal in everything else share one pattern."""
    encoded = {name: '"%s"' for name in VARIED if row[name]}
    encoded |= {name: _escape(_plain(value)) for name in _WORDS if (value := row[name])}
    encoded |= {f"fact.{name}": _escape(value) for name, value in facts(row).items() if value not in ("", 0)}
    return f"{{{','.join([f'{_escape(name)}:{encoded[name]}' for name in sorted(encoded)])}}}"


def _escape(value: int | str) -> str:
    return spelled(value).replace("%", "%%")


def facts(row: Row) -> Mapping[str, Any]:
    """The facts of a row. A raw cursor gives them as JSON text, which is parsed."""
    value: Mapping[str, Any] = _parse_json(row["facts"]) if isinstance(row["facts"], str) else row["facts"]
    return value


@lru_cache(maxsize=4096)
def _parse_json(text: str) -> Mapping[str, Any]:
    """Parse with a cache, since many events have equal facts. The result is read-only because it is shared."""
    return MappingProxyType(json.loads(text))


def salt(month_key: bytes, event: UUID | str) -> bytes:
    """The salt of an event, derived from the key of its month. One salt reveals no other, and once the month's key is
    deleted, no salt of that month can be computed."""
    return digest(month_key, bytes.fromhex(str(event).replace("-", "")), sha256)


def salting(month_key: bytes) -> Callable[[str], bytes]:
    """Return a fast `salt` for the many events of a month: HMAC-SHA-256 with its two key blocks prepared once.

    `hmac.digest` looks up the algorithm at each call, which takes four times as long.
    """
    if len(month_key) > _BLOCK:
        raise ValueError(f"HMAC would hash a key of {len(month_key)} bytes first; at most {_BLOCK} are supported.")
    inner, outer = (month_key.ljust(_BLOCK, b"\0").translate(bytes(byte ^ pad for byte in range(256))) for pad in _PADS)
    return lambda event: sha256(outer + sha256(inner + bytes.fromhex(event.replace("-", ""))).digest()).digest()


def _plain(value: Any) -> int | str:
    if type(value) is str or isinstance(value, int | str):
        return value
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return str(value)
