"""Switches off some of the mechanisms that hide applicants, to test that the others are sufficient.

The mechanisms are the conditions of querysets, django-guardian, and the row-level security policies of the database.
"""

from collections.abc import Callable

import pytest

from access.guard import context
from access.guard.compiled import CompiledRows
from access.guard.object_access import ObjectAccess, opened_on_occasion
from access.policies import all_policies
from access.scope import Within
from allocations.models.application import OnOccasion
from allocations.models.contingent import OwnContingent
from allocations.models.session import OwnSession
from tests.builders import run
from tests.noninterference.walls import uncompiled


def database_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all querysets return the rows of everybody, and let django-guardian allow everything.

    Then only the database can hide rows.
    """
    for condition in (OnOccasion, OwnSession, OwnContingent, Within):
        monkeypatch.setattr(condition, "as_sql", lambda self, *_, **__: ("TRUE", []))
    monkeypatch.setattr(CompiledRows, "__call__", uncompiled)
    monkeypatch.setattr("access.guard.door.check_object_access", lambda *_: ObjectAccess(True, frozenset(), 0))
    monkeypatch.setattr(f"access.guard.door.{opened_on_occasion.__name__}", lambda *_: True)
    monkeypatch.setattr(context.AccessContext, "may", lambda *_: True)


def python_alone(_monkeypatch: pytest.MonkeyPatch) -> None:
    """Switch off row-level security.

    Querysets, django-guardian and the privileges of the database roles stay active.
    """
    tables = {policy.table for policy in all_policies() if policy.table.startswith("allocations_") and not policy.view}
    assert len(tables) > 30
    for table in tables:
        run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


# Each function leaves only one mechanism that hides rows, so that a test finds a gap that the other would conceal.
LOCKS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "database alone": database_alone,
    "python alone": python_alone,
}
