"""Import the comments of an older system.

Each comment is screened for facts that must not be written about a person. The comment then becomes a note that
expires, or a restricted comment that people must decide on.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from exchange.legacy_comments.importing import Overtaken, Run, import_notes, unfinished
from exchange.management.refusing import base_may_refuse, size_of
from exchange.portfolio.reasons import REASONS, Unreadable
from formats.figures import figure
from privacy.encryption.keys import KeyRingRefused, ring


class Command(BaseCommand):
    help = (
        "Importe les commentaires d’un ancien logiciel (docs/legacy-comments.md). Ceux que la vérification des "
        "textes accepte deviennent des notes de douze mois ; les autres sont mis sous scellés et attendent un tri. "
        "Après une interruption, relancez la commande : elle continue."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="fichier CSV des commentaires")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            ring()
            size, so = size_of(file), "la reprise s’arrête là"
            with base_may_refuse(so), tqdm(total=size, unit="o", unit_scale=True, disable=None) as bar:
                run = import_notes(file, by="import_notes", step=bar.update, tell=self.name_line)
        except OSError as error:
            raise CommandError(f"Le fichier ne peut pas être ouvert\u00a0: {error.strerror}.") from None
        except Unreadable as error:
            where = f", ligne {error.line}" if error.line else ""
            raise CommandError(f"Rien n’est repris{where}\u00a0: {REASONS[error.reason]}.") from None
        except KeyRingRefused as error:
            raise CommandError(str(error)) from None
        except Overtaken:
            raise CommandError("Une autre reprise de ce fichier est en cours.") from None
        self.tell(run)

    def name_line(self, reject: object) -> None:
        """Print each refused line at once, because there may be too many to collect in memory."""
        self.stdout.write(str(reject))

    def tell(self, run: Run) -> None:
        was = run.was
        if run.already:
            self.stdout.write("Ce fichier est déjà repris en entier\u00a0: rien ne change.")
        self.stdout.write(
            f"Repris en {run.seconds:.1f}\u202fs\u00a0: commentaires, {figure(was.imported)}\u00a0; "
            f"devenus des notes, {figure(was.noted)}\u00a0; sous scellés, {figure(was.sealed)}, "
            f"dont à trier, {figure(was.waiting)}\u00a0; lignes refusées, {figure(was.refused)}."
        )
        if others := unfinished(was.pk):
            self.stdout.write(f"Fichiers commencés et pas finis\u00a0: {others}.")
        if was.refused and not run.already:
            raise CommandError("Des lignes sont refusées\u00a0: corrigez-les dans un fichier qui ne contient qu’elles.")
