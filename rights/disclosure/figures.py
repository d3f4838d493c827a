"""Public figures about the subject requests of a year: counts and delays. Figures of small groups are hidden."""

from dataclasses import dataclass

from django.db import connection
from django.utils.functional import Promise

from rights.models.subject_request import Right

LEAST = 5


@dataclass(frozen=True)
class Figure:
    """Figures about the requests of a year that exercised the same right (GDPR): counts, percentages, days to answer.

    A figure about fewer than five requests is None, because it might disclose something about one person.
    """

    right: Promise | str
    received: int | None
    answered: int | None
    in_time: int | None
    upheld: int | None
    days: int | None


def figures() -> list[Figure]:
    """Return the figures of each right. Percentages and days are None if fewer than five requests were answered.

    No total over all rights is computed: subtracting the visible counts from a total would reveal a hidden count.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, asked, answered, in_time, upheld, days FROM rights_request_figures()")
        numbers_of = {kind: numbers for kind, *numbers in cursor.fetchall()}
    rows = []
    for right in Right:
        received, answered, in_time, upheld, days = numbers_of.get(right.value, (0, 0, 0, 0, None))
        rows.append(
            Figure(
                right=right.label,
                received=_masked(received),
                answered=_masked(answered),
                in_time=_share(in_time, answered),
                upheld=_share(upheld, answered),
                days=days if answered >= LEAST else None,
            )
        )
    return rows


def _masked(number: int) -> int | None:
    return number if number >= LEAST else None


def _share(part: int, whole: int) -> int | None:
    """Return `part` as a percentage of `whole`, rounded to tens, so that nobody can infer the answer to one request.
    Return None if `whole` is less than five."""
    return round(10 * part / whole) * 10 if whole >= LEAST else None
