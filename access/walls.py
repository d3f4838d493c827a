"""Why a row of one's own world is not there: a wall stands before it. Asked only where nothing was found."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection

from access.compartments import PLACED, Compartment


class Walled(PermissionDenied):
    """A colleague opens this one: 403, and nothing says why."""


def walled(compartment: Compartment, what: str, key: Any) -> bool:
    """Would the person asking reach it in this compartment, but for a wall? `what`: "reference", or a model's name."""
    if not what or compartment not in PLACED:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_walled_here(%s, %s, %s)", [compartment.value, what, str(key)])
        return bool(cursor.fetchone()[0])
