"""What single locks cost: the policies' shape, guardian's answer, the line of the trace."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from uuid import uuid4

from django.db import connections, transaction
from django.utils import timezone

from access.compartments import Compartment
from access.look import Look, wearing
from access.models import Person
from access.permissions import Permission
from access.threshold import threshold
from audit import events
from audit.events import Outcome
from audit.record import Context, Subject, look
from buildings.models import Building
from tests.bench.landlord import Landlord
from tests.bench.measure import Finding, compare, finding, milliseconds
from tests.builders import OWNER, run

QUESTIONS = {
    "list": "SELECT r.*, t.* FROM tenants_residence r JOIN tenants_tenant t ON t.id = r.tenant_id"
    " WHERE {0} ORDER BY r.name_key LIMIT 50",
    "count": "SELECT count(*) FROM tenants_residence r WHERE {0}",
    "search": "SELECT r.* FROM tenants_residence r WHERE {0} AND r.name_key LIKE 'd%%'",
}
_HERS = "SELECT access_reach(%s, 'card', loge_today())"
_OURS = re.compile(r"building_id = ANY \(ARRAY\(\s*SELECT loge_reach\('card'::text\)[^)]*\)\)")


def measured(landlord: Landlord, rounds: int) -> Iterator[Finding]:
    connections.close_all()
    yield from caretakers_questions(landlord, rounds)
    guardian(landlord, rounds)
    trace(landlord, rounds)


def caretakers_questions(landlord: Landlord, rounds: int) -> Iterator[Finding]:
    """The policy against a WHERE of somebody who knew the buildings. Then it is rewritten for a moment, to show
    what its shape is worth."""
    hers = [str(building) for (building,) in run(_HERS, landlord.caretaker.pk)]
    for name, sql in QUESTIONS.items():
        ask = _under_policy(landlord.caretaker, sql.format("true"))
        by_hand = _by_hand(sql.format("r.building_id = ANY (%s::uuid[])"), hers)
        ways = {"WHERE written by hand, buildings known": by_hand, "= ANY (ARRAY (SELECT …)), the policy": ask}
        times = compare(f"A caretaker's {name}", ways, rounds)
        yield finding(f"SQL of a caretaker’s {name}, to a WHERE written by hand", times, list(ways)[1], None)
        with policy_rewritten():
            print(f"  IN (SELECT …), the same rule: {median(milliseconds(ask) for _ in range(7)):.2f} ms")


def guardian(landlord: Landlord, rounds: int) -> None:
    person, building = landlord.caretaker.pk, landlord.building
    question = "SELECT %s IN (SELECT access_reach(%s, 'card', loge_today()))"
    found = Person.objects.get(pk=person)

    def by_threshold() -> None:
        with worn(found, Permission.CARD_VIEW):
            assert threshold(found, Compartment.CARD, building).touches

    def by_function() -> None:
        with worn(found, Permission.CARD_VIEW):
            assert _ask("default", (question, building, person)) == [(True,)]

    def by_checker() -> None:
        with worn(found, Permission.CARD_VIEW):
            assert found.has_perm(f"buildings.{Compartment.CARD.codename}", Building(pk=building))

    ways = {
        "the reach function": by_function,
        "the door's question, guardian's in it": by_threshold,
        "guardian's has_perm": by_checker,
    }
    compare("May she touch this building?", ways, rounds)


def trace(landlord: Landlord, rounds: int) -> None:
    ways = {
        "a round trip on the trace's login": lambda: _ask("trace", ("SELECT %s", 1)),
        "one line written and committed": lambda: _leave_a_line(landlord.caretaker, landlord),
    }
    compare("A line of the trace", ways, rounds)


@contextmanager
def worn(person: Person, permission: Permission) -> Iterator[None]:
    passing = Look(person, permission, events.CARD_OPENED, "", uuid4(), timezone.now())
    with wearing(passing, read_only=True):
        yield


@contextmanager
def policy_rewritten() -> Iterator[None]:
    """The card's rule on residences with `IN (SELECT …)` in it, everything else the same."""
    [(name, rule)] = run(
        "SELECT policyname, qual FROM pg_policies WHERE tablename = 'tenants_residence' AND cmd = 'SELECT'"
        " AND roles = ARRAY[%s]::name[]",
        Compartment.CARD.database_role,
    )
    slow, changed = _OURS.subn("building_id IN (SELECT loge_reach('card'))", rule)
    assert changed == 1, rule
    run(f'ALTER POLICY "{name}" ON tenants_residence USING ({slow})')
    try:
        yield
    finally:
        run(f'ALTER POLICY "{name}" ON tenants_residence USING ({rule})')


def _under_policy(person: Person, sql: str) -> Callable[[], None]:
    def ask() -> None:
        with worn(person, Permission.RESIDENTS_LIST):
            assert _ask("default", (sql.replace("%%", "%"),))

    return ask


def _by_hand(sql: str, buildings: list[str]) -> Callable[[], None]:
    def ask() -> None:
        with transaction.atomic(using=OWNER):
            assert _ask(OWNER, (sql, buildings))

    return ask


def _ask(alias: str, *statements: tuple[Any, ...]) -> list[Any]:
    with connections[alias].cursor() as cursor:
        for sql, *params in statements:
            cursor.execute(sql, params or None)
            rows: list[Any] = cursor.fetchall()
    return rows


def _leave_a_line(person: Person, landlord: Landlord) -> None:
    where = Context("caretaker", Permission.CARD_VIEW.value, "card", uuid4())
    about = Subject("tenant", landlord.residence)
    look(events.CARD_OPENED, Outcome.SHOWN, by=person, about=about, place=landlord.building, context=where)
