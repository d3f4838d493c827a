"""Counts what waits for an answer from the current person, for the home page.

Employees contest the refusal of a sentence by the screening. Tenants contest a precaution, such as "visit in pairs".
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """Numbers of contested refusals of sentences that have no decision yet.

    `proposed`: the data steward has proposed an outcome, so a manager must decide. `late`: nobody decided within two
    working days.
    """

    waiting: int
    proposed: int
    late: int


def contests_due() -> Due:
    """Count the contested refusals at the places of the current person, if they are a manager.

    Data stewards and data protection officers of the whole landlord get the numbers for all places.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, proposed, late FROM casework_contests_due()")
        return Due(*cursor.fetchone())


def challenged_residences() -> list[UUID]:
    """Return the ids of residences whose tenant contests a precaution.

    Only precautions that the current person may record, and therefore must answer for, are considered.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_contested_precautions()")
        return [residence for (residence,) in cursor.fetchall()]
