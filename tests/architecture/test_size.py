"""The house stays readable: short functions, modules that fit in a head, nothing that nobody asked for."""

import ast
from statistics import median

from tests.architecture.source import ROOT, files, functions, imports

NO_SIGNALS_BUT = {
    "access/sign_in.py": "sign-in is third-party: it has no other way to say what happened",
    "audit/guard/inserts.py": "each connection is watched from the moment that it opens",
}
ONE_FILE = {"audit/verify.py": "it travels alone, and whoever checks a pack reads one file"}


def length(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_functions_are_short():
    lengths = {f"{name}:{f.name}": length(f) for name, tree in files().items() for f in functions(tree)}
    assert len(lengths) > 300
    assert median(lengths.values()) < 10
    assert {name: lines for name, lines in lengths.items() if lines > 40} == {}


def test_modules_fit_in_a_head():
    sizes = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in files()}
    assert {name for name, lines in sizes.items() if lines > 400} == set(ONE_FILE)
    assert all(sizes[name] <= 660 for name in ONE_FILE)
    tests = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "tests").rglob("*.py")}
    assert len(tests) > 20
    assert {path: lines for path, lines in tests.items() if lines > 600} == {}


def test_nothing_is_called_utils():
    assert [name for name in files() if name.rsplit("/", 1)[-1] in ("utils.py", "helpers.py", "misc.py")] == []


def test_signals_are_heard_in_one_module():
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


def test_every_module_says_what_it_is():
    silent = [
        name
        for name, tree in files().items()
        if tree.body and ast.get_docstring(tree) is None and not name.endswith(("apps.py", "urls.py"))
    ]
    assert silent == []
