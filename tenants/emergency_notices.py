"""What a household is told of an opening in an emergency: by which role, never by whom."""

from uuid import UUID

from django.db import connection

from access.permissions import Permission
from access.roles import ROLES, Role, roles_with


def told_of(emergency: UUID) -> tuple[Role | None, bool]:
    """(the role it was opened in, as the trace says it; whether the household still lives there). None: a role that
    ended that very day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT roles, at_home FROM tenants_emergency_notice(%s)", [emergency])
        held, at_home = cursor.fetchone() or ([], False)
    code = next((role for role in roles_with(Permission.EMERGENCY_OPEN) if role in held), "")
    return ROLES.get(code), at_home
