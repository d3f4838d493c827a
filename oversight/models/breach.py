"""The register of personal data breaches (GDPR, article 33(5)): what happened, its consequences and the measures taken.
Entries consist of codes and dates, without free text."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import BREACHES
from privacy.retention import DataPolicy
from privacy.retention_periods import BREACH


class Nature(models.TextChoices):
    CONFIDENTIALITY = "confidentiality", _("données vues ou exportées sans autorisation")
    INTEGRITY = "integrity", _("données modifiées sans autorisation")
    AVAILABILITY = "availability", _("données perdues ou inaccessibles")


class Touched(models.TextChoices):
    CONTACT = "contact", _("noms, logements, contacts")
    ACCOUNT = "account", _("baux, comptes, écritures")
    BANK = "bank", _("coordonnées bancaires")
    TEXTS = "texts", _("faits, notes, aides")
    STAFF = "staff", _("connexions, affectations, trace")


class Consequence(models.TextChoices):
    UNLIKELY = "unlikely", _("aucun risque probable")
    RISK = "risk", _("un risque")
    HIGH = "high", _("un risque élevé")


class Measure(models.TextChoices):
    NONE = "none", _("aucune encore")
    CLOSED = "closed", _("accès fermé")
    RETRIEVED = "retrieved", _("données récupérées ou détruites")
    RESTORED = "restored", _("données restaurées")
    ROTATED = "rotated", _("clés ou mots de passe renouvelés")
    CORRECTED = "corrected", _("défaut corrigé")


class BreachQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return all entries of the register of data breaches, with their authors. No filter is needed: row-level
        policies show the entries only to inspectors and to the people who maintain the register."""
        return self.select_related("noted_by").order_by("number", "noted_at")


class Breach(models.Model):
    """One entry of the register of personal data breaches. Entries never change: later findings about a breach are
    added as new entries with the `number` of the breach."""

    privacy = {
        "id": DataClass.PLAIN,
        "number": DataClass.PLAIN,
        "known_on": DataClass.PLAIN,
        "nature": DataClass.PLAIN,
        "touched": DataClass.PLAIN,
        "people": DataClass.PLAIN,
        "consequence": DataClass.PLAIN,
        "measure": DataClass.PLAIN,
        "notified_on": DataClass.PLAIN,
        "told_on": DataClass.PLAIN,
        "noted_by": DataClass.PERSONAL,
        "noted_at": DataClass.PLAIN,
    }
    data_policy = DataPolicy(BREACHES, BREACH)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(_("numéro"))
    known_on = models.DateField(_("connue le"))
    nature = models.CharField(_("nature"), max_length=16, choices=Nature.choices)
    touched = models.CharField(_("données touchées"), max_length=16, choices=Touched.choices)
    people = models.PositiveIntegerField(_("nombre approximatif de personnes"))
    consequence = models.CharField(_("conséquence"), max_length=16, choices=Consequence.choices)
    measure = models.CharField(_("mesure prise"), max_length=16, choices=Measure.choices)
    notified_on = models.DateField(_("notifiée à la CNIL le"), null=True, blank=True)
    told_on = models.DateField(_("personnes informées le"), null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    noted_at = models.DateTimeField(auto_now_add=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=(Q(notified_on__isnull=True) | Q(notified_on__gte=F("known_on")))
                & (Q(told_on__isnull=True) | Q(told_on__gte=F("known_on"))),
                name="breach_told_once_known",
                violation_error_message=_("La date de notification doit être postérieure à la date de connaissance."),
            )
        ]

    def __str__(self) -> str:
        return f"breach {self.number}"

    @property
    def hours_allowed(self) -> bool:
        """True if the authority was notified within three days (the legal limit is 72 hours), or if no notification is
        required because a risk is unlikely."""
        if self.consequence == Consequence.UNLIKELY:
            return True
        return self.notified_on is not None and (self.notified_on - self.known_on).days <= 3

    def subject(self) -> None:
        """Return no resident as the subject of audit events, because the register names no residents."""
