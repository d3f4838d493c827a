"""The ids that objects have in the landlord's own software. By these ids, a second import of a file finds the rows of
the first import.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from privacy.classes import DataClass
from privacy.processing_activities import EXCHANGE
from privacy.retention import DataPolicy
from privacy.retention_periods import TENANCY_FILE


class Keyed(models.TextChoices):
    """The kinds of objects that are stored with their id in the landlord's own software. Places are left out, because
    imported files identify a place by its code."""

    UNIT = "unit", _("logement")
    TENANT = "tenant", _("locataire")
    LEASE = "lease", _("bail")
    ENTRY = "entry", _("écriture")
    RECEIPT = "receipt", _("encaissement en attente")


class SourceKey(models.Model):
    """The id that one object has in the landlord's own software. Loge does not interpret `key` (this id): it only
    compares and exports `key`."""

    privacy = {"kind": DataClass.PLAIN, "key": DataClass.PERSONAL, "target": DataClass.PLAIN}
    data_policy = DataPolicy(EXCHANGE, TENANCY_FILE)

    kind = models.CharField(max_length=8, choices=Keyed.choices)
    key = models.CharField(max_length=64, db_collation="C")
    # The id of a row in one of five tables, which `kind` names. A foreign key could refer to only one of the tables.
    target = models.UUIDField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"],
                name="source_key_once",
                violation_error_message=_("Cette clé désigne déjà un autre élément."),
            ),
            models.UniqueConstraint(
                fields=["kind", "target"],
                name="source_key_one_each",
                violation_error_message=_("Un élément ne peut avoir qu’une seule clé."),
            ),
        ]

    def __str__(self) -> str:
        return f"source key {self.pk}"
