"""Settles (closes for good) the account of an ended lease. Afterwards only accountants can read the account."""

from datetime import date

from django.db import connection

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.record import NOWHERE, Context, record
from tenants.models import Account


def settle_account(*, by: Person | str, account: Account, context: Context = NOWHERE) -> date:
    """Close the account and return today's date.

    Raises ValidationError if the lease goes on or the balance is not zero. One database function locks, checks and
    updates the account. Django could not save it, because a settled account is invisible to the person who settles it.
    An entry that a colleague books at the same moment is either part of the checked balance or refused.
    """
    with all_or_nothing():
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_settle_account(%s)", [account.pk])
            day: date = cursor.fetchone()[0]
        about, place = account.subject(), account.building_id
        record(events.ACCOUNT_SETTLED, by=by, about=about, place=place, context=context)
    return day
