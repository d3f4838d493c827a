"""Encodes the details of an audit event as bytes, the payload. The event's leaf in the sealed log contains only a
salted hash of the payload.

When the retention period of a month ends, the details of its events are deleted, and the leaves stay. Empty columns are
left out of the payload, so that a column added later does not change the encoding of older events.
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
# HMAC-SHA-256 (RFC 2104) works on blocks of _BLOCK bytes; the bytes in _PADS pad the inner and the outer key.
_BLOCK, _PADS = 64, (0x36, 0x5C)

# _AS_TEXT has SQL that converts columns to text. The Python function `_plain` gives the same text, but more slowly.
_AS_TEXT = {
    models.UUIDField: "{}::text",
    models.DateTimeField: """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
    ArrayField: "array_to_string({}, ' ')",
    models.JSONField: "{}::text",
}
_KINDS = {str(field.column): type(field) for field in Event._meta.concrete_fields}
# The columns in VARIED, such as ids and times, differ in every event. `pattern` returns placeholders for their values.
# Thousands of events have the same values in the columns in ALIKE, so the encoding of these values is cached.
VARIED = tuple(
    sorted(name for name, kind in _KINDS.items() if kind in (models.UUIDField, models.DateTimeField, ArrayField))
)
ALIKE = tuple(name for name in _KINDS if name not in VARIED)
COLUMNS = ALIKE + VARIED
ENCODED_COLUMNS = ", ".join(_AS_TEXT.get(_KINDS[name], "{}").format(f"e.{name}") for name in COLUMNS)
_WORDS = tuple(name for name in ALIKE if name != "facts")


def by_column(events: models.QuerySet[Event]) -> Any:
    """Return the events as dicts that `payload` can encode: their keys are the names of the database columns."""
    return events.values(*(name for name in COLUMNS if name != "shown"), shown=models.F("shown_ids"))


def payload(row: Row) -> bytes:
    """Encode the details of one audit event as a flat JSON object with sorted keys.

    Each of the event's facts has a key of its own. A list of ids is one string, separated by spaces.
    """
    return (pattern(row) % tuple([_plain(value) for name in VARIED if (value := row[name])])).encode()


def pattern(row: Row) -> str:
    """Return the encoded details of an event, with placeholders (%s) instead of its ids and times. Events that differ
    only in ids and times have the same pattern, so callers can cache patterns."""
    encoded = {name: '"%s"' for name in VARIED if row[name]}
    encoded |= {name: _escape(_plain(value)) for name in _WORDS if (value := row[name])}
    encoded |= {f"fact.{name}": _escape(value) for name, value in facts(row).items() if value not in ("", 0)}
    return f"{{{','.join([f'{_escape(name)}:{encoded[name]}' for name in sorted(encoded)])}}}"


def _escape(value: int | str) -> str:
    return spelled(value).replace("%", "%%")


def facts(row: Row) -> Mapping[str, Any]:
    """Return the column `facts` of an event's row as a mapping. If a raw cursor read the row, `facts` is JSON text,
    which is parsed."""
    value: Mapping[str, Any] = _parse_json(row["facts"]) if isinstance(row["facts"], str) else row["facts"]
    return value


@lru_cache(maxsize=4096)
def _parse_json(text: str) -> Mapping[str, Any]:
    """Parse the JSON text of an event's facts. The results are cached, because many events have equal facts. All
    callers get the same object, so it is read-only."""
    return MappingProxyType(json.loads(text))


def salt(month_key: bytes, event: UUID | str, at: str) -> bytes:
    """Return the salt that is hashed together with an event's details. It is derived from the key of the event's month.

    `at` is the event's time, in the text form that leaves use. It is included because two events may have the same id.
    Whoever knows one salt learns nothing about the others. Once the month's key is deleted, nobody can compute the
    salts of that month.
    """
    return digest(month_key, bytes.fromhex(str(event).replace("-", "")) + at.encode(), sha256)


def salting(month_key: bytes) -> Callable[[str, str], bytes]:
    """Return a function that computes the salts of a month's events, four times as fast as the function `salt`.

    HMAC-SHA-256 derives two blocks from the month's key. The returned function reuses the two blocks for every event,
    while `salt` derives them again for each event.
    """
    if len(month_key) > _BLOCK:
        raise ValueError(f"HMAC would hash a key of {len(month_key)} bytes first; at most {_BLOCK} are supported.")
    inner, outer = (month_key.ljust(_BLOCK, b"\0").translate(bytes(byte ^ pad for byte in range(256))) for pad in _PADS)

    def fast_salt(event: str, at: str) -> bytes:
        return sha256(outer + sha256(inner + bytes.fromhex(event.replace("-", "")) + at.encode()).digest()).digest()

    return fast_salt


def _plain(value: Any) -> int | str:
    if type(value) is str or isinstance(value, int | str):
        return value
    if isinstance(value, datetime):
        return utc(value)
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return str(value)
