"""Only access/signin/allauth_internals.py imports modules that allauth does not document."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import files, parse, walk

ALLOWED = "access/signin/allauth_internals.py"


def internal_imports(trees: dict[str, ast.Module]) -> Iterator[str]:
    for path, tree in trees.items():
        for node in walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (path for name in names if name.startswith("allauth.") and "internal" in name.split("."))


def test_one_module_imports_the_internals_of_allauth():
    assert set(internal_imports(files())) == {ALLOWED}


@pytest.mark.parametrize(
    "line",
    [
        "from allauth.core.internal import ratelimit",
        "from allauth.core import internal",
        "import allauth.account.internal.flows.login",
        "def f():\n    from allauth.account.internal.flows.login import perform_login",
    ],
)
def test_any_other_import_of_them_is_an_offence(line):
    assert list(internal_imports({"access/a.py": parse(line)})) == ["access/a.py"]


def test_the_public_modules_of_allauth_may_be_imported():
    assert list(internal_imports({"access/a.py": parse("from allauth.account.adapter import get_adapter")})) == []
