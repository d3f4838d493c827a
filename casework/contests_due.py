"""Counts the contests that wait for an answer, for the home pages of those who answer.

There are two kinds: contested refusals of sentences, and precautions that a tenant contests.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """Counts of contested refusals without a decision. `proposed`: the data steward has answered and a manager must
    decide.

    `late`: more than two working days have passed.
    """

    waiting: int
    proposed: int
    late: int


def contests_due() -> Due:
    """Count the contested refusals at this manager's places, or all of them for those who read the sentences."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, proposed, late FROM casework_contests_due()")
        return Due(*cursor.fetchone())


def challenged_residences() -> list[UUID]:
    """Return the residences whose tenant contests a precaution that this person must answer for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_challenged()")
        return [residence for (residence,) in cursor.fetchall()]
