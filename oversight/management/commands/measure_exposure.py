"""Measure how many resident cards each role can open, and how many of these were not opened in a year. Runs every
night.
"""

from typing import Any

from django.core.management.base import BaseCommand

from oversight.actions.exposure import measure_exposure


class Command(BaseCommand):
    help = (
        "Mesure l’exposition\u00a0: combien de consultations d’occupants étaient possibles aujourd’hui, et combien "
        "n’ont jamais servi, par rôle et jamais par personne. À lancer chaque nuit."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"mesures\u00a0: {measure_exposure(by='measure_exposure')}")
