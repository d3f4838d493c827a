"""Rows to export to the national register (SNE): decisions with signed minutes, and closed applications. No page
displays a row."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.models.application import NUMBER_SHAPE, ClosingMotive
from allocations.models.decision import DecisionKind
from allocations.models.session import Session
from allocations.rules.motives import MOTIVES
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import ALLOCATION, APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import REGISTRY_ROW, WITHOUT_END


class RegistryRunQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        return self.all() if compartment is Compartment.STEERING else self.none()


class RegistryRun(models.Model):
    """One file exported to the national register. `digest` is the SHA-256 of its text before encryption."""

    privacy = dict.fromkeys(("number", "made_on", "rows", "digest"), DataClass.PLAIN)
    data_policy = DataPolicy(ALLOCATION, WITHOUT_END)

    number = models.PositiveIntegerField(_("numéro"), primary_key=True)
    made_on = models.DateField(_("établi le"))
    rows = models.PositiveIntegerField(_("lignes"))
    digest = models.CharField(_("empreinte"), max_length=64)

    objects = RegistryRunQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"registry run {self.number}"

    def subject(self) -> Subject | None:
        """Return None: a file for the national register has many applications, so its events concern no person."""
        return None


class RegistryRowKind(models.TextChoices):
    DECISION = "decision", _("décision de la commission")
    CLOSING = "closing", _("radiation")


class RegistryRowQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return no row, because only the nightly job may read rows for the national register."""
        return self.none()


class RegistryRow(models.Model):
    """A decision or closing, exported once to the national register, in the file `run`.

    `outcome` is the letter of the decision or the motive of the closing, and `motive` is the motive of a refusal. The
    application number is a copy, because the application may be deleted before the export.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "kind": DataClass.PLAIN,
        "number": DataClass.PERSONAL,
        "outcome": DataClass.PERSONAL,
        "motive": DataClass.PERSONAL,
        "day": DataClass.PERSONAL,
        "postcode": DataClass.PLAIN,
        "city": DataClass.PLAIN,
        "session": DataClass.PLAIN,
        "run": DataClass.PLAIN,
        "sent_on": DataClass.PLAIN,
    }
    data_policy = DataPolicy(APPLICATIONS, REGISTRY_ROW)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("nature"), max_length=8, choices=RegistryRowKind.choices)
    number = models.CharField(_("numéro unique"), max_length=18)
    outcome = models.CharField(_("décision ou motif de radiation"), max_length=16)
    motive = models.CharField(_("motif"), max_length=24, blank=True, default="")
    day = models.DateField(_("date"))
    # Postcode and city of the dwelling that a decision concerns, if the address is known.
    postcode = models.CharField(_("code postal"), max_length=5, blank=True, default="")
    city = models.CharField(_("commune"), max_length=60, blank=True, default="")
    session = models.ForeignKey(Session, models.PROTECT, null=True, related_name="+", db_index=False)
    run = models.ForeignKey(RegistryRun, models.PROTECT, null=True, related_name="+")
    sent_on = models.DateField(null=True)

    objects = RegistryRowQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(number__regex=NUMBER_SHAPE),
                name="registry_row_number_shape",
                violation_error_message=_("Ce numéro n’est pas un numéro unique."),
            ),
            models.CheckConstraint(
                condition=Q(
                    kind="decision",
                    outcome__in=DecisionKind.values,
                    motive__in=["", *MOTIVES.terms],
                    session__isnull=False,
                )
                | Q(
                    kind="closing",
                    outcome__in=[value for value in ClosingMotive.values if value != "inadmissible"],
                    motive="",
                    session__isnull=True,
                )
                | Q(
                    kind="closing",
                    outcome="inadmissible",
                    motive__in=[term.code for term in MOTIVES.where(decision="e")],
                    session__isnull=True,
                ),
                name="registry_row_coded",
                violation_error_message=_(
                    "Seule une radiation pour irrecevabilité a un sous-motif, et elle en a toujours un."
                ),
            ),
            models.CheckConstraint(
                condition=Q(run__isnull=True, sent_on__isnull=True) | Q(run__isnull=False, sent_on__isnull=False),
                name="registry_row_sent_in_a_run",
                violation_error_message=_("Une ligne envoyée porte le numéro de son envoi et sa date."),
            ),
        ]

    def __str__(self) -> str:
        return f"registry row {self.pk}"

    def subject(self) -> Subject | None:
        """Return None, because each row repeats a decision or a closing that has an audit event of its own."""
        return None
