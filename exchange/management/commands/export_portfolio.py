"""Export the landlord's data as files that `import_portfolio` reads, encrypted for one recipient.

One person must request the export, and another person must approve it.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from access.models import Person
from exchange.portfolio.writing import export_portfolio
from formats.bulk_copy import JOBS
from formats.figures import figure
from privacy.encryption.keys import KeyRingRefused
from privacy.encryption.values import Unreadable


class Command(BaseCommand):
    help = (
        "Exporte les données de l’organisme dans des fichiers qu’import_portfolio peut lire, chiffrés pour un "
        "destinataire (age). Une personne demande l’export, une autre l’approuve."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="dossier à créer")
        parser.add_argument(
            "--recipient", required=True, metavar="age1…", help="clé publique de la personne qui ouvrira les fichiers"
        )
        parser.add_argument(
            "--by", required=True, metavar="COURRIEL", help="adresse de l’administrateur des accès qui demande l’export"
        )
        parser.add_argument(
            "--approved-by",
            required=True,
            metavar="COURRIEL",
            help="adresse du délégué à la protection des données qui l’approuve",
        )

    def handle(self, *args: Any, folder: Path, recipient: str, by: str, approved_by: str, **options: Any) -> None:
        try:
            people = {"by": _person(by), "approved_by": _person(approved_by)}
            with tqdm(unit=" lignes", unit_scale=True, disable=None) as bar:
                done = export_portfolio(folder, recipient=recipient, step=bar.update, **people)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except (KeyRingRefused, Unreadable) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"Le dossier ne peut pas être écrit\u00a0: {error.strerror}.") from error
        self.stdout.write(self.style.SUCCESS(f"{figure(done.lines)} lignes en {done.files} fichiers chiffrés."))


def _person(email: str) -> Person:
    person: Person | None = Person.objects.using(JOBS).filter(email__iexact=email).first()
    if person is None:
        raise ValidationError("Aucune personne ne se connecte avec l’une de ces adresses.")
    return person
