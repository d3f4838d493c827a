"""Stores, every night, how much data each role can open. There is one row for each role and day, retained for three
years."""

from django.db import connections, transaction

from access.models import Person
from audit import events
from audit.record import record
from tenants.actions.expiry import LOGIN


def measure_exposure(*, by: Person | str) -> int:
    """Store today's exposure figures and return the number of new rows. A second run on one day replaces its rows."""
    with transaction.atomic(using=LOGIN):
        with connections[LOGIN].cursor() as cursor:
            cursor.execute("SELECT oversight_measure_exposure()")
            rows = int(cursor.fetchone()[0])
        record(events.EXPOSURE_MEASURED, by=by, using=LOGIN, rows=rows)
    return rows
