"""Write commission decisions and closed applications to an encrypted file for the national register of housing
applications."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from exchange.registry_export import delete_old_files, export_registry, repeat_export
from formats.figures import figure

NAME = "export_decisions"


class Command(BaseCommand):
    help = (
        "Écrit les décisions des procès-verbaux signés et les radiations pour le système national d’enregistrement, "
        "dans un fichier chiffré pour un destinataire (age). Chaque ligne n’est envoyée qu’une fois\u00a0; "
        "--repeat répète un envoi. Les fichiers d’envois de plus de 31 jours sont effacés du dossier."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="dossier où écrire le fichier")
        parser.add_argument(
            "--recipient",
            default="",
            metavar="age1…",
            help="clé publique du destinataire ; par défaut, celle de LOGE_REGISTRY_RECIPIENT",
        )
        parser.add_argument(
            "--repeat", type=int, metavar="N", help="numéro de l’envoi à répéter, datant de 31 jours au plus"
        )

    def handle(self, *args: Any, folder: Path, recipient: str, repeat: int | None, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError("Ce dossier n’existe pas.")
        self.delete_old_files(folder)
        recipient = recipient or settings.REGISTRY_RECIPIENT
        if not recipient:
            raise CommandError(
                "La clé publique du destinataire manque\u00a0: écrivez LOGE_REGISTRY_RECIPIENT=age1… dans common.env, "
                "ou donnez --recipient. Aucune ligne n’est partie."
            )
        try:
            if repeat is None:
                done = export_registry(folder, recipient=recipient, by=NAME)
            else:
                done = repeat_export(folder, recipient=recipient, number=repeat, by=NAME)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except OSError as error:
            raise CommandError(
                f"Le fichier ne peut pas être écrit\u00a0: {error.strerror}. L’envoi est enregistré\u00a0: répétez-le "
                "par son numéro."
            ) from error
        if done is None:
            self.stdout.write("Rien à envoyer.")
        else:
            self.stdout.write(
                self.style.SUCCESS(f"Envoi {done.run.number}\u00a0: {figure(done.run.rows)} lignes, {done.path.name}.")
            )

    def delete_old_files(self, folder: Path) -> None:
        try:
            deleted = delete_old_files(folder, by=NAME)
        except OSError as error:
            raise CommandError(
                f"Un ancien fichier ne peut pas être effacé\u00a0: {error.strerror}. Aucune ligne n’est partie."
            ) from error
        if deleted:
            self.stdout.write(f"Fichiers effacés après 31 jours\u00a0: {figure(deleted)}.")
