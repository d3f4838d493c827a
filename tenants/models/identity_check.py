"""Somebody at a counter has shown who they are: it opens one household's card to one colleague, for some minutes."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import COUNTER
from privacy.retention import Held
from privacy.retention_periods import CHECK


class Shown(models.TextChoices):
    """Never its number. One word for every paper with a photograph: a residence permit would tell a nationality."""

    PHOTO = "photo", _("pièce d’identité avec photo")
    LICENCE = "licence", _("permis de conduire")
    MANDATE = "mandate", _("pièce d’un représentant, et son mandat")


class IdentityCheckQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """One's own, at the counter."""
        return self.filter(person=person) if compartment is Compartment.COUNTER else self.none()

    def valid(self) -> Self:
        return self.filter(until__gt=NowInLoge())


class NowInLoge(models.Func):
    """The database's clock, so that a page and a policy never disagree about the minute."""

    function = "loge_now"
    output_field = models.DateTimeField()

    def __init__(self) -> None:
        super().__init__()


class IdentityCheck(models.Model):
    """One a person: the next visitor's takes its place. What remains of it is the event."""

    privacy = {
        "person": DataClass.PERSONAL,
        "lease": DataClass.PERSONAL,
        "document": DataClass.PERSONAL,
        "until": DataClass.PERSONAL,
    }
    held = Held(COUNTER, CHECK)

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    lease = models.ForeignKey("tenants.Lease", models.CASCADE, related_name="+")
    document = models.CharField(_("pièce présentée"), max_length=8, choices=Shown.choices)
    until = models.DateTimeField()

    objects = IdentityCheckQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(document__in=Shown.values),
                name="identity_check_document_known",
                violation_error_message=_("Cette pièce n’est pas de la liste."),
            )
        ]

    def __str__(self) -> str:
        return f"identity check of {self.person_id}"

    def subject(self) -> None:
        """That a door is open; the card behind it is recorded when it is shown."""
