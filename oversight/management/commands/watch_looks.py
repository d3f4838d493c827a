"""Apply the rules about unexplained openings of data to the days that are not checked yet. Runs every night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from oversight.actions.look_questions import LOGIN, watch_day

BACK, MOST = 7, 31


class Command(BaseCommand):
    help = (
        "Applique aux consultations des jours passés les règles publiées, et pose les questions qui en résultent. "
        "L’exécution est inscrite dans la trace. À lancer chaque nuit."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--back", type=int, default=BACK, help="nombre de jours à examiner, 31 au plus (7)")

    def handle(self, *args: Any, back: int, **options: Any) -> None:
        if not 1 <= back <= MOST:
            raise CommandError("De 1 à 31 jours en arrière.")
        with connections[LOGIN].cursor() as cursor:
            cursor.execute("SELECT oversight_days_to_watch(%s)", [back])
            days = [day for (day,) in cursor.fetchall()]
        for day in days:
            questions = watch_day(by="watch_looks", day=day)
            self.stdout.write(f"{day:%d/%m/%Y}\u00a0: {questions} question(s)")
        if not days:
            self.stdout.write("Tous les jours passés ont déjà été relus.")
