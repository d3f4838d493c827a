"""Models without tables for tests of encrypted fields.

They have an app registry of their own, so that tests of the real models do not find them.
"""

import uuid

from django.apps.registry import Apps
from django.db import models

from privacy.classes import BANK, PERSONAL, PLAIN
from privacy.encryption.fields import EncryptedField

ASIDE = Apps()


class Dated(models.Model):
    privacy = {"made_on": PLAIN}
    made_on = models.DateField(null=True)

    class Meta:
        app_label = "privacy"
        apps = ASIDE
        abstract = True


class Mandate(Dated):
    privacy = {"iban": BANK, "holder": PERSONAL}
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    iban = EncryptedField(null=True)  # type: ignore[misc]  # the project's own are never null, and typed so
    holder = EncryptedField(null=True)  # type: ignore[misc]  # likewise

    class Meta:
        app_label = "privacy"
        apps = ASIDE
        managed = False


class Careless(models.Model):
    privacy = {"gone": PERSONAL, "account_number": "bank"}
    id = models.BigAutoField(primary_key=True)
    account_number = models.CharField(max_length=34)
    phone = models.CharField(max_length=20)
    iban = EncryptedField(unique=True)

    class Meta:
        app_label = "privacy"
        apps = ASIDE
        managed = False
