"""Import housing programmes from open data. Importing the same file again changes nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from tqdm import tqdm

from exchange.management.refusing import size_of
from exchange.open_data.importing import Imported, NoTree, import_programmes
from exchange.open_data.programme_file import UnreadableFile
from exchange.open_data.programmes import read_file
from formats.figures import figure

REFUSED_SHOWN = 40


class Command(BaseCommand):
    help = (
        "Importe les programmes de logements sociaux (CSV des données ouvertes)\u00a0: bâtiments, adresses, logements."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="fichier CSV, en UTF-8")
        parser.add_argument(
            "--under", default="", metavar="CODE", help="code du lieu auquel rattacher les bâtiments nouveaux"
        )

    def handle(self, *args: Any, file: Path, under: str, **options: Any) -> None:
        try:
            size_of(file)
            reading = read_file(file)
            dwellings = sum(programme.dwellings for programme in reading.programmes)
            with tqdm(total=dwellings, unit=" logements", disable=None) as bar:
                done = import_programmes(reading, under=under, step=bar.update, by="import_programmes")
        except OSError as error:
            raise CommandError(f"Le fichier ne peut pas être ouvert\u00a0: {error.strerror}.") from error
        except (UnreadableFile, NoTree) as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(
                f"La base refuse cet import, rien n’est écrit\u00a0: {str(error).splitlines()[0]}"
            ) from error
        self.tell(done)

    def tell(self, done: Imported) -> None:
        for refused in done.refused[:REFUSED_SHOWN]:
            self.stdout.write(f"Ligne {refused.line} refusée\u00a0: {refused.sentence}")
        if len(done.refused) > REFUSED_SHOWN:
            self.stdout.write(f"… et {figure(len(done.refused) - REFUSED_SHOWN)} autres lignes refusées.")
        refused_lines, remarks = figure(len(done.refused)), figure(done.remarks)
        self.stdout.write(
            f"{figure(done.lines)} lignes\u00a0: {figure(done.programmes)} programmes repris, {refused_lines} lignes "
            f"refusées, {remarks} remarques, {figure(done.dwellings)} logements."
        )
        if done.surplus:
            self.stdout.write(
                f"{figure(done.surplus)} logements importés avant ne sont plus dans le fichier\u00a0: ils restent."
            )
        outcome = "Tout était déjà importé\u00a0: rien n’a changé."
        if done.changed:
            added = {kind: figure(count) for kind, count in done.added.items()}
            outcome = (
                f"Ajoutés\u00a0: {added['places']} lieux, {added['addresses']} adresses, "
                f"{added['dwellings']} logements, {added['programmes']} programmes\u202f; "
                f"{figure(done.updated)} programmes mis à jour, {figure(done.placed)} adresses placées sur la carte."
            )
        self.stdout.write(self.style.SUCCESS(outcome))
