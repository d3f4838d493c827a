"""Daily exposure figures of each role: how many resident cards its employees could open on a day, and how many of these
they had not opened for a year.
"""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS
from privacy.retention import DataPolicy
from privacy.retention_periods import EXPOSURE


class ExposureDayQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> "ExposureDayQuerySet":
        """Return all rows for people who may read the whole audit log, and no rows for anybody else. Places are not
        checked, because each figure sums up many people."""
        return self if compartment is Compartment.ALL_TRACE else self.none()


class ExposureDay(models.Model):
    """How many resident cards the employees of one role could open on one day. `possible` counts pairs of an employee
    and a resident whose card the employee can open; `unused` counts the pairs whose card was not opened for a year.
    Roles with fewer than five people share one row with an empty `role`, or have no row if they have fewer than five
    people together."""

    privacy = {
        "id": DataClass.PLAIN,
        "day": DataClass.PLAIN,
        "role": DataClass.PLAIN,
        "possible": DataClass.PLAIN,
        "unused": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCESS, EXPOSURE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    day = models.DateField()
    role = models.CharField(max_length=32, blank=True)
    possible = models.PositiveBigIntegerField()
    unused = models.PositiveBigIntegerField()

    objects = ExposureDayQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["day", "role"],
                name="exposure_once_a_day",
                violation_error_message=_("Ce jour a déjà été mesuré."),
            ),
            models.CheckConstraint(
                condition=Q(unused__lte=F("possible")),
                name="exposure_unused_is_possible",
                violation_error_message=_(
                    "Le nombre de données non utilisées ne peut pas dépasser le nombre de données accessibles."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"exposure {self.pk}"

    def subject(self) -> None:
        """Return no resident as the subject of audit events, because the figures sum up many people."""
