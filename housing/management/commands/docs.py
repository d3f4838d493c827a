"""`manage.py docs`: writes docs/database and docs/reference from a provisioned server and the code, and
audit/guard/shape.txt, which lists the expected columns, policies and triggers of protected tables. Also writes
docs/portfolio.md and docs/applications.md from the code."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from audit.guard.shape import SHAPE_FILE, render_shape
from exchange.applications import document as applications
from exchange.portfolio import document as portfolio
from housing.documentation import DATABASE, REFERENCE, render_database, render_reference, write_files


class Command(BaseCommand):
    help = (
        "Écrit docs/database (tables, fonctions, règles de ligne, droits de chaque rôle), docs/reference (commandes, "
        "rôles, permissions, événements, réglages, refus), docs/portfolio.md, docs/applications.md, et dans "
        "audit/guard/shape.txt les déclencheurs et les droits attendus des tables en ajout seul."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        database, reference = render_database(), render_reference()
        write_files(DATABASE, database)
        write_files(REFERENCE, reference)
        with connections["owner"].cursor() as cursor:
            SHAPE_FILE.write_text(render_shape(cursor), encoding="utf-8")
        portfolio.write()
        applications.write()
        self.stdout.write(f"{len(database)} fichiers dans docs/database, {len(reference)} dans docs/reference")
