"""Undoes a lease change on the day it was made: restores the previous values and records an event."""

from typing import Any

from django.db import connection

from access.constraints import all_or_nothing
from access.models import Person
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from tenants.models import Account, LeaseChange


@all_or_nothing()
def undo_lease_change(*, by: Person | str, account: Account, change: LeaseChange, context: Context = NOWHERE) -> None:
    """Undo a change made today to a lease. Anybody who may change the lease may undo the change.

    Only the latest change of a lease can be undone, and only while no other row depends on this change. One database
    function locks the lease, restores the earlier values and deletes the added rows.
    """
    about, place = account.subject(), change.building_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_undo_change(%s)", [change.pk])
    facts: dict[str, Any] = {"lease": change.lease_id, "change": Code(change.kind)}
    record(events.LEASE_CHANGE_UNDONE, by=by, about=about, place=place, context=context, **facts)
