"""Takes a landlord's own files in: all of them or nothing. A second run changes nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, IntegrityError
from tqdm import tqdm

from access.constraints import sentence
from desk.portfolio.importing import files_in, import_portfolio
from desk.portfolio.reasons import REASONS, Unreadable
from desk.portfolio.telling import told
from privacy.keys import KeyRingRefused, ring


class Command(BaseCommand):
    help = (
        "Reprend les fichiers CSV de l’organisme (docs/portfolio.md)\u00a0: lieux, logements, locataires, baux, "
        "écritures, personnes, affectations. Tout ou rien."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="le dossier des fichiers")
        parser.add_argument("--dry-run", action="store_true", help="fait tout, dit tout, et reprend tout")

    def handle(self, *args: Any, folder: Path, dry_run: bool, **options: Any) -> None:
        try:
            ring()
            files = files_in(folder)
            size = sum(path.stat().st_size for path in files.values())
            with tqdm(total=size, unit="o", unit_scale=True, disable=None) as bar:
                done = import_portfolio(files, dry=dry_run, by="import_portfolio", step=bar.update)
        except Unreadable as error:
            raise CommandError(f"{folder}\u00a0: {REASONS[error.reason]}.") from error
        except KeyRingRefused as error:
            raise CommandError(str(error)) from error
        except IntegrityError as error:
            raise CommandError(f"La base refuse, rien n’est écrit\u00a0: {sentence(error).message}") from None
        except DatabaseError as error:
            raise CommandError(f"La base refuse, rien n’est écrit\u00a0: {type(error).__name__}.") from None
        for line in told(done):
            self.stdout.write(line)
        if done.rejects.found:
            raise CommandError("Des lignes sont refusées.")
