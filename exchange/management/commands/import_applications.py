"""Import housing applications from a file: all of them, or nothing after an error."""

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from access.models import Place
from exchange.applications.importing import LEVELS, Imported, run_import
from exchange.management.refusing import base_may_refuse, size_of
from formats.bulk_copy import JOBS
from formats.figures import figure


class Command(BaseCommand):
    help = (
        "Importe les demandes de logement social d’un fichier (docs/applications.md)\u00a0: l’XML du système national "
        "d’enregistrement, ou un fichier CSV. Tout ou rien."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="fichier XML ou CSV")
        parser.add_argument(
            "--place",
            required=True,
            metavar="CODE",
            help="code du lieu qui suit les demandes\u00a0: agence, organisme…",
        )
        parser.add_argument(
            "--try",
            action="store_true",
            dest="dry",
            help="essai : contrôle tout et affiche le résultat, sans rien enregistrer",
        )

    def handle(self, *args: Any, file: Path, place: str, dry: bool, **options: Any) -> None:
        try:
            size = size_of(file)
            with base_may_refuse(), tqdm(total=size, unit="o", unit_scale=True, disable=None) as bar:
                keeper = Place.objects.using(JOBS).filter(code=place, level__in=LEVELS).first()
                if keeper is None:
                    raise CommandError("Aucune agence, aucune direction ni l’organisme n’a ce code.")
                done = run_import(file, by="import_applications", place=keeper, dry=dry, using=JOBS, step=bar.update)
        except ValidationError as error:
            raise CommandError(f"Rien n’est écrit\u00a0: {' '.join(error.messages)}") from None
        except OSError as error:
            raise CommandError(f"Le fichier ne peut pas être ouvert\u00a0: {error.strerror}.") from None
        for line in report_lines(done):
            self.stdout.write(line)
        if done.report.rejects.listed:
            raise CommandError("Le fichier est refusé.")


def report_lines(done: Imported) -> Iterator[str]:
    """Yield the lines that the command prints: errors, values that were left out, and counts."""
    rejects = done.report.rejects.listed
    yield from (str(reject) for reject in rejects)
    dropped = done.report.dropped.lines()
    if dropped:
        yield "Laissés de côté\u00a0:"
    yield from (f"  {figure(count)} × {words}" for words, count in dropped)
    if rejects:
        outcome = f"{figure(len(rejects))} refus, rien n’est écrit"
    else:
        counts = ", ".join(f"{figure(count)} {words}" for words, count in done.sums()) or "aucune demande"
        outcome = f"essai, rien n’est écrit\u00a0; seraient\u00a0: {counts}" if done.dry else counts
    yield f"{figure(done.report.applications)} demandes lues en {done.seconds:.1f}\u202fs\u00a0: {outcome}."
