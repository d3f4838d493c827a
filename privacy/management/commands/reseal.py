"""`manage.py reseal`: encrypts all values again with the current key, after a key rotation. If the command was
interrupted, run it again."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from privacy.encryption.fields import EncryptedField
from privacy.encryption.resealing import BATCH, Progress, reseal, sealed_fields


class Command(BaseCommand):
    help = "Chiffre avec la clé actuelle, par lots, les données encore chiffrées avec une ancienne clé."

    def add_arguments(self, parser: ArgumentParser) -> None:
        # By default use the database owner's login: row-level security hides some rows from other logins.
        parser.add_argument("--database", default="owner")
        parser.add_argument("--batch", type=int, default=BATCH)

    def handle(self, *args: Any, database: str, batch: int, **options: Any) -> None:
        done = [self.one_field(field, database, batch) for field in sealed_fields(apps.get_models())]
        unreadable = [f"{progress.column} {row}" for progress in done for row in progress.unreadable]
        if unreadable:
            raise CommandError(
                _("Valeurs illisibles, laissées telles quelles : %(rows)s") % {"rows": ", ".join(unreadable)}
            )

    def one_field(self, field: EncryptedField, database: str, batch: int) -> Progress:
        progress = Progress(column=".".join(field.place))
        for progress in reseal(field, using=database, batch=batch):
            if self.stdout.isatty():
                self.stdout.write(f"{progress.column}  {progress.resealed}", ending="\r")
        self.stdout.write(
            _("%(column)s : %(count)s valeurs rechiffrées.") % {"column": progress.column, "count": progress.resealed}
        )
        return progress
