"""Encodes the details of an audit event as bytes (the payload). The event's leaf contains only their salted hash.

When the retention period of a month ends, the details of its events are deleted, and the leaves stay. Empty columns are
left out, so that a column added later does not change the encoding of older events.
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
_BLOCK, _PADS = 64, (0x36, 0x5C)  # HMAC-SHA-256 (RFC 2104): block size in bytes, byte of the inner and outer pad

# The database converts these types of columns to the same text as `_plain`, because it is faster than Python.
_AS_TEXT = {
    models.UUIDField: "{}::text",
    models.DateTimeField: """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    ArrayField: "array_to_string({}, ' ')",
    models.JSONField: "{}::text",
}
_KINDS = {str(field.column): type(field) for field in Event._meta.concrete_fields}
# VARIED: columns of ids and times, which differ in every event. `pattern` has a placeholder for each of them.
# ALIKE: all other columns. Thousands of events have equal values in them, so their encoding can be cached.
VARIED = tuple(
    sorted(name for name, kind in _KINDS.items() if kind in (models.UUIDField, models.DateTimeField, ArrayField))
)
ALIKE = tuple(name for name in _KINDS if name not in VARIED)
COLUMNS = ALIKE + VARIED
ENCODED_COLUMNS = ", ".join(_AS_TEXT.get(_KINDS[name], "{}").format(f"e.{name}") for name in COLUMNS)
_WORDS = tuple(name for name in ALIKE if name != "facts")


def by_column(events: models.QuerySet[Event]) -> Any:
    """Return the events as dicts with the keys that `payload` expects: the names of the database columns."""
    return events.values(*(name for name in COLUMNS if name != "shown"), shown=models.F("shown_ids"))


def payload(row: Row) -> bytes:
    """Encode the details of one event as a flat JSON object with sorted keys.

    Each fact has a key of its own, and a list of ids is one string, separated by spaces.
    """
    return (pattern(row) % tuple([_plain(value) for name in VARIED if (value := row[name])])).encode()


def pattern(row: Row) -> str:
    """Return the payload with placeholders (%s) for ids and times. Events that differ only in these have the same
    pattern, so callers can cache it."""
    encoded = {name: '"%s"' for name in VARIED if row[name]}
    encoded |= {name: _escape(_plain(value)) for name in _WORDS if (value := row[name])}
    encoded |= {f"fact.{name}": _escape(value) for name, value in facts(row).items() if value not in ("", 0)}
    return f"{{{','.join([f'{_escape(name)}:{encoded[name]}' for name in sorted(encoded)])}}}"


def _escape(value: int | str) -> str:
    return spelled(value).replace("%", "%%")


def facts(row: Row) -> Mapping[str, Any]:
    """Return the facts of an event's row as a mapping. A raw cursor gives the column as JSON text, which is parsed."""
    value: Mapping[str, Any] = _parse_json(row["facts"]) if isinstance(row["facts"], str) else row["facts"]
    return value


@lru_cache(maxsize=4096)
def _parse_json(text: str) -> Mapping[str, Any]:
    """Parse the facts of an event, with a cache because many events have equal facts. Callers share the result, so it
    is read-only."""
    return MappingProxyType(json.loads(text))


def salt(month_key: bytes, event: UUID | str) -> bytes:
    """The salt of an event, derived from the key of its month. One salt reveals no other, and once the month's key is
    deleted, no salt of that month can be computed."""
    return digest(month_key, bytes.fromhex(str(event).replace("-", "")), sha256)


def salting(month_key: bytes) -> Callable[[str], bytes]:
    """Return a function that does the same as `salt` for the events of one month, but is four times as fast.

    It prepares the two key blocks of HMAC-SHA-256 once, while `hmac.digest` looks up the algorithm at each call.
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
