"""Ids and account references derived from a seed: the same seed gives the same invented landlord."""

import hashlib
from random import Random
from uuid import UUID

from tenants.models.account import ALPHABET


class Numbers:
    """Generates ids and account references from a seed.

    `salt` is the number of leases that exist before the run. It makes a second run with the same seed give other ids.
    """

    def __init__(self, seed: int, salt: str) -> None:
        self.rng = Random(f"{seed} {salt}")  # noqa: S311 (invented data, nobody's secret)
        start = hashlib.sha256(f"{seed} {salt}".encode()).hexdigest()
        self._series = f"{start[:8]}-{start[8:12]}-8{start[12:15]}-a{start[15:18]}"
        self._series_bytes = bytes.fromhex(self._series.replace("-", ""))
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

    def next_bytes(self) -> bytes:
        """Return the next ascending id, like `next`, but as 16 bytes."""
        self._last += 1
        return self._series_bytes + self._last.to_bytes(6)

    def reference(self) -> str:
        signs = "".join(self.rng.choices(ALPHABET, k=12))
        return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"
