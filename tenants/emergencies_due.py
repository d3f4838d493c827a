"""Which openings in an emergency wait for their review: said on the page where those who review them land."""

from django.db import connection


def emergencies_due() -> tuple[int, int]:
    """(waiting, late) at this manager's places, but for their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT waiting, late FROM tenants_emergencies_due()")
        waiting, late = cursor.fetchone()
    return waiting, late
