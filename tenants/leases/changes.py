"""Stores the values that a lease had before a change, so that the database function tenants_undo_change() can restore
them.
"""

from typing import Any

from access.models import Person
from access.reach import today
from tenants.models import Lease, LeaseChange
from tenants.models.lease_change import Change


def standing(lease: Lease) -> dict[str, Any]:
    """Return the current dates of a lease and of its units, parties and residences.

    An action stores these dates before it changes the end of the lease, so that the change can be undone.
    """
    return {
        "lease": [lease.notice_on, lease.ends_on],
        "units": list(lease.units.values_list("pk", "last_day")),
        "parties": list(lease.parties.values_list("pk", "last_day")),
        "residences": list(lease.residences.values_list("pk", "moved_out", "transferred")),
    }


def remember(by: Person | str, lease: Lease, kind: Change, before: dict[str, Any]) -> None:
    who = None if isinstance(by, str) else by
    change = LeaseChange(lease=lease, building_id=lease.building_id, kind=kind, made_by=who, day=today())
    change.before = _plain(before)
    change.save(force_insert=True)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool) else str(value)
