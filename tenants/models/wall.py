"""Conflicts of interest. Each closes a household's file to one employee, such as a relative. No reason is stored."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.models.place import below
from access.permissions import Permission
from access.reach import paths_held
from access.scope import ScopedQuerySet
from audit.record import Subject
from buildings.models import Building
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS
from privacy.retention import DataPolicy
from privacy.retention_periods import RIGHT
from tenants.models.lease import Lease


class ConflictWallQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the conflicts of interest at places where `person` may record and end conflicts of interest."""
        return self.filter(below(paths_held(person.pk, {Permission.WALLS_KEEP}), "building__place__"))

    def standing(self) -> Self:
        return self.filter(ended_on__isnull=True).select_related("person", "building__place")


class ConflictWall(models.Model):
    """A conflict of interest, which closes the file of a lease to an employee from one day to another. Neither the
    relation between employee and household nor the reason is stored."""

    privacy = {
        "id": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "lease": DataClass.PERSONAL,
        "building": DataClass.PLAIN,
        "set_by": DataClass.PERSONAL,
        "set_on": DataClass.PERSONAL,
        "ended_on": DataClass.PERSONAL,
        "ended_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(ACCESS, RIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="+", db_constraint=False)
    building = models.ForeignKey(
        Building, models.PROTECT, related_name="+", db_index=False, editable=False, db_constraint=False
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    set_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = ConflictWallQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "lease"],
                condition=Q(ended_on__isnull=True),
                name="wall_once_at_a_time",
                violation_error_message=_("Ce dossier est déjà fermé à cette personne."),
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=F("person")),
                name="wall_ended_by_another",
                violation_error_message=_(
                    "Un dossier ne peut pas être rouvert par la personne à laquelle il est fermé."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"wall {self.pk}"

    def subject(self) -> Subject:
        return Subject("lease", self.lease_id)
