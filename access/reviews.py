"""Which yearly lists wait for their signature: one for each charge of overseeing, due a year after the last."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """A charge, by its assignment; `last`: when its list was signed last, if it ever was."""

    assignment: UUID
    last: date | None
    due: date

    def is_late(self, day: date) -> bool:
        return self.due < day


def reviews_due() -> list[Due]:
    """One's own; everybody's for who watches over rights. The most urgent first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT assignment, last, due FROM access_reviews() ORDER BY due, assignment")
        return [Due(*row) for row in cursor.fetchall()]


def reviews_late() -> int:
    """How many are overdue, in the whole landlord: a number, for who watches."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT access_reviews_late()")
        return int(cursor.fetchone()[0])
