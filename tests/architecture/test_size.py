"""Code stays readable: short functions, no catch-all modules, and hardly any signals or other hidden mechanisms."""

import ast
from statistics import median

from tests.architecture.source import files, functions, imports

NO_SIGNALS_BUT = {
    "access/signin/signals.py": "Django and allauth report sign-ins only by signals",
    "audit/guard/inserts.py": "each database connection is checked as soon as it opens",
}


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_most_functions_are_short():
    """Half of all functions have fewer than ten lines. guards.py limits the length of each single function."""
    lengths = [length(function) for tree in files().values() for function in functions(tree)]
    assert len(lengths) > 300
    assert median(lengths) < 10


def test_no_module_is_called_utils():
    assert [name for name in files() if name.rsplit("/", 1)[-1] in ("utils.py", "helpers.py", "misc.py")] == []


def test_only_two_modules_use_signals():
    hearing = {
        name
        for name, tree in files().items()
        for _line, module in imports(tree)
        if "signals" in module or "dispatch" in module
    }
    assert hearing == set(NO_SIGNALS_BUT)


def test_no_admin_no_thread_locals_no_generic_relations():
    banned = ("django.contrib.admin", "threading.local", "contextvars", "django.contrib.contenttypes.fields")
    assert [
        (name, module) for name, tree in files().items() for _line, module in imports(tree) if module in banned
    ] == []


def test_every_module_has_a_docstring():
    silent = [
        name
        for name, tree in files().items()
        if tree.body and ast.get_docstring(tree) is None and not name.endswith(("apps.py", "urls.py"))
    ]
    assert silent == []
