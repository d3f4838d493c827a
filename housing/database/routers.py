"""Database router: only the owner's login creates tables."""

from typing import Any


class OwnerMigrates:
    """Only the owner's connection may create or change tables, so `migrate` on any other alias does nothing."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
