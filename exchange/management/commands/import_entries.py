"""Import the ledger entries of one day. A payment for an unknown account is stored as a receipt, which somebody must
later assign to an account. After any other error nothing is imported."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from exchange.management.refusing import base_may_refuse, size_of, tell
from exchange.portfolio.importing import import_entries


class Command(BaseCommand):
    help = (
        "Importe les écritures du jour (docs/portfolio.md)\u00a0: appels et encaissements, une seule fois chacun. "
        "Un encaissement dont le compte est inconnu reste en attente d’affectation."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="fichier CSV du jour")
        parser.add_argument(
            "--dry-run", action="store_true", help="essai : contrôle tout et affiche le résultat, sans rien enregistrer"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            size = size_of(file)
            with base_may_refuse(), tqdm(total=size, unit="o", unit_scale=True, disable=None) as bar:
                done = import_entries(file, dry=dry_run, by="import_entries", step=bar.update)
        except OSError as error:
            raise CommandError(f"Le fichier ne peut pas être ouvert\u00a0: {error.strerror}.") from error
        tell(done, self.stdout)
