"""The table of the shared cache, in the form Django's own backend reads. Only its own login has rights on it."""

from typing import ClassVar

from django.db import migrations

MAKE = """
CREATE TABLE shared_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX shared_cache_expires ON shared_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("access", "0005_four_eyes")]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.RunSQL(MAKE, "DROP TABLE shared_cache")
    ]
