"""Which answers wait, to a writer who contests a refusal and to a tenant who contests a precaution: said on the page
where those who answer land."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """`proposed`: the steward has answered, and a manager is to decide. `late`: past their two working days."""

    waiting: int
    proposed: int
    late: int


def contests_due() -> Due:
    """Of this person's places; of the whole organisation for who weighs or advises (migration 0018)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, proposed, late FROM tenants_contests_due()")
        return Due(*cursor.fetchone())


def challenged_residences() -> list[UUID]:
    """Whose card carries a precaution that its tenant contests and this person is to answer (migration 0019)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_challenged()")
        return [residence for (residence,) in cursor.fetchall()]
