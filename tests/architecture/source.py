"""The repository, read as a subject: its Python files, parsed once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("audit", "privacy", "access", "buildings", "tenants", "desk", "housing")  # the stair, from the lowest step


@cache
def files() -> dict[str, ast.Module]:
    """Path from the root -> parsed module, for everything the house is made of (tests and migrations apart)."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in name:
                found[name] = ast.parse(path.read_text(encoding="utf-8"), name)
    return found


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """At the top level, without an underscore: what another module may call."""
    return (node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of every import, late ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def is_view(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return folder.endswith(("/views", "/api")) or file.startswith("views") or file == "api.py"


def is_action(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return folder.endswith("/actions") or file == "actions.py"
