"""Stores every night how many resident cards the employees of each role can open. A row per role and day is retained
for three years.
"""

from django.db import connections, transaction

from access.models import Person
from audit import events
from audit.record import record
from tenants.actions.expiry import LOGIN


def measure_exposure(*, by: Person | str) -> int:
    """Store how many resident cards each role can open today, and return the number of stored rows.

    A second run on the same day replaces the rows of the first run.
    """
    with transaction.atomic(using=LOGIN):
        with connections[LOGIN].cursor() as cursor:
            cursor.execute("SELECT oversight_measure_exposure()")
            rows = int(cursor.fetchone()[0])
        record(events.EXPOSURE_MEASURED, by=by, using=LOGIN, rows=rows)
    return rows
