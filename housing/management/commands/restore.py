"""`manage.py restore FILE [--identity key.txt]`: restore a backup into a server without a database of that name."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError

from access.grants.revocation_list import WithdrawnRefused
from audit.sealed.forgetting import ListRefused
from housing.backup.archive import NotACopy
from housing.backup.load import Unlike, restore
from housing.database.postgres_binaries import Refusal
from housing.environment import env_secret


class Command(BaseCommand):
    help = "Restaure une sauvegarde sur un serveur qui n’a pas encore la base, puis compare la base à la sauvegarde."
    # Django must not run system checks before this command: some checks need the database that the command creates.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, help="fichier de la clé age qui ouvre une sauvegarde chiffrée")

    def handle(self, *args: Any, file: Path, identity: Path | None, **options: Any) -> None:
        url = env_secret("LOGE_SUPER_URL")
        if not url:
            raise CommandError("LOGE_SUPER_URL manque : l’adresse d’une connexion qui peut créer des rôles.")
        try:
            manifest = restore(url, file.absolute(), identity)
        except Unlike as error:
            raise CommandError(f"La base chargée diffère de la copie :\n{error}") from error
        except (NotACopy, Refusal, ListRefused, WithdrawnRefused, psycopg2.Error, OSError) as error:
            raise CommandError(f"Pas de restauration : {error}") from error
        self.stdout.write(self.style.SUCCESS(f"Copie du {manifest['made']} restaurée et comparée."))
        self.stdout.write(f"{manifest['forgotten']} clés détruites depuis la copie l’ont été de nouveau.")
        self.stdout.write(f"{manifest['withdrawn']} accès repris depuis la copie l’ont été de nouveau.")
        self.stdout.write("« manage.py provision » donne maintenant leurs mots de passe aux connexions.")
