"""Database queries that several exhibits (documents for an inspector) share."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from access.guard.context import AccessContext
from access.models import Person


def query_rows(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def names_of(access: AccessContext, keys: Iterable[Any]) -> dict[Any, str]:
    """Map ids to names of people. An id that is None, or that the current person cannot read, is left out."""
    return {person.pk: person.name for person in access.rows(Person).filter(pk__in={key for key in keys if key})}
