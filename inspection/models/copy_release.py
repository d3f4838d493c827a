"""Copy releases: the data protection officer lets an inspector read a copy of a household's file for 24 hours.

The copy itself is not stored: until the release ends, it is made again each time it is shown. The inspector's request
is an audit event, whose id the release stores. Each request can be answered only once.
"""

import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import INSPECTIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import INSPECTION
from tenants.models.identity_check import NowInLoge
from tenants.models.lease import Lease

DAY = timedelta(hours=24)


class CopyReleaseQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """An inspector sees only the releases of copies that they requested themselves."""
        rows = self.filter(asked_by=person) if compartment is Compartment.CONTROL else self.none()
        return rows.select_related("released_by").order_by("-until", "id")

    def open_now(self) -> Self:
        return self.filter(until__gt=NowInLoge())


class CopyRelease(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "event": DataClass.PLAIN,
        "lease": DataClass.PERSONAL,
        "asked_by": DataClass.PERSONAL,
        "released_by": DataClass.PERSONAL,
        "released_at": DataClass.PERSONAL,
        "until": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(INSPECTIONS, INSPECTION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.UUIDField()  # `event`: id of the audit event that records the inspector's request
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    released_at = models.DateTimeField()
    until = models.DateTimeField()

    objects = CopyReleaseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(released_by=F("asked_by")),
                name="copy_takes_two",
                violation_error_message=_("La personne qui demande une copie ne peut pas l’accorder."),
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("released_at"), until__lte=F("released_at") + DAY),
                name="copy_read_for_a_day",
                violation_error_message=_("Une copie peut être lue vingt-quatre heures au plus."),
            ),
            models.UniqueConstraint(
                fields=["event"],
                name="copy_released_once",
                violation_error_message=_("Cette demande a déjà reçu une réponse."),
            ),
        ]

    def __str__(self) -> str:
        return f"copy release {self.pk}"

    def subject(self) -> None:
        """Return no subject for audit events, because the view that shows the copy adds the household to its event."""
