"""Undoes an act of today on a lease: restores the previous values and records an event."""

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
    """Undo the change, if it is of today and the latest of its lease, and if nothing depends on it.

    Anybody who may make the change may undo it. One database function restores and deletes, while it locks the lease.
    """
    about, place = account.subject(), change.building_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_undo_change(%s)", [change.pk])
    facts: dict[str, Any] = {"lease": change.lease_id, "change": Code(change.kind)}
    record(events.LEASE_CHANGE_UNDONE, by=by, about=about, place=place, context=context, **facts)
