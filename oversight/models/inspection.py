"""Word inspections: requests to read the lines of text that contain some words. The data protection officer makes the
request and another person approves it. The words are not stored. The keys of the lines found are stored, so that
exactly these lines can be read after the approval.
"""

import uuid
from datetime import date
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


class InspectionQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the requester's own inspections in the compartment INSPECTION (a database role), and all inspections
        for people who may approve them. `hits`, the ids of the lines found, is always deferred: only a database
        function may read it."""
        asks = compartment is Compartment.INSPECTION
        rows = self.filter(asked_by=person) if asks else self.all()
        # A requester cannot read `lines` (number of lines found), which would tell whether the words occur in any text.
        hidden = ("hits", "lines") if asks else ("hits",)
        return rows.defer(*hidden).select_related("asked_by", "agreed_by").order_by("-asked_on", "id")

    def in_force(self, day: date) -> Self:
        return self.filter(ends_on__gte=day)


class Inspection(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "asked_by": DataClass.PERSONAL,
        "asked_on": DataClass.PERSONAL,
        "words": DataClass.PLAIN,
        "lines": DataClass.PLAIN,
        "hits": DataClass.INFERABLE,
        "agreed_by": DataClass.PERSONAL,
        "agreed_on": DataClass.PERSONAL,
        "ends_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(INSPECTIONS, INSPECTION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_on = models.DateField()
    words = models.PositiveSmallIntegerField()
    lines = models.PositiveSmallIntegerField()
    hits = models.JSONField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    agreed_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField()

    objects = InspectionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")),
                name="inspection_takes_two",
                violation_error_message=_("La personne qui demande une lecture ne peut pas l’accorder."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_on__isnull=True)
                | Q(agreed_by__isnull=False, agreed_on__isnull=False),
                name="inspection_agreed_on_a_day",
                violation_error_message=_("Un accord doit indiquer son auteur et sa date."),
            ),
        ]

    def __str__(self) -> str:
        return f"inspection {self.pk}"

    @property
    def is_agreed(self) -> bool:
        return self.agreed_by_id is not None

    def subject(self) -> None:
        """Return None, because most audit events about an inspection concern no resident. The page with the lines found
        adds the households concerned to its own event."""


class CountedWord(models.Model):
    """Keyed digest of a word whose occurrences a person counted on a day. The key is not in the database.

    Counting a word again on the same day does not count towards the daily limit. Only the database function
    `oversight_reserve_words()` writes these rows. They are erased the following night.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "day": DataClass.PERSONAL,
        "digest": DataClass.INFERABLE,
    }
    data_policy = DataPolicy(INSPECTIONS, INSPECTION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day", "digest"],
                name="word_counted_once_a_day",
                violation_error_message=_("Ce mot a déjà été compté aujourd’hui."),
            )
        ]

    def __str__(self) -> str:
        return f"counted word {self.pk}"
