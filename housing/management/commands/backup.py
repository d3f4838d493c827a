"""`manage.py backup FILE [--recipient age1…]`: writes a backup of the whole database to one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.record import AuditLogUnavailable
from housing.backup.archive import NotACopy
from housing.backup.make import make_backup
from housing.database.postgres_binaries import Refusal


class Command(BaseCommand):
    help = "Sauvegarde toute la base dans un fichier, chiffré avec --recipient. Les clés de chiffrement n’y sont pas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--recipient", default="", help="clé publique age (age1…) de la personne qui pourra ouvrir la sauvegarde"
        )

    def handle(self, *args: Any, file: Path, recipient: str, **options: Any) -> None:
        url = settings.OTHER_LOGINS["backup"]
        if not url:
            raise CommandError("LOGE_BACKUP_URL manque : la connexion qui lit tout pour copier.")
        try:
            rows = make_backup(url, file.absolute(), recipient)
        except AuditLogUnavailable:
            raise CommandError("La trace ne répond pas : rien n’est exporté.") from None
        except (NotACopy, Refusal, psycopg2.Error, OSError) as error:
            raise CommandError(f"Pas de copie : {error}") from error
        self.stdout.write(f"{rows} lignes copiées dans {file}")
