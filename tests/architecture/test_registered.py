"""Every module that defines a system check or a signal receiver is imported when Django starts. Otherwise the check or
receiver would not be registered and never run."""

import ast
import subprocess
import sys

from tests.architecture.source import ROOT, files, walk

LOADED = "import django, sys; django.setup(); print('\\n'.join(sys.modules))"


def registering_modules() -> set[str]:
    """Return the modules that define a system check by `@register(...)` or a signal receiver by `@receiver(...)`."""
    modules = set()
    for path, tree in files().items():
        decorators = [ast.unparse(d) for node in walk(tree) for d in getattr(node, "decorator_list", ())]
        checks = any(isinstance(n, ast.ImportFrom) and n.module == "django.core.checks" for n in tree.body)
        if any(d.startswith("receiver(") or (checks and d.startswith("register(")) for d in decorators):
            modules.add(path.removesuffix(".py").replace("/", "."))
    return modules


def test_modules_that_register_are_imported_at_start_up():
    environment = {"PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "housing.settings", "PYTHONPATH": str(ROOT)}
    loaded = subprocess.run([sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=True)
    assert len(registering_modules()) >= 5
    assert registering_modules() - set(loaded.stdout.splitlines()) == set(), "import it in its app's ready()"
