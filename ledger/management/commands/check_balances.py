"""Nightly command that compares the balances of accounts with their entries."""

import logging
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ledger.actions.balances import check_balances, correct_balances

NAME = "check_balances"
_log = logging.getLogger("loge.night")


class Command(BaseCommand):
    help = (
        "Compare le solde de chaque compte à la somme de ses écritures, et échoue si un solde diffère. À lancer chaque "
        "nuit. Avec --correct, recalcule tous les soldes à partir des écritures."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--correct", action="store_true", help="recalcule tous les soldes à partir des écritures")

    def handle(self, *args: Any, correct: bool = False, **options: Any) -> None:
        if correct:
            self.stdout.write(f"soldes recalculés, dont différents\u00a0: {correct_balances(by=NAME)}")
            return
        differing = check_balances(by=NAME)
        if differing:
            _log.error("balances_differ")
            raise CommandError(
                f"Soldes différents de la somme des écritures\u00a0: {differing}. Voir docs/operations/running.md, "
                "« A balance that differs »."
            )
        self.stdout.write("soldes comparés, aucun ne diffère")
