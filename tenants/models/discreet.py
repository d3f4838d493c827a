"""Discreet marks. Each hides a household from all employees except those named in the mark. Reasons are not stored."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from audit.record import Subject
from buildings.models import Building
from privacy.classes import DataClass
from privacy.processing_activities import DISCRETION
from privacy.retention import DataPolicy
from privacy.retention_periods import MARK
from tenants.models.hidden import OfLeaseQuerySet
from tenants.models.lease import Lease


class DiscreetMark(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "lease": DataClass.INFERABLE,
        "building": DataClass.PLAIN,
        "first_day": DataClass.INFERABLE,
        "last_day": DataClass.INFERABLE,
    }
    data_policy = DataPolicy(DISCRETION, MARK)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lease = models.ForeignKey(Lease, models.PROTECT, related_name="discreet_marks", db_constraint=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", editable=False, db_constraint=False)
    first_day = models.DateField(_("premier jour"))
    last_day = models.DateField(_("dernier jour"))

    objects = OfLeaseQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                # `- 1` is for cancelled marks: their last day is the day before their first day.
                condition=Q(last_day__gte=F("first_day") - 1) & Q(last_day__lte=F("first_day") + 366),
                name="discreet_mark_renewed_yearly",
                violation_error_message=_("La discrétion dure un an au plus."),
            )
        ]

    def __str__(self) -> str:
        return f"discreet mark {self.pk}"

    def subject(self) -> Subject:
        return Subject("lease", self.lease_id)


class DiscreetName(models.Model):
    """An employee named in a discreet mark, who may still see the household that the mark hides."""

    privacy = {"id": DataClass.PLAIN, "mark": DataClass.INFERABLE, "person": DataClass.PERSONAL}
    data_policy = DataPolicy(DISCRETION, MARK)

    mark = models.ForeignKey(DiscreetMark, models.CASCADE, related_name="names")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["mark", "person"],
                name="discreet_name_once",
                violation_error_message=_("Cette personne est déjà nommée."),
            )
        ]

    def __str__(self) -> str:
        return f"discreet name {self.pk}"
