"""Divides the hashes and leaves of the sealed log into files at fixed paths, as defined by C2SP tlog-tiles.

A tile is a file with 256 neighbouring hashes of one level of the Merkle tree. A bundle is a file with 256 encoded
leaves, which the format calls entries. The last file of a level may be shorter.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from audit.tlog.tree import Read

WIDTH, HEIGHT = 256, 8
ENTRY_BYTES = 0xFFFF
_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<index>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class Tile:
    """One file of the published log: a tile of `width` hashes. `index` is its number within its level of tiles.

    Tiles of level 0 contain the hashes of leaves. Tiles of each higher level contain the roots of the tiles below. If
    `level` is None, the file is a bundle: it contains encoded leaves instead of hashes.
    """

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        digits = f"{self.index:03}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{'entries' if self.level is None else self.level}/{name}{partial}"


def parse_path(path: str) -> Tile:
    match = _PATH.fullmatch(path)
    if not match:
        raise ValueError("Not the path of a tile.")
    level, index, width = match["level"], match["index"].replace("x", "").replace("/", ""), match["width"]
    tile = Tile(None if level == "entries" else int(level), int(index), int(width or WIDTH))
    if tile.path != path or tile.width > WIDTH:
        raise ValueError("Not the canonical path of a tile.")
    return tile


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Yield the tiles (files of up to 256 hashes) that are new or longer after the log has grown from `since` to `size`
    leaves. Tiles of the lowest level come first."""
    level = 0
    while size > 0:
        for index in range(since // WIDTH, -(-size // WIDTH)):
            tile = Tile(level, index, min(WIDTH, size - index * WIDTH))
            if index * WIDTH + tile.width > since:
                yield tile
        level, size, since = level + 1, size // WIDTH, since // WIDTH


def bundles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Yield the bundles (files of up to 256 encoded leaves) that are new or longer after the log has grown from `since`
    to `size` leaves."""
    return (Tile(None, tile.index, tile.width) for tile in tiles_of(size, since) if tile.level == 0)


def hashes(tile: Tile, hash_at: Read) -> bytes:
    """Return the content of a tile file: its hashes, concatenated."""
    if tile.level is None:
        raise ValueError("A bundle holds entries, not hashes.")
    first = tile.index * WIDTH
    return b"".join(hash_at(tile.level * HEIGHT, first + number) for number in range(tile.width))


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return the content of a bundle file: up to 256 encoded leaves, each preceded by its length in two bytes."""
    if len(entries) > WIDTH or any(len(entry) > ENTRY_BYTES for entry in entries):
        raise ValueError("A bundle is at most 256 entries of at most 65,535 bytes.")
    return b"".join(len(entry).to_bytes(2) + entry for entry in entries)


def unbundle(content: bytes) -> list[bytes]:
    entries, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2])
        entry = content[at + 2 : at + 2 + length]
        if at + 2 + length > len(content):
            raise ValueError("The last entry of the bundle is cut off.")
        entries.append(entry)
        at += 2 + length
    if len(entries) > WIDTH:
        raise ValueError("A bundle is at most 256 entries.")
    return entries
