"""Import a landlord's portfolio files: all of them, or nothing after an error. Importing the same files again changes
nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from exchange.management.refusing import base_may_refuse, tell
from exchange.portfolio.importing import files_in, import_portfolio
from exchange.portfolio.reasons import REASONS, Unreadable
from privacy.encryption.keys import KeyRingRefused, ring


class Command(BaseCommand):
    help = (
        "Importe les fichiers CSV de l’organisme (docs/portfolio.md)\u00a0: lieux, logements, locataires, baux, "
        "écritures, personnes, affectations. Tout ou rien."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="dossier des fichiers")
        parser.add_argument(
            "--dry-run", action="store_true", help="essai : contrôle tout et affiche le résultat, sans rien enregistrer"
        )

    def handle(self, *args: Any, folder: Path, dry_run: bool, **options: Any) -> None:
        try:
            ring()
            files = files_in(folder)
            size = sum(path.stat().st_size for path in files.values())
            with base_may_refuse(), tqdm(total=size, unit="o", unit_scale=True, disable=None) as bar:
                done = import_portfolio(files, dry=dry_run, by="import_portfolio", step=bar.update)
        except Unreadable as error:
            raise CommandError(f"{folder}\u00a0: {REASONS[error.reason]}.") from error
        except KeyRingRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(
                f"Un fichier ne peut pas être ouvert\u00a0: {error.strerror} ({error.filename})."
            ) from error
        tell(done, self.stdout)
