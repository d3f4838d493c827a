"""The log as files that strangers' programs read (C2SP tlog-tiles): tiles of hashes and the newest checkpoint.

A web server gives them away as they lie, at the address that is the log's name. Anybody can then see that the log only
grows, and find an event of an evidence pack in it. Entries are not published: a leaf names nobody, but its pseudonyms
and times side by side would show strangers when somebody works and how often. A hash of one cannot be guessed, since
each entry holds a number drawn by chance and a salted commitment.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from audit.sealed.stored_tree import StoredTree
from audit.tlog import checkpoint, tiles
from audit.tlog.note import signatures

READABLE, ENTERABLE = 0o644, 0o755
_NEWEST = "SELECT size, note FROM audit_checkpoint ORDER BY size DESC LIMIT 1"
_COSIGNED = "SELECT line FROM audit_cosignature WHERE size = %s ORDER BY witness"


class PublicationRefused(Exception):
    """The folder holds another log, or more of this one than there is. A sentence for who runs the server."""


class Publication:
    def __init__(self, folder: Path) -> None:
        self._folder, self._said = folder, folder / "checkpoint"

    def follow(self, cursor: Any) -> int:
        """Publishes the newest checkpoint, the tiles that it needs first; returns its size."""
        cursor.execute(_NEWEST)
        newest = cursor.fetchone()
        if newest is None:
            return 0
        size, note = newest[0], bytes(newest[1]).decode()
        published = self._published(note, size)
        tree = StoredTree(cursor, size)
        for tile in tiles.tiles_of(size, published):
            self._put(self._folder / tile.path, tiles.hashes(tile, tree.read))
            if tile.width == tiles.WIDTH:  # narrower ones are of checkpoints that the whole tile serves as well
                shutil.rmtree(self._folder / f"{tile.path}.p", ignore_errors=True)
        cursor.execute(_COSIGNED, [size])
        said = (note + "".join(bytes(line).decode() for (line,) in cursor.fetchall())).encode()
        if not self._said.exists() or self._said.read_bytes() != said:
            self._put(self._said, said)
        return int(size)

    def _published(self, note: str, size: int) -> int:
        """How many leaves the folder has tiles of. Strangers saw them: nothing goes back or becomes another log."""
        if not self._said.exists():
            return 0
        old, new = (checkpoint.parse(signatures(one)[0]) for one in (self._said.read_text(encoding="utf-8"), note))
        if old.origin != new.origin:
            raise PublicationRefused(
                f"{self._folder} publie le journal {old.origin} : {new.origin} demande un autre dossier."
            )
        if old.size > size or (old.size == size and old.root != new.root):
            raise PublicationRefused(
                f"{self._folder} publie {old.size} feuilles, ce journal en a {size} : il est revenu en arrière."
            )
        return old.size

    def _put(self, path: Path, content: bytes) -> None:
        """Whole or not at all, and readable by the web server's account."""
        for folder in reversed([one for one in path.parents if one.is_relative_to(self._folder) and not one.exists()]):
            folder.mkdir()
            folder.chmod(ENTERABLE)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(READABLE)
        beside.replace(path)
