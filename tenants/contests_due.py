"""How many contested refusals wait for an answer: said on the page where those who decide, weigh or advise land."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Due:
    """`proposed`: the steward has answered, and a manager is to decide. `late`: past their two working days."""

    waiting: int
    proposed: int
    late: int


def contests_due() -> Due:
    """Of this person's places; of the whole organisation for who weighs or advises (migration 0017)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, proposed, late FROM tenants_contests_due()")
        return Due(*cursor.fetchone())
