"""Counts the emergency accesses that wait for a review, for the home page of the managers who review them."""

from django.db import connection


def emergencies_due() -> tuple[int, int]:
    """Return how many emergency accesses wait for a review by the current manager, and how many of these are overdue.

    Accesses opened by the manager are not counted, because another person must review them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, late FROM tenants_emergencies_due()")
        waiting, late = cursor.fetchone()
    return waiting, late
