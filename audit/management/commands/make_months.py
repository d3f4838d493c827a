"""Creates the monthly partitions of the audit log ahead of time. Run this command daily: it does nothing if the next
months have their partitions."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from audit import events
from audit.lock_timeouts import StillBusy, patiently
from audit.record import record

LOGIN = "jobs"


class Command(BaseCommand):
    help = "Crée les partitions de la trace pour les mois à venir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--ahead", type=int, default=3, help="nombre de mois à créer après le mois en cours")

    def handle(self, *args: Any, ahead: int, **options: Any) -> None:
        try:
            made = make_months(ahead)
        except (DatabaseError, StillBusy) as error:
            raise CommandError(f"Les mois de la trace n’ont pas pu être préparés : {error}") from error
        self.stdout.write(f"{made} mois préparés")


def make_months(ahead: int) -> int:
    """Create the missing partitions of the audit log for the next `ahead` months, and return how many were created. The
    partitions are committed together with the audit event that records their creation."""

    def make(cursor: Any) -> int:
        cursor.execute("SELECT audit_make_months(%s)", [ahead])
        made = int(cursor.fetchone()[0])
        if made:
            record(events.PARTITIONS_MADE, by="make_months", using=LOGIN, months=made)
        return made

    return patiently(make, using=LOGIN)
