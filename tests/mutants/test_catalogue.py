"""The code that a planted defect replaces must still exist. A commit that changes this code must also change the copy
of the code in tests/mutants/planted/*.toml.
"""

from collections import Counter

import pytest

from tests.architecture.source import ROOT
from tests.mutants.catalogue import Mutant, problem_of, read_mutants, runs_at_night

SOUND = {
    "name": "sound",
    "defect": "Loge says it is another project.",
    "path": "tests/mutants/__init__.py",
    "before": "Planted defects",
    "after": "Sown defects",
    "tests": ("tests/mutants/test_catalogue.py::test_every_planted_defect_still_applies",),
}


def test_every_planted_defect_still_applies():
    problems = {mutant.name: problem_of(mutant, ROOT) for mutant in read_mutants()}
    assert {name: problem for name, problem in problems.items() if problem} == {}, "tests/mutants/planted/*.toml"


def test_planted_defects_are_noticed_by_day():
    """Tests that run by day must notice every planted defect. Three exceptions need nightly tests: a form without its
    token, a component without its licence, and a query that reads too much.
    """
    at_night = {mutant.name for mutant in read_mutants() if runs_at_night(mutant)}
    assert at_night == {
        "withdrawal-without-token",
        "component-without-licence",
        "one-role-reads-all-assignments",
    }


def test_names_of_planted_defects_are_unique():
    names = Counter(mutant.name for mutant in read_mutants())
    assert [name for name, times in names.items() if times > 1] == []


def test_sound_entry_has_no_problem():
    assert problem_of(Mutant(**SOUND), ROOT) == ""


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"path": "access/gone.py"}, "does not exist"),
        ({"before": "never written anywhere"}, "occurs 0 times"),
        ({"before": "e"}, "times in tests/mutants/__init__.py"),
        ({"after": "Planted defects"}, "changes nothing"),
        ({"after": '"""('}, "no longer Python"),
        ({"tests": ()}, "names no test"),
        ({"tests": ("tests/mutants/test_catalogue.py",)}, "no such test"),
        ({"tests": ("tests/mutants/test_catalogue.py::test_gone",)}, "no such test"),
        ({"tests": ("tests/mutants/test_gone.py::test_gone",)}, "no such test"),
    ],
)
def test_entry_that_does_not_apply_has_a_problem(change, problem):
    assert problem in problem_of(Mutant(**{**SOUND, **change}), ROOT)


@pytest.mark.parametrize("text", ['[[mutant]]\nname = "x"', 'mutants = "x"'])
def test_entry_of_another_shape_is_refused(tmp_path, text):
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"x\.toml"):
        read_mutants(tmp_path)
