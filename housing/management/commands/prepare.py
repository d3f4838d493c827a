"""Prepares an installation for its first request, in one process: the database and, on request, demonstration data."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from housing.environment import env_secret


class Command(BaseCommand):
    help = "Crée la base si LOGE_SUPER_URL le permet, et charge la démonstration avec --demo."
    # Django must not run system checks before this command creates the database. handle() runs the checks later.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="charge aussi l’organisme inventé")

    def handle(self, *args: Any, demo: bool, **options: Any) -> None:
        if env_secret("LOGE_SUPER_URL"):
            call_command("provision")
        call_command("make_months")
        self.check(databases=["owner"])
        if demo:
            call_command("demo")
