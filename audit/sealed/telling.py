"""How the sealed log is told on a page: how far it has come, who signed, who else has seen it, what is forgotten."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max

from audit.events import PSEUDONYM_DESTROYED, TRACE_PRUNED
from audit.models import Checkpoint, Cosignature, Erasure, Event, SealKey
from audit.tlog.checkpoint import parse
from audit.tlog.note import ED25519, Verifier, signatures

MOST = 12
Rows = Callable[[type], Any]


@dataclass(frozen=True)
class Newest:
    """The newest checkpoint as it is signed, and its root in groups that two people can read to each other."""

    origin: str
    size: int
    at: datetime
    note: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """The newest checkpoint that a witness cosigned."""

    name: str
    size: int
    at: datetime


@dataclass(frozen=True)
class PublicKey:
    name: str
    vkey: str
    since: datetime


def newest(rows: Rows) -> Newest | None:
    found = rows(Checkpoint).order_by("-size").first()
    if found is None:
        return None
    note = bytes(found.note).decode()
    said = parse(signatures(note)[0])
    root = said.root.hex()
    groups = tuple(root[at : at + 8] for at in range(0, len(root), 8))
    return Newest(said.origin, said.size, found.at, note, groups)


def seen_by(rows: Rows) -> list[Seen]:
    found = rows(Cosignature).values_list("witness").annotate(size=Max("size"), at=Max("at")).order_by("witness")
    return [Seen(*row) for row in found]


def public_keys(rows: Rows) -> list[PublicKey]:
    """The newest first: it signs."""
    return [
        PublicKey(key.name, Verifier(key.name, ED25519, bytes(key.public)).vkey, key.since)
        for key in rows(SealKey).order_by("-since")
    ]


def forgotten(rows: Rows) -> tuple[list[Event], int]:
    """Prunings and destructions that the trace still tells, the newest first; how many pseudonyms are destroyed."""
    kinds = (TRACE_PRUNED.code, PSEUDONYM_DESTROYED.code)
    return list(rows(Event).filter(kind__in=kinds).newest_first()[:MOST]), rows(Erasure).count()
