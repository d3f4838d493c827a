"""Erases again, in a restored database, the data that were erased at a person's request after the backup (GDPR, 17).

The list of withdrawn access (access/grants/revocation_list.py) names the tenant, the kinds of data and the employee who
decided. The restored request itself is open again, so that the data protection officer answers it again.
"""

from typing import Any

from access.grants.revocation_list import Row
from audit.events import DATA_ERASED

# Query whether the database was saved before an erasure: it lacks the erasure's audit event, but has older events.
# A database without older events was saved after the erasure, and keeps what the person has provided since.
_IS_OLDER = """SELECT EXISTS (SELECT FROM audit_event WHERE at < %s)
    AND NOT EXISTS (SELECT FROM audit_event WHERE id = %s)"""
_AS = "SELECT set_config('loge.person', %s, true)"


def is_older(cursor: Any, at: str, event: str) -> bool:
    """Whether the restored database was saved before the audit event with this time and id."""
    cursor.execute(_IS_OLDER, [at, event])
    return bool(cursor.fetchone()[0])


def erase_again(cursor: Any, rows: list[Row]) -> int:
    """Repeat every erasure on the list that the restored database does not have. Returns how many were repeated."""
    repeated = 0
    for at, event, kind, whose, _day, detail in rows:
        data, slash, by = detail.partition("/")
        # A detail without a slash means that the request was answered without erasing anything.
        if kind != DATA_ERASED.code or not slash:
            continue
        if not is_older(cursor, at, event):
            continue
        # Legacy comments are erased in the name of the employee who decided.
        cursor.execute(_AS, [by])
        cursor.execute("SELECT rights_erase_data(%s, %s)", [whose, data.split(".")])
        cursor.execute(_AS, [""])
        repeated += 1
    return repeated
