"""Django system check of the audit log: next month's partition exists, and no event is outside the monthly
partitions."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

# The check skips database logins that are not in _ALIASES, because they may not call audit_events_without_month().
_ALIASES = ("owner", "jobs", "prune")
_STATE = """SELECT audit_events_without_month(),
    to_regclass('audit_event_' || to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYYMM')) IS NOT NULL"""


@register("trace", Tags.database)
def months_are_ready(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Warn if next month's partition is missing, or if events are stored outside all monthly partitions. Does nothing
    before the first migration, when the audit log does not exist yet."""
    problems: list[CheckMessage] = []
    for alias in [alias for alias in databases or () if alias in _ALIASES]:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT to_regprocedure('audit_events_without_month()') IS NOT NULL")
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(_STATE)
            lost, next_month = cursor.fetchone()
        if lost:
            message = f"{lost} events of the audit log are in no month."
            problems.append(Warning(message, hint="make_months", id="audit.W001"))
        if not next_month:
            message = "The audit log has no partition for next month."
            problems.append(Warning(message, hint="make_months", id="audit.W002"))
    return problems
