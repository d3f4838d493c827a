"""Reads and parses the project's source for the tests in this folder, once per process."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# The layers (apps), from lowest to highest. An app imports only lower apps. `rents` is planned.
LAYERS = (
    "formats",
    "audit",
    "screening",
    "privacy",
    "access",
    "buildings",
    "tenants",
    "ledger",
    "casework",
    "rents",
    "allocations",
    "rights",
    "oversight",
    "inspection",
    "exchange",
    "demo",
    "backoffice",
    "housing",
)
APPS = tuple(app for app in LAYERS if (ROOT / app / "__init__.py").exists())


@cache
def parse(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def texts() -> dict[str, str]:
    """Return the text of every Python file of the apps, by its path. Migrations and tests are left out."""
    return _read(path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)


@cache
def migration_texts() -> dict[str, str]:
    return _read(sorted(ROOT.glob("*/migrations/*.py")))


@cache
def suite_texts() -> dict[str, str]:
    """Return the text of every Python file of the tests, by its path."""
    return _read(sorted((ROOT / "tests").rglob("*.py")))


@cache
def sql_texts() -> dict[str, str]:
    """Return the text of every SQL file of the apps, by its path."""
    return _read(ROOT.glob("*/sql/**/*.sql"))


def _read(paths: Iterable[Path]) -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@cache
def files() -> dict[str, ast.Module]:
    """Return the syntax tree of every Python file of the apps, by its path. Migrations and tests are left out."""
    return {name: parse(text) for name, text in texts().items()}


@cache
def walk(node: ast.AST) -> tuple[ast.AST, ...]:
    """Return a node and all nodes below it. The result is cached, because many tests walk through the same files."""
    return tuple(ast.walk(node))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Return the functions of a module that other modules may call: those at its top level, without a leading
    underscore."""
    return (node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted name of the module) for every import, including imports inside functions."""
    for node in walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def is_view(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return (
        (folder.endswith(("/views", "/api")) and folder != "access/api") or file.startswith("views") or file == "api.py"
    )


def is_action(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return folder.endswith("/actions") or file == "actions.py"
