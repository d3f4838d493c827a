"""Run the imports of large files that people uploaded in the browser. The command runs beside the web server, with a
database login of its own."""

import logging
import os
import signal
from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, Error, connection

from access.startup import reasons_to_refuse_the_login
from exchange.background.running import give_up_stale_runs, run_next, stopping
from privacy.encryption.keys import KeyRingRefused, ring

PAUSE, BETWEEN_CLEANINGS, AFTER_A_FAULT = 1.0, 10.0, 5.0  # seconds
_log = logging.getLogger("loge.imports")


class Command(BaseCommand):
    help = (
        "Importe en arrière-plan les fichiers volumineux déposés sur la page «\u00a0Données\u00a0», l’un après "
        "l’autre, avec les droits de la personne qui les a déposés. Tout ou rien. À lancer à côté du serveur web, avec "
        "la connexion « imports »."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="traite les imports en attente, puis s’arrête")
        parser.add_argument(
            "--beside", action="store_true", help="s’arrête en même temps que le processus qui a lancé la commande"
        )

    def handle(self, *args: Any, once: bool, beside: bool, **options: Any) -> None:
        try:
            ring()
            with connection.cursor() as cursor:
                if reasons := list(reasons_to_refuse_the_login(cursor)):
                    raise CommandError("\n".join(reasons))
                cursor.execute("SELECT has_table_privilege('exchange_importfile', 'SELECT')")
                if not cursor.fetchone()[0]:
                    raise CommandError(
                        "Cette connexion ne peut pas lire les fichiers déposés\u00a0: donnez à DATABASE_URL "
                        "l’adresse de la connexion «\u00a0imports\u00a0» (LOGE_IMPORTS_URL)."
                    )
            if once:
                give_up_stale_runs()
                while run_next():
                    pass
                return
        except (KeyRingRefused, DatabaseError) as error:
            raise CommandError(f"Les imports ne peuvent pas commencer\u00a0: {error}") from error
        self.run_until_told_to_end(os.getppid() if beside else None)

    def run_until_told_to_end(self, parent: int | None) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.end)
        cleaned = -BETWEEN_CLEANINGS
        while not stopping.is_set() and parent in (None, os.getppid()):
            try:
                if monotonic() - cleaned >= BETWEEN_CLEANINGS:
                    give_up_stale_runs()
                    cleaned = monotonic()
                pause = 0.0 if run_next() else PAUSE
            except Error:
                _log.exception("imports_paused")
                connection.close()
                pause = AFTER_A_FAULT
            stopping.wait(pause)

    def end(self, _signal: int, _frame: Any) -> None:
        """End the process. An import that runs is rolled back and marked as interrupted."""
        stopping.set()
        raise SystemExit(0)
