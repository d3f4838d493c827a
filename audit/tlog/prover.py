"""Proofs by the thousand of a log that is kept as tiles: what they share is read once and hashed once.

A proof of one leaf lies in the tiles above it, one a level, and in those at the right edge of the tree. Leaves are
taken some at a time, in the order asked; in rising order their upper tiles serve the next ones too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from audit.tlog.tiles import HEIGHT, WIDTH, Tile
from audit.tlog.tree import HASH_BYTES, inclusion_proof, parents

Fetch = Callable[[Sequence[Tile]], Iterable[bytes]]
# Leaves that are proved together. Each may stand in a tile of its own, of 16 KiB with the levels between.
AT_ONCE = 64
_Place = tuple[int, int]  # a tile's level and index


class Prover:
    """`fetch` gives the hashes in each of some tiles of a log of `size` leaves, in their order."""

    def __init__(self, fetch: Fetch, size: int, at_once: int = AT_ONCE) -> None:
        self._fetch, self._size, self._at_once = fetch, size, at_once
        self._held: dict[_Place, list[bytes]] = {}
        self._edge = [(level, (size >> HEIGHT * level) // WIDTH) for level in range(_levels(size))]

    def inclusion(self, indexes: Sequence[int]) -> Iterator[list[bytes]]:
        """`inclusion_proof` of each, to the byte. In memory are the tiles of `at_once` leaves, however many it is."""
        for at in range(0, len(indexes), self._at_once):
            some = indexes[at : at + self._at_once]
            self._hold({place for index in some for place in self._above(index)} | set(self._edge))
            for index in some:
                yield inclusion_proof(index, self._size, self.read)

    def read(self, level: int, index: int) -> bytes:
        """For any proof; a tile that is not held is fetched by itself, and held as long as there is room."""
        rank, height = divmod(level, HEIGHT)
        number, offset = divmod(index << height, WIDTH)
        if offset + (1 << height) > self._width(rank, number):
            raise ValueError(f"No complete subtree {index} of level {level} in a tree of {self._size}.")
        if (rank, number) not in self._held:
            room = self._held if len(self._held) < self._at_once else ()
            self._hold({*room, (rank, number)})
        first = (offset >> height) * HASH_BYTES
        return self._held[rank, number][height][first : first + HASH_BYTES]

    def _above(self, index: int) -> list[_Place]:
        return [(level, index >> HEIGHT * level + HEIGHT) for level in range(len(self._edge))]

    def _width(self, level: int, number: int) -> int:
        return min(WIDTH, (self._size >> HEIGHT * level) - number * WIDTH)

    def _hold(self, wanted: set[_Place]) -> None:
        """These and no others."""
        self._held = {place: rows for place, rows in self._held.items() if place in wanted}
        new = [
            Tile(level, number, width)
            for level, number in sorted(wanted - self._held.keys())
            if number >= 0 and (width := self._width(level, number)) > 0
        ]
        for tile, content in zip(new, self._fetch(new) if new else (), strict=True):
            if len(content) != tile.width * HASH_BYTES:
                raise ValueError("A tile is not as wide as its path says.")
            self._held[tile.level or 0, tile.index] = _rows(content)


def _levels(size: int) -> int:
    """Of tiles that a log of `size` leaves has."""
    return -(-max(size.bit_length(), 1) // HEIGHT)


def _rows(tile: bytes) -> list[bytes]:
    """A tile, and the complete subtrees of each level between it and the next tile."""
    rows = [tile]
    while len(rows[-1]) > HASH_BYTES:
        rows.append(parents(rows[-1]))
    return rows
