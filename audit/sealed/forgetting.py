"""Destroys the keys of people's pseudonyms in the sealed log, so that the pseudonyms cannot be linked to the people.

A backup made before the destruction still contains the keys. Therefore the destruction is also recorded in a file
outside the database: each line is the digest of a person's id, and the day of the destruction. After a backup is
restored, the `restore` command reads this file and destroys the keys again before anybody can sign in.
"""

import os
import re
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from audit import events
from audit.record import record

LOGIN = "prune"
_LINE = re.compile(r"([0-9a-f]{64}) [0-9]{4}-[0-9]{2}-[0-9]{2}")


class ListRefused(Exception):
    """Raised if the file that lists the destroyed pseudonyms is missing or damaged. The message is for whoever runs the
    server."""


def list_path() -> Path:
    if settings.ERASURES_FILE:
        return Path(settings.ERASURES_FILE)
    if settings.DEBUG or settings.DEMO:
        return Path(settings.BASE_DIR) / ".local" / "erasures"
    raise ListRefused("LOGE_ERASURES manque : le fichier qui garde, hors de la base, ce qui a été détruit.")


def digest_of(whose: UUID) -> str:
    return sha256(str(whose).encode()).hexdigest()


def forget(whose: Iterable[UUID], path: Path) -> int:
    """Destroy the keys of these people's pseudonyms, and return how many keys existed. Each destruction is recorded as
    an audit event.

    The file at `path` is written to disk before the deletion is committed. In the reverse order, a crash could lose the
    record of a committed deletion, and a restored backup would keep the deleted key.
    """
    digests = [digest_of(person) for person in whose]
    with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
        for digest in digests:
            record(events.PSEUDONYM_DESTROYED, by="forget_pseudonym", using=LOGIN, erasure=digest)
        destroyed = destroy(cursor, digests)
        append_to_list(path, digests)
    return destroyed


def destroy(cursor: Any, digests: list[str]) -> int:
    cursor.execute("SELECT audit_destroy_pseudonym_keys(%s)", [digests])
    return int(cursor.fetchone()[0])


def read_list(path: Path) -> list[str]:
    """Return the digests of the people whose pseudonym was destroyed. Raises ListRefused if a line is damaged: if the
    line were skipped, that person's key would survive the restoring of a backup."""
    matches = [_LINE.fullmatch(line) for line in path.read_text(encoding="ascii").splitlines()]
    if not all(matches):
        raise ListRefused(f"{path} n’est pas une liste d’effacements valide : une ligne est endommagée.")
    return [match[1] for match in matches if match]


def append_to_list(path: Path, digests: list[str]) -> None:
    """Add the digests of people's ids to the list of destroyed pseudonyms, with today's date, and wait until the file
    is on disk."""
    today = timezone.localdate().isoformat()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="ascii") as file:
        file.writelines(f"{digest} {today}\n" for digest in digests)
        file.flush()
        os.fsync(file.fileno())
