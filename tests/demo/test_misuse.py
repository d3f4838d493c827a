"""The simulation of misuse, which measures how much misuse of personal data the nightly rules detect.

The simulation must run only in an empty demonstration database, and its report must name every rule.
"""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from demo.misuse.planting import KINDS
from demo.misuse.scoring import document, simulate
from oversight.look_rules.rules import RULES
from tests.architecture.source import ROOT
from tests.builders import run

DOCUMENT = ROOT / "docs" / "unexplained-looks.md"


def simulated(**options):
    output = io.StringIO()
    call_command("simulate_misuse", seed=3, stdout=output, **options)
    return output.getvalue()


def test_simulation_needs_an_empty_demonstration_database(landlord, settings):
    with pytest.raises(CommandError, match="LOGE_DEMO"):
        simulated()
    settings.DEMO = True
    with pytest.raises(CommandError, match="déjà un organisme"):
        simulated()
    assert run("SELECT count(*) FROM oversight_lookquestion") == [(0,)]
    assert run("SELECT loge_now() = now()") == [(True,)]


def test_simulated_month_is_scored_and_documented(bare):
    month = simulate(7, leases=2_000)
    scores = {score.rule: score for score in month.scores}
    assert scores.keys() == RULES.keys() and month.lines > 2_000
    assert month.planted.keys() == KINDS.keys()
    assert sum(month.hits.values()) > 20
    # The nightly rules must detect over 60 % of the undisguised misuse. They detect under half of the disguised misuse.
    loud = [score for score in scores.values() if score.meant]
    assert len(loud) == len(RULES) and sum(s.hits for s in loud) / sum(s.meant for s in loud) > 0.6
    assert sum(s.quiet_hits for s in loud) < sum(s.quiet for s in loud) / 2
    # As in reality, some simulated ordinary work must look like misuse, so that the rules also raise wrong questions.
    assert sum(s.questions - s.right for s in loud) > 10
    # Every simulated event must be in the partition of its month, and none in the default partition.
    assert run("SELECT count(*) FROM audit_event_other") == [(0,)]
    text = document(month, 7)
    assert all(f"`{code}`" in text for code in RULES) and all(kind.sentence in text for kind in KINDS.values())
    assert run("SELECT loge_now() = now()") == [(True,)]


def test_document_names_every_rule_and_misuse():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.M)) == set(RULES)
    assert all(kind.sentence in text for kind in KINDS.values())


@pytest.mark.parametrize("name", ["notice-to-staff.md", "works-council-note.md"])
def test_notices_to_staff_name_exactly_the_rules(name):
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    output = set(re.findall(r"`([a-z_]+)`", text))
    assert output == set(RULES) and len(output) > 10
    for word in ("L1222-4", "2021-122" if "notice" in name else "L2312-38", "sept jours", "trois mois", "In English"):
        assert word in text, word
