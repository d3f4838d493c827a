"""Reads the state of the sealed log for the audit pages: newest checkpoint, public keys, witnesses, deletions."""

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
    """The newest checkpoint of the sealed log. `note` is its signed text. `groups` is the root hash in groups of eight
    digits, so that two people can compare it on the telephone."""

    origin: str
    size: int
    at: datetime
    note: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """A witness (outside server that cosigns the log), with the size and the time of the newest checkpoint that this
    witness cosigned."""

    name: str
    size: int
    at: datetime


@dataclass(frozen=True)
class PublicKey:
    name: str
    vkey: str
    since: datetime


def newest(rows: Rows) -> Newest | None:
    row = rows(Checkpoint).order_by("-size").first()
    if row is None:
        return None
    note = bytes(row.note).decode()
    checkpoint = parse(signatures(note)[0])
    root = checkpoint.root.hex()
    groups = tuple(root[at : at + 8] for at in range(0, len(root), 8))
    return Newest(checkpoint.origin, checkpoint.size, row.at, note, groups)


def seen_by(rows: Rows) -> list[Seen]:
    cosigned = rows(Cosignature).values_list("witness").annotate(size=Max("size"), at=Max("at")).order_by("witness")
    return [Seen(*row) for row in cosigned]


def public_keys(rows: Rows) -> list[PublicKey]:
    """Return the public keys of the sealed log, newest first. The newest key signs new checkpoints; the older ones are
    needed to verify older checkpoints."""
    return [
        PublicKey(key.name, Verifier(key.name, ED25519, bytes(key.public)).vkey, key.since)
        for key in rows(SealKey).order_by("-since")
    ]


def forgotten(rows: Rows) -> tuple[list[Event], int]:
    """Return the latest audit events which record that old months of the audit log, or the key of a pseudonym, were
    deleted. The newest event comes first. Return also the number of all destroyed pseudonyms."""
    kinds = (TRACE_PRUNED.code, PSEUDONYM_DESTROYED.code)
    return list(rows(Event).filter(kind__in=kinds).newest_first()[:MOST]), rows(Erasure).count()
