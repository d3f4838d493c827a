"""Names that tenants had before a change of civil status."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import TENANCY
from privacy.retention import DataPolicy
from privacy.retention_periods import TENANCY_FILE
from tenants.models.tenant import Tenant, TenantDetailQuerySet


class FormerName(models.Model):
    """A name that a tenant had until `last_day`, by which payments and letters may still arrive.

    A name that did not change is "". The title is not stored, because the titles before and after a change would tell a
    change of sex.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "tenant": DataClass.PERSONAL,
        "last_name": DataClass.PERSONAL,
        "first_name": DataClass.PERSONAL,
        "last_day": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(TENANCY, TENANCY_FILE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="former_names")
    last_name = models.CharField(_("nom"), max_length=80, blank=True)
    first_name = models.CharField(_("prénom"), max_length=80, blank=True)
    last_day = models.DateField(_("dernier jour"))

    objects = TenantDetailQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "last_day"],
                name="former_name_once_a_day",
                violation_error_message=_(
                    "Un ancien nom de cette personne est déjà enregistré jusqu’à la veille de cette date."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(last_name="") | ~Q(first_name=""),
                name="former_name_has_a_name",
                violation_error_message=_("Indiquez l’ancien nom ou l’ancien prénom."),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=date(1900, 1, 1)),
                name="former_name_day_plausible",
                violation_error_message=_("La date d’effet doit être postérieure au 1er janvier 1900."),
            ),
        ]

    def __str__(self) -> str:
        return f"former name {self.pk}"

    @property
    def display_name(self) -> str:
        return " ".join(filter(None, [self.first_name, self.last_name]))

    def subject(self) -> Subject:
        return Subject("tenant", self.tenant_id)
