"""Rules for templates and for the variables that views give them."""

import ast
from collections.abc import Iterator

from tests.architecture.source import ROOT, files, walk


def unclosed(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.count("{#") != line.count("#}")]


def test_every_comment_of_a_template_ends_on_its_line():
    """A template comment must be on one line, because Django displays a comment that spans two lines."""
    pages = sorted((ROOT / "templates").rglob("*.html"))
    assert len(pages) > 100
    assert [page.name for page in pages if unclosed(page.read_text(encoding="utf-8"))] == []


def test_a_comment_of_two_lines_is_found():
    assert unclosed("{# Variables: rows,\n   day. #}") and not unclosed("{# Variables: rows, day. #}")


def keys_of(node: ast.AST) -> set[str]:
    return {
        key.value
        for part in walk(node)
        if isinstance(part, ast.Dict)
        for key in part.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def contexts(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the values that views give to templates: arguments of `render`, and variables named `context`."""
    for node in walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render":
            yield from node.args[2:]
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(getattr(target, "id", "") == "context" for target in targets):
                yield node.value


def test_no_view_replaces_a_variable_of_the_frame():
    """No view may replace a template variable that the frame of every page uses, such as `version`."""
    of_the_frame = {
        key
        for node in files()["backoffice/context.py"].body
        if isinstance(node, ast.FunctionDef) and node.name in ("frame", "menus_of")
        for key in keys_of(node)
    }
    assert {"version", "nav", "help_text"} <= of_the_frame
    replaced = [
        (path, sorted(keys_of(context) & of_the_frame))
        for path, tree in files().items()
        if "/views" in path
        for context in contexts(tree)
        if keys_of(context) & of_the_frame
    ]
    assert replaced == []
