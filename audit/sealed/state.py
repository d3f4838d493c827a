"""The state of the sealed log, for pages and monitoring: how late leaves and cosignatures are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone


@dataclass(frozen=True)
class SealState:
    """`behind`: age in seconds of the oldest event without a leaf, or 0. `unseen`: age in seconds of the oldest
    checkpoint after the last one that a witness cosigned."""

    size: int
    signed_at: datetime | None
    cosigned_at: datetime | None
    behind: float
    unseen: float


def seal_state() -> SealState:
    with connection.cursor() as cursor:
        cursor.execute("SELECT size, signed_at, cosigned_at, behind, unseen FROM audit_seal_state()")
        return SealState(*cursor.fetchone())


@dataclass(frozen=True)
class LateLeaf:
    """A leaf signed long after the time of its event. `backdated`: the event was written after the checkpoint that was
    signed at `signed_before`, although its time is minutes earlier."""

    number: int
    at: datetime
    signed_at: datetime
    signed_before: datetime | None
    backdated: bool


def late_leaves(cursor: Any, since: datetime | str = "-infinity") -> Iterable[LateLeaf]:
    """Late leaves whose checkpoint was signed at `since` or later, in the order of the log."""
    cursor.execute("SELECT number, at, signed_at, signed_before, backdated FROM audit_late_leaves(%s)", [since])
    return [LateLeaf(*row) for row in cursor.fetchall()]


def recently_late(days: int) -> list[LateLeaf]:
    with connection.cursor() as cursor:
        return list(late_leaves(cursor, timezone.now() - timedelta(days=days)))
