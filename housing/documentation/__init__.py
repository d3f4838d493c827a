"""Renders docs/database from a provisioned server, and docs/reference from the code.

`./dev docs` writes the files. tests/database/test_documents.py and tests/architecture fail if the files are out of
date.
"""

from pathlib import Path

from django.conf import settings

from housing.documentation.entities import render_entities
from housing.documentation.functions import render_functions
from housing.documentation.grants import render_grants
from housing.documentation.reference import render_reference
from housing.documentation.tables import render_policies, render_tables, render_triggers

DATABASE = Path(settings.BASE_DIR) / "docs" / "database"
REFERENCE = Path(settings.BASE_DIR) / "docs" / "reference"


def render_database(database: str = "") -> dict[str, str]:
    """Return the generated files of docs/database: path below docs/database -> text.

    `database` is the name of the database whose CONNECT privileges are described, by default the one in the settings.
    """
    return {
        **render_grants(database),
        **render_policies(),
        **render_tables(),
        **render_triggers(),
        **render_functions(),
        **render_entities(),
    }


def read_files(folder: Path) -> dict[str, str]:
    """Return the files in `folder` and its subfolders: path relative to `folder` -> text."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_files(folder: Path, texts: dict[str, str]) -> None:
    """Write the files of `texts` (path relative to `folder` -> text) into `folder`. Delete every other file in
    `folder`, because such a file is no longer generated."""
    for name in read_files(folder).keys() - texts.keys():
        (folder / name).unlink()
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


__all__ = ["DATABASE", "REFERENCE", "read_files", "render_database", "render_reference", "write_files"]
