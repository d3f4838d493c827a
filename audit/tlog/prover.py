"""Makes inclusion proofs for thousands of leaves of a log, fetching and hashing each tile only once.

A tile is a block of 256 neighbouring hashes of one level of the Merkle tree (tiles.py). The proof of a leaf needs one
tile of each level, and the tiles at the right edge of the tree. Leaves are processed in batches, in the order given. If
that order is ascending, each batch reuses the upper tiles of the batch before it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from audit.tlog.tiles import HEIGHT, WIDTH, Tile
from audit.tlog.tree import HASH_BYTES, inclusion_proof, parents

Fetch = Callable[[Sequence[Tile]], Iterable[bytes]]
# A batch has AT_ONCE leaves. Each leaf of a batch may need a tile of its own, and a tile takes 16 KiB of memory.
AT_ONCE = 64
# A _Place identifies a cached tile (block of 256 hashes) by its level and its index within this level.
_Place = tuple[int, int]


class Prover:
    """Makes inclusion proofs for a log of `size` leaves. `fetch` takes a list of tiles (blocks of 256 hashes of the
    Merkle tree) and returns, in the same order, the concatenated hashes of each tile."""

    def __init__(self, fetch: Fetch, size: int, at_once: int = AT_ONCE) -> None:
        self._fetch, self._size, self._at_once = fetch, size, at_once
        self._tiles: dict[_Place, list[bytes]] = {}
        levels = -(-max(size.bit_length(), 1) // HEIGHT)
        self._edge = [(level, (size >> HEIGHT * level) // WIDTH) for level in range(levels)]

    def inclusion(self, indexes: Sequence[int]) -> Iterator[list[bytes]]:
        """Yield the inclusion proof of each leaf in `indexes`, a list of leaf numbers. To limit memory, only the tiles
        (blocks of hashes) that the proofs of `at_once` leaves need are in memory at a time."""
        for at in range(0, len(indexes), self._at_once):
            batch = indexes[at : at + self._at_once]
            above = {(level, index >> HEIGHT * level + HEIGHT) for level, _edge in self._edge for index in batch}
            self._hold(above | set(self._edge))
            for index in batch:
                yield inclusion_proof(index, self._size, self.hash_at)

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the hash of complete subtree number `index` of a tree level. If its tile (block of 256 hashes) is not
        in memory, fetch it, and first drop all other tiles from memory if there are too many."""
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
        """Fetch those of the wanted tiles (blocks of 256 hashes) that are not in memory, and drop all unwanted
        tiles."""
        self._tiles = {place: rows for place, rows in self._tiles.items() if place in wanted}
        new = [
            Tile(level, number, width)
            for level, number in sorted(wanted - self._tiles.keys())
            if number >= 0 and (width := self._width(level, number)) > 0
        ]
        for tile, content in zip(new, self._fetch(new) if new else (), strict=True):
            if len(content) != tile.width * HASH_BYTES:
                raise ValueError("A tile is not as wide as requested.")
            # `rows` lists the hashes of the tile, then the hashes of each tree level above, up to a single hash.
            rows = [content]
            while len(rows[-1]) > HASH_BYTES:
                rows.append(parents(rows[-1]))
            self._tiles[tile.level or 0, tile.index] = rows
