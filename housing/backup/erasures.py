"""Erases again, in a restored database, the data that were erased at a person's request after the backup (GDPR, 17).

A file outside the database (access/grants/revocation_list.py) lists each erasure with its tenant, its kinds of data and
the employee who decided. The restored request is open again, so the data protection officer answers it again.
"""

from typing import Any

from access.grants.revocation_list import Row
from audit.events import DATA_ERASED

# Query whether the database was saved before an erasure: it lacks the erasure's audit event, but has older events.
# If all audit events are newer than the erasure, so is the database. Data provided since are then not erased.
_IS_OLDER = """SELECT EXISTS (SELECT FROM audit_event WHERE at < %s)
    AND NOT EXISTS (SELECT FROM audit_event WHERE id = %s)"""
_AS = "SELECT set_config('loge.person', %s, true)"


def is_older(cursor: Any, at: str, event: str) -> bool:
    """Whether the restored database was saved before the audit event with this time and id."""
    cursor.execute(_IS_OLDER, [at, event])
    return bool(cursor.fetchone()[0])


def erase_again(cursor: Any, rows: list[Row]) -> int:
    """Repeat the listed erasures that the restored database lacks. Returns how many were repeated."""
    repeated = 0
    for at, event, kind, whose, _day, detail in rows:
        data, slash, by = detail.partition("/")
        # The detail of an erasure is "data/employee". Without a slash, the request was answered but nothing was erased.
        if kind != DATA_ERASED.code or not slash:
            continue
        if not is_older(cursor, at, event):
            continue
        # Act as the employee who decided the erasure, because an erased legacy comment records the current person.
        cursor.execute(_AS, [by])
        cursor.execute("SELECT rights_erase_data(%s, %s)", [whose, data.split(".")])
        cursor.execute(_AS, [""])
        repeated += 1
    return repeated
