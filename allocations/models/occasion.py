"""Occasions: time-limited permissions that open one application to one employee for a recorded reason. Nothing else
gives access to an application.

django-guardian's permissions on applications are database views over the open occasions.
"""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from access.compartments import Compartment
from access.models import Person
from access.scope import ScopedQuerySet
from allocations.models.application import Application
from audit.record import Subject
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS, APPLICATIONS
from privacy.retention import DataPolicy
from privacy.retention_periods import OCCASION, RIGHT


class OccasionReason(models.TextChoices):
    """Why an application was opened. The SQL function that opens it checks that the reason applies."""

    DESK = "desk", _("personne au guichet, au téléphone ou par courrier")
    TAKEN = "taken", _("demande enregistrée à l’instant")
    DUE = "due", _("échéance de la demande")
    DESIGNATED = "designated", _("candidature à un logement")


class OccasionQuerySet(ScopedQuerySet):
    def visible_to(self, person: Person, compartment: Compartment) -> Self:
        """Return only the person's own occasions (permissions to open an application)."""
        return self.filter(person=person) if compartment is Compartment.APPLICANTS else self.none()


class Occasion(models.Model):
    privacy = {
        "id": DataClass.PLAIN,
        "application": DataClass.PERSONAL,
        "person": DataClass.PERSONAL,
        "reason": DataClass.PERSONAL,
        "opened_at": DataClass.PERSONAL,
        "ends_at": DataClass.PERSONAL,
    }
    data_policy = DataPolicy(APPLICATIONS, OCCASION)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="occasions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("motif"), max_length=16, choices=OccasionReason.choices)
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = OccasionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("opened_at")),
                name="occasion_ends_after_it_opens",
                violation_error_message=_("Un accès à une demande se termine après son ouverture."),
            ),
            models.CheckConstraint(
                condition=Q(reason__in=OccasionReason.values),
                name="occasion_reason_listed",
                violation_error_message=_("Ce motif d’ouverture n’est pas dans la liste."),
            ),
        ]

    def __str__(self) -> str:
        return f"occasion {self.pk}"

    def subject(self) -> Subject:
        return Subject("application", self.application_id)


class ApplicationUserPermission(UserObjectPermissionBase):
    privacy = {
        "id": DataClass.PLAIN,
        "user": DataClass.PERSONAL,
        "permission": DataClass.PLAIN,
        "content_object": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCESS, RIGHT)

    # The foreign keys use DO_NOTHING because this model is a database view, from which no row can be deleted.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING)
    permission = models.ForeignKey(Permission, models.DO_NOTHING)
    content_object = models.ForeignKey(Application, models.DO_NOTHING)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        managed = False
        default_permissions = ()
        db_table = "allocations_user_permission"


class ApplicationGroupPermission(GroupObjectPermissionBase):
    """django-guardian requires this model of group permissions on applications. It has no rows, because Loge has no
    groups."""

    privacy = {
        "id": DataClass.PLAIN,
        "group": DataClass.PLAIN,
        "permission": DataClass.PLAIN,
        "content_object": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCESS, RIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(Group, models.DO_NOTHING)
    permission = models.ForeignKey(Permission, models.DO_NOTHING)
    content_object = models.ForeignKey(Application, models.DO_NOTHING)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        managed = False
        default_permissions = ()
        db_table = "allocations_group_permission"
