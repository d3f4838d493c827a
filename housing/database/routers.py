"""Database router: only the owner's login creates tables."""

from typing import Any


class OwnerMigrates:
    """Allows migrations only on the database alias `owner`, because no other database login may create tables."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "owner"
