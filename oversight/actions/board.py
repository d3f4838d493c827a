"""Counts every night the figures of the managers' board. Debts and moves of a month are counted once."""

from django.db import connections, transaction

from access.models import Person
from audit import events
from audit.record import record
from tenants.actions.expiry import LOGIN


def measure_board(*, by: Person | str) -> int:
    """Store the missing figures of the managers' board for this month, and today's number of dwellings.

    Returns how many figures are new.
    """
    with transaction.atomic(using=LOGIN):
        with connections[LOGIN].cursor() as cursor:
            cursor.execute("SELECT oversight_measure_board()")
            rows = int(cursor.fetchone()[0])
        record(events.BOARD_MEASURED, by=by, using=LOGIN, rows=rows)
    return rows
