"""Encrypts a value with AES-256-GCM, bound to its table, column and row. Format:

    version (1 byte) | length of the key id (1 byte) | key id | nonce (12 bytes, random) | ciphertext and tag

A value encrypted for one row does not decrypt in another, so copying encrypted bytes to another row reveals nothing.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from privacy.encryption import keys

VERSION = 1
NONCE_BYTES = 12
TAG_BYTES = 16


class Unreadable(Exception):
    """Raised for an encrypted value that cannot be decrypted. The message says in which table, column and row the value
    is stored, but never what it contains."""


class WrongKey(Unreadable):
    """Raised for a value that was encrypted with a key missing in the key ring."""


class Tampered(Unreadable):
    """Raised for an encrypted value that was changed or truncated, or was encrypted for another table, column or
    row."""


@sensitive_variables("plaintext")
def seal(plaintext: str | bytes, *, table: str, column: str, row: UUID | str) -> bytes:
    ring = keys.ring()
    content = plaintext.encode() if isinstance(plaintext, str) else plaintext
    nonce = os.urandom(NONCE_BYTES)
    bound_to = _bound_to(table, column, row, ring.current)
    return sealed_by(ring.current) + nonce + ring.get(ring.current).encrypt(nonce, content, bound_to)


def open_(sealed: bytes, *, table: str, column: str, row: UUID | str) -> bytes:
    place = f"{table}.{column} {row}"
    start = 2 + (sealed[1] if len(sealed) > 1 else 0)
    if len(sealed) < start + NONCE_BYTES + TAG_BYTES or sealed[0] != VERSION or not sealed[2:start].isalnum():
        # Bytes without the format that `seal` writes are not an encrypted value.
        raise Tampered(_altered(place))
    key_id, nonce, ciphertext = (
        sealed[2:start].decode("ascii"),
        sealed[start:][:NONCE_BYTES],
        sealed[start:][NONCE_BYTES:],
    )
    try:
        return keys.get(key_id).decrypt(nonce, ciphertext, _bound_to(table, column, row, key_id))
    except keys.UnknownKey:
        raise WrongKey(
            _("%(place)s : valeur chiffrée avec la clé « %(key)s », absente du trousseau.")
            % {"place": place, "key": key_id}
        ) from None
    except InvalidTag:
        raise Tampered(_altered(place)) from None


def sealed_by(key_id: str) -> bytes:
    """Return the bytes with which every value encrypted with this key begins. Values encrypted with other keys begin
    differently, so a query can find the values of a key."""
    return bytes([VERSION, len(key_id)]) + key_id.encode("ascii")


def _bound_to(table: str, column: str, row: UUID | str, key_id: str) -> bytes:
    """Return the text that ties a ciphertext to its table, column and row (additional authenticated data of AES-GCM).

    An empty row id, and names that contain a separator (. or :), are refused: otherwise two different rows could give
    the same text, and a value copied from one row to the other could be decrypted there.
    """
    if not row or {".", ":"} & set(f"{table}{column}{row}"):
        raise ValueError(f"{table}.{column} cannot be sealed for row {row!r}: a row id is needed, and no '.' or ':'.")
    return f"{table}.{column}:{row}:{key_id}:{VERSION}".encode()


def _altered(place: str) -> str:
    return _("%(place)s : valeur modifiée, tronquée ou chiffrée pour une autre ligne.") % {"place": place}
