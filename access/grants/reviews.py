"""Access reviews that are due: each manager signs the list of their staff's access a year after the last time."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """When the review of a manager's assignment is due. `last` is the day of the last signature, None if never."""

    assignment: UUID
    last: date | None
    due: date

    def is_late(self, day: date) -> bool:
        return self.due < day


def reviews_due() -> list[Due]:
    """The person's own reviews, or all of them for those who supervise reviews, the most urgent first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT assignment, last, due FROM access_reviews() ORDER BY due, assignment")
        return [Due(*row) for row in cursor.fetchall()]


def reviews_late() -> int:
    """Number of overdue reviews of the whole landlord, for monitoring."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_reviews_late()")
        return int(cursor.fetchone()[0])
