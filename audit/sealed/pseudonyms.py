"""Pseudonyms of people and accounts in the sealed log. A pseudonym is the HMAC of a person's or account's id. The
HMAC's key is used for this id alone.

The keys of pseudonyms are stored encrypted, and can be destroyed one by one. Once the key of a pseudonym is destroyed,
nobody can link the pseudonym to its person or account.
"""

import os
from collections.abc import Callable, Iterable
from datetime import date
from hashlib import sha256
from hmac import digest
from typing import Any, Protocol
from uuid import UUID

from audit.sealed.payload import salting

KEY_BYTES, PSEUDONYM_BYTES = 32, 16


class Vault(Protocol):
    """Encrypts and decrypts the keys of pseudonyms and salts for storage. Callers pass the module
    `privacy.encryption.values`, because the app `audit` may not import `privacy`."""

    def seal(self, plaintext: str | bytes, *, table: str, column: str, row: UUID | str) -> bytes: ...

    def open_(self, sealed: bytes, *, table: str, column: str, row: UUID | str) -> bytes: ...


def pseudonym(key: bytes, whose: UUID | str) -> str:
    return digest(key, bytes.fromhex(str(whose).replace("-", "")), sha256)[:PSEUDONYM_BYTES].hex()


class Secrets:
    """The deletable keys of the sealed log: one key per person or account, for its pseudonym, and one key per month,
    for the salts of the month's events.

    An instance caches the keys that it creates. Make a new instance for each transaction of the sealing process,
    because after a rollback the cached keys are not in the database.
    """

    def __init__(self, cursor: Any, vault: Vault) -> None:
        self._cursor, self._vault = cursor, vault
        self._months: dict[str, bytes] = {}
        self._salts: dict[str, Callable[[str, str], bytes]] = {}
        self._people: dict[str, str] = {}

    def learn(self, people: Iterable[str]) -> None:
        """Prepare `name_of` for these people: read the keys of their pseudonyms, and create the missing keys.

        All people are handled in two SQL statements, however many there are.
        """
        wanted = set(people) - self._people.keys()
        if not wanted:
            return
        self._cursor.execute(
            "SELECT whose::text, key FROM audit_pseudonym WHERE whose = ANY (%s::uuid[])", [list(wanted)]
        )
        for whose, sealed in self._cursor.fetchall():
            key = self._vault.open_(bytes(sealed), table="audit_pseudonym", column="key", row=whose)
            self._people[whose] = pseudonym(key, whose)
        made = {whose: os.urandom(KEY_BYTES) for whose in wanted - self._people.keys()}
        sealed_keys = [
            self._vault.seal(key, table="audit_pseudonym", column="key", row=whose) for whose, key in made.items()
        ]
        self._cursor.execute(
            "INSERT INTO audit_pseudonym (whose, key) SELECT * FROM unnest(%s::uuid[], %s::bytea[])",
            [list(made), sealed_keys],
        )
        self._people |= {whose: pseudonym(key, whose) for whose, key in made.items()}

    def name_of(self, whose: str | None) -> str:
        return self._people[whose] if whose else ""

    def month_key(self, at: str) -> bytes:
        """Return the key from which the salts of a month's events are derived. Create the key if the month has none.

        `at` is any time of that month, in the text form that leaves use (ISO 8601, UTC).
        """
        name = at[:7]
        if name not in self._months:
            month = date.fromisoformat(f"{name}-01")
            key = read_month_key(self._cursor, self._vault, month)
            if key is None:
                key = os.urandom(KEY_BYTES)
                sealed = self._vault.seal(key, table="audit_salt", column="key", row=month.isoformat())
                self._cursor.execute("INSERT INTO audit_salt (month, key) VALUES (%s, %s)", [month, sealed])
            self._months[name] = key
        return self._months[name]

    def salt(self, at: str, event: str) -> bytes:
        """Return the salt of an event, computed with a cache for speed. The result is that of `payload.salt`.

        `at` is the event's time, in the text form that leaves use. The salt depends on the key of the month in which
        this time lies.
        """
        if at[:7] not in self._salts:
            self._salts[at[:7]] = salting(self.month_key(at))
        return self._salts[at[:7]](event, at)


def read_month_key(cursor: Any, vault: Vault, month: date) -> bytes | None:
    """Return the key from which the salts of a month's events are derived. Return None if the month has no key, for
    example because the key was deleted together with the month's events."""
    cursor.execute("SELECT key FROM audit_salt WHERE month = %s", [month])
    row = cursor.fetchone()
    return vault.open_(bytes(row[0]), table="audit_salt", column="key", row=month.isoformat()) if row else None
