"""Helpers that format the generated documentation."""

from collections.abc import Iterable, Sequence
from textwrap import fill
from typing import Any

from django.conf import settings
from django.db import connections

WRITTEN = "Written by `./dev docs`"


def query(statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return list(cursor.fetchall())


def short_role(role: str) -> str:
    """Return the name of a database role without LOGE_INSTANCE, the prefix of all roles of this installation."""
    return role.removeprefix(f"{settings.INSTANCE}_")


def wrap(text: str, indent: str = "") -> str:
    words = " ".join(text.split())
    return fill(words, 118, initial_indent=indent, subsequent_indent=f"{indent}    ", break_on_hyphens=False)


def app_of(table: str) -> str:
    """Return the app of a table, which is the prefix of the table's name. Return "other" for tables of installed
    packages."""
    app = table.removeprefix("masked.").partition("_")[0]
    return app if app in settings.OWN_APPS else "other"


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    cells = ([" ".join(str(cell).replace("|", "\\|").split()) for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def code(*names: str) -> str:
    """Join names with commas, each in backticks (Markdown code)."""
    return ", ".join(f"`{name}`" for name in names)
