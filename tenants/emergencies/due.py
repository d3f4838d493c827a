"""Counts the emergency accesses that wait for a review. The home page of the reviewers shows them."""

from django.db import connection


def emergencies_due() -> tuple[int, int]:
    """Return (waiting, late) for the places of the current manager, without their own emergency accesses."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, late FROM tenants_emergencies_due()")
        waiting, late = cursor.fetchone()
    return waiting, late
