"""Count the figures of the managers' board. Runs every night."""

from typing import Any

from django.core.management.base import BaseCommand

from oversight.actions.board import measure_board


class Command(BaseCommand):
    help = (
        "Compte les nombres du tableau de bord des responsables, par secteur\u00a0: impayés et mouvements une fois par "
        "mois, logements vacants chaque nuit. À lancer chaque nuit."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"nombres\u00a0: {measure_board(by='measure_board')}")
