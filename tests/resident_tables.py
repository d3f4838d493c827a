"""The apps whose tables hold data about residents, for the tests that cover all of these tables."""

from django.apps import apps
from django.db.models import Model

APPS = ("tenants", "ledger", "casework", "allocations", "rights", "oversight", "inspection")
PREFIXES = tuple(f"{app}_" for app in APPS)
# Patterns for LIKE ANY in SQL that match these apps' tables. The "_" is escaped: alone it matches any character.
PATTERNS = [f"{app}\\_%" for app in APPS]


def resident_models() -> list[type[Model]]:
    return [model for app in APPS for model in apps.get_app_config(app).get_models()]
