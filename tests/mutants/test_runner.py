"""The runner of planted defects must distinguish a failed test, which notices the defect, from other results of pytest.
A nightly test here tries three defects with real pytest runs.
"""

from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.mutants.catalogue import Mutant
from tests.mutants.runner import copy_tree, judge, run_mutants

TEST = "tests/mutants/test_runner.py::test_failed_test_counts_as_noticed"
BASE = {"defect": "d", "path": "tests/mutants/__init__.py", "before": "Planted defects", "after": "Defects"}


def test_failed_test_counts_as_noticed():
    assert judge(1, "FAILED tests/x.py::test_y - assert 1 == 2\n1 failed") == (True, "tests/x.py::test_y")


def test_error_after_a_test_counts_as_noticed():
    assert judge(1, "_ ERROR at teardown of test_y _\nERROR tests/x.py::test_y\n1 error") == (
        True,
        "tests/x.py::test_y",
    )


@pytest.mark.parametrize(
    ("code", "output"),
    [
        (0, "1 passed"),
        (1, "_ ERROR at setup of test_y _\nERROR tests/x.py::test_y\n1 error"),
        (2, "ERROR tests/x.py - SyntaxError\n1 error"),
        (4, "ERROR: not found: tests/x.py::test_y"),
        (5, "no tests ran"),
        (-9, ""),
    ],
)
def test_anything_else_counts_as_unnoticed(code, output):
    assert judge(code, output)[0] is False


def test_copy_holds_the_tree_as_it_is_now(tmp_path):
    copy_tree(tmp_path)
    for name in ("dev", "tests/mutants/test_runner.py", "templates/base.html"):
        assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes(), name


@pytest.mark.nightly
def test_run_tells_noticed_defects_from_others():
    noticed = Mutant(
        "noticed",
        **{**BASE, "path": "tests/mutants/runner.py", "before": "if code == 0:", "after": "if code:"},
        tests=(TEST,),
    )
    unnoticed = Mutant("unnoticed", **BASE, tests=(TEST,))
    gone = Mutant("gone", **{**BASE, "before": "never written"}, tests=(TEST,))
    before = Path(ROOT / noticed.path).read_bytes()
    outcomes = {outcome.mutant: outcome for outcome in run_mutants([noticed, unnoticed, gone])}
    assert {name: outcome.noticed for name, outcome in outcomes.items()} == {
        "noticed": True,
        "unnoticed": False,
        "gone": False,
    }
    assert outcomes["noticed"].remark == TEST
    assert "SURVIVED" in outcomes["unnoticed"].remark and "DOES NOT APPLY" in outcomes["gone"].remark
    assert Path(ROOT / noticed.path).read_bytes() == before
