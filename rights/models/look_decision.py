"""Decisions about one audit event (an employee viewed a tenant's data): access reports leave the event out until a
given day, or one access report names the employee."""

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
from casework.vocabulary import DEFERRAL_GROUNDS, NAME_REASONS, NAME_WEIGHED
from privacy.classes import DataClass
from privacy.processing_activities import SUBJECT_RIGHTS
from privacy.retention import DataPolicy
from privacy.retention_periods import DEFERRAL, SUBJECT_REQUEST
from rights.models.subject_request import SubjectRequest

LONGEST = timedelta(days=184)


class DeferralQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return all deferrals. This method need not filter, because row-level security shows deferrals only to
        employees who may request or approve them. No row names the tenant or the employee who viewed data."""
        return self.select_related("asked_by", "agreed_by").order_by("agreed_on", "until", "id")


class LookDeferral(models.Model):
    """Hides an audit event (an employee viewed a tenant's data) from access reports until a given day, because of legal
    secrecy. One employee requests the deferral and another approves it."""

    privacy = {
        "id": DataClass.PLAIN,
        "event": DataClass.PERSONAL,
        "ground": DataClass.INFERABLE,
        "until": DataClass.PERSONAL,
        "asked_by": DataClass.PERSONAL,
        "asked_on": DataClass.PERSONAL,
        "agreed_by": DataClass.PERSONAL,
        "agreed_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(SUBJECT_RIGHTS, DEFERRAL)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.UUIDField()
    ground = models.CharField(_("fondement"), max_length=24, choices=DEFERRAL_GROUNDS.choices)
    until = models.DateField(_("jusqu’au"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    asked_on = models.DateField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    agreed_on = models.DateField(null=True, blank=True)

    objects = DeferralQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["event"],
                name="deferral_once",
                violation_error_message=_("Cette consultation est déjà reportée."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")),
                name="deferral_takes_two",
                violation_error_message=_("La personne qui demande un report ne peut pas l’accorder."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_on__isnull=True)
                | Q(agreed_by__isnull=False, agreed_on__isnull=False),
                name="deferral_agreed_on_a_day",
                violation_error_message=_("Un report accordé doit indiquer qui l’a accordé, et quand."),
            ),
            models.CheckConstraint(
                condition=Q(until__gte=F("asked_on"), until__lte=F("asked_on") + LONGEST.days),
                name="deferral_of_six_months",
                violation_error_message=_("Un report doit avoir une date, dans les six mois."),
            ),
        ]

    def __str__(self) -> str:
        return f"deferral {self.pk}"

    @property
    def number(self) -> str:
        return str(self.event)[:8]

    @property
    def ground_text(self) -> str:
        return DEFERRAL_GROUNDS.label(self.ground)

    def subject(self) -> None:
        """Return no resident as the subject of audit events: a deferral contains the id of the deferred event, but not
        whose data were viewed."""


class NamedLookQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.all() if compartment is Compartment.DISCLOSURE else self.none()


class NamedLook(models.Model):
    """Decision that an access report names the employee who viewed the data. The employee's own rights must be weighed
    before (CJEU C-579/21)."""

    privacy = {
        "id": DataClass.PLAIN,
        "request": DataClass.PERSONAL,
        "event": DataClass.PERSONAL,
        "person": DataClass.PERSONAL,
        "reason": DataClass.PERSONAL,
        "weighed": DataClass.PERSONAL,
        "decided_by": DataClass.PERSONAL,
        "decided_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(SUBJECT_RIGHTS, SUBJECT_REQUEST)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(SubjectRequest, models.DO_NOTHING, related_name="named")
    event = models.UUIDField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=24, choices=NAME_REASONS.choices)
    weighed = models.CharField(max_length=24, choices=NAME_WEIGHED.choices)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    decided_on = models.DateField()

    objects = NamedLookQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["request", "event"],
                name="named_look_once",
                violation_error_message=_("Ce nom est déjà indiqué dans ce relevé."),
            ),
        ]

    def __str__(self) -> str:
        return f"named look {self.pk}"

    def subject(self) -> None:
        """Return None, so that audit events about these rows name no resident. The rows are read only with an access
        report, and the event of opening the report already names the tenant."""
