"""The page of first steps: for each role of the person, the work, the first tasks, what is recorded and whom to ask."""

from django.http import HttpResponse
from django.shortcuts import render

from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import Permission
from access.roles import ROLES
from audit import events
from backoffice.help.first_steps import FIRST_STEPS


@door(Permission.RULES_READ, get_event=events.RULES_SHOWN)
def first_steps(request: DoorRequest) -> HttpResponse:
    roles = [(role, FIRST_STEPS[role.code]) for role in ROLES.values() if role.code in request.access.roles]
    return render(request, "backoffice/first_steps.html", {"roles": roles})
