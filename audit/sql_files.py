"""Loads the functions, triggers and views of `<app>/sql/*.sql` from a migration."""

from pathlib import Path

from django.conf import settings
from django.db import migrations

# Do not check function bodies while loading: a function may call one from a file that is loaded later.
_UNCHECKED = "SET LOCAL check_function_bodies = off;\n"


def load_sql(app: str, *subjects: str) -> migrations.RunSQL:
    """Return a migration operation that runs the files `<app>/sql/<subject>.sql`, in the order of `subjects`. Every
    statement in these files can be executed again, so that a later migration can load a changed file."""
    return migrations.RunSQL(_UNCHECKED + "\n".join(read_sql(app, subject) for subject in subjects))


def read_sql(app: str, subject: str) -> str:
    return (Path(settings.BASE_DIR) / app / "sql" / f"{subject}.sql").read_text(encoding="utf-8")
