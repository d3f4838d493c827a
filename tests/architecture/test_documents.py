"""README, docs/guarantees.md, docs/architecture.md and the decision records agree with the code."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import APPS, ROOT, files

README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
GUARANTEES = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
# Handwritten documentation pages, for developers and for operators. The generated pages are not checked here.
PAGES = [
    *sorted(path for path in ROOT.glob("*.md") if path.name != "CHANGELOG.md"),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "operations").glob("*.md")),
]


def test_verbs_are_those_of_dev():
    listed = subprocess.run(["sh", str(ROOT / "dev")], capture_output=True, text=True, check=True).stdout
    verbs = set(re.findall(r"^\./dev ([a-z]+)", listed, re.M))
    usual = {"install", "demo", "serve", "test", "check", "fix", "lock", "words", "docs", "manage"}
    assert verbs == usual | {"bench", "mutants", "nightly"}
    assert verbs <= set(re.findall(r"\./dev ([a-z]+)", README))


# --- Guarantees ---


def guarantees() -> list[list[str]]:
    """Return the rows of the table in docs/guarantees.md. Each row has three cells: a guarantee, the code that enforces
    the guarantee, and the tests that prove the guarantee."""
    rows = [line.strip("|").split(" | ") for line in GUARANTEES.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in rows if row[0].strip() not in ("guarantee", "---")]


def test_every_guarantee_names_code_and_an_existing_test():
    assert len(guarantees()) >= 42
    for guarantee, enforced_by, proved_by in guarantees():
        tests = re.findall(r"`(tests/[\w/]+\.py)`", proved_by)
        assert enforced_by and tests, guarantee
        assert [name for name in tests if not (ROOT / name).exists()] == [], guarantee


# --- Architecture ---

# These packages have the same purpose in every app, so docs/architecture.md does not list them for each app.
EVERYWHERE = {"actions", "api", "forms", "management", "migrations", "models", "policies", "sql", "views"}


def packages() -> set[str]:
    folders = {path.rpartition("/")[0] for path in files()}
    return {f"{folder}/" for folder in folders if folder in APPS or not EVERYWHERE & set(folder.split("/"))} | {
        # access/api/ needs its own row in docs/architecture.md, because the API endpoints of all apps use this package.
        "access/api/"
    }


def table(title: str) -> str:
    """Return the section of docs/architecture.md that has this title."""
    _before, _title, rest = ARCHITECTURE.partition(f"\n## {title}\n")
    assert rest, f"docs/architecture.md has no section {title}"
    return rest.split("\n## ", 1)[0]


@pytest.mark.parametrize("text", [README, table("Apps")], ids=["README", "architecture"])
def test_every_app_has_a_row_in_the_order_of_the_layers(text):
    named = re.findall(r"^\| `([a-z]+)/` \|", text, re.M)
    assert [name for name in named if name in APPS] == list(reversed(APPS))


def test_every_package_is_described_once():
    described = re.findall(r"`([a-z_/]+/)`", "\n".join(re.findall(r"^\| (`.*?`) \|", table("Packages"), re.M)))
    assert len(described) == len(set(described)) > 30
    assert sorted(packages() - set(described)) == [], "docs/architecture.md, Packages: describe them"


def test_every_module_named_beside_a_package_exists():
    """Every module named in the table of packages of docs/architecture.md exists. `door.py` in the row of
    `access/guard/` means access/guard/door.py."""
    rows = re.findall(r"^\| `([a-z_/]+/)`.*? \| (.*) \|$", table("Packages"), re.M)
    named = [folder + name for folder, text in rows for name in re.findall(r"`(\w+\.py)`", text)]
    assert len(named) > 60
    assert [path for path in named if not (ROOT / path).exists()] == []


# --- All pages ---


def missing_paths(text: str) -> list[str]:
    """Return the paths in backticks that begin with a folder of the repository but do not exist. Patterns with * are
    not checked."""
    roots = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    named = re.findall(r"`([a-z_]+/[\w/.-]*)`", text)
    return [path for path in named if path.split("/")[0] in roots and not (ROOT / path).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_and_links_exist(page):
    text = page.read_text(encoding="utf-8")
    assert missing_paths(text) == []
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_a_missing_path_is_an_offence():
    assert missing_paths("`access/guard/door.py` and `access/guard/gate.py`") == ["access/guard/gate.py"]


def test_the_docstring_of_screening_lists_all_its_modules():
    """The docstring of the app screening/ explains in which order its modules run, so it must name every module."""
    listed = set(re.findall(r"`([a-z_]+)`", ast.get_docstring(files()["screening/__init__.py"]) or ""))
    # The docstring of screening/ need not name `apps` and `screen`: their own docstrings say when they run.
    listed |= {"apps", "screen"}
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
    """Return (title, file name) of each row in docs/decisions/README.md, the list of decision records."""
    text = (DECISIONS / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^\| \d+ \| \[([^]]+)\]\(([\w.-]+)\) \| \S.* \|$", text, re.M)


def test_the_index_lists_every_decision_in_order_with_its_title():
    titles = [
        (record.read_text(encoding="utf-8").splitlines()[0].split(". ", 1)[1], record.name) for record in decisions()
    ]
    assert index_of_decisions() == titles
