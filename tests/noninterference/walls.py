"""Switches off one of the two protections of resident data, to test whether the remaining one is sufficient.

The two protections are the checks in Python and the row-level security policies of the database.
"""

from collections.abc import Callable

import pytest

from access.compartments import Compartment
from access.guard import context
from access.guard.compiled import CompiledRows
from access.guard.object_access import ObjectAccess
from access.models import Person
from access.policies import all_policies
from access.scope import Within, Witness
from tenants.models.hidden import NotHidden
from tests.builders import run
from tests.resident_tables import PREFIXES


def uncompiled(
    find: CompiledRows, person: Person, compartment: Compartment, witness: Witness | None, **values: object
) -> list:
    """Build the queryset anew, because SQL that was compiled before contains the conditions that a test changes."""
    return list(find.build(person, compartment, **values).witnessed(witness))


def both(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch nothing off: the checks in Python and the database's policies both remain, as in production."""


def database_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch off all checks in Python, so that only the row-level security policies of the database remain.

    Every queryset then returns all rows, and every permission check passes.
    """
    for condition in (Within, NotHidden):
        monkeypatch.setattr(condition, "as_sql", lambda self, *_: ("TRUE", []))
    monkeypatch.setattr(CompiledRows, "__call__", uncompiled)
    monkeypatch.setattr("access.guard.door.check_object_access", lambda *_: ObjectAccess(True, frozenset(), 0))
    monkeypatch.setattr(context.AccessContext, "may", lambda *_: True)


def python_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch off row-level security on all tables about residents and buildings.

    The checks in Python (`visible_to`, django-guardian) and the table privileges of the database roles remain.
    """
    walls = [
        policy.table
        for policy in all_policies()
        if policy.table.startswith((*PREFIXES, "buildings_")) and not policy.view
    ]
    assert len(walls) > 15
    for table in walls:
        run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


WALLS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "both": both,
    "database alone": database_alone,
    "python alone": python_alone,
}
