"""`manage.py compute_scores`: computes the points of all open applications. Schedule it every night."""

from typing import Any

from django.core.management.base import BaseCommand

from allocations.actions.scores import compute_scores

NAME = "compute_scores"


class Command(BaseCommand):
    help = "Calcule la cotation de toutes les demandes en cours avec la grille en vigueur. À lancer chaque nuit."

    def handle(self, *args: Any, **options: Any) -> None:
        number = compute_scores(by=NAME)
        if number is None:
            self.stdout.write("aucune grille en vigueur\u00a0: rien n’est calculé")
        else:
            self.stdout.write(f"demandes cotées\u00a0: {number}")
