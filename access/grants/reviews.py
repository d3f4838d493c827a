"""Access reviews that are due. Every year, each manager signs the list of the access rights of the manager's staff."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """Day when a manager must next sign the list of the access rights of the manager's staff.

    `assignment` is the assignment that makes the person a manager. `last` is the day of the last signature, or None.
    """

    assignment: UUID
    last: date | None
    due: date

    def is_late(self, day: date) -> bool:
        return self.due < day


def reviews_due() -> list[Due]:
    """Return the access reviews that are due, the most urgent first.

    A manager gets the manager's own reviews. People who supervise access reviews get those of all managers.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT assignment, last, due FROM access_reviews() ORDER BY due, assignment")
        return [Due(*row) for row in cursor.fetchall()]


def reviews_late() -> int:
    """Return the number of overdue access reviews of all managers, for monitoring."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_reviews_late()")
        return int(cursor.fetchone()[0])
