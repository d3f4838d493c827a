"""What the log says of one event: codes, a time and pseudonyms, and a commitment to the rest, which can be forgotten.

A leaf is never taken back, so nothing personal stands in it. What was seen (the payload) is kept beside, with a salt of
its own; the leaf holds SHA-256(salt, payload). Once both are deleted, the number that stays says nothing of anybody.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from audit.tlog.tiles import ENTRY_BYTES

VERSION = 1
SALT_BYTES = 32
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
_CODE = re.compile(r"[A-Za-z0-9_.:\-]{0,64}")
_PSEUDONYMS = re.compile(r"(?:[0-9a-f]{32}(?: [0-9a-f]{32})*)?")
_HASH = re.compile(r"[0-9a-f]{64}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


class LeafRefused(Exception):
    """Not what a leaf may hold."""


@dataclass(frozen=True)
class Leaf:
    """`actor` and `subject` are pseudonyms, 32 hexadecimal digits each; several subjects stand with one space between.
    `rules` is the version of the rules in force, `payload` the commitment. What is not known is empty."""

    event: str
    time: str
    kind: str
    outcome: str
    payload: str
    actor: str = ""
    subject: str = ""
    purpose: str = ""
    reason: str = ""
    rules: str = ""

    def entry(self) -> bytes:
        """The bytes that are hashed."""
        found = canonical({"v": VERSION, **vars(self)})
        for name, shape in _SHAPES.items():
            if not shape.fullmatch(getattr(self, name)):
                raise LeafRefused(f"What a leaf says as {name} has another shape.")
        if len(found) > ENTRY_BYTES:
            raise LeafRefused("An entry is at most 65,535 bytes.")
        return found


_SHAPES = {
    "event": _UUID,
    "time": _TIME,
    "payload": _HASH,
    "actor": _PSEUDONYMS,
    "subject": _PSEUDONYMS,
    **dict.fromkeys(("kind", "outcome", "purpose", "reason", "rules"), _CODE),
}


def read_entry(entry: bytes) -> Leaf:
    """The leaf in an entry; only the bytes that `Leaf.entry` would write are one."""
    try:
        said = json.loads(entry)
        leaf = Leaf(**{name: value for name, value in said.items() if name != "v"})
        if leaf.entry() == entry:
            return leaf
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    raise LeafRefused("The entry is not a leaf in its one spelling.")


def canonical(content: Mapping[str, int | str]) -> bytes:
    """One spelling of an object of whole numbers and strings: sorted keys, no spaces, letters beyond ASCII escaped."""
    # Asked of the few kinds there are, since a busy log spells thousands a second.
    if not ({*map(type, content)} <= {str} and all(map(_spelled, {*map(type, content.values())}))):
        raise LeafRefused("Only whole numbers and strings have one spelling.")
    return _ENCODER.encode(content).encode("ascii")


def _spelled(kind: type) -> bool:
    return issubclass(kind, int | str) and kind is not bool


def commitment(salt: bytes, payload: bytes) -> bytes:
    """SHA-256(salt || payload). The salt has one length, so that no byte can pass from one to the other."""
    if len(salt) != SALT_BYTES:
        raise LeafRefused(f"A salt is {SALT_BYTES} bytes.")
    return sha256(salt + payload).digest()


def utc(moment: datetime) -> str:
    """A time as leaves spell it: UTC, to the microsecond."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
