"""Counts the contests that wait for an answer: contested refusals of sentences, and precautions that a tenant contests.
The home pages of those who answer show them."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """`proposed`: the data steward has answered and a manager must decide. `late`: past the two working days
    allowed."""

    waiting: int
    proposed: int
    late: int


def contests_due() -> Due:
    """Count the contests at this person's places, or in the whole organisation for those who advise (migration
    0018)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, proposed, late FROM casework_contests_due()")
        return Due(*cursor.fetchone())


def challenged_residences() -> list[UUID]:
    """Return the residences whose tenant contests a precaution that this person must answer for (migration 0019)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_challenged()")
        return [residence for (residence,) in cursor.fetchall()]
