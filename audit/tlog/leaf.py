"""A leaf of the sealed audit log: the codes, time and pseudonyms of one event, and a hash of its details.

Leaves are never deleted, so they contain nothing personal. The details (the payload) are stored elsewhere, with a salt;
the leaf contains only SHA-256(salt, payload). Once payload and salt are deleted, this hash reveals nothing.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring_ascii
from operator import itemgetter
from typing import NamedTuple

from audit.tlog.tiles import ENTRY_BYTES

VERSION = 1
SALT_BYTES = 32
_CODE = r"[A-Za-z0-9_.:\-]{0,64}"
_PSEUDONYMS = r"(?:[0-9a-f]{32}(?: [0-9a-f]{32})*)?"
_SHAPES = {
    "event": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "time": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z",
    "payload": r"[0-9a-f]{64}",
    **dict.fromkeys(("actor", "subject"), _PSEUDONYMS),
    **dict.fromkeys(("kind", "outcome", "purpose", "reason", "rules"), _CODE),
}


class LeafRefused(Exception):
    """Raised for values that a leaf of the sealed audit log may not contain, and for bytes that are not a valid
    leaf."""


class Leaf(NamedTuple):
    """The fields of a leaf of the sealed log, all strings. A field whose value is unknown is empty.

    `actor` and `subject` are pseudonyms of 32 hexadecimal digits; several subjects are separated by a space. `rules` is
    the version of the access rules. `payload` is the salted hash of the event's details.
    """

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
        """Encode the leaf as JSON. The log's Merkle tree hashes these bytes, so each leaf has exactly one encoding.

        Raises LeafRefused if a value is malformed or too long.
        """
        encoded: bytes = (_TEMPLATE % _in_order(self)).encode("ascii", "replace")
        if not _ENTRY.fullmatch(encoded):
            malformed = [
                name for name, shape in _SHAPES.items() if not re.fullmatch(shape, getattr(self, name), re.ASCII)
            ]
            raise LeafRefused(f"Malformed values in a leaf: {', '.join(malformed)}.")
        if len(encoded) > ENTRY_BYTES:
            raise LeafRefused("An entry is at most 65,535 bytes.")
        return encoded


# `Leaf.entry` encodes a leaf by filling the format string _TEMPLATE: values that match _SHAPES need no JSON escaping.
# The function `canonical` would give the same bytes, but is too slow to encode thousands of leaves per second.
_NAMES = sorted(Leaf._fields)
_in_order = itemgetter(*map(Leaf._fields.index, _NAMES))
_TEMPLATE = "{" + "".join(f'"{name}":"%s",' for name in _NAMES) + f'"v":{VERSION}}}'
_ENTRY = re.compile(("[{]" + _TEMPLATE[1:-1] % itemgetter(*_NAMES)(_SHAPES) + "[}]").encode())
# In leaves with the same codes, only the fields in _HOLES differ. `pattern` writes placeholders for these fields.
_HOLES = dict.fromkeys(("actor", "event", "payload", "subject", "time"), "%s")
_ANY = Leaf("00000000-0000-0000-0000-000000000000", "1970-01-01T00:00:00.000000Z", "", "", "0" * 64)
# Characters that `filled` accepts in the values of a leaf, and the total length of a valid event, payload and time.
_FILLING, _FILLED = b"0123456789abcdef-:.TZ ", len(_ANY.event + _ANY.payload + _ANY.time)


def pattern(**codes: str) -> str:
    """Return an encoded leaf with these codes (kind, outcome, purpose, reason, rules) and placeholders for the rest.

    The function `filled` replaces the placeholders: actor, event, payload, subject and time. Raises LeafRefused if a
    code is malformed.
    """
    coded = _ANY._replace(**codes)
    coded.entry()
    template: str = _TEMPLATE % _in_order(coded._replace(**_HOLES))
    return template


def filled(template: str, actor: str, event: str, payload: str, subject: str, time: str) -> bytes:
    """Encode a leaf by filling a template that `pattern` returned. The result is the same as that of `Leaf.entry`, but
    four times as fast to compute.

    The codes in the template are valid, because `pattern` checked them. This function checks the other values, and
    raises LeafRefused if one is malformed or the leaf is too long.
    """
    measured = event + payload + time
    entry = (template % (actor, event, payload, subject, time)).encode()
    odd = (measured + actor + subject).encode().translate(None, _FILLING)
    if odd or len(measured) != _FILLED or len(entry) > ENTRY_BYTES:
        raise LeafRefused("Malformed values in a leaf, or more than 65,535 bytes.")
    return entry


def read_entry(entry: bytes) -> Leaf:
    """Parse an encoded leaf. Raises LeafRefused for bytes that `Leaf.entry` would not write."""
    try:
        content = json.loads(entry)
        leaf = Leaf(**{name: value for name, value in content.items() if name != "v"})
        if leaf.entry() == entry:
            return leaf
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    raise LeafRefused("The entry is not a leaf in canonical form.")


def canonical(content: Mapping[str, int | str]) -> bytes:
    """Encode a mapping of integers and strings as canonical JSON: sorted keys, no spaces, non-ASCII letters escaped.
    Equal mappings always give the same bytes."""
    members = [f"{spelled(name)}:{spelled(content[name])}" for name in sorted(content)]
    return f"{{{','.join(members)}}}".encode()


def spelled(value: int | str) -> str:
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)
    raise LeafRefused("Only integers and strings have a canonical form.")


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Return SHA-256(salt || payload). A leaf contains this hash: it proves an event's details without disclosing them.

    All salts have the same length. Otherwise another salt and payload could be concatenated to the same bytes.
    """
    if len(salt) != SALT_BYTES:
        raise LeafRefused(f"A salt is {SALT_BYTES} bytes.")
    return sha256(salt + payload).digest()


def utc(moment: datetime) -> str:
    """Format a time as leaves contain it: in UTC, to the microsecond."""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
