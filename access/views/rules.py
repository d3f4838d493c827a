"""Who may do what, as the database enforces it."""

from django.http import HttpResponse
from django.shortcuts import render

from access.door import door
from access.look import DoorRequest
from access.permissions import Permission
from access.roles import ROLES
from audit import events


@door(Permission.RULES_READ, records=events.RULES_SHOWN)
def rules(request: DoorRequest) -> HttpResponse:
    return render(request, "access/rules.html", {"roles": ROLES.values()})
