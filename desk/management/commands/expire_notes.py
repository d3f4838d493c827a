"""The nightly forgetting: facts that are past their day, or were withdrawn."""

from typing import Any

from django.core.management.base import BaseCommand

from tenants.actions.expiry import expire_facts


class Command(BaseCommand):
    help = "Efface les faits échus ou retirés, et le dit dans la trace. À lancer chaque nuit."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = expire_facts(by="expire_notes")
        self.stdout.write(f"faits effacés\u00a0: {gone}")
