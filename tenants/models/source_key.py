"""The landlord's own identifiers, kept beside Loge's: a file that comes twice finds what it brought the first time."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.classes import DataClass
from privacy.processing_activities import EXCHANGE
from privacy.retention import Held
from privacy.retention_periods import TENANCY_FILE


class Keyed(models.TextChoices):
    """What a key stands for. A place has its own code, which is its key already."""

    UNIT = "unit", _("logement")
    TENANT = "tenant", _("locataire")
    LEASE = "lease", _("bail")
    ENTRY = "entry", _("écriture")
    RECEIPT = "receipt", _("encaissement en attente")


class SourceKey(models.Model):
    """`key` is opaque here: it is compared, handed back on export, and read by nobody."""

    privacy = {"kind": DataClass.PLAIN, "key": DataClass.PERSONAL, "target": DataClass.PLAIN}
    held = Held(EXCHANGE, TENANCY_FILE)

    kind = models.CharField(max_length=8, choices=Keyed.choices)
    key = models.CharField(max_length=64, db_collation="C")
    # A row of the table that the kind names; it has no foreign key, as it has five tables to choose from.
    target = models.UUIDField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="source_key_once",
                violation_error_message=_("Cette clé désigne déjà autre chose."),
            ),
            models.UniqueConstraint(
                fields=["kind", "target"],
                name="source_key_one_each",
                violation_error_message=_("Une chose a une seule clé."),
            ),
        ]

    def __str__(self) -> str:
        return f"source key {self.pk}"
