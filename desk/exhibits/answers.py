"""What several exhibits ask alike: a function of the database, the names of colleagues."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from access.look import Look
from access.models import Person


def asked_of(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def names_of(look: Look, keys: Iterable[Any]) -> dict[Any, str]:
    return {one.pk: one.name for one in look.rows(Person).filter(pk__in={key for key in keys if key})}
