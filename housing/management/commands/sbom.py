"""`manage.py sbom`: the bill of materials, CycloneDX 1.6, of what runs here. Kept beside each release."""

import json
import re
from importlib.metadata import Distribution, distributions
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Énumère chaque logiciel installé avec sa version et sa licence (CycloneDX)."
    requires_system_checks: list[str] = []  # it reads what is installed, and nothing of the house

    def handle(self, *args: Any, **options: Any) -> None:
        parts = {_name(one): _component(one) for one in distributions()}
        bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": []}
        self.stdout.write(json.dumps({**bill, "components": [parts[name] for name in sorted(parts)]}, indent=1))


def _component(one: Distribution) -> dict[str, Any]:
    name = _name(one)
    told = {"type": "library", "name": name, "version": one.version, "purl": f"pkg:pypi/{name}@{one.version}"}
    license_told = one.metadata.json.get("license_expression")
    return {**told, "licenses": [{"expression": license_told}]} if license_told else dict(told)


def _name(one: Distribution) -> str:
    """As package indexes spell it."""
    return re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower()
