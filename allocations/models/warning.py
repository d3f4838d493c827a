"""Warnings that must precede the closing of an application for some motives. The application can be closed a month
after the letter's delivery."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocations.models.application import WARNED_FIRST, Application, OfApplicationQuerySet
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import APPLICATION


class Delivery(models.TextChoices):
    """How the delivery of a warning is proved. For a letter that was not collected, the day of presentation counts."""

    RECEIVED = "received", _("avis de réception signé")
    PRESENTED = "presented", _("lettre présentée, non retirée")
    BY_HAND = "by_hand", _("remise en main propre contre signature")


class ClosingWarning(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PLAIN,
        "motive": DataClass.PERSONAL,
        "sent_on": DataClass.PERSONAL,
        "sent_by": DataClass.PERSONAL,
        "delivery": DataClass.PERSONAL,
        "delivered_on": DataClass.PERSONAL,
        "withdrawn_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="warnings")
    motive = models.CharField(
        _("motif"), max_length=16, choices=[(motive.value, motive.label) for motive in WARNED_FIRST]
    )
    sent_on = models.DateField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    delivery = models.CharField(_("preuve"), max_length=16, choices=Delivery.choices, blank=True, default="")
    delivered_on = models.DateField(_("remise ou présentée le"), null=True, blank=True)
    # The day on which the warning was withdrawn because the applicant answered.
    withdrawn_on = models.DateField(null=True, blank=True)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(withdrawn_on__isnull=True),
                name="warning_one_at_a_time",
                violation_error_message=_("Un avertissement est déjà en cours pour cette demande."),
            ),
            models.CheckConstraint(
                condition=Q(motive__in=[motive.value for motive in WARNED_FIRST]),
                name="warning_motive_listed",
                violation_error_message=_("Ce motif de radiation n’est pas précédé d’un avertissement."),
            ),
            models.CheckConstraint(
                condition=Q(delivery="", delivered_on__isnull=True)
                | (Q(delivery__in=Delivery.values, delivered_on__gte=F("sent_on"))),
                name="warning_delivered_with_its_proof",
                violation_error_message=_("Indiquez le jour et la preuve de la remise, après l’envoi."),
            ),
        ]

    def __str__(self) -> str:
        return f"closing warning {self.pk}"

    def subject(self) -> Subject:
        return Subject("application", self.application_id)
