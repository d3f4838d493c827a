"""Reads what the letter to a household says about an emergency access: the employee's role, but not their name."""

from uuid import UUID

from django.db import connection

from access.permissions import Permission
from access.roles import ROLES, Role, roles_with


def told_of(emergency: UUID) -> tuple[Role | None, bool]:
    """Return the role of the employee who opened this emergency access, and whether the household still lives there.

    The role is None if the employee's assignment with that role was ended on the day of the access.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles, at_home FROM tenants_emergency_notice(%s)", [emergency])
        roles, at_home = cursor.fetchone() or ([], False)
    code = next((role for role in roles_with(Permission.EMERGENCY_OPEN) if role in roles), "")
    return ROLES.get(code), at_home
