"""Daily exposure figures: how many accounts and cards each role could open on a day, and how many of them it never
opened.
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
        """Not filtered: whoever reads the whole audit log may see all rows, because the figures concern many people
        together."""
        return self if compartment is Compartment.ALL_TRACE else self.none()


class ExposureDay(models.Model):
    """The figures of one role on one day. An empty `role` stands for all roles with fewer than five people, counted
    together. If these have fewer than five people in total, there is no such row."""

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
        """None: the figures concern many people together."""
