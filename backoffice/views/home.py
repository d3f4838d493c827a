"""The home page."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from access.grants.own_duties import next_duties
from access.guard.context import DoorRequest
from access.guard.door import door
from access.permissions import FOR_EVERYONE, Permission
from audit import events
from backoffice.menu_entries import MENU


@door(Permission.HOME, get_event=events.LIST_SHOWN)
def home(request: DoorRequest) -> HttpResponse:
    """Redirect to the person's first menu entry. If the person's roles permit none, show whom to ask for access."""
    work = (entry for entry in MENU if entry.permission not in FOR_EVERYONE)
    first = next((entry for entry in work if entry.offered_to(request.access.roles)), None)
    if first:
        return redirect(first.url_name)
    return render(request, "backoffice/nothing.html", {"duties": next_duties(request.access)})
