"""Offers of a dwelling to a candidate, their answers, and the hand-over of an accepted candidate to the person who
signs leases."""

import uuid
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet, within
from allocations.models.application import OnOccasion
from allocations.models.candidacy import Candidacy, OfCandidacyQuerySet
from audit.record import Subject
from buildings.models import Building, Unit
from privacy.classes import DataClass
from privacy.processing_activities import CANDIDACIES
from privacy.retention import DataPolicy
from privacy.retention_periods import CANDIDACY


class OfferDelivery(models.TextChoices):
    """How the candidate was notified of the offer. This determines on which day the time to answer begins (CCH, article
    R441-10)."""

    HANDED = "handed", _("remise en main propre")
    REGISTERED = "registered", _("lettre recommandée remise")
    PRESENTED = "presented", _("lettre recommandée présentée, non retirée")
    ELECTRONIC = "electronic", _("envoi électronique avec accusé de réception")


class Answer(models.TextChoices):
    ACCEPTED = "accepted", _("accepte")
    REFUSED = "refused", _("refuse")
    SILENT = "silent", _("n’a pas répondu dans le délai")


class Offer(models.Model):
    """An offer of a dwelling to a candidate. `answer_by` is the last day to answer, and `answered_on` the day of the
    answer's postmark or receipt. A timely answer may still arrive in the `post_days` after the last day
    (docs/decisions/0051-an-answer-counts-from-its-day.md). `renounced_on` is set if the candidate accepts the dwelling
    and later gives it up."""

    privacy = {
        "id": DataClass.PLAIN,
        "candidacy": DataClass.PLAIN,
        "sent_on": DataClass.PERSONAL,
        "sent_by": DataClass.PERSONAL,
        "delay_days": DataClass.PLAIN,
        "post_days": DataClass.PLAIN,
        "delivery": DataClass.PERSONAL,
        "notified_on": DataClass.PERSONAL,
        "notification_recorded_on": DataClass.PERSONAL,
        "answer_by": DataClass.PERSONAL,
        "answer": DataClass.PERSONAL,
        "answered_on": DataClass.PERSONAL,
        "renounced_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(CANDIDACIES, CANDIDACY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    candidacy = models.OneToOneField(Candidacy, models.CASCADE, related_name="offer")
    sent_on = models.DateField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    delay_days = models.PositiveSmallIntegerField(_("délai de réponse, en jours"))
    post_days = models.PositiveSmallIntegerField(_("délai d’acheminement d’une réponse, en jours"), db_default=0)
    delivery = models.CharField(_("notification"), max_length=16, choices=OfferDelivery.choices, blank=True, default="")
    notified_on = models.DateField(_("notifiée le"), null=True, blank=True)
    # The database sets the day on which the notification was recorded.
    notification_recorded_on = models.DateField(null=True, editable=False)
    answer_by = models.DateField(_("réponse avant la fin du"), null=True)
    answer = models.CharField(_("réponse"), max_length=16, choices=Answer.choices, blank=True, default="")
    answered_on = models.DateField(_("répondu le"), null=True, blank=True)
    renounced_on = models.DateField(_("renoncé le"), null=True, blank=True)

    objects = OfCandidacyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(delay_days__gte=10)
                & (Q(answer_by__isnull=True) | Q(answer_by__gte=F("notified_on") + F("delay_days"))),
                name="offer_ten_days",
                violation_error_message=_("Une proposition laisse au moins dix jours pour répondre."),
            ),
            models.CheckConstraint(
                condition=Q(delivery="", notified_on__isnull=True, answer_by__isnull=True)
                | Q(
                    delivery__in=OfferDelivery.values,
                    notified_on__isnull=False,
                    notified_on__gte=F("sent_on"),
                    answer_by__isnull=False,
                ),
                name="offer_notified_once",
                violation_error_message=_("La notification suit l’envoi, et fixe le dernier jour pour répondre."),
            ),
            models.CheckConstraint(
                # Silence is recorded only after a notification, because the notification starts the time to answer.
                condition=Q(answer="", answered_on__isnull=True)
                | Q(answered_on__isnull=False, answer__in=["accepted", "refused"], answered_on__gte=F("sent_on"))
                | Q(
                    answered_on__isnull=False,
                    answer_by__isnull=False,
                    answer="silent",
                    answered_on__gt=F("answer_by") + F("post_days"),
                ),
                name="answer_in_time",
                violation_error_message=_(
                    "Le silence vaut refus après le dernier jour et le délai d’acheminement, pas avant."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(answer__in=["accepted", "refused"])
                | Q(answer_by__isnull=True)
                | Q(answered_on__lte=F("answer_by")),
                name="answer_not_after_the_delay",
                violation_error_message=_("Cette réponse est postérieure au dernier jour pour répondre."),
            ),
            models.CheckConstraint(
                condition=Q(renounced_on__isnull=True)
                | Q(answer="accepted", answered_on__isnull=False, renounced_on__gte=F("answered_on")),
                name="renounced_after_accepting",
                violation_error_message=_("Une renonciation suit une acceptation."),
            ),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"

    @property
    def record_by(self) -> date | None:
        """Return the last day on which a timely answer can be recorded. In the following night, silence is recorded as
        a refusal."""
        return self.answer_by and self.answer_by + timedelta(days=self.post_days)

    def notification_may_change(self, day: date) -> bool:
        """Return whether the notification may still be recorded, or be corrected on the day of its entry."""
        return not self.answer and (self.notified_on is None or self.notification_recorded_on == day)

    def subject(self) -> Subject:
        return Subject("candidacy", self.candidacy_id)


# The fields of a hand-over that the person who signs the lease may read.
FOR_SIGNING = ("candidacy_id", "unit", "building", "handed_on", "signed_on", "lease")


class HandOverQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the hand-overs (accepted candidates whose lease is to be signed) that the person may read.

        An officer reads those of the officer's buildings, and a person who has opened an application reads those of
        this application. A person who signs leases reads those of their buildings until the signature.
        """
        if compartment in (Compartment.ACCOUNT, Compartment.POOL):
            rows = self.filter(within("building", person, compartment)).only(*FOR_SIGNING)
            # After the signature, the household is accessible only through the lease itself.
            return rows.filter(signed_on__isnull=True) if compartment is Compartment.ACCOUNT else rows
        if compartment is Compartment.APPLICANTS:
            return self.filter(Q(OnOccasion("candidacy__application", person.pk, compartment.value)))
        return self.none()


class HandOver(models.Model):
    """A candidate who accepted a dwelling and whose lease is to be signed. An SQL function gives the person who signs
    the candidate's names, contact and birth dates, and nothing else of the application (allocations/sql/offers.sql).

    `in_qpv` and `quartile` are stored for the legal quotas. If `discreet`, the household is hidden from the signature
    on.
    """

    privacy = {
        "candidacy": DataClass.PLAIN,
        "unit": DataClass.PLAIN,
        "building": DataClass.PLAIN,
        "handed_on": DataClass.PERSONAL,
        "handed_by": DataClass.PERSONAL,
        "signed_on": DataClass.PERSONAL,
        "lease": DataClass.PLAIN,
        "in_qpv": DataClass.PLAIN,
        "quartile": DataClass.PERSONAL,
        "priority": DataClass.INFERABLE,
        "dalo": DataClass.PERSONAL,
        "discreet": DataClass.INFERABLE,
    }
    data_policy = DataPolicy(CANDIDACIES, CANDIDACY)

    candidacy = models.OneToOneField(Candidacy, models.CASCADE, primary_key=True, related_name="hand_over")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    building = models.ForeignKey(Building, models.PROTECT, related_name="+", db_constraint=False)
    handed_on = models.DateField()
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    signed_on = models.DateField(null=True)
    # The lease is not a foreign key, so that the tenants' tables have no link back to the candidacy.
    lease = models.UUIDField(null=True)
    in_qpv = models.BooleanField()
    # The income quartile is 1 to 4 in the national register; Loge computes only 1, or 2 for any higher quartile.
    quartile = models.PositiveSmallIntegerField(null=True)
    priority = models.BooleanField()
    dalo = models.BooleanField()
    discreet = models.BooleanField(_("discrétion demandée"), db_default=False)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                # The lease may be NULL after the signature too: it is erased when the application is deleted.
                condition=Q(lease__isnull=True) | Q(signed_on__isnull=False),
                name="hand_over_signed_with_its_lease",
                violation_error_message=_("Une remise a un bail une fois signée."),
            ),
            models.CheckConstraint(
                condition=Q(quartile__isnull=True) | Q(quartile__gte=1, quartile__lte=4),
                name="hand_over_quartile_known",
                violation_error_message=_("Un quartile est un nombre de 1 à 4."),
            ),
        ]

    def __str__(self) -> str:
        return f"hand-over {self.pk}"

    def subject(self) -> Subject:
        return Subject("candidacy", self.candidacy_id)
