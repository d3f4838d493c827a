"""Destroys the keys of the pseudonyms of a person or account, so that nobody can link the pseudonyms in the sealed
audit log to the person or account."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from audit.sealed.forgetting import ListRefused, forget, list_path


class Command(BaseCommand):
    help = "Détruit les clés des pseudonymes d’une personne ou d’un compte : la trace ne permet plus de les retrouver."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "ids", nargs="+", type=UUID, help="identifiants de la personne, de ses comptes et de ses occupations"
        )

    def handle(self, *args: Any, ids: list[UUID], **options: Any) -> None:
        try:
            destroyed = forget(ids, list_path())
        except (ListRefused, OSError, DatabaseError) as error:
            raise CommandError(f"Rien n’est détruit : {error}") from error
        self.stdout.write(f"{destroyed} clés détruites sur {len(ids)} demandées ; les preuves d’avant tiennent")
