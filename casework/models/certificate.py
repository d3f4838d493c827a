"""Signed certificates of destruction.

A certificate states that no comment of an imported file waits for a decision any more, and counts the outcomes.
A certificate never changes.
"""

from typing import Self

from django.conf import settings
from django.db import models

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from casework.models.legacy_comments import LegacyCommentFile
from privacy.classes import DataClass
from privacy.processing_activities import LEGACY_COMMENTS
from privacy.retention import DataPolicy
from privacy.retention_periods import RIGHT


class CertificateQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.all()


class DestructionCertificate(models.Model):
    """A certificate of destruction for a file of legacy comments.

    `statement` stores how many comments were kept, replaced or erased, by category and agency. The database counts
    them.
    """

    privacy = {
        "file": DataClass.PLAIN,
        "statement": DataClass.PLAIN,
        "key_id": DataClass.PLAIN,
        "signature": DataClass.PLAIN,
        "issued_on": DataClass.PLAIN,
        "issued_by": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(LEGACY_COMMENTS, RIGHT)

    file = models.OneToOneField(
        LegacyCommentFile, models.PROTECT, primary_key=True, related_name="certificate", editable=False
    )
    statement = models.JSONField()
    key_id = models.CharField(max_length=32)
    signature = models.CharField(max_length=88)
    issued_on = models.DateField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"certificate {self.pk}"

    def subject(self) -> None:
        """Return None: a certificate has only counts, so its audit events concern no tenant and no account."""
