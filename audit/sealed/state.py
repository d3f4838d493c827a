"""How far the sealed log has come, for pages and for whoever watches the machines."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True)
class SealState:
    """`behind`: the age in seconds of the oldest line without a leaf, 0 when each has its own. `unseen`: that of the
    oldest checkpoint after the last one that a witness cosigned."""

    size: int
    signed_at: datetime | None
    cosigned_at: datetime | None
    behind: float
    unseen: float


def seal_state() -> SealState:
    with connection.cursor() as cursor:
        cursor.execute("SELECT size, signed_at, cosigned_at, behind, unseen FROM audit_seal_state()")
        return SealState(*cursor.fetchone())
