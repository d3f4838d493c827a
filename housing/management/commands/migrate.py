"""`manage.py migrate` always uses the owner's login, because no other login may create tables. The command refuses
databases of releases before 1.0.0."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _


class Command(Migrate):
    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        if is_older_than_this_history(options["database"]):
            raise CommandError(
                _(
                    "Cette base a été faite avant la version 1.0.0, et rien ne la met à niveau : donnez une base "
                    "neuve, ou supprimez celle-ci (« python -m housing.database.embedded status » dit où est celle de "
                    "cette "
                    "machine)."
                )
            )
        super().handle(*args, **options)


def is_older_than_this_history(database: str) -> bool:
    """Whether the database is from before release 1.0.0: it has migrations that are no longer in the code.

    The database of a newer release also has unknown migrations. It is accepted, because it has all migrations of this
    code. For the same reason, migrations that are folded into the first one of their app give it a new name: otherwise
    an older database would have all migrations of this code, and be accepted.
    """
    loader = MigrationLoader(connections[database])
    known = {(app, name) for app, name in loader.disk_migrations if app in settings.OWN_APPS}
    applied = {(app, name) for app, name in loader.applied_migrations if app in settings.OWN_APPS}
    return bool(applied - known) and not known <= applied
