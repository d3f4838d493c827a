"""Standing exposure: how many looks at a resident were possible on a day, and of how many nobody ever made use."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS
from privacy.retention import Held
from privacy.retention_periods import EXPOSURE


class ExposureDayQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> "ExposureDayQuerySet":
        """Figures of many people together: for who reads the whole trace."""
        return self if compartment is Compartment.ALL_TRACE else self.none()


class ExposureDay(models.Model):
    """A role on a day. Empty: the roles that fewer than five people hold, together; fewer than five are not counted."""

    privacy = {
        "id": DataClass.PLAIN,
        "day": DataClass.PLAIN,
        "role": DataClass.PLAIN,
        "possible": DataClass.PLAIN,
        "unused": DataClass.PLAIN,
    }
    held = Held(ACCESS, EXPOSURE)

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
                violation_error_message=_("Ce jour est déjà mesuré."),
            ),
            models.CheckConstraint(
                condition=Q(unused__lte=F("possible")),
                name="exposure_unused_is_possible",
                violation_error_message=_("Ce qui n’a pas servi était possible."),
            ),
        ]

    def __str__(self) -> str:
        return f"exposure {self.pk}"

    def subject(self) -> None:
        """A figure of many is nobody's private life."""
