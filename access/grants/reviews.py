"""Access reviews that are due: each manager signs the list of their staff's access a year after the last signature."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """The day when a manager must next sign the list of their staff's access.

    `assignment`: the assignment that makes the person a manager. `last`: the day of the last signature, or None.
    """

    assignment: UUID
    last: date | None
    due: date

    def is_late(self, day: date) -> bool:
        return self.due < day


def reviews_due() -> list[Due]:
    """Access reviews that the current person must do, or all reviews for people who supervise them.

    The most urgent review comes first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT assignment, last, due FROM access_reviews() ORDER BY due, assignment")
        return [Due(*row) for row in cursor.fetchall()]


def reviews_late() -> int:
    """Number of overdue access reviews of all managers of the landlord, for monitoring."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_reviews_late()")
        return int(cursor.fetchone()[0])
