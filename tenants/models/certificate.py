"""That nothing of a file of old comments waits any more, and what became of each line: signed, and never changed."""

from typing import Self

from django.conf import settings
from django.db import models

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import INHERITANCE
from privacy.retention import Held
from privacy.retention_periods import RIGHT
from tenants.models.inheritance import Inheritance


class CertificateQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.all()


class DestructionCertificate(models.Model):
    """`statement`: counts by category, agency and outcome, as the database itself states them."""

    privacy = {
        "inheritance": DataClass.PLAIN,
        "statement": DataClass.PLAIN,
        "key_id": DataClass.PLAIN,
        "signature": DataClass.PLAIN,
        "issued_on": DataClass.PLAIN,
        "issued_by": DataClass.PERSONAL,
    }
    held = Held(INHERITANCE, RIGHT)

    inheritance = models.OneToOneField(
        Inheritance, models.PROTECT, primary_key=True, related_name="certificate", editable=False
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
        """Counts are nobody's."""
