"""Who receives what is held: read from the locks and the table of roles, which decide it, and written nowhere else."""

from collections.abc import Iterable

from django.db.models import Field, Model

from access.compartments import Compartment
from access.locks import Grant, Lock, all_locks
from access.permissions import FOR_EVERYONE
from access.roles import ROLES, Role
from privacy.held import Entry

# Compartments that everyone signed in enters, each for their own part.
_EVERYONES = frozenset({Compartment.OWN_TRACE})


def locks_by_table() -> dict[str, Lock]:
    return {lock.table: lock for lock in all_locks()}


def compartments_reading(lock: Lock | None, column: str) -> frozenset[Compartment]:
    """The compartments whose database role may read the column of some rows."""
    grants = lock.grants if lock else ()
    return frozenset(g.to for g in grants if isinstance(g.to, Compartment) and _reads(g, column))


def _reads(grant: Grant, column: str) -> bool:
    return "SELECT" in grant.verbs and (not grant.columns or column in grant.columns.split(", "))


def roles_reading(entry: Entry, locks: dict[str, Lock]) -> list[Role]:
    """The roles a door may show the value to: those whose permissions lead into a compartment that reads it."""
    return roles_within(compartments_reading(locks.get(table_of(entry.model)), column_of(entry.field)))


def roles_within(compartments: Iterable[Compartment]) -> list[Role]:
    entered = frozenset(compartments)
    return [role for role in ROLES.values() if not entered.isdisjoint(_entered_by(role))]


def _entered_by(role: Role) -> frozenset[Compartment]:
    return frozenset(permission.compartment for permission in role.permissions - FOR_EVERYONE)


def read_by_everyone(entry: Entry, locks: dict[str, Lock]) -> bool:
    """Each their own part: their looks, their way in."""
    return not _EVERYONES.isdisjoint(compartments_reading(locks.get(table_of(entry.model)), column_of(entry.field)))


def table_of(model: type[Model]) -> str:
    return model._meta.db_table


def column_of(field: "Field[object, object]") -> str:
    """A list of its own table stands in no column."""
    return "" if field.many_to_many else field.column or ""
