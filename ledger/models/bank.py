"""Bank details of tenants, which are decrypted only where they are shown or compared.

An encrypted value that is copied to another row cannot be decrypted.
"""

import uuid

from django.db import models
from django.utils.translation import pgettext_lazy

from audit.record import Subject
from privacy.classes import DataClass
from privacy.encryption.fields import EncryptedField
from privacy.processing_activities import DEBITS
from privacy.retention import DataPolicy
from privacy.retention_periods import BANK_DETAILS
from tenants.models.tenant import Tenant, TenantDetailQuerySet


class BankDetail(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "tenant": DataClass.PERSONAL,
        "iban": DataClass.BANK,
        "holder": DataClass.BANK,
        "set_on": DataClass.PLAIN,
    }
    data_policy = DataPolicy(DEBITS, BANK_DETAILS)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="bank_detail")
    iban = EncryptedField(verbose_name="IBAN")
    holder = EncryptedField(verbose_name=pgettext_lazy("compte bancaire", "titulaire"))
    set_on = models.DateField()

    objects = TenantDetailQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"bank detail {self.pk}"

    def subject(self) -> Subject:
        return Subject("tenant", self.tenant_id)
