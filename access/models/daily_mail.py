"""Models of the daily email that tells an employee how many tasks wait: the choice to get it, and the outbox."""

import uuid
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models.person import Person
from access.scope import ScopedQuerySet
from formats.language import LANGUAGES
from privacy.classes import DataClass
from privacy.processing_activities import SIGN_IN
from privacy.retention import DataPolicy
from privacy.retention_periods import DAILY_MAIL, EMPLOYMENT


class OwnRowQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.filter(person=person)


class MailChoice(models.Model):
    """Whether an employee wants the daily email, and in which language. An employee without a row gets it, in
    French."""

    privacy = {"person": DataClass.PLAIN, "wanted": DataClass.PERSONAL, "language": DataClass.PERSONAL}
    data_policy = DataPolicy(SIGN_IN, EMPLOYMENT)

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="+", editable=False
    )
    wanted = models.BooleanField(_("recevoir le courriel du matin"))
    language = models.CharField(_("langue"), max_length=2, choices=[(code, code) for code in LANGUAGES])

    objects = OwnRowQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(language__in=LANGUAGES),
                name="mail_language_known",
                violation_error_message=_("Choisissez une langue de Loge."),
            )
        ]

    def __str__(self) -> str:
        return f"mail choice {self.pk}"

    def subject(self) -> None:
        """Return None: audit events about this choice of an employee concern no resident."""


class MailTemplate(models.TextChoices):
    WAITING = "waiting", _("ce qui attend")


class MailState(models.TextChoices):
    QUEUED = "queued", _("à envoyer")
    SENT = "sent", _("envoyé")
    DROPPED = "dropped", _("sans objet")
    FAILED = "failed", _("abandonné")


class DailyMailQuerySet(OwnRowQuerySet):
    def due(self, day: date, at: datetime) -> Self:
        """Return the emails of this day that must be sent now. Emails of earlier days are never sent late."""
        return self.filter(state=MailState.QUEUED, day=day, next_try_at__lte=at)


class DailyMail(models.Model):
    """An email to an employee, planned for one day. The row contains neither the email's text nor the address."""

    privacy = {
        "id": DataClass.PLAIN,
        "person": DataClass.PERSONAL,
        "day": DataClass.PERSONAL,
        "template": DataClass.PLAIN,
        "state": DataClass.PLAIN,
        "tries": DataClass.PLAIN,
        "next_try_at": DataClass.PLAIN,
    }
    data_policy = DataPolicy(SIGN_IN, DAILY_MAIL)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    template = models.CharField(max_length=16, choices=MailTemplate.choices)
    state = models.CharField(max_length=16, choices=MailState.choices, default=MailState.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()

    objects = DailyMailQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day", "template"],
                name="daily_mail_once_a_day",
                violation_error_message=_("Ce courriel est déjà prévu aujourd’hui."),
            ),
            models.CheckConstraint(
                condition=Q(template__in=MailTemplate.values),
                name="daily_mail_template_known",
                violation_error_message=_("Ce modèle de courriel n’existe pas."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=MailState.values),
                name="daily_mail_state_known",
                violation_error_message=_("Cet état d’un courriel n’existe pas."),
            ),
        ]

    def __str__(self) -> str:
        return f"daily mail {self.pk}"

    def subject(self) -> None:
        """Return None: audit events about an email to an employee concern no resident."""
