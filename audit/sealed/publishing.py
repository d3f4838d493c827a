"""Publishes the hashes of the sealed log and its newest checkpoint as static files (C2SP tlog-tiles).

The files' web address is the log's name. With the files, anybody can check that leaves are only added to the log, and
that an event of an evidence pack is in the log. The leaves are not published: their pseudonyms and times would show
strangers when somebody works. Hashes reveal nothing, because each leaf contains a random id and a salted hash.
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
    """Raised if the folder to publish in contains another log, or more leaves than the database. The message is for
    whoever runs the server."""


class Publication:
    def __init__(self, folder: Path) -> None:
        self._folder, self._checkpoint_file = folder, folder / "checkpoint"

    def follow(self, cursor: Any) -> int:
        """Write the new hashes as files of up to 256 hashes (tiles), and then the newest checkpoint. The checkpoint
        comes last, because readers check the tiles against it.

        Return the number of leaves that this checkpoint covers.
        """
        cursor.execute(_NEWEST)
        newest = cursor.fetchone()
        if newest is None:
            return 0
        size, note = newest[0], bytes(newest[1]).decode()
        published = self._published(note, size)
        tree = StoredTree(cursor, size)
        for tile in tiles.tiles_of(size, published):
            self._put(self._folder / tile.path, tiles.hashes(tile, tree.hash_at))
            # A tile with all its 256 hashes replaces the shorter files of this tile that were published before.
            if tile.width == tiles.WIDTH:
                shutil.rmtree(self._folder / f"{tile.path}.p", ignore_errors=True)
        cursor.execute(_COSIGNED, [size])
        content = (note + "".join(bytes(line).decode() for (line,) in cursor.fetchall())).encode()
        if not self._checkpoint_file.exists() or self._checkpoint_file.read_bytes() != content:
            self._put(self._checkpoint_file, content)
        return int(size)

    def _published(self, note: str, size: int) -> int:
        """Return the number of leaves whose hashes the folder already contains; 0 if the folder is empty.

        Raises PublicationRefused if the folder contains a log of another name, or leaves that this log does not have.
        Such files are not overwritten: readers may have copied them, and would then see two contradicting logs.
        """
        if not self._checkpoint_file.exists():
            return 0
        notes = self._checkpoint_file.read_text(encoding="utf-8"), note
        old, new = (checkpoint.parse(signatures(each)[0]) for each in notes)
        if old.origin != new.origin:
            raise PublicationRefused(
                f"{self._folder} publie le journal {old.origin} : {new.origin} demande un autre dossier."
            )
        if old.size > size or (old.size == size and old.root != new.root):
            raise PublicationRefused(
                f"{self._folder} publie {old.size} feuilles, ce journal en a {size} : il est à un état antérieur."
            )
        return old.size

    def _put(self, path: Path, content: bytes) -> None:
        """Write a file that the web server's account can read. The file appears under its name only when it is
        complete."""
        missing = [each for each in path.parents if each.is_relative_to(self._folder) and not each.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            folder.chmod(ENTERABLE)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(READABLE)
        beside.replace(path)
