"""Takes in the entries of the day: what no account takes waits in suspense, anything else that is wrong refuses all."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, IntegrityError
from tqdm import tqdm

from access.constraints import sentence
from desk.portfolio.importing import import_entries
from desk.portfolio.telling import told


class Command(BaseCommand):
    help = (
        "Reprend les écritures du jour (docs/portfolio.md)\u00a0: appels et encaissements, une fois chacun. "
        "Un encaissement sans compte connu attend qu’on l’affecte."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="le fichier CSV du jour")
        parser.add_argument("--dry-run", action="store_true", help="fait tout, dit tout, et reprend tout")

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            with tqdm(total=file.stat().st_size, unit="o", unit_scale=True, disable=None) as bar:
                done = import_entries(file, dry=dry_run, by="import_entries", step=bar.update)
        except OSError as error:
            raise CommandError(f"Le fichier ne s’ouvre pas\u00a0: {error.strerror}.") from error
        except IntegrityError as error:
            raise CommandError(f"La base refuse, rien n’est écrit\u00a0: {sentence(error).message}") from None
        except DatabaseError as error:
            raise CommandError(f"La base refuse, rien n’est écrit\u00a0: {type(error).__name__}.") from None
        for line in told(done):
            self.stdout.write(line)
        if done.rejects.found:
            raise CommandError("Des lignes sont refusées.")
