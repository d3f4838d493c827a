"""The state of the sealed log, for pages and monitoring: how late leaves and cosignatures are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone


@dataclass(frozen=True)
class SealState:
    """How far the sealer and the witnesses lag behind, in seconds.

    `behind` is the age of the oldest event without a leaf, or 0. `unseen` is the age of the oldest checkpoint that is
    newer than every cosigned one: since then, no witness has seen the log.
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
    """A leaf that was signed long after the time of its event, `at`.

    `backdated` means that the event was inserted with a false time: minutes before the checkpoint of `signed_before`,
    although its transaction began after that checkpoint.
    """

    number: int
    at: datetime
    signed_at: datetime
    signed_before: datetime | None
    backdated: bool


def late_leaves(cursor: Any, since: datetime | str = "-infinity") -> Iterable[LateLeaf]:
    """Return the late leaves, in the order of the log. `since` excludes those signed before that time."""
    cursor.execute("SELECT number, at, signed_at, signed_before, backdated FROM audit_late_leaves(%s)", [since])
    return [LateLeaf(*row) for row in cursor.fetchall()]


def recently_late(days: int) -> list[LateLeaf]:
    with connection.cursor() as cursor:
        return list(late_leaves(cursor, timezone.now() - timedelta(days=days)))
