"""A Django system check of the database: months are made ahead, so no line of the trace ever falls outside them."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

# Only these logins may ask; the check says nothing for the others.
_MAY_ASK = ("owner", "jobs", "prune")
_STATE = """SELECT audit_overflow(),
    to_regclass('audit_event_' || to_char(now() AT TIME ZONE 'UTC' + interval '1 month', 'YYYYMM')) IS NOT NULL"""


@register("trace", Tags.database)
def months_are_ready(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """`manage.py check --database owner`. Before the first migration there is nothing to ask."""
    return [message for alias in databases or () if alias in _MAY_ASK for message in _state_of(alias)]


def _state_of(alias: str) -> list[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT to_regprocedure('audit_overflow()') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(_STATE)
        lost, next_month = cursor.fetchone()
    problems: list[CheckMessage] = []
    if lost:
        problems.append(Warning(f"{lost} lines of the trace are in no month.", hint="make_months", id="audit.W001"))
    if not next_month:
        problems.append(Warning("Next month has no place for the trace yet.", hint="make_months", id="audit.W002"))
    return problems
