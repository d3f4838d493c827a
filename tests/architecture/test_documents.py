"""The README agrees with the code: verbs, map of modules, and a test for each sentence of the promise."""

import ast
import re
import subprocess
from pathlib import Path

from tests.architecture.source import APPS, ROOT, files

README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    _before, _title, rest = README.partition(f"\n## {title}\n")
    assert rest, f"README has no section {title}"
    return rest.split("\n## ", 1)[0]


def test_verbs_are_those_of_dev():
    listed = subprocess.run(["sh", str(ROOT / "dev")], capture_output=True, text=True, check=True).stdout
    verbs = set(re.findall(r"^\./dev ([a-z]+)", listed, re.M))
    usual = {"install", "demo", "serve", "test", "check", "fix", "lock", "words", "docs", "manage"}
    assert verbs == usual | {"bench", "mutants", "nightly"}
    assert verbs <= set(re.findall(r"\./dev ([a-z]+)", README))


def test_every_sentence_of_the_promise_names_an_existing_test():
    named = re.findall(r"`(tests/[\w/]+\.py)`", section("The promise, and what holds it"))
    assert len(named) >= 10
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_map_names_every_app_and_only_existing_paths():
    section_text = section("The map")
    assert [app for app in APPS if f"`{app}/`" not in section_text] == []
    paths = re.findall(r"`([a-z_]+/[\w/.]*)`", section_text)
    assert len(paths) > 30
    assert [path for path in paths if not (ROOT / path).exists()] == []


# Modules that exist in every app; described once below the map.
EVERYWHERE = {
    "actions",
    "api",
    "apps",
    "checks",
    "constraints",
    "forms",
    "locks",
    "models",
    "urls",
    "views",
    "__init__",
}
# Folders whose modules the map names one by one. Other folders are named as a whole.
OPEN = {*APPS, "audit/sealed"}


def test_the_map_covers_every_module():
    section_text = section("The map")
    modules = {path for path in files() if path.rpartition("/")[0] in OPEN and Path(path).stem not in EVERYWHERE}
    folders = {f"{path.rpartition('/')[0]}/" for path in files()} - {f"{folder}/" for folder in OPEN}
    folders = {folder for folder in folders if not EVERYWHERE & set(folder.split("/")) and "management" not in folder}
    assert len(modules) > 60 and len(folders) > 10
    assert sorted(path for path in modules | folders if f"`{path}`" not in section_text) == [], (
        "README.md, The map: name them"
    )


def test_the_docstring_of_screening_lists_all_its_modules():
    """Its modules are read in an order that file names do not show."""
    listed = set(re.findall(r"`([a-z_]+)`", ast.get_docstring(files()["screening/__init__.py"]) or ""))
    listed |= {"apps", "screen"}  # described by their own docstrings
    modules = {Path(path).stem for path in files() if path.startswith("screening/")} - {"__init__"}
    assert len(modules) > 15 and modules == listed


DECISIONS = ROOT / "docs" / "decisions"


def decisions() -> list[Path]:
    return [path for path in sorted(DECISIONS.glob("*.md")) if path.name != "README.md"]


def test_decisions_are_numbered_have_three_sections_and_at_most_60_lines():
    records = decisions()
    assert len(records) >= 5
    numbers = [record.name[:5] for record in records]
    assert len(set(numbers)) == len(numbers) and all(re.fullmatch(r"\d{4}-", number) for number in numbers)
    for record in records:
        text = record.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 60, record.name
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences")), record.name


def index_of_decisions() -> list[tuple[str, str]]:
    """(title, file) of each row of the index."""
    text = (DECISIONS / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^\| \d+ \| \[([^]]+)\]\(([\w.-]+)\) \| \S.* \|$", text, re.M)


def test_the_index_lists_every_decision_in_order_with_its_title():
    titles = [
        (record.read_text(encoding="utf-8").splitlines()[0].split(". ", 1)[1], record.name) for record in decisions()
    ]
    assert index_of_decisions() == titles
