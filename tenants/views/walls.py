"""Pages on which access administrators close a household's file to an employee and open it again. No household is
shown."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.models import Person
from access.pages.acting import done
from access.permissions import Permission
from audit import events
from tenants.actions.walls import end_wall, set_wall
from tenants.forms.walls import WallForm
from tenants.models import ConflictWall


@door(Permission.WALLS_KEEP, get_event=events.LIST_SHOWN, post_event=events.LIST_SHOWN)
def walls(request: DoorRequest) -> HttpResponse:
    access = request.access
    access.note(list="walls")
    form = WallForm(request.POST or None, people=access.rows(Person).filter(is_active=True, is_machine=False))
    if form.is_valid() and done(form, set_wall, request, **form.cleaned_data):
        messages.success(request, _("Le dossier est fermé à cette personne."))
        return redirect("walls")
    standing = access.rows(ConflictWall).standing().order_by("-set_on", "id")
    return render(request, "tenants/walls.html", {"form": form, "walls": standing})


@door(
    Permission.WALLS_KEEP,
    model=ConflictWall,
    post_event=events.FORM_SUBMITTED,
    reauthenticate=True,
)
def wall_end(request: DoorRequest, wall: ConflictWall) -> HttpResponse:
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, end_wall, request, wall=wall):
        messages.success(request, _("Le dossier est rouvert à cette personne."))
        return redirect("walls")
    return render(request, "tenants/wall_end.html", {"form": form, "wall": wall})
