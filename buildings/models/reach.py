"""The second lock: guardian's permissions on a building are a view of reach, so they hold no row that could go stale.

An assignment that ended yesterday gives nothing today even if no job ran. Nobody may write these: they are views.
"""

import uuid

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from buildings.models.building import Building
from privacy.classes import DataClass
from privacy.held import Held
from privacy.lives import RIGHT
from privacy.treatments import ACCESS


class BuildingUserPermission(UserObjectPermissionBase):
    privacy = {
        "id": DataClass.PLAIN,
        "user": DataClass.PERSONAL,
        "permission": DataClass.PLAIN,
        "content_object": DataClass.PLAIN,
    }
    held = Held(ACCESS, RIGHT)

    # DO_NOTHING: deleting a person must not try to delete from a view.
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
    """Always empty: roles are not groups here. Guardian asks for the model, so it gets a view without rows."""

    privacy = {
        "id": DataClass.PLAIN,
        "group": DataClass.PLAIN,
        "permission": DataClass.PLAIN,
        "content_object": DataClass.PLAIN,
    }
    held = Held(ACCESS, RIGHT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    group = models.ForeignKey(Group, models.DO_NOTHING)
    permission = models.ForeignKey(Permission, models.DO_NOTHING)
    content_object = models.ForeignKey(Building, models.DO_NOTHING)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        managed = False
        default_permissions = ()
        db_table = "buildings_group_permission"
