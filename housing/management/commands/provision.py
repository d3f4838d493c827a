"""Prepares a PostgreSQL server and prints what it did: logins, the database role of each compartment (kind of data),
the database, tables and row-level security policies."""

from typing import Any

import psycopg2
from django.core.management.base import BaseCommand, CommandError

from access.database.provision import provision
from housing.environment import env_secret


class Command(BaseCommand):
    help = "Crée la base, ses tables, ses rôles et leurs droits. La commande peut être relancée sans risque."
    # Django must not run system checks before this command: some checks need the database that the command creates.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        url = env_secret("LOGE_SUPER_URL")
        if not url:
            raise CommandError("LOGE_SUPER_URL manque : l’adresse d’une connexion qui peut créer des rôles.")
        try:
            provision(url, self.stdout.write)
        except (psycopg2.OperationalError, RuntimeError) as error:
            raise CommandError(f"La base n’a pas pu être préparée : {error}") from error
        self.stdout.write(self.style.SUCCESS("La base est prête."))
