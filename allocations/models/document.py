"""Supporting documents of an application: when each was requested, seen and valid. Neither files nor copies are
stored."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allocations.models.application import Application, OfApplicationQuerySet
from allocations.vocabulary import SUPPORTING_DOCUMENTS
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import APPLICATION


class SupportingDocument(models.Model):
    """A supporting document that was requested for an application, or that an employee has seen.

    `kind` is the fact that the document proves. The document itself is not named, because it could disclose a
    nationality or an illness. While a replacement is awaited, `expired_on` is the last day on which the previous
    document was valid.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PLAIN,
        "kind": DataClass.PERSONAL,
        "asked_on": DataClass.PERSONAL,
        "asked_by": DataClass.PERSONAL,
        "due_on": DataClass.PERSONAL,
        "seen_on": DataClass.PERSONAL,
        "seen_by": DataClass.PERSONAL,
        "valid_until": DataClass.PERSONAL,
        "expired_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, APPLICATION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="documents")
    kind = models.CharField(_("pièce"), max_length=24, choices=SUPPORTING_DOCUMENTS.choices)
    asked_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    due_on = models.DateField(_("à fournir avant le"), null=True, blank=True)
    seen_on = models.DateField(null=True, blank=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    valid_until = models.DateField(_("valable jusqu’au"), null=True, blank=True)
    expired_on = models.DateField(_("expirée le"), null=True, editable=False)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["due_on"], name="document_waited_for", condition=Q(seen_on__isnull=True)),
            models.Index(fields=["valid_until"], name="document_valid_until", condition=Q(valid_until__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                name="document_once_a_kind",
                violation_error_message=_("Cette pièce est déjà demandée ou vue."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(SUPPORTING_DOCUMENTS.terms)),
                name="document_is_listed",
                violation_error_message=_("Cette pièce n’est pas dans la liste : elle ne peut pas être demandée."),
            ),
            models.CheckConstraint(
                condition=Q(asked_on__isnull=True, asked_by__isnull=True, due_on__isnull=True, seen_on__isnull=False)
                | Q(asked_on__isnull=False, asked_by__isnull=False, due_on__gt=F("asked_on")),
                name="document_asked_with_a_delay",
                violation_error_message=_("Indiquez jusqu’à quel jour la pièce peut être fournie."),
            ),
            models.CheckConstraint(
                condition=Q(seen_on__isnull=True, seen_by__isnull=True, valid_until__isnull=True)
                | (
                    Q(seen_on__isnull=False, seen_by__isnull=False)
                    & (Q(valid_until__isnull=True) | Q(valid_until__gte=F("seen_on")))
                ),
                name="document_seen_while_valid",
                violation_error_message=_("La pièce n’est plus valable le jour où elle a été vue."),
            ),
        ]

    def __str__(self) -> str:
        return f"supporting document {self.pk}"

    @property
    def label(self) -> str:
        return SUPPORTING_DOCUMENTS.label(self.kind)

    def subject(self) -> Subject:
        return Subject("application", self.application_id)
