"""Finds out, after a query returned no row, whether a conflict of interest hides the row."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from access.compartments import PLACED, Compartment
from access.database.functions import registered


class ConflictOfInterest(PermissionDenied):
    """Refusal because of a conflict of interest: status 403, with the message that a colleague must handle the case."""


def hidden_by_conflict(compartment: Compartment, kind: str, key: Any) -> bool:
    """Whether the row exists and only a conflict of interest hides it from the current person.

    `kind` says what `key` is: "reference" for the reference of an account, or the name of a model for the id of a row.
    """
    if not kind or compartment not in PLACED:
        return False
    with connection.cursor() as cursor:
        function = registered.hidden_by_conflict
        cursor.execute(f"SELECT {function}(%s, %s, %s)", [compartment.value, kind, str(key)])
        return bool(cursor.fetchone()[0])
