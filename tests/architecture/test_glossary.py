"""docs/glossary.md explains every model and role of the code, and names nothing that does not exist."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
from django.apps import apps

from access.roles import ROLES
from tests.architecture.source import APPS, ROOT, files, walk

GLOSSARY = ROOT / "docs" / "glossary.md"


def lines(text: str) -> list[list[str]]:
    """Return the cells of each row in the glossary's tables: French term, name in the code, standard English,
    meaning."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [row for row in cells if row[0] != "French" and not row[0].startswith("---")]


def names_in_code(text: str) -> set[str]:
    return {name for row in lines(text) for name in re.findall(r"`([^`]+)`", row[1])}


def names_that_exist() -> set[str]:
    """Return the names that the glossary's column for code may contain: classes, functions, modules, packages, and
    codes of roles."""
    definitions = (ast.ClassDef, ast.FunctionDef)
    defined = {node.name for tree in files().values() for node in walk(tree) if isinstance(node, definitions)}
    modules = {part for path in files() for part in Path(path).with_suffix("").parts}
    return defined | modules | ROLES.keys()


def missing(text: str) -> set[str]:
    """Return the models and roles of the code that the text of the glossary does not name."""
    models = {model.__name__ for model in apps.get_models() if model._meta.app_label in APPS}
    return (models | ROLES.keys()) - names_in_code(text)


def twice(text: str, column: int) -> list[str]:
    return [term for term, number in Counter(row[column].lower() for row in lines(text)).items() if number > 1]


@pytest.fixture
def glossary() -> str:
    return GLOSSARY.read_text(encoding="utf-8")


def test_every_line_has_four_cells(glossary):
    assert len(lines(glossary)) > 150
    assert [row for row in lines(glossary) if len(row) != 4 or not all(row)] == []


def test_every_model_and_role_has_a_line(glossary):
    assert missing(glossary) == set()
    assert missing(glossary.replace("`Tenant`", "").replace("`caretaker`", "")) == {"Tenant", "caretaker"}


def test_every_name_of_the_code_column_exists(glossary):
    assert names_in_code(glossary) - names_that_exist() == set()
    assert names_in_code(glossary.replace("`Tenant`", "`Tenent`")) - names_that_exist() == {"Tenent"}


def test_no_term_has_two_lines(glossary):
    assert twice(glossary, 0) == [] and twice(glossary, 2) == []
    assert twice(glossary + "\n| locataire | — | tenant | Again |", 0) == ["locataire"]
