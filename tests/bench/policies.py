"""Measures three mechanisms one by one: row-level policies, permission checks and audit events.

The row-level policies are measured on a caretaker's queries, the permission checks are those of django-guardian.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from uuid import uuid4

from django.db import connections, transaction
from django.utils import timezone

from access.compartments import Compartment
from access.guard.context import AccessContext, as_database_role
from access.guard.object_access import check_object_access
from access.models import Person
from access.permissions import Permission
from audit import events
from audit.events import Outcome
from audit.record import Context, Subject, record_view
from buildings.models import Building
from tests.bench.landlord import Landlord
from tests.bench.measure import Finding, compare, finding, milliseconds
from tests.builders import OWNER, run

QUERIES = {
    "list": "SELECT r.*, t.* FROM tenants_residence r JOIN tenants_tenant t ON t.id = r.tenant_id"
    " WHERE {0} ORDER BY r.name_key LIMIT 50",
    "count": "SELECT count(*) FROM tenants_residence r WHERE {0}",
    "search": "SELECT r.* FROM tenants_residence r WHERE {0} AND r.name_key LIKE 'd%%'",
}
_BUILDINGS_IN_REACH = "SELECT access_reach(%s, 'card', loge_today())"
_REACH_CONDITION = re.compile(
    r"building_id = ANY \(ARRAY\(\s*SELECT access_reach_on_page\(loge_person\(\), 'card'::text\)[^)]*\)\)"
)


def measured(landlord: Landlord, rounds: int) -> Iterator[Finding]:
    connections.close_all()
    yield from caretakers_queries(landlord, rounds)
    guardian(landlord, rounds)
    audit_event(landlord, rounds)


def caretakers_queries(landlord: Landlord, rounds: int) -> Iterator[Finding]:
    """Compare a caretaker's queries under the row-level policy with the same queries under a WHERE clause that lists
    the caretaker's buildings.

    Also prints how long the queries take under an equivalent policy with `IN (SELECT …)`.
    """
    buildings = [str(building) for (building,) in run(_BUILDINGS_IN_REACH, landlord.caretaker.pk)]
    for name, sql in QUERIES.items():
        under_policy = _under_policy(landlord.caretaker, sql.format("true"))
        by_hand = _by_hand(sql.format("r.building_id = ANY (%s::uuid[])"), buildings)
        ways = {"WHERE clause, buildings known": by_hand, "= ANY (ARRAY (SELECT …)), the policy": under_policy}
        times = compare(f"A caretaker's {name}", ways, rounds)
        yield finding(f"SQL of a caretaker’s {name}, relative to a WHERE clause", times, list(ways)[1], None)
        with policy_rewritten():
            print(f"  IN (SELECT …), the same condition: {median(milliseconds(under_policy) for _ in range(7)):.2f} ms")


def guardian(landlord: Landlord, rounds: int) -> None:
    person, building = landlord.caretaker.pk, landlord.building
    query = "SELECT %s IN (SELECT access_reach(%s, 'card', loge_today()))"
    loaded = Person.objects.get(pk=person)

    def by_threshold() -> None:
        with with_access(loaded, Permission.CARD_VIEW):
            assert check_object_access(loaded, Compartment.CARD, building).allowed

    def by_function() -> None:
        with with_access(loaded, Permission.CARD_VIEW):
            assert _query("default", (query, building, person)) == [(True,)]

    def by_checker() -> None:
        with with_access(loaded, Permission.CARD_VIEW):
            assert loaded.has_perm(f"buildings.{Compartment.CARD.codename}", Building(pk=building))

    ways = {
        "the reach function": by_function,
        "the door's check, which includes guardian's": by_threshold,
        "guardian's has_perm": by_checker,
    }
    compare("Permission check on a building", ways, rounds)


def audit_event(landlord: Landlord, rounds: int) -> None:
    ways = {
        "a round trip on the audit log's login": lambda: _query("trace", ("SELECT %s", 1)),
        "one event written and committed": lambda: _write_event(landlord.caretaker, landlord),
    }
    compare("An audit event", ways, rounds)


@contextmanager
def with_access(person: Person, permission: Permission) -> Iterator[None]:
    access = AccessContext(person, permission, events.CARD_OPENED, "", uuid4(), timezone.now())
    with as_database_role(access, read_only=True):
        yield


@contextmanager
def policy_rewritten() -> Iterator[None]:
    """Rewrite the caretakers' policy on residences with `IN (SELECT …)`, and restore the original policy on exit."""
    [(name, rule)] = run(
        "SELECT policyname, qual FROM pg_policies WHERE tablename = 'tenants_residence' AND cmd = 'SELECT'"
        " AND roles = ARRAY[%s]::name[]",
        Compartment.CARD.database_role,
    )
    condition = "building_id IN (SELECT access_reach_on_page(loge_person(), 'card'))"
    rewritten, changed = _REACH_CONDITION.subn(condition, rule)
    assert changed == 1, rule
    run(f'ALTER POLICY "{name}" ON tenants_residence USING ({rewritten})')
    try:
        yield
    finally:
        run(f'ALTER POLICY "{name}" ON tenants_residence USING ({rule})')


def _under_policy(person: Person, sql: str) -> Callable[[], None]:
    def run_query() -> None:
        with with_access(person, Permission.RESIDENTS_LIST):
            assert _query("default", (sql.replace("%%", "%"),))

    return run_query


def _by_hand(sql: str, buildings: list[str]) -> Callable[[], None]:
    def run_query() -> None:
        with transaction.atomic(using=OWNER):
            assert _query(OWNER, (sql, buildings))

    return run_query


def _query(alias: str, *statements: tuple[Any, ...]) -> list[Any]:
    with connections[alias].cursor() as cursor:
        for sql, *params in statements:
            cursor.execute(sql, params or None)
            rows: list[Any] = cursor.fetchall()
    return rows


def _write_event(person: Person, landlord: Landlord) -> None:
    where = Context("caretaker", Permission.CARD_VIEW.value, "card", uuid4())
    about = Subject("tenant", landlord.residence)
    record_view(events.CARD_OPENED, Outcome.SHOWN, by=person, about=about, place=landlord.building, context=where)
