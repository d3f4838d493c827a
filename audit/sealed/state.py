"""How late the entries (leaves) of the sealed log and the signatures of its witnesses are, for pages and monitoring."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone


@dataclass(frozen=True)
class SealState:
    """By how many seconds the sealing process and the witnesses (outside servers that cosign the log) lag behind.

    `behind`: age of the oldest audit event without a leaf in the sealed log. `unseen`: age of the first checkpoint
    after the last one that a witness cosigned. Each is 0 if there is none.
    """

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
    """A leaf (entry of the sealed log) that was signed too late after the time `at` of its audit event.

    A leaf is late if it was signed (`signed_at`) more than ten minutes after `at`, or if the previous signature of the
    log (`signed_before`), which does not cover the leaf, came more than five minutes after `at`. `backdated`: the event
    was inserted only after the previous signature, so the time `at` is wrong.
    """

    number: int
    at: datetime
    signed_at: datetime
    signed_before: datetime | None
    backdated: bool


def late_leaves(cursor: Any, since: datetime | str = "-infinity") -> Iterable[LateLeaf]:
    """Return the late leaves (see LateLeaf) in the order of the log. Leaves that were signed before `since` are left
    out."""
    cursor.execute("SELECT number, at, signed_at, signed_before, backdated FROM audit_late_leaves(%s)", [since])
    return [LateLeaf(*row) for row in cursor.fetchall()]


def recently_late(days: int) -> list[LateLeaf]:
    with connection.cursor() as cursor:
        return list(late_leaves(cursor, timezone.now() - timedelta(days=days)))
