"""Ids and account references derived from a seed: the same seed gives the same invented landlord."""

import hashlib
from collections.abc import Iterator
from itertools import count
from random import Random
from uuid import UUID

from tenants.models.account import ALPHABET


def series_of(salt: str) -> str:
    """Return the beginning of the ids of a series, all but the last 12 digits."""
    start = hashlib.sha256(salt.encode()).hexdigest()
    return f"{start[:8]}-{start[8:12]}-8{start[12:15]}-a{start[15:18]}"


class Numbers:
    """Generates ids and account references from a seed.

    `salt` is the number of leases that exist before the run. It makes a second run with the same seed give other ids.
    """

    def __init__(self, seed: int, salt: str) -> None:
        self.rng = Random(f"{seed} {salt}")  # noqa: S311 (invented data, nobody's secret)
        self._salt = f"{seed} {salt}"
        self._series = series_of(self._salt)
        self._last = 0

    def id(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def next(self) -> str:
        """Return the next id of an ascending series. Ascending ids make inserts fast, because indexes then grow only at
        the end.

        Do not use these ids for leases and dwellings: the tree index of their exclusion constraints stays balanced only
        with random ids.
        """
        self._last += 1
        return f"{self._series}-{self._last:012x}"

    def binary_series(self, name: str, before: bytes = b"") -> Iterator[bytes]:
        """Return an endless iterator of ascending ids in 16 bytes, each after the bytes `before`. The series of each
        name has ids of its own."""
        start = before + bytes.fromhex(series_of(f"{self._salt} {name}").replace("-", ""))
        return (start + number.to_bytes(6) for number in count(1))

    def reference(self) -> str:
        signs = "".join(self.rng.choices(ALPHABET, k=12))
        return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"
