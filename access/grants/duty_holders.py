"""Finds out whether anybody has the role of data steward today.

Without a data steward, nobody decides on contested text refusals, deferrals and questions about the data protection
officer, for example.
"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from access.models import Assignment
from access.reach import today
from access.roles import DATA_STEWARD

_HELD = """SELECT EXISTS (SELECT FROM access_assignment a JOIN access_person p ON p.id = a.person_id AND p.is_active
    WHERE a.role = %s AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))"""


def steward_missing() -> bool:
    """Return whether nobody has the data steward role today.

    Pages then warn that nobody decides on sentences that the text screening refused, for example.
    """
    assignments = Assignment.objects.filter(role=DATA_STEWARD.code, person__is_active=True)
    return not assignments.in_force(today()).exists()


@register(Tags.database, deploy=True)
def the_officer_has_a_second(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Warn in `manage.py check --deploy --database default` if nobody has the data steward role.

    No warning is given while the tables do not exist yet.
    """
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('access_assignment') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(_HELD, [DATA_STEWARD.code])
        if cursor.fetchone()[0]:
            return []
    message = (
        "Nobody is data steward today: contested refusals, readings, deferrals and questions about the officer wait."
    )
    return [Warning(message, hint="two administrators give the role at /acces/demandes/", id="access.W001")]
