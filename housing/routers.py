"""Which login does what: tables are made by the owner alone."""

from typing import Any

from django.db import models


class OwnerMigrates:
    """Only the owner's connection may create or change tables, so `migrate` on any other alias does nothing."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"


class SharedCache:
    """The cache's table has a login of its own: what is counted there is kept, whatever becomes of the request."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        return "cache" if model._meta.app_label == "django_cache" else None

    db_for_write = db_for_read
