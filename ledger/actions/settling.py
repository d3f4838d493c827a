"""Settles the account of an ended lease. Afterwards only the BOOKS compartment reads the account."""

from datetime import date

from django.db import connection

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.record import NOWHERE, Context, record
from tenants.models import Account


def settle_account(*, by: Person | str, account: Account, context: Context = NOWHERE) -> date:
    """Settle the account and return today's date. Refused while the lease runs or the balance is not zero.

    One database function locks the row, checks it and updates it. Django could not save the row itself, because a
    settled account is invisible to the person who settles it. An entry booked at the same moment is either counted or
    refused.
    """
    with all_or_nothing():
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_settle_account(%s)", [account.pk])
            day: date = cursor.fetchone()[0]
        about, place = account.subject(), account.building_id
        record(events.ACCOUNT_SETTLED, by=by, about=about, place=place, context=context)
    return day
