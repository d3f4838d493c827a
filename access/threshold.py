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
SOMEBODY, SOMEWHERE = UUID(int=1), UUID(int=2)


@dataclass(frozen=True)
class Threshold:
    """`touches`: guardian's answer for this building. `opened`: other accounts shown to the person in the last hour."""

    touches: bool
    roles: frozenset[str]
    opened: int


def threshold(person: Person, compartment: Compartment, building_id: UUID, account: UUID | None = None) -> Threshold:
    """Asked in the compartment's role. Without an account nothing is counted."""
    _sql, (kind, *_places, codename) = guardians_question(compartment)
    asked = [kind, building_id, person.pk, codename, account]
    with connection.cursor() as cursor:
        # The server keeps guardian's question with its plan; see the migration.
        cursor.execute("SELECT touches, roles, opened FROM buildings_threshold(%s, %s, %s, %s, %s)", asked)
        touches, roles, opened = cursor.fetchone()
    return Threshold(person.is_active and touches, frozenset(roles), opened)


@cache
def guardians_question(compartment: Compartment) -> tuple[str, tuple[Any, ...]]:
    """Guardian's own query for what somebody may do at a building, narrowed to a compartment. Nobody is in a group.
    Of SOMEBODY and SOMEWHERE, whose places the server fills."""
    building = apps.get_model("buildings", "Building")(pk=SOMEWHERE)
    found = get_user_perms(Person(pk=SOMEBODY), building).filter(codename=compartment.codename).order_by()
    sql, params = found.query.sql_with_params()
    return sql, tuple(params)
