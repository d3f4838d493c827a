"""The ASVS table is complete: each row names existing tests or gives a reason, and no requirement occurs twice."""

import ast
import re
import subprocess
import sys

from tests.architecture.source import ROOT
from tests.asvs.table import TABLE

LINES = 65


def test_every_requirement_occurs_once():
    numbers = [number for line in TABLE for number in line.ids.split()]
    assert len(TABLE) == LINES
    assert len(numbers) == len(set(numbers)) > 100
    assert [number for number in numbers if not re.fullmatch(r"\d+\.\d+\.\d+", number)] == []
    assert {line.level for line in TABLE} == {1, 2, 3}


def test_each_line_has_either_tests_or_a_reason():
    assert [line.ids for line in TABLE if bool(line.proofs) == bool(line.otherwise)] == []
    assert all(len(line.otherwise.split()) >= 4 for line in TABLE if line.otherwise)
    assert sum(bool(line.proofs) for line in TABLE) >= 45


def test_every_named_test_exists():
    for line in TABLE:
        for proof in line.proofs:
            file, _colons, name = proof.partition("::")
            path = ROOT / "tests" / file
            assert path.exists(), f"{line.ids}: tests/{file} does not exist"
            functions = {
                node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if hasattr(node, "name")
            }
            assert name in functions, f"{line.ids}: {proof} does not exist"


def test_command_prints_every_line():
    printed = subprocess.run(
        [sys.executable, "-m", "tests.asvs"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert all(line.ids in printed for line in TABLE)
