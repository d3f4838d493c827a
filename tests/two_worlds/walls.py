"""Switching one lock off, so that the other has to hold alone."""

from collections.abc import Callable

import pytest

from access import look
from access.locks import all_locks
from access.scope import Within
from access.threshold import Threshold
from tenants.models.hidden import NotHidden
from tests.builders import run


def both(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production."""


def database_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python narrows nothing and guardian says yes to everything: only the policies stand."""
    for condition in (Within, NotHidden):
        monkeypatch.setattr(condition, "as_sql", lambda self, *_: ("TRUE", []))
    monkeypatch.setattr("access.door.threshold", lambda *_: Threshold(True, frozenset(), 0))
    monkeypatch.setattr(look.Look, "may", lambda *_: True)


def python_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row security is off: only visible_to, guardian and the roles' table privileges stand."""
    walls = [lock.table for lock in all_locks() if lock.table.startswith(("tenants_", "buildings_")) and not lock.view]
    assert len(walls) > 15
    for table in walls:
        run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


WALLS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "both": both,
    "database alone": database_alone,
    "python alone": python_alone,
}
