"""Writes the database functions in force to docs/functions, one file an app. A migration has only the functions that it
changed, so no migration shows them all."""

from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from audit.guard.shape import SHAPE_FILE, render_shape

FOLDER = Path(settings.BASE_DIR) / "docs" / "functions"
HEAD = "-- The functions of {step} as they are in force. Written by `./dev functions`; migrations make them.\n\n"
_IN_FORCE = """SELECT split_part(proname, '_', 1), pg_get_functiondef(oid) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype IN ('e', 'i'))
    ORDER BY 1, oid::regprocedure::text COLLATE "C" """


class Command(BaseCommand):
    help = (
        "Écrit dans docs/functions les fonctions de la base telles qu’elles sont en vigueur, et dans "
        "audit/guard/shape.txt ce que portent les tables où l’on ne fait qu’ajouter."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        FOLDER.mkdir(exist_ok=True)
        texts = in_force()
        for old in FOLDER.glob("*.sql"):
            old.unlink()
        for name, text in texts.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        with connections["owner"].cursor() as cursor:
            SHAPE_FILE.write_text(render_shape(cursor), encoding="utf-8")
        self.stdout.write(f"{len(texts)} fichiers dans {FOLDER.relative_to(settings.BASE_DIR)}")


def in_force(using: str = "owner") -> dict[str, str]:
    """File name -> content. The first word of a function's name is the app that it belongs to."""
    with connections[using].cursor() as cursor:
        cursor.execute(_IN_FORCE)
        rows = cursor.fetchall()
    return {
        f"{app}.sql": HEAD.format(step=app) + "\n".join(f"{text.rstrip()};\n" for _app, text in functions)
        for app, functions in groupby(rows, lambda row: row[0])
    }
