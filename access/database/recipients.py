"""Computes who can read each stored column, from the table policies and the permissions of the roles."""

from collections.abc import Iterable

from django.db.models import Field, Model

from access.compartments import Compartment
from access.permissions import FOR_EVERYONE
from access.policies import TablePolicy, all_policies
from access.roles import ROLES, Role
from privacy.retention import Entry

# Everyone who signs in may use the compartments in _EVERYONES, which show people only data about themselves.
_EVERYONES = frozenset({Compartment.OWN_TRACE})


def policies_by_table() -> dict[str, TablePolicy]:
    return {policy.table: policy for policy in all_policies()}


def compartments_reading(policy: TablePolicy | None, column: str) -> frozenset[Compartment]:
    """Return the compartments whose database role may read this column, in all rows or in some of them."""
    grants = policy.grants if policy else ()
    return frozenset(
        grant.to
        for grant in grants
        if isinstance(grant.to, Compartment)
        and "SELECT" in grant.verbs
        and (not grant.columns or column in grant.columns.split(", "))
    )


def roles_reading(entry: Entry, policies: dict[str, TablePolicy]) -> list[Role]:
    """Return the roles that can read a database column through their permissions.

    `entry` describes the model field of this column in the data dictionary (privacy/retention.py).
    """
    return roles_within(compartments_reading(policies.get(table_of(entry.model)), column_of(entry.field)))


def roles_within(compartments: Iterable[Compartment]) -> list[Role]:
    entered = frozenset(compartments)
    return [
        role
        for role in ROLES.values()
        if not entered.isdisjoint(permission.compartment for permission in role.permissions - FOR_EVERYONE)
    ]


def read_by_everyone(entry: Entry, policies: dict[str, TablePolicy]) -> bool:
    """Return whether everyone may read a database column in rows about themselves, such as their own audit events.

    `entry` describes the model field of this column in the data dictionary (privacy/retention.py).
    """
    return not _EVERYONES.isdisjoint(compartments_reading(policies.get(table_of(entry.model)), column_of(entry.field)))


def table_of(model: type[Model]) -> str:
    return model._meta.db_table


def column_of(field: "Field[object, object]") -> str:
    """Return the column name of a field, or "" for a many-to-many field, which has a table of its own."""
    return "" if field.many_to_many else field.column or ""
