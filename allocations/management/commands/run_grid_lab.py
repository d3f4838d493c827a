"""`manage.py run_grid_lab`: computes the trial of the draft points grid that a manager requested. Schedule it every
night."""

from typing import Any

from django.core.management.base import BaseCommand

from allocations.actions.grid_trials import run_grid_trial

NAME = "run_grid_lab"


class Command(BaseCommand):
    help = "Applique le projet de grille à toutes les demandes en cours, si un essai est demandé. À lancer chaque nuit."

    def handle(self, *args: Any, **options: Any) -> None:
        trial = run_grid_trial(by=NAME)
        if trial is None:
            self.stdout.write("aucun essai demandé\u00a0: rien n’est calculé")
        else:
            self.stdout.write(f"projet essayé\u00a0: version {trial.version}")
