"""`manage.py sbom`: lists the installed packages as a software bill of materials (CycloneDX 1.6), for each release."""

import json
import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

# Licences of packages whose metadata name no licence. A developer copied the names from the packages' licence files.
LICENCE_FILES = {"axe-playwright-python": "MIT", "pyrage": "MIT"}
_LIST = ("-m", "cyclonedx_py", "environment", "--spec-version", "1.6", "--output-format", "JSON")


class Command(BaseCommand):
    help = "Affiche les logiciels installés avec leur version et leur licence (CycloneDX)."
    # System checks are not needed, because this command only reads which packages are installed.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        command = [sys.executable, *_LIST, "--output-reproducible"]
        listed = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603 (constants above)
        bill = json.loads(listed.stdout)
        for part in bill["components"]:
            if not part.get("licenses") and part["name"] in LICENCE_FILES:
                part["licenses"] = [{"license": {"id": LICENCE_FILES[part["name"]], "acknowledgement": "concluded"}}]
        if unlicensed := [part["name"] for part in bill["components"] if not part.get("licenses")]:
            raise CommandError(f"Sans licence connue : {', '.join(unlicensed)}. Lisez-la, et notez-la dans sbom.py.")
        self.stdout.write(json.dumps(bill, indent=1))
