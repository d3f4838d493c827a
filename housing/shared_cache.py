"""A cache shared by all processes: signed JSON in a PostgreSQL table.

Django's database cache stores pickles, so anybody who can write to its table can run code. Here a value is JSON with an
HMAC over its key, expiry and text, computed with the secret key, which is not in the database. A value that was
changed, moved to another key or prolonged counts as missing. Rows can still be deleted:
docs/decisions/0031-signed-cache.md says what an attacker gains by that.
"""

import json
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connections
from django.utils import timezone
from django.utils.crypto import salted_hmac

SALT = "housing.shared_cache"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
SWEPT_ONE_TIME_IN = 100
_UPSERT = """INSERT INTO {table} AS c (cache_key, value, expires) VALUES (%s, %s, %s)
    ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires"""
# Adding a key is a single statement: if several processes add the same key at once, only one of them succeeds.
_ADD = f"{_UPSERT} WHERE c.expires <= %s"


class SignedJsonCache(BaseCache):
    """Django cache backend. The methods do what the documentation of BaseCache says."""

    def __init__(self, table: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._table = connections["cache"].ops.quote_name(table)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self.get_many([key], version).get(key, default)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        names = {self.make_and_validate_key(key, version=version): key for key in keys}
        statement = "SELECT cache_key, value, expires FROM {table} WHERE cache_key = ANY (%s) AND expires > %s"
        values: dict[str, Any] = {}
        for stored, value, expires in self._run(statement, list(names), timezone.now())[1]:
            signature, _colon, text = value.partition(":")
            ours = _signature(stored, text, expires)
            if compare_digest(signature.encode(), ours.encode()):
                values[names[stored]] = json.loads(text)
        return values

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._run(_UPSERT, *self._row(key, value, timeout, version))
        if secrets.randbelow(SWEPT_ONE_TIME_IN) == 0:
            self.sweep()

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store a key and return True, unless an unexpired row has the same key. A row with a wrong signature is not
        replaced: otherwise an attacker could use a one-time code again, by falsifying the row that marks the code as
        used."""
        return self._run(_ADD, *self._row(key, value, timeout, version), timezone.now())[0] == 1

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        value = self.get(key, self._missing_key, version)
        if value is self._missing_key:
            return False
        self.set(key, value, timeout, version)
        return True

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self.get(key, self._missing_key, version) is not self._missing_key

    def delete(self, key: str, version: int | None = None) -> bool:
        stored = self.make_and_validate_key(key, version=version)
        return self._run("DELETE FROM {table} WHERE cache_key = %s", stored)[0] > 0

    def clear(self) -> None:
        self._run("DELETE FROM {table}")

    def sweep(self) -> None:
        """Delete expired rows. Unexpired rows are never deleted to make room, because a flood of requests could then
        erase counts of failed sign-ins."""
        self._run("DELETE FROM {table} WHERE expires <= %s", timezone.now())

    def _row(self, key: str, value: Any, timeout: Any, version: int | None) -> tuple[str, str, datetime]:
        """Return the table row for a value: key, signed JSON text, expiry. Raises TypeError for a value that JSON would
        change or refuse, such as a tuple or a date."""
        stored, seconds = self.make_and_validate_key(key, version=version), self.get_backend_timeout(timeout)
        expires = NEVER if seconds is None else datetime.fromtimestamp(int(seconds), UTC)
        text = json.dumps(value, separators=(",", ":"))
        if json.loads(text) != value:
            raise TypeError(f"A value of type {type(value).__name__} is changed by JSON.")
        return stored, f"{_signature(stored, text, expires)}:{text}", expires

    def _run(self, statement: str, *params: Any) -> tuple[int, list[tuple[Any, ...]]]:
        with connections["cache"].cursor() as cursor:
            cursor.execute(statement.format(table=self._table), params)
            return cursor.rowcount, cursor.fetchall() if cursor.description else []


def _signature(stored_key: str, text: str, expires: datetime) -> str:
    signed = json.dumps([stored_key, int(expires.timestamp()), text])
    return salted_hmac(SALT, signed, algorithm="sha256").hexdigest()
