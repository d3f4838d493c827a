"""Errands: a caretaker passes the message "please call the agency" on at several doors, and ticks each door off."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, Subject, record
from buildings.models import Building, Unit
from tenants.models import LeaseUnit, Reminder, ReminderDoor

LONGEST = timedelta(days=31)


def give_reminder(
    *, by: Person, building: Building, units: Sequence[Unit], last_day: date, context: Context = NOWHERE
) -> Reminder:
    """Create an errand: until `last_day`, a caretaker passes a fixed message on at these dwellings of one building.

    Raises ValidationError if a dwelling is not leased today, if `last_day` is more than 31 days ahead, or if the
    processing of somebody's data at a dwelling is restricted.
    """
    day = today()
    if not units:
        raise ValidationError(_("Choisissez au moins une porte."), code="no_door")
    if not day <= last_day <= day + LONGEST:
        raise ValidationError(_("Une mission dure un mois au plus : choisissez une date plus proche."), code="too_long")
    let = LeaseUnit._default_manager.in_force(day).filter(building=building, unit__in=units)
    if let.count() != len(units):
        raise ValidationError(
            _("L’une des portes n’est pas celle d’un logement occupé de cet immeuble."), code="not_let"
        )
    with all_or_nothing():
        reminder = Reminder(building=building, given_by=by, first_day=day, last_day=last_day)
        reminder.save(force_insert=True)
        doors = [ReminderDoor(reminder=reminder, unit=unit, building_id=building.pk) for unit in units]
        ReminderDoor._default_manager.bulk_create(doors)
        record(
            events.REMINDER_GIVEN,
            by=by,
            about=Subject("reminder", reminder.pk),
            place=building.pk,
            context=context,
            units=len(doors),
            last_day=last_day,
        )
    return reminder


def pass_on(*, by: Person, door: ReminderDoor, context: Context = NOWHERE) -> ReminderDoor:
    """Record that a caretaker has passed on a message at this door. A second call changes nothing."""
    day = today()
    if day > door.reminder.last_day:
        raise ValidationError(_("Cette mission est terminée."), code="over")
    with transaction.atomic():
        marked = ReminderDoor._default_manager.filter(pk=door.pk, done_on__isnull=True).update(done_on=day)
        if marked:
            about = Subject("reminder_door", door.pk)
            record(events.REMINDER_DONE, by=by, about=about, place=door.building_id, context=context)
    door.refresh_from_db(fields=["done_on"])
    return door


def take_back_pass_on(*, by: Person, door: ReminderDoor, context: Context = NOWHERE) -> ReminderDoor:
    """Mark a door as not visited. Raises ValidationError if it was not marked as visited today, or if the processing
    of somebody's data at this door has been restricted since."""
    with all_or_nothing():
        marked = ReminderDoor._default_manager.filter(pk=door.pk, done_on=today()).update(done_on=None)
        if not marked:
            raise ValidationError(_("Seul un message transmis aujourd’hui peut être annulé."), code="not_today")
        about = Subject("reminder_door", door.pk)
        record(events.REMINDER_TAKEN_BACK, by=by, about=about, place=door.building_id, context=context)
    door.refresh_from_db(fields=["done_on"])
    return door
