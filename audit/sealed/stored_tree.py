"""Reads the Merkle tree of the sealed log from the database, which stores the hashes of every eighth tree level.

A tile is a block of 256 neighbouring hashes of a stored level (`audit.tlog.tiles`). One query reads a tile; the hashes
of the seven levels above it are computed from it. So the table of subtrees needs only one row for every 256 leaves.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from audit.tlog.tiles import HEIGHT, WIDTH, Tile
from audit.tlog.tree import node_hash, root

_LEAVES = "SELECT hash FROM audit_leaf WHERE number >= %s AND number < %s ORDER BY number"
_SUBTREES = "SELECT hash FROM audit_subtree WHERE level = %s AND number >= %s AND number < %s ORDER BY number"
# _TILES reads many tiles (blocks of 256 hashes) at once. Arguments: level, first and last number of each tile.
# LIMIT 256 tells the query planner the size of a tile. The planner would otherwise expect 0.5 % of all leaves.
_TILES = """SELECT CASE t.level
        WHEN 0 THEN (SELECT string_agg(hash, '' ORDER BY number) FROM (
            SELECT number, hash FROM audit_leaf l WHERE l.number >= t.first AND l.number < t.last
            ORDER BY number LIMIT 256) one)
        ELSE (SELECT string_agg(hash, '' ORDER BY number) FROM (
            SELECT number, hash FROM audit_subtree s
            WHERE s.level = t.level AND s.number >= t.first AND s.number < t.last ORDER BY number LIMIT 256) one) END
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) WITH ORDINALITY t (level, first, last, place)
    ORDER BY t.place"""
# The cache of a StoredTree contains at most _CACHED tiles (blocks of 256 hashes); a tile takes 8 KiB.
_CACHED = 4096


def stored_tiles(cursor: Any, wanted: Sequence[Tile]) -> list[bytes]:
    """Return the concatenated hashes of each wanted tile (block of 256 hashes). If rows are missing in the database,
    the hashes of a tile are fewer than its `width`; callers must check that."""
    levels = [(tile.level or 0) * HEIGHT for tile in wanted]
    firsts = [tile.index * WIDTH for tile in wanted]
    lasts = [first + tile.width for first, tile in zip(firsts, wanted, strict=True)]
    cursor.execute(_TILES, [levels, firsts, lasts])
    return [bytes(hashes or b"") for (hashes,) in cursor.fetchall()]


def fold(hashes: list[bytes]) -> bytes:
    """Return the Merkle root of a complete subtree, given the hashes of one of its levels. The number of hashes must be
    a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


class StoredTree:
    """Reads the stored Merkle tree of `size` leaves, to compute roots and proofs.

    `append` adds leaves in memory only. The subtrees that become complete are collected in `made`, as (level, number,
    hash); the caller must store them in the database.
    """

    def __init__(self, cursor: Any, size: int) -> None:
        self.size = size
        self.made: list[tuple[int, int, bytes]] = []
        self._cursor = cursor
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def hash_at(self, level: int, index: int) -> bytes:
        rise = level % HEIGHT
        first = index << rise
        tile = self._tile(level // HEIGHT, first // WIDTH)
        return fold(tile[first % WIDTH : first % WIDTH + (1 << rise)])

    def root(self, size: int | None = None) -> bytes:
        return root(self.size if size is None else size, self.hash_at)

    def append(self, leaves: Iterable[bytes]) -> None:
        for leaf in leaves:
            self._put(0, self.size, leaf)
            self.size += 1

    def _put(self, height: int, number: int, hashed: bytes) -> None:
        index = number // WIDTH
        tile = self._tile(height, index) if number % WIDTH else self._tiles.setdefault((height, index), [])
        tile.append(hashed)
        if len(tile) == WIDTH:
            above = fold(tile)
            self.made.append(((height + 1) * HEIGHT, index, above))
            self._put(height + 1, index, above)

    def _tile(self, height: int, index: int) -> list[bytes]:
        """Return the hashes of a tile, from the cache or the database. A tile has 256 hashes, or fewer if it is the
        last one of a level."""
        if (height, index) not in self._tiles:
            # Do not empty the cache after `append`: it contains hashes that are not in the database yet.
            if len(self._tiles) >= _CACHED and not self.made:
                self._tiles.clear()
            first = index * WIDTH
            last = min(first + WIDTH, self.size >> height * HEIGHT)
            statement, given = (_SUBTREES, [height * HEIGHT, first, last]) if height else (_LEAVES, [first, last])
            self._cursor.execute(statement, given)
            self._tiles[height, index] = [bytes(hashed) for (hashed,) in self._cursor.fetchall()]
        return self._tiles[height, index]
