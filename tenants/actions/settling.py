"""Settling a former account: it rests, and no page but the books reads it any more."""

from datetime import date

from django.db import connection

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.record import NOWHERE, Context, record
from tenants.models import Account


def settle_account(*, by: Person | str, account: Account, context: Context = NOWHERE) -> date:
    """The day it was settled. Refused while the lease runs or anything is owed, either way.

    The database asks and writes in one function, under the row's lock: once settled, the row is out of sight of whoever
    settled it, and an entry booked at the same moment either counts or is refused.
    """
    with all_or_nothing():
        with connection.cursor() as cursor:
            cursor.execute("SELECT tenants_settle_account(%s)", [account.pk])
            day: date = cursor.fetchone()[0]
        about, place = account.subject(), account.building_id
        record(events.ACCOUNT_SETTLED, by=by, about=about, place=place, context=context)
    return day
