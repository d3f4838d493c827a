"""Restricts again, in a restored database, the processing that was restricted after the backup (GDPR, article 18).

A file outside the database (access/grants/revocation_list.py) lists the tenant and the request of each restriction. It
lacks the ground, so a restored restriction has none until the data protection officer answers the request again. It
also lacks the end, so a lifted restriction is restored too: restricting too much is the safe side.
"""

from typing import Any

from access.grants.revocation_list import Row
from audit.events import PROCESSING_RESTRICTED
from housing.backup.erasures import is_older

_RESTRICT = """INSERT INTO tenants_restriction (id, tenant_id, ground, begun_on)
    SELECT %s, t.id, '', %s FROM tenants_tenant t WHERE t.id = %s AND NOT EXISTS (
        SELECT FROM tenants_restriction r WHERE r.tenant_id = t.id AND r.ground = '' AND r.lifted_on IS NULL)
    ON CONFLICT (id) DO NOTHING"""


def restrict_again(cursor: Any, rows: list[Row]) -> int:
    """Begin the listed restrictions that the restored database lacks. Returns how many were begun."""
    repeated = 0
    for at, event, kind, whose, day, request in rows:
        if kind != PROCESSING_RESTRICTED.code:
            continue
        if is_older(cursor, at, event):
            cursor.execute(_RESTRICT, [request, day, whose])
            repeated += int(cursor.rowcount)
    return repeated
