"""Inclusion proofs for thousands of leaves of a log stored as tiles: shared tiles are fetched and hashed once.

The proof of a leaf needs one tile on each level above the leaf, and the tiles at the right edge of the tree. Leaves are
processed in batches, in the order given. If the order is ascending, the next batch reuses the upper tiles.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from audit.tlog.tiles import HEIGHT, WIDTH, Tile
from audit.tlog.tree import HASH_BYTES, inclusion_proof, parents

Fetch = Callable[[Sequence[Tile]], Iterable[bytes]]
# Leaves proved in one batch. Each may need a tile of its own, which takes 16 KiB of memory with its upper levels.
AT_ONCE = 64
_Place = tuple[int, int]  # a tile's level and index


class Prover:
    """Makes proofs for a log of `size` leaves. `fetch` takes a list of tiles and returns the hashes of each, in
    order."""

    def __init__(self, fetch: Fetch, size: int, at_once: int = AT_ONCE) -> None:
        self._fetch, self._size, self._at_once = fetch, size, at_once
        self._tiles: dict[_Place, list[bytes]] = {}
        levels = -(-max(size.bit_length(), 1) // HEIGHT)
        self._edge = [(level, (size >> HEIGHT * level) // WIDTH) for level in range(levels)]

    def inclusion(self, indexes: Sequence[int]) -> Iterator[list[bytes]]:
        """Yield the inclusion proof of each leaf. Memory holds the tiles of only `at_once` leaves at a time."""
        for at in range(0, len(indexes), self._at_once):
            batch = indexes[at : at + self._at_once]
            above = {(level, index >> HEIGHT * level + HEIGHT) for level, _edge in self._edge for index in batch}
            self._hold(above | set(self._edge))
            for index in batch:
                yield inclusion_proof(index, self._size, self.hash_at)

    def hash_at(self, level: int, index: int) -> bytes:
        """The hash of any complete subtree. A tile not in memory is fetched, and cached while there is room."""
        rank, height = divmod(level, HEIGHT)
        number, offset = divmod(index << height, WIDTH)
        if offset + (1 << height) > self._width(rank, number):
            raise ValueError(f"No complete subtree {index} of level {level} in a tree of {self._size}.")
        if (rank, number) not in self._tiles:
            room = self._tiles if len(self._tiles) < self._at_once else ()
            self._hold({*room, (rank, number)})
        first = (offset >> height) * HASH_BYTES
        return self._tiles[rank, number][height][first : first + HASH_BYTES]

    def _width(self, level: int, number: int) -> int:
        return min(WIDTH, (self._size >> HEIGHT * level) - number * WIDTH)

    def _hold(self, wanted: set[_Place]) -> None:
        """Fetch those of the wanted tiles that are not in memory, and drop all other tiles."""
        self._tiles = {place: rows for place, rows in self._tiles.items() if place in wanted}
        new = [
            Tile(level, number, width)
            for level, number in sorted(wanted - self._tiles.keys())
            if number >= 0 and (width := self._width(level, number)) > 0
        ]
        for tile, content in zip(new, self._fetch(new) if new else (), strict=True):
            if len(content) != tile.width * HASH_BYTES:
                raise ValueError("A tile is not as wide as requested.")
            rows = [content]  # first the tile, then each level above it, up to its root
            while len(rows[-1]) > HASH_BYTES:
                rows.append(parents(rows[-1]))
            self._tiles[tile.level or 0, tile.index] = rows
