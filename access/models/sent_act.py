"""Stores results of API requests by idempotency key, so that a repeated request is not executed again."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.grants.reasons import EndReason
from access.models.assignment import Assignment
from access.models.person import Person
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS
from privacy.retention import DataPolicy
from privacy.retention_periods import RIGHT


class SentActQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.filter(sent_by=person)


class SentAct(models.Model):
    """Result of an API request, stored under the client's idempotency key with a digest of the request.

    `assignment` is the assignment that the request made or changed, and `last_day`, `ended_on` and `end_reason` are its
    values after the request. `result` is the id of any other row. A repeated request gets the first response again,
    even if the row has changed since.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "sent_by": DataClass.PERSONAL,
        "key": DataClass.PLAIN,
        "digest": DataClass.PLAIN,
        "assignment": DataClass.PLAIN,
        "result": DataClass.PLAIN,
        "last_day": DataClass.PLAIN,
        "ended_on": DataClass.PLAIN,
        "end_reason": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCESS, RIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    key = models.UUIDField(editable=False)
    digest = models.CharField(max_length=64, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="+")
    # `result` is no foreign key, because a stored idempotency key must not reveal whether the row still exists.
    result = models.UUIDField(null=True, editable=False)
    last_day = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=32, choices=EndReason.choices, blank=True)

    objects = SentActQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["sent_by", "key"],
                name="act_sent_once",
                violation_error_message=_(
                    "Cette clé a déjà été utilisée : utilisez une nouvelle clé pour chaque envoi."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"sent act {self.pk}"

    def subject(self) -> None:
        """Return None, so that the audit log does not list each stored result: the results do not concern residents."""
