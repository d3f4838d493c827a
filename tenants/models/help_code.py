"""Help that a resident requested, such as "knock loudly". A request is optional, contains no diagnosis and is renewed
yearly. The resident's card shows the requested help, lists do not.
"""

import uuid
from datetime import date
from typing import Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models import Person
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import HELP
from privacy.retention import DataPolicy
from privacy.retention_periods import HELP_YEAR
from tenants.models.residence import Residence
from tenants.models.tenant import Tenant, TenantDetailQuerySet
from tenants.vocabulary import HELP_CODES, IN_EVACUATION


class AskedBy(models.TextChoices):
    TENANT = "tenant", _("le locataire")
    REPRESENTATIVE = "representative", _("son représentant")


class HelpCodeQuerySet(TenantDetailQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the help requested by the tenants whom `person` may see. An evacuation list shows only help for
        residents of its building, and only help that matters in an evacuation."""
        if compartment is not Compartment.EVACUATION:
            return super().visible_to(person, compartment)
        lives = Residence._default_manager.visible_to(person, compartment)
        homes = ArraySubquery(lives.filter(tenant=OuterRef("tenant")).values("unit"))
        rows = self.filter(tenant__in=lives.values("tenant"), code__in=IN_EVACUATION)
        return rows.only("tenant", "code", "asked_on", "renew_by", "ended_on").annotate(homes=homes)

    def in_force(self, day: date) -> Self:
        return self.filter(asked_on__lte=day, renew_by__gte=day, ended_on__isnull=True)


class HelpCode(models.Model):
    # `homes`: ids of the units where the tenant lives. Only the query for an evacuation list sets it.
    homes: list[uuid.UUID]

    privacy = {
        "id": DataClass.PLAIN,
        "tenant": DataClass.PERSONAL,
        "code": DataClass.INFERABLE,
        "asked_by": DataClass.PERSONAL,
        "asked_on": DataClass.PERSONAL,
        "renew_by": DataClass.PERSONAL,
        "ended_on": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(HELP, HELP_YEAR)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="help_codes")
    code = models.CharField(_("aide demandée"), max_length=32, choices=HELP_CODES.choices)
    asked_by = models.CharField(_("demandée par"), max_length=16, choices=AskedBy.choices, default=AskedBy.TENANT)
    asked_on = models.DateField(_("demandée le"))
    renew_by = models.DateField(_("à redemander avant le"))
    ended_on = models.DateField(null=True, blank=True)

    objects = HelpCodeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(renew_by__gt=F("asked_on")) & Q(renew_by__lte=F("asked_on") + 366),
                name="help_code_renewed_yearly",
                violation_error_message=_("Une aide doit être redemandée chaque année."),
            ),
            models.UniqueConstraint(
                fields=["tenant", "code"],
                condition=Q(ended_on__isnull=True),
                name="help_code_once",
                violation_error_message=_("Cette aide est déjà notée."),
            ),
        ]

    def __str__(self) -> str:
        return f"help code {self.pk}"

    @property
    def label(self) -> str:
        return HELP_CODES.label(self.code)

    def subject(self) -> Subject:
        return Subject("tenant", self.tenant_id)
