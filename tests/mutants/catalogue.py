"""Reads the planted defects (small edits of the code, which tests must notice) from planted/*.toml.

Checks that the code that each edit replaces still exists.
"""

import ast
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from tests.tiers import runs_at_night as test_runs_at_night

PLANTED = Path(__file__).parent / "planted"


@dataclass(frozen=True)
class Mutant:
    """A planted defect: in the file `path`, the code `after` replaces `before`.

    At least one of `tests` must then fail.
    """

    name: str
    defect: str
    path: str
    before: str
    after: str
    tests: tuple[str, ...]

    def planted_in(self, text: str) -> str:
        return text.replace(self.before, self.after)


def read_mutants(folder: Path = PLANTED) -> list[Mutant]:
    """Return all defects, in the order of the files.

    Raises ValueError if one does not have exactly the expected keys.
    """
    mutants = []
    for path in sorted(folder.glob("*.toml")):
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
        if entries.keys() - {"mutant"}:
            raise ValueError(f"{path.name}: only [[mutant]] entries are read")
        mutants += [_mutant(path.name, entry) for entry in entries.get("mutant", [])]
    return mutants


def _mutant(file: str, entry: dict[str, object]) -> Mutant:
    expected = {field.name for field in fields(Mutant)}
    if entry.keys() != expected:
        raise ValueError(f"{file}: {entry.get('name', '?')}: expected exactly {', '.join(sorted(expected))}")
    tests = entry["tests"]
    texts = {key: value for key, value in entry.items() if key != "tests"}
    if not isinstance(tests, list) or not all(isinstance(value, str) for value in [*texts.values(), *tests]):
        raise ValueError(f"{file}: {entry['name']}: tests is a list, everything is text")
    return Mutant(**texts, tests=tuple(tests))  # type: ignore[arg-type]


def runs_at_night(mutant: Mutant) -> bool:
    """Whether all tests that may notice the defect run at night only."""
    return all(test_runs_at_night(test.removeprefix("tests/")) for test in mutant.tests)


def problem_of(mutant: Mutant, root: Path) -> str:
    """Return why this defect cannot be planted in the source tree at `root`, or an empty string if it can."""
    path = root / mutant.path
    if not path.is_file():
        return f"{mutant.path} does not exist"
    text = path.read_text(encoding="utf-8")
    if (times := text.count(mutant.before)) != 1:
        return f"its `before` occurs {times} times in {mutant.path}"
    if mutant.before == mutant.after:
        return "its `after` changes nothing"
    if path.suffix == ".py" and not _parses(mutant.planted_in(text)):
        return f"with its `after`, {mutant.path} is no longer Python"
    if not mutant.tests:
        return "it names no test"
    if absent := [test for test in mutant.tests if not _exists(test, root)]:
        return f"no such test: {', '.join(absent)}"
    return ""


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def _exists(test: str, root: Path) -> bool:
    """Whether `tests/x/test_y.py::test_z[params]` names a test function of that file."""
    file, _, function = test.partition("::")
    path = root / file
    if not function.startswith("test_") or not path.is_file():
        return False
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return function.partition("[")[0] in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
