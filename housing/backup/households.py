"""Restores conflicts of interest and discreet marks, which hide households, if they were recorded after the backup.

Both are read from a file outside the database (access/grants/revocation_list.py). It lacks the last day of a discreet
mark and the colleagues who still see the household. So a restored mark gets the longest duration, and the employee who
set it must name the colleagues again.
"""

from typing import Any

from access.grants.revocation_list import Row
from audit.events import DISCREET_ENDED, DISCREET_SET, WALL_ENDED, WALL_SET

# Query whether the restored database has an audit event. If so, it also has the change that the event records.
_KNOWN = "SELECT 1 FROM audit_event WHERE id = %s"
_WALL = """INSERT INTO tenants_conflictwall (id, person_id, lease_id, building_id, set_by_id, set_on)
    SELECT gen_random_uuid(), p.id, l.id, l.building_id,
        coalesce((SELECT s.id FROM access_person s WHERE s.id::text = %s), p.id), %s
    FROM tenants_lease l, access_person p
    WHERE l.id = %s AND p.id = %s AND NOT EXISTS (
        SELECT FROM tenants_conflictwall w WHERE w.lease_id = l.id AND w.person_id = p.id AND w.ended_on IS NULL)"""
_MARK = """WITH mark AS (
        INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)
        SELECT gen_random_uuid(), l.id, l.building_id, %s::date, %s::date + 365 FROM tenants_lease l
        WHERE l.id = %s AND %s::date + 365 >= loge_today() AND NOT EXISTS (
            SELECT FROM tenants_discreetmark m
            WHERE m.lease_id = l.id AND m.first_day = %s::date AND m.last_day = %s::date + 365)
        RETURNING id),
    named AS (
        INSERT INTO tenants_discreetname (mark_id, person_id)
        SELECT mark.id, p.id FROM mark, access_person p WHERE p.id::text = %s)
    SELECT id FROM mark"""


def hide_again(cursor: Any, rows: list[Row]) -> int:
    """Hide the households that were hidden since the backup, according to the list. Returns how many rows were added.

    A household that was no longer hidden at the end of the list is not changed.
    """
    last: dict[tuple[str, ...], Row] = {}
    for row in rows:
        _at, _event, kind, whose, _day, detail = row
        lease, _slash, _by = detail.partition("/")
        if kind in (WALL_SET.code, WALL_ENDED.code):
            last["wall", whose, lease] = row
        elif kind in (DISCREET_SET.code, DISCREET_ENDED.code):
            last["mark", lease] = row
    return sum(_hide(cursor, row) for row in last.values())


def _hide(cursor: Any, row: Row) -> int:
    _at, event, kind, whose, day, detail = row
    lease, _slash, by = detail.partition("/")
    cursor.execute(_KNOWN, [event])
    if cursor.fetchone():
        return 0
    if kind == WALL_SET.code:
        cursor.execute(_WALL, [by, day, lease, whose])
    elif kind == DISCREET_SET.code:
        cursor.execute(_MARK, [day, day, lease, day, day, day, by])
    else:
        return 0
    return int(cursor.rowcount)
