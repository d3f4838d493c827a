"""Models without tables: fields and registry are tested on instances and classes alone."""

import uuid

from django.db import models

from privacy.classes import BANK, PERSONAL, PLAIN
from privacy.fields import EncryptedField


class Dated(models.Model):
    privacy = {"made_on": PLAIN}
    made_on = models.DateField(null=True)

    class Meta:
        app_label = "privacy"
        abstract = True


class Mandate(Dated):
    privacy = {"iban": BANK, "holder": PERSONAL}
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    iban = EncryptedField(null=True)
    holder = EncryptedField(null=True)

    class Meta:
        app_label = "privacy"
        managed = False


class Careless(models.Model):
    privacy = {"gone": PERSONAL, "account_number": "bank"}
    id = models.BigAutoField(primary_key=True)
    account_number = models.CharField(max_length=34)
    phone = models.CharField(max_length=20)
    iban = EncryptedField(unique=True)

    class Meta:
        app_label = "privacy"
        managed = False
