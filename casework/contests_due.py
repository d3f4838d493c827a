"""Counts what waits for an answer from the current person, for the home page.

Employees contest the refusal of a sentence by the screening. Tenants contest a precaution, such as "visit in pairs".
"""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection


@dataclass(frozen=True)
class Due:
    """How many sentences wait for a decision: the screening refused them, and their authors contest the refusal.

    `waiting`: all of them. `proposed`: the data steward has proposed an outcome, so a manager must decide. `late`:
    nobody decided within two working days.
    """

    waiting: int
    proposed: int
    late: int


def contests_due() -> Due:
    """Count the refused sentences that wait for a decision at the places that the current person manages.

    For data stewards and data protection officers of the whole landlord, all places are counted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, proposed, late FROM casework_contests_due()")
        return Due(*cursor.fetchone())


def challenged_residences() -> list[UUID]:
    """Return the ids of residences whose tenant contests a precaution, such as "visit in pairs".

    Precautions that the current person may not record are left out, because another person answers these tenants.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_contested_precautions()")
        return [residence for (residence,) in cursor.fetchall()]
