"""Finds the accounts that a batch of comments refers to, with the names and streets that the screening needs."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connections

from screening import Context

JOBS = "jobs"
_ACCOUNTS = """
    SELECT a.id, a.reference, k.key, a.lease_id, a.building_id, a.settled_on IS NOT NULL,
        coalesce((SELECT g.id FROM access_place g WHERE g.level = 'agency'
                  AND g.id = ANY (string_to_array(btrim(p.path, '/'), '/')::uuid[])), p.id)
    FROM tenants_account a
    JOIN access_place p ON p.id = a.building_id
    LEFT JOIN tenants_sourcekey k ON k.kind = 'lease' AND k.target = a.lease_id
    WHERE a.reference = ANY (%s) OR a.lease_id = ANY (ARRAY (
        SELECT target FROM tenants_sourcekey WHERE kind = 'lease' AND key = ANY (%s)))"""
_NAMES = """
    SELECT DISTINCT p.lease_id, n.name FROM tenants_leaseparty p JOIN tenants_tenant t ON t.id = p.tenant_id
    CROSS JOIN LATERAL (VALUES (t.last_name), (t.first_name)) AS n (name)
    WHERE p.lease_id = ANY (%s) AND n.name <> ''"""
_STREETS = "SELECT building_id, street FROM buildings_address WHERE building_id = ANY (%s)"
_ALLOWED = "SELECT text FROM casework_allowedwording"


@dataclass(frozen=True)
class Known:
    account: UUID
    building: UUID
    agency: UUID
    settled: bool
    context: Context


class Accounts:
    """Loads accounts, and finds one by its reference in Loge or by the key of its lease in the landlord's software."""

    def __init__(self, references: Iterable[str | None], keys: Iterable[str | None]) -> None:
        self._by_reference: dict[str, Known] = {}
        self._by_key: dict[str, Known] = {}
        rows = _ask(_ACCOUNTS, sorted({*filter(None, references)}), sorted({*filter(None, keys)}))
        names = _grouped(_ask(_NAMES, [row[3] for row in rows]))
        streets = _grouped(_ask(_STREETS, list({row[4] for row in rows})))
        allowed = frozenset(text for (text,) in _ask(_ALLOWED))
        for account, reference, key, lease, building, settled, agency in rows:
            context = Context(frozenset(names[lease]), frozenset(streets[building]), allowed)
            known = Known(account, building, agency, settled, context)
            self._by_reference[reference] = known
            if key is not None:
                self._by_key[key] = known

    def find(self, reference: str | None, key: str | None) -> Known | None:
        return self._by_reference.get(reference) if reference else self._by_key.get(key or "")


def today() -> date:
    """Return today's date in Paris, by the clock of the database."""
    day: date = _ask("SELECT loge_today()")[0][0]
    return day


def _grouped(pairs: Iterable[tuple[Any, ...]]) -> dict[UUID, set[str]]:
    groups: dict[UUID, set[str]] = defaultdict(set)
    for key, value in pairs:
        groups[key].add(value)
    return groups


def _ask(question: str, *params: list[Any]) -> list[tuple[Any, ...]]:
    with connections[JOBS].cursor() as cursor:
        cursor.execute(question, [list(param) for param in params])
        return list(cursor.fetchall())
