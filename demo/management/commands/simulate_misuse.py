"""Simulates a month of work at an invented landlord, in which employees misuse tenants' data in known ways.

Reports how much of this misuse the nightly rules of `oversight` find in the audit log.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from demo.misuse.scoring import LEASES, document, simulate, table

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "unexplained-looks.md"


class Command(BaseCommand):
    help = (
        "Simule des usages abusifs connus dans un mois ordinaire d’un organisme inventé, et compte ceux que les règles "
        "trouvent (docs/unexplained-looks.md). Pour une base vide, sur une machine de démonstration."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, required=True, help="graine du générateur aléatoire")
        parser.add_argument("--leases", type=int, default=LEASES, help="nombre de baux de l’organisme inventé")
        parser.add_argument("--write", action="store_true", help="écrit aussi docs/unexplained-looks.md")

    def handle(self, *args: Any, seed: int, leases: int, write: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Ceci n’est pas une machine de démonstration : LOGE_DEMO=1 dit le contraire.")
        with connections["owner"].cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM access_place) OR EXISTS (SELECT FROM access_person)")
            if cursor.fetchone()[0]:
                raise CommandError("La base contient déjà un organisme : utilisez une base vide pour la simulation.")
        if seed < 0 or leases < 1_000:
            raise CommandError("Il faut une graine positive et mille baux au moins.")
        month = simulate(seed, leases)
        self.stdout.write("\n".join(table(month)))
        if write:
            DOCUMENT.write_text(document(month, seed), encoding="utf-8")
            self.stdout.write(f"{DOCUMENT.name} écrit.")
