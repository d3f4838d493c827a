"""Each example in docs/allocation-calculations.md gives the result that the page states."""

import json
import re

import pytest

from allocations.rules.cases.calculator import KINDS, Calculator
from tests.architecture.source import ROOT

PAGE = (ROOT / "docs" / "allocation-calculations.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```json input\n(.*?)\n```\n\n```json output\n(.*?)\n```", PAGE, re.S)


@pytest.mark.parametrize(("case", "result"), EXAMPLES)
def test_example_gives_its_result(case, result):
    line = json.dumps(json.loads(case))
    assert Calculator().answer_line(1, line) == json.loads(result)


def test_every_kind_and_every_result_has_an_example():
    assert len(EXAMPLES) == PAGE.count("```json") / 2
    assert {json.loads(case)["kind"] for case, _ in EXAMPLES} == {"rows", *KINDS}
    results = [json.loads(result) for _, result in EXAMPLES]
    assert {result.get("result", "error") for result in results} == {"answer", "missing", "to_be_settled", "error"}
