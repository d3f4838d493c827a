"""The manager can enter exactly those legal figures that the calculation rules and the actions read."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from access.permissions import Permission
from allocations.actions.figures import set_figure
from allocations.assessment import INCLUSIVE, QUARTILE_FIGURES
from allocations.models import LegalFigure
from allocations.rules.rows import PARAMETERS, VOCABULARY
from allocations.vocabulary import LEGAL_FIGURES
from tests.allocations.builders import acting_as
from tests.builders import OWNER, paris_day

# Legal figures that only actions read, and no calculation rule.
OF_ACTIONS = {"nomination_delay_days", "document_delay_days", "answer_post_days"}


def test_every_parameter_of_the_rules_can_be_entered_within_its_limits():
    of_the_commission = {code for code in LEGAL_FIGURES.terms if code.startswith(("committee_", "persons_"))}
    assert len(of_the_commission) == 13
    of_the_quartile = {*QUARTILE_FIGURES, INCLUSIVE}
    assert LEGAL_FIGURES.terms.keys() == PARAMETERS.keys() | OF_ACTIONS | of_the_commission | of_the_quartile
    for code, (least, most) in PARAMETERS.items():
        row = LEGAL_FIGURES.terms[code].row
        assert least <= int(row["least"]) < int(row["most"]) <= min(most, 2**31 - 1), code


@pytest.mark.parametrize("code", PARAMETERS)
def test_manager_enters_each_parameter(landlord, code):
    rosa, row = landlord.person("rosa"), LEGAL_FIGURES.terms[code].row
    source = {"source_kind": "procedure", "source_number": "2026-1", "source_date": paris_day(-9)}
    with acting_as(rosa, Permission.LEGAL_FIGURES_KEEP) as access:
        values = {"code": code, "first_day": paris_day(), **source}
        with pytest.raises(ValidationError, match="plausible"):
            set_figure(by=rosa, value=int(row["most"]) + 1, context=access.context, **values)
        set_figure(by=rosa, value=int(row["most"]), context=access.context, **values)
    assert LegalFigure.objects.using(OWNER).get().value == int(row["most"])


@pytest.mark.parametrize("file", sorted(path.name for path in VOCABULARY.glob("*.csv")))
def test_sources_can_be_read_by_whoever_has_the_code(file):
    text = Path(VOCABULARY, file).read_text(encoding="utf-8")
    assert "allocation.md" not in text and "domain.md" not in text
