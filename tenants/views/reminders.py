"""Pages of errands, in which a caretaker passes a message on at some doors. The message is always the same: it states
no reason, amount or detail of arrears.
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from access.guard.context import DoorRequest
from access.guard.door import door
from access.pages.acting import result_of
from access.permissions import Permission
from audit import events
from buildings.models import Building, Unit
from tenants import facade
from tenants.actions.reminders import give_reminder, pass_on, take_back_pass_on
from tenants.facade import Dwelling
from tenants.forms.reminders import ReminderForm, days_from
from tenants.models import LeaseUnit, Reminder, ReminderDoor, Residence
from tenants.models.restriction import restricted_units


@door(Permission.RESIDENTS_LIST, model=Reminder, get_event=events.LIST_SHOWN)
def reminder(request: DoorRequest, reminder: Reminder) -> HttpResponse:
    """Show the doors at which the message of an errand is passed on, without names. After the errand's last day, the
    page shows no doors."""
    access = request.access
    access.note(list="reminder")
    over = access.day > reminder.last_day
    rows: list[tuple[Dwelling, ReminderDoor]] = []
    if not over:
        units = access.rows(Unit).filter(building=reminder.building_id).dwellings()
        doors = {door.unit_id: door for door in access.rows(ReminderDoor).filter(reminder=reminder)}
        dwellings = facade.dwellings(units, [], {}, access.day)
        rows = [(dwelling, doors[dwelling.unit.pk]) for dwelling in dwellings if dwelling.unit.pk in doors]
        # Doors still to be visited come before visited doors. Both groups are in order of staircase, floor and door.
        rows.sort(key=lambda row: bool(row[1].done_on))
    context = {
        "reminder": reminder,
        "building": access.rows(Building).get(pk=reminder.building_id),
        "rows": rows,
        "over": over,
        "today": access.day,
        "left": sum(door.done_on is None for _dwelling, door in rows),
        "may_do": access.may(Permission.REMINDER_DO, reminder.building_id),
    }
    return render(request, "tenants/reminder.html", context)


@door(Permission.REMINDER_DO, model=ReminderDoor, post_event=events.FORM_SUBMITTED)
def reminder_door(request: DoorRequest, passed: ReminderDoor) -> HttpResponse:
    """Record that the message of an errand was passed on at this door, or take that back the same day, and return to
    the errand's page."""
    if request.method == "POST":
        try:
            if "undo" in request.POST:
                take_back_pass_on(by=request.user, door=passed, context=request.access.context)
                messages.success(request, _("La porte est de nouveau à faire."))
            else:
                pass_on(by=request.user, door=passed, context=request.access.context)
                messages.success(request, _("Le message est transmis."))
        except ValidationError as error:
            messages.error(request, error.messages[0])
    return redirect("reminder", pk=passed.reminder_id)


@door(Permission.REMINDER_GIVE, model=Building, post_event=events.FORM_SUBMITTED)
def reminder_give(request: DoorRequest, building: Building) -> HttpResponse:
    access = request.access
    lettings = access.rows(LeaseUnit).filter(building=building).in_force(access.day)
    let = {letting.unit_id: letting.lease_id for letting in lettings}
    units = access.rows(Unit).filter(building=building).dwellings()
    people = access.rows(Residence).filter(building=building).living(access.day)
    dwellings = facade.dwellings(units, people, let, access.day)
    # Dwellings of households with a discreet mark are offered too, because a door does not tell who lives there.
    offered = {dwelling.unit.pk: dwelling for dwelling in dwellings if dwelling.let}
    left_out = restricted_units(offered)
    offered = {unit: dwelling for unit, dwelling in offered.items() if unit not in left_out}
    choices = [(unit, door_label(dwelling)) for unit, dwelling in offered.items()]
    form = ReminderForm(request.POST or None, doors=choices, days=days_from(access.day))
    if request.method == "POST" and form.is_valid():
        chosen = [offered[unit].unit for unit in form.cleaned_data["units"]]
        content = {"building": building, "units": chosen, "last_day": form.cleaned_data["last_day"]}
        if given := result_of(form, give_reminder, request, **content):
            messages.success(request, _("La mission est confiée."))
            return redirect("reminder", pk=given.pk)
    context = {"form": form, "building": building, "any": bool(offered), "left_out": len(left_out)}
    return render(request, "tenants/reminder_give.html", context)


def door_label(door: Dwelling) -> str:
    """Return the label of a dwelling in a list of choices, such as "esc. A, porte 21, Dupont"."""
    stair = _("esc. %(name)s") % {"name": door.unit.staircase} if door.unit.staircase else ""
    place = _("porte %(label)s") % {"label": door.label} if door.unit.door else door.label
    return ", ".join(part for part in (stair, place, door.name) if part)
