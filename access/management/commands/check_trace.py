"""Verifies that the sealed audit log is consistent and matches the audit events and the checkpoints.

A checkpoint is a signed hash of the whole log at one moment. Copies of checkpoints that are kept elsewhere can be
compared, too.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections, transaction

from audit.sealed.sealing import LOGIN
from audit.sealed.verification import Check, Report
from audit.tlog.leaf import utc
from privacy.encryption import values
from privacy.encryption.keys import KeyRingRefused
from privacy.encryption.values import Unreadable

SAID = 20  # At most 20 problems are printed: if somebody rewrote the log, every event would be a problem.


class Command(BaseCommand):
    help = (
        "Recalcule toute la trace scellée et la compare à ses points de contrôle signés, y compris aux copies (--kept)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--kept",
            type=Path,
            action="append",
            dest="checkpoints",
            default=[],
            help="fichier d’un point de contrôle signé, conservé hors de la base",
        )

    def handle(self, *args: Any, checkpoints: list[Path], **options: Any) -> None:
        try:
            notes = [path.read_text(encoding="utf-8") for path in checkpoints]
            with transaction.atomic(using=LOGIN), connections[LOGIN].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                report = Check(cursor, values, notes).run()
        except (OSError, UnicodeError, DatabaseError, KeyRingRefused, Unreadable) as error:
            raise CommandError(f"La trace n’a pas pu être vérifiée : {error}") from error
        self.tell(report)

    def tell(self, report: Report) -> None:
        self.stdout.write(
            f"{report.leaves} feuilles, {report.lines} lignes comparées, {report.expired} oubliées à leur date, "
            f"{report.checkpoints} sceaux, {report.waiting} feuilles en attente du leur"
        )
        if report.late:
            first = report.late[0]
            self.stdout.write(
                f"{len(report.late)} lignes signées bien après leur heure (la feuille {first.number}, du "
                f"{utc(first.at)}, signée le {utc(first.signed_at)}) : le sceau était arrêté, une transaction était "
                "longue, ou elles ont été antidatées."
            )
        for finding in report.findings[:SAID]:
            self.stdout.write(f"- {finding.sentence}")
        if (more := len(report.findings) - SAID) > 0:
            self.stdout.write(f"- et {more} autres")
        if report.findings:
            raise CommandError("La trace diffère de celle qui a été scellée.")
        self.stdout.write(self.style.SUCCESS("Aucune mention n’a été supprimée, ajoutée ni modifiée."))
