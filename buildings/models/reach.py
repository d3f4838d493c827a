"""The permissions on buildings that django-guardian reads. The models are database views instead of tables.

The views compute permissions from people's current assignments, so permissions are never out of date: an assignment
that ended yesterday gives no permission today, without any nightly job. Nobody can write to the views.
"""

import uuid

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from buildings.models.building import Building
from privacy.classes import DataClass
from privacy.processing_activities import ACCESS
from privacy.retention import DataPolicy
from privacy.retention_periods import RIGHT


class BuildingUserPermission(UserObjectPermissionBase):
    privacy = {
        "id": DataClass.PLAIN,
        "user": DataClass.PERSONAL,
        "permission": DataClass.PLAIN,
        "content_object": DataClass.PLAIN,
    }
    data_policy = DataPolicy(ACCESS, RIGHT)

    # Foreign keys use DO_NOTHING: this model is a database view, so deleting a person deletes no rows of the view.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING)
    permission = models.ForeignKey(Permission, models.DO_NOTHING)
    content_object = models.ForeignKey(Building, models.DO_NOTHING)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        managed = False
        default_permissions = ()
        db_table = "buildings_user_permission"


class BuildingGroupPermission(GroupObjectPermissionBase):
    """Permissions of groups on buildings. django-guardian requires this model, but Loge has no groups, so the model is
    an empty database view."""

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
    content_object = models.ForeignKey(Building, models.DO_NOTHING)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        managed = False
        default_permissions = ()
        db_table = "buildings_group_permission"
