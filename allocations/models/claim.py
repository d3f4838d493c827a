"""Requests to read one candidate's anonymous sheet after a discrimination claim: the data protection officer requests,
the allocation manager approves."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.models.decided import LAPSES_AFTER
from access.scope import ScopedQuerySet
from allocations.models.candidacy import Candidacy
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import CANDIDACIES
from privacy.retention import DataPolicy
from privacy.retention_periods import CANDIDACY
from tenants.models.identity_check import NowInLoge

DAY = timedelta(hours=24)


class ClaimSource(models.TextChoices):
    """Who presented the decision letter, or a copy of it, from which the sheet's reference was read."""

    APPLICANT = "applicant", _("courrier du demandeur")
    AUTHORITY = "authority", _("autorité (Défenseur des droits, CNIL)")
    COURT = "court", _("juridiction")


class ClaimReadingQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the requests that the person made. The manager who approves requests reads them through an SQL
        function, which hides most characters of the sheet's reference."""
        return self.filter(asked_by=person) if compartment is Compartment.INSPECTION else self.none()

    def open_now(self) -> Self:
        return self.filter(ends_at__gt=NowInLoge())


class ClaimReading(models.Model):
    """A request to read one candidate's sheet, with its decisions and votes. `ends_at` is 24 hours after the
    approval."""

    privacy = {
        "id": DataClass.PLAIN,
        "candidacy": DataClass.PLAIN,
        "asked_by": DataClass.PERSONAL,
        "asked_at": DataClass.PERSONAL,
        "source": DataClass.PERSONAL,
        "agreed_by": DataClass.PERSONAL,
        "agreed_at": DataClass.PERSONAL,
        "ends_at": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(CANDIDACIES, CANDIDACY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidacy = models.ForeignKey(Candidacy, models.CASCADE, related_name="claim_readings")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    source = models.CharField(_("reçue par"), max_length=16, choices=ClaimSource.choices)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    agreed_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    objects = ClaimReadingQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("asked_by")),
                name="claim_agreed_by_another",
                violation_error_message=_("La personne qui demande à lire une fiche ne peut pas l’accorder."),
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True, agreed_at__isnull=True, ends_at__isnull=True)
                | Q(
                    agreed_by__isnull=False,
                    agreed_at__isnull=False,
                    ends_at__isnull=False,
                    ends_at__gt=F("agreed_at"),
                    ends_at__lte=F("agreed_at") + DAY,
                ),
                name="claim_read_for_a_day",
                violation_error_message=_("Une fiche se lit vingt-quatre heures au plus après l’accord."),
            ),
            models.CheckConstraint(
                condition=Q(source__in=ClaimSource.values),
                name="claim_source_listed",
                violation_error_message=_("Cette origine n’est pas dans la liste."),
            ),
            # The SQL function allocations_ask_claim() also rejects a second request while the first still gives access.
            models.UniqueConstraint(
                fields=["candidacy", "asked_by"],
                condition=Q(agreed_at__isnull=True),
                name="claim_one_open_request",
                violation_error_message=_(
                    "Vous avez déjà demandé cette fiche : la demande attend, ou elle est ouverte."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"claim reading {self.pk}"

    @property
    def lapses_at(self) -> datetime:
        """Return when the request lapses if nobody approves it. The SQL function allocations_claim_lapsed() applies the
        same rule."""
        return self.asked_at + LAPSES_AFTER

    def subject(self) -> Subject:
        return Subject("candidacy", self.candidacy_id)
