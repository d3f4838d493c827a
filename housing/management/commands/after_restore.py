"""`manage.py after_restore`: repeats erasures and revocations after PostgreSQL itself (and not `manage.py restore`) has
restored the database to an earlier time. Run this command before anybody signs in."""

from typing import Any

import psycopg2
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg2.extensions import make_dsn

from access.grants.revocation_list import WithdrawnRefused
from audit.sealed.forgetting import ListRefused
from housing.backup.again import do_again, read_lists
from housing.environment import env_secret


class Command(BaseCommand):
    help = "Après une restauration, répète les effacements et les retraits d’accès postérieurs à la sauvegarde."
    # Django must not run system checks first: nothing may use the restored database before this command has run.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        url = env_secret("LOGE_SUPER_URL")
        if not url:
            raise CommandError("LOGE_SUPER_URL manque : l’adresse d’une connexion qui peut tout écrire.")
        try:
            forgotten, withdrawn = do_again(make_dsn(url, dbname=settings.DATABASES["owner"]["NAME"]), read_lists())
        except (ListRefused, WithdrawnRefused, psycopg2.Error, OSError) as error:
            raise CommandError(f"Rien n’a été refait : {error}") from error
        self.stdout.write(f"{forgotten} clés détruites de nouveau, {withdrawn} accès repris de nouveau.")
        self.stdout.write("Restent « prune_trace --apply », puis « check_trace --kept » avec le dernier sceau gardé.")
