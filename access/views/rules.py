"""Who may do what, as the database enforces it, beside what the code says: a manager reads one table."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from access.compartments import Compartment
from access.door import door
from access.look import DoorRequest
from access.models import RoleCompartment
from access.permissions import FOR_EVERYONE, Permission
from access.roles import ROLES, enforced
from access.wording import COMPARTMENTS, PERMISSIONS
from audit import events


@door(Permission.RULES_READ, records=events.RULES_SHOWN)
def rules(request: DoorRequest) -> HttpResponse:
    held = {(row.role, row.compartment) for row in request.look.rows(RoleCompartment)}
    context = {
        "roles": ROLES.values(),
        "table": [row for compartment in Compartment if (row := _compartment(compartment, held))["permissions"]],
        "agree": held == enforced(),
        "everyone": [PERMISSIONS[permission] for permission in Permission if permission in FOR_EVERYONE],
    }
    return render(request, "access/rules.html", context)


def _compartment(compartment: Compartment, held: set[tuple[str, str]]) -> dict[str, Any]:
    """One compartment: which roles the database lets in, and below it each permission with the roles that carry it."""
    inside = [p for p in Permission if p.compartment is compartment and p not in FOR_EVERYONE]
    return {
        "name": COMPARTMENTS[compartment],
        "open": [(role, (role.code, compartment.value) in held) for role in ROLES.values()],
        "permissions": [(PERMISSIONS[p], [(role, p in role.permissions) for role in ROLES.values()]) for p in inside],
    }
