"""Access reviews that are due: one for each overseeing assignment, a year after its last signature."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """A review of one overseeing assignment. `last`: when its list was last signed, None if never."""

    assignment: UUID
    last: date | None
    due: date

    def is_late(self, day: date) -> bool:
        return self.due < day


def reviews_due() -> list[Due]:
    """Own reviews, everybody's for those who supervise them; the most urgent first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT assignment, last, due FROM access_reviews() ORDER BY due, assignment")
        return [Due(*row) for row in cursor.fetchall()]


def reviews_late() -> int:
    """Number of overdue reviews of the whole landlord, for monitoring."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_reviews_late()")
        return int(cursor.fetchone()[0])
