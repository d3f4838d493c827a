"""Deletes the months of the audit log whose retention period is over. Without --apply, only counts these months."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from audit import events
from audit.lock_timeouts import StillBusy, patiently
from audit.record import record
from audit.retention import RetentionRefused, months_over

LOGIN = "prune"


class Command(BaseCommand):
    help = "Efface les mois de la trace dont la durée de conservation est passée. Sans --apply, les affiche seulement."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="efface les mois affichés")

    def handle(self, *args: Any, apply: bool, **options: Any) -> None:
        try:
            months, before = prune(apply=apply)
        except (DatabaseError, RetentionRefused, StillBusy) as error:
            raise CommandError(f"Les mentions anciennes n’ont pas pu être effacées : {error}") from error
        verb = "effacés" if apply else "à effacer (ajoutez --apply pour effacer)"
        self.stdout.write(f"{months} mois {verb}, antérieurs au {before:%d/%m/%Y}")


def prune(*, apply: bool) -> tuple[int, date]:
    """Delete the months of the audit log whose retention period is over.

    Return the number of these months, and the day on or before which they ended. The deletion and the event that
    records it are committed together. Without `apply`, the months are only counted, with a query that does not lock the
    audit log.
    """
    before, over = months_over(using=LOGIN)

    def drop(cursor: Any) -> int:
        cursor.execute("SELECT audit_drop_months(%s)", [before])
        months = int(cursor.fetchone()[0])
        if months:
            record(events.TRACE_PRUNED, by="prune_trace", using=LOGIN, months=months, before=before)
        return months

    return (patiently(drop, using=LOGIN) if apply and over else over), before
