"""A mistake of the day is undone: what stood before stands again, and the audit log says that it was undone."""

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
    """By whoever may do the act, until midnight, while it is the latest of its lease and nothing stands on it.

    The database restores and deletes in one function, under the lock of the lease."""
    about, place = account.subject(), change.building_id
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenants_undo_change(%s)", [change.pk])
    facts: dict[str, Any] = {"lease": change.lease_id, "change": Code(change.kind)}
    record(events.LEASE_CHANGE_UNDONE, by=by, about=about, place=place, context=context, **facts)
