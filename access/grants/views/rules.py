"""Page with the permissions of each role, as declared in the code and as enforced by the database."""

from django.http import HttpResponse
from django.shortcuts import render

from access.compartments import Compartment
from access.grants.wording import COMPARTMENTS, PERMISSIONS
from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import RoleCompartment
from access.permissions import FOR_EVERYONE, Permission
from access.roles import ROLES, enforced
from audit import events


@door(Permission.RULES_READ, get_event=events.RULES_SHOWN)
def rules(request: DoorRequest) -> HttpResponse:
    database_pairs = {(row.role, row.compartment) for row in request.access.rows(RoleCompartment)}
    table = []
    for compartment in Compartment:
        inside = [p for p in Permission if p.compartment is compartment and p not in FOR_EVERYONE]
        if inside:
            # `entered` says for each role whether the database lets the role use the compartment (kind of data).
            # `granted` says for each permission which roles have the permission according to access/roles.py.
            entered = [(role, (role.code, compartment.value) in database_pairs) for role in ROLES.values()]
            granted = [(PERMISSIONS[p], [(role, p in role.permissions) for role in ROLES.values()]) for p in inside]
            table.append({"name": COMPARTMENTS[compartment], "open": entered, "permissions": granted})
    context = {
        "roles": ROLES.values(),
        "table": table,
        "agree": database_pairs == enforced(),
        "everyone": [PERMISSIONS[permission] for permission in Permission if permission in FOR_EVERYONE],
    }
    return render(request, "access/rules.html", context)
