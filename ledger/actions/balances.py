"""Compares the balances of accounts with their entries each night."""

from django.db import connections, transaction

from access.models import Person
from audit import events
from audit.record import record
from tenants.actions.expiry import LOGIN


def check_balances(*, by: Person | str) -> int:
    """Return the number of accounts whose balance differs from their entries, and record it as an event."""
    with transaction.atomic(using=LOGIN):
        with connections[LOGIN].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_differing_balances()")
            differing = int(cursor.fetchone()[0])
        record(events.BALANCES_CHECKED, by=by, using=LOGIN, differing=differing)
    return differing


def correct_balances(*, by: Person | str) -> int:
    """Recompute all balances from the entries, and return how many were wrong. New entries wait until this has
    finished."""
    with transaction.atomic(using=LOGIN):
        with connections[LOGIN].cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_differing_balances()")
            differing = int(cursor.fetchone()[0])
            cursor.execute("SELECT ledger_fill_balances()")
        record(events.BALANCES_CORRECTED, by=by, using=LOGIN, differing=differing)
    return differing
