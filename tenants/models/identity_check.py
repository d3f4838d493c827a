"""Identity checks at the front desk.

A visitor shows an identity document. One employee can then open the card of the visitor's household for some minutes.
"""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import COUNTER
from privacy.retention import DataPolicy
from privacy.retention_periods import CHECK


class Shown(models.TextChoices):
    """The kind of document shown. Its number is never stored.

    All documents with a photograph share one value, because a residence permit would disclose the nationality.
    """

    PHOTO = "photo", _("pièce d’identité avec photo")
    LICENCE = "licence", _("permis de conduire")
    MANDATE = "mandate", _("pièce d’un représentant et son mandat")


class IdentityCheckQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the identity checks that `person` made, for pages of the front desk. Other compartments (kinds of data
        with a database role each) get none."""
        return self.filter(person=person) if compartment is Compartment.COUNTER else self.none()

    def valid(self) -> Self:
        return self.filter(until__gt=NowInLoge())


class NowInLoge(models.Func):
    """The current time by the database's clock, so that pages and policies agree when an identity check expires."""

    function = "loge_now"
    output_field = models.DateTimeField()

    def __init__(self) -> None:
        super().__init__()


class IdentityCheck(models.Model):
    """The latest identity check by an employee. The next check by this employee overwrites the row. Earlier checks are
    in the audit log."""

    privacy = {
        "person": DataClass.PERSONAL,
        "lease": DataClass.PERSONAL,
        "document": DataClass.PERSONAL,
        "until": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(COUNTER, CHECK)

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    lease = models.ForeignKey("tenants.Lease", models.CASCADE, related_name="+")
    document = models.CharField(_("pièce d’identité présentée"), max_length=8, choices=Shown.choices)
    until = models.DateTimeField()

    objects = IdentityCheckQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(document__in=Shown.values),
                name="identity_check_document_known",
                violation_error_message=_("Cette pièce d’identité n’est pas dans la liste."),
            )
        ]

    def __str__(self) -> str:
        return f"identity check of {self.person_id}"

    def subject(self) -> None:
        """Return no resident as the subject of audit events. The event of opening the card names the household."""
