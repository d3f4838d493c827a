"""Tokens with which machine clients call the API.

The secret of a token is shown once, and only a keyed hash is stored. The machine's assignment determines which
buildings' data the machine may use.
"""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from access.compartments import Compartment
from access.models.person import Person
from access.models.place import OVERSEEING, below
from access.reach import paths_held
from access.scope import ScopedQuerySet
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS
from privacy.retention import DataPolicy
from privacy.retention_periods import RIGHT


class MachineTokenQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return the machine tokens that `person` may see: those of machines at places that the person oversees."""
        rows = self.select_related("machine__employed_at", "made_by", "revoked_by")
        return rows.filter(below(paths_held(person.pk, OVERSEEING), "machine__employed_at__"))


class MachineToken(models.Model):
    """Token with which a machine client calls the API. Each machine has at most one token.

    The machine's assignment has the role, place and days. The access request has the permissions of the token.
    """

    privacy = {
        "id": DataClass.PLAIN,
        "machine": DataClass.PLAIN,
        "digest": DataClass.SECRET,
        "hint": DataClass.PLAIN,
        "made_by": DataClass.PERSONAL,
        "made_at": DataClass.PLAIN,
        "first_used_at": DataClass.PLAIN,
        "revoked_by": DataClass.PERSONAL,
        "revoked_at": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCESS, RIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    machine = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="token")
    digest = models.CharField(max_length=64, editable=False)
    # `hint` stores the last characters of the token, so that people recognise a token in the list.
    hint = models.CharField(_("se termine par"), max_length=4, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    first_used_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = MachineTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                name="token_digest_once",
                violation_error_message=_("Ce jeton existe déjà."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_by_someone",
                violation_error_message=_("Une révocation doit indiquer son auteur."),
            ),
        ]

    def __str__(self) -> str:
        return f"machine token {self.pk}"

    def subject(self) -> None:
        """Return None, so that the audit log does not list each token shown: tokens do not concern residents."""
