"""Results of access reviews: unused assignments that were retained, and yearly lists that managers signed."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.grants.reasons import KeepReason
from access.models.assignment import Assignment
from access.models.person import Person
from access.reach import in_my_review, watches_reviews
from access.scope import ScopedQuerySet
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS
from privacy.retention import DataPolicy
from privacy.retention_periods import RIGHT


class KeptRightQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.filter(assignment__in=in_my_review())


class KeptRight(models.Model):
    """Decision of a manager to retain, for another 90 days, an assignment that was not used for 90 days."""

    privacy = {
        "id": DataClass.PLAIN,
        "assignment": DataClass.PLAIN,
        "kept_by": DataClass.PERSONAL,
        "kept_on": DataClass.PLAIN,
        "reason": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCESS, RIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="kept")
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    kept_on = models.DateField()
    reason = models.CharField(_("pourquoi la conserver"), max_length=16, choices=KeepReason.choices)

    objects = KeptRightQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=KeepReason.values),
                name="kept_right_for_a_reason",
                violation_error_message=_(
                    "Choisissez dans la liste le motif pour conserver une affectation inutilisée."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"kept right {self.pk}"

    def subject(self) -> None:
        """Return None, so that the audit log does not list the decisions shown: they are not about residents."""


class RightsReviewQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the access reviews that `person` may see: those that the person signed.

        People who supervise reviews may see all reviews. Inspectors may see all reviews in the compartment CONTROL.
        """
        rows = self.select_related("signed_by")
        watches = compartment is Compartment.CONTROL or watches_reviews()
        return rows if watches else rows.filter(signed_by=person)


class RightsReview(models.Model):
    """List of the access rights of a manager's staff, signed by the manager.

    The database computes the list (`statement`). Triggers refuse a row with any other content, and any later change.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "signed_by": DataClass.PERSONAL,
        "signed_on": DataClass.PLAIN,
        "statement": DataClass.PERSONAL,
        "key_id": DataClass.PLAIN,
        "signature": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCESS, RIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    signed_on = models.DateField()
    statement = models.JSONField()
    key_id = models.CharField(max_length=32)
    signature = models.CharField(max_length=88)

    objects = RightsReviewQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"rights review {self.pk}"

    @property
    def ended(self) -> int:
        return sum(right["answer"] == "end" for right in self.statement["rights"])

    def subject(self) -> Subject:
        return Subject("rights_review", self.pk)
