"""Finds buildings without a caretaker. The database computes the days, because a landlord may have many buildings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from access.roles import CARETAKER

# _GAPS selects buildings without a caretaker, the name of the place above, and the first day without a caretaker.
# _GAPS ignores on-call duty, and caretakers whose sign-in is closed.
_GAPS = """
    WITH buildings AS (
        SELECT DISTINCT b.id, b.name, b.path, b.parent_id FROM access_place b JOIN unnest(%(paths)s) AS held (path)
            ON b.path >= held.path AND b.path < held.path || '~'
        WHERE b.level = 'building'
    ), covered AS (
        SELECT b.id, range_agg(daterange(a.first_day, coalesce(a.ended_on, a.last_day + 1), '[)')) AS days
        FROM buildings b CROSS JOIN LATERAL unnest(string_to_array(trim(b.path, '/'), '/')::uuid[]) AS above (id)
        JOIN access_assignment a ON a.place_id = above.id AND a.role = %(role)s
            AND a.first_day <= %(last)s AND coalesce(a.ended_on, a.last_day + 1) > %(first)s
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        GROUP BY b.id
    ), gaps AS (
        SELECT b.name, b.parent_id,
            lower(datemultirange(daterange(%(first)s, %(last)s, '[]')) - coalesce(c.days, '{}')) AS day
        FROM buildings b LEFT JOIN covered c USING (id)
    )
    SELECT g.name, coalesce(q.name, ''), g.day, count(*) OVER (), count(*) FILTER (WHERE g.day = %(first)s) OVER ()
    FROM gaps g LEFT JOIN access_place q ON q.id = g.parent_id
    WHERE g.day IS NOT NULL ORDER BY g.day, q.name, g.name LIMIT %(most)s"""


@dataclass(frozen=True)
class Gap:
    """A building without a caretaker from `day` on. `above` is the name of its estate or sector."""

    name: str
    above: str
    day: date

    @property
    def full_name(self) -> str:
        """The names of the estate and the building, or only the building's name if it begins with the estate's."""
        return self.name if self.name.startswith(self.above) else f"{self.above}, {self.name}"


@dataclass(frozen=True)
class Gaps:
    """The buildings without a caretaker on some day of a period. `buildings` are the first of `total`, earliest gap
    first. `on_first_day` counts those without a caretaker on the first day."""

    total: int = 0
    on_first_day: int = 0
    buildings: list[Gap] = field(default_factory=list)


def buildings_without_caretaker(paths: Sequence[str], first: date, last: date, most: int) -> Gaps:
    """Return the gaps from `first` to `last`, both included, of the buildings at or below the places with these paths.

    At most `most` buildings are named.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _GAPS, {"paths": list(paths), "role": CARETAKER.code, "first": first, "last": last, "most": most}
        )
        rows = cursor.fetchall()
    if not rows:
        return Gaps()
    return Gaps(rows[0][3], rows[0][4], [Gap(name, above, day) for name, above, day, _total, _today in rows])
