"""What the door asks about an object before it hands it over, in one round trip: guardian, the roles, the limit."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from guardian.shortcuts import get_user_perms

from access.compartments import Compartment
from access.models import Person

# Stand in a question that is written once: whoever asks, and what they ask about, take their places each time.
_SOMEBODY, _SOMEWHERE = UUID(int=1), UUID(int=2)


@dataclass(frozen=True)
class Threshold:
    """`touches`: guardian's answer for this building. `opened`: other accounts shown to the person in the last hour."""

    touches: bool
    roles: frozenset[str]
    opened: int


def threshold(person: Person, compartment: Compartment, building_id: UUID, account: UUID | None = None) -> Threshold:
    """Asked in the compartment's role. Without an account nothing is counted."""
    guardian, params = guardians_question(compartment)
    places = {_SOMEBODY: person.pk, _SOMEWHERE: building_id}
    asked: list[Any] = [*(places.get(param, param) for param in params), person.pk, building_id]
    lately = "audit_opened_lately(%s)" if account else "0"
    rules = "ARRAY (SELECT role FROM access_rules(%s, %s, loge_today()))"
    question = f"SELECT EXISTS ({guardian}), {rules}, {lately}"
    with connection.cursor() as cursor:
        cursor.execute(question, [*asked, account] if account else asked)
        touches, roles, opened = cursor.fetchone()
    return Threshold(person.is_active and touches, frozenset(roles), opened)


@cache
def guardians_question(compartment: Compartment) -> tuple[str, tuple[Any, ...]]:
    """Guardian's own query for what somebody may do at a building, narrowed to a compartment. Nobody is in a group."""
    building = apps.get_model("buildings", "Building")(pk=_SOMEWHERE)
    found = get_user_perms(Person(pk=_SOMEBODY), building).filter(codename=compartment.codename).order_by()
    sql, params = found.query.sql_with_params()
    return sql, tuple(params)
