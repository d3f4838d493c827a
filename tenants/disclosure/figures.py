"""What became of people's demands over a year: counts and delays, of nobody. A group of few is not counted."""

from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise

from tenants.models.subject_request import Right

LEAST = 5


@dataclass(frozen=True)
class Figure:
    """Of one right. None: fewer than five, which would tell whose."""

    right: Promise | str
    asked: int | None
    answered: int | None
    in_time: int | None
    upheld: int | None
    days: int | None


def figures() -> list[Figure]:
    """Each group by itself and no total, so that what is left out is not found by subtraction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, asked, answered, in_time, upheld, days FROM tenants_request_figures()")
        found = {kind: numbers for kind, *numbers in cursor.fetchall()}
    return [_figure(right, *found.get(right.value, (0, 0, 0, 0, None))) for right in Right]


def _figure(right: Right, asked: int, answered: int, in_time: int, upheld: int, days: int | None) -> Figure:
    """A share is of the answers: known once there are enough of them, and enough on its other side."""
    enough = answered >= LEAST
    return Figure(
        right.label,
        _masked(asked),
        _masked(answered),
        _share(in_time, answered),
        _share(upheld, answered),
        days if enough else None,
    )


def _masked(number: int) -> int | None:
    return number if number >= LEAST else None


def _share(part: int, whole: int) -> int | None:
    """In a hundred, to the ten: whose demand was the exception is not read from it."""
    return round(10 * part / whole) * 10 if whole >= LEAST else None
