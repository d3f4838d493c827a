"""Errands: the message "please call the agency", to pass on at some doors.

An errand does not say why the tenant should call: it has no amount and no detail of arrears.
"""

import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.scope import ScopedQuerySet
from buildings.models import Building, Unit
from privacy.classes import DataClass
from privacy.processing_activities import CONTACT
from privacy.retention import DataPolicy
from privacy.retention_periods import MISSION


class ReminderQuerySet(ScopedQuerySet):
    def in_force(self, day: date) -> Self:
        return self.filter(first_day__lte=day, last_day__gte=day)


class Reminder(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "building": DataClass.PLAIN,
        "given_by": DataClass.PERSONAL,
        "first_day": DataClass.PLAIN,
        "last_day": DataClass.PLAIN,
    }
    data_policy = DataPolicy(CONTACT, MISSION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="reminders")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))

    objects = ReminderQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")) & Q(last_day__lte=F("first_day") + 31),
                name="reminder_lasts_a_month_at_most",
                violation_error_message=_("Une mission dure un mois au plus : choisissez une date plus proche."),
            )
        ]

    def __str__(self) -> str:
        return f"reminder {self.pk}"

    def subject(self) -> None:
        """Return None, so that audit events name no resident, because a reminder (a message to pass on) lists
        dwellings, not people."""


class ReminderDoor(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "reminder": DataClass.PLAIN,
        "unit": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "done_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(CONTACT, MISSION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="doors")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", editable=False)
    done_on = models.DateField(_("transmis le"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["reminder", "unit"],
                name="reminder_door_once",
                violation_error_message=_("Cette porte figure déjà dans la mission."),
            )
        ]

    def __str__(self) -> str:
        return f"reminder door {self.pk}"

    def subject(self) -> None:
        """Return no resident as the subject of audit events, because the row names a dwelling, not a person."""
