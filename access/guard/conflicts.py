"""Finds out whether a query returned no row only because a conflict of interest hides the row."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from access.compartments import PLACED, Compartment
from access.database.functions import registered


class ConflictOfInterest(PermissionDenied):
    """Raised if a conflict of interest refuses a request.

    The response has status 403 and the message that a colleague must handle the case.
    """


def hidden_by_conflict(compartment: Compartment, kind: str, key: Any) -> bool:
    """Return whether the row exists and only a conflict of interest hides it from the current person.

    `kind` is "reference" if `key` is the reference of an account. Otherwise `kind` is the name of a model and `key` the
    id of a row.
    """
    # Pages of vacancies and shortlists show no household, so no conflict of interest hides their rows.
    if not kind or compartment not in PLACED or compartment in (Compartment.VACANCIES, Compartment.POOL):
        return False
    with connection.cursor() as cursor:
        function = registered.hidden_by_conflict
        cursor.execute(f"SELECT {function}(%s, %s, %s)", [compartment.value, kind, str(key)])
        return bool(cursor.fetchone()[0])
