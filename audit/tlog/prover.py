"""Makes inclusion proofs for thousands of leaves of a log, fetching and hashing each tile only once.

A tile is a block of 256 neighbouring hashes of one tree level (tiles.py). The proof of a leaf needs one tile on each
level above the leaf, and the tiles at the right edge of the tree. Leaves are processed in batches, in the order given.
If the order is ascending, the next batch reuses the upper tiles.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from audit.tlog.tiles import HEIGHT, WIDTH, Tile
from audit.tlog.tree import HASH_BYTES, inclusion_proof, parents

Fetch = Callable[[Sequence[Tile]], Iterable[bytes]]
# Number of leaves proved in one batch. Each leaf may need a tile of its own, and a tile takes 16 KiB of memory.
AT_ONCE = 64
_Place = tuple[int, int]  # level and index of a tile


class Prover:
    """Makes proofs for a log of `size` leaves. `fetch` takes a list of tiles and returns, in the same order, the
    concatenated hashes of each tile."""

    def __init__(self, fetch: Fetch, size: int, at_once: int = AT_ONCE) -> None:
        self._fetch, self._size, self._at_once = fetch, size, at_once
        self._tiles: dict[_Place, list[bytes]] = {}
        levels = -(-max(size.bit_length(), 1) // HEIGHT)
        self._edge = [(level, (size >> HEIGHT * level) // WIDTH) for level in range(levels)]

    def inclusion(self, indexes: Sequence[int]) -> Iterator[list[bytes]]:
        """Yield the inclusion proof of each leaf, given the leaf numbers. Only the tiles for `at_once` leaves are in
        memory at a time."""
        for at in range(0, len(indexes), self._at_once):
            batch = indexes[at : at + self._at_once]
            above = {(level, index >> HEIGHT * level + HEIGHT) for level, _edge in self._edge for index in batch}
            self._hold(above | set(self._edge))
            for index in batch:
                yield inclusion_proof(index, self._size, self.hash_at)

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the hash of complete subtree number `index` of a tree level. Fetches the tile that contains it if
        necessary, and drops the other tiles if too many are in memory."""
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
        """Fetch the wanted tiles that are not yet in memory, and remove all unwanted tiles from memory."""
        self._tiles = {place: rows for place, rows in self._tiles.items() if place in wanted}
        new = [
            Tile(level, number, width)
            for level, number in sorted(wanted - self._tiles.keys())
            if number >= 0 and (width := self._width(level, number)) > 0
        ]
        for tile, content in zip(new, self._fetch(new) if new else (), strict=True):
            if len(content) != tile.width * HASH_BYTES:
                raise ValueError("A tile is not as wide as requested.")
            rows = [content]  # hashes by tree level: the tile itself, then the levels above it, up to the tile's root
            while len(rows[-1]) > HASH_BYTES:
                rows.append(parents(rows[-1]))
            self._tiles[tile.level or 0, tile.index] = rows
