"""The allocation commission's sheets and decisions, which contain no names, must stay stored for a set number of years.

An applicant may contest a decision in that time. Afterwards a nightly job must delete these rows.
"""

from datetime import timedelta

import pytest

from allocations.actions.expiry import expire_candidacies
from allocations.models import Candidacy, Decision, RankingKey, Sheet, Shortlist, ShortlistLine, Vote
from formats.months import months_after
from tests.allocations.commission import Commission, make_commission
from tests.builders import OWNER, paris_day, run
from tests.tenants.test_clocks import freeze_clock, midnight

LASTING = (Candidacy, Sheet, Decision, Vote, Shortlist, ShortlistLine, RankingKey)
YEARS = 5


@pytest.fixture
def decided(landlord) -> Commission:
    """An allocation whose vacancy ended today, after the commission's decision."""
    commission = make_commission(landlord, claim_retention_years=YEARS)
    candidacies = commission.present()
    commission.open()
    commission.decide(candidacies[0], "a", rank=1)
    for candidacy in candidacies[1:]:
        commission.decide(candidacy, "d", motive="other_ranked_before")
    commission.close()
    run("UPDATE allocations_vacancy SET state = 'withdrawn', ended_on = loge_today()")
    return commission


def stored() -> dict[str, int]:
    return {model.__name__: model.objects.using(OWNER).count() for model in LASTING}


def test_sheets_stay_for_a_claim_and_end_the_day_after(decided):
    before = stored()
    assert all(before.values())
    last = months_after(paris_day(), 12 * YEARS)
    freeze_clock(midnight(last + timedelta(days=1)) - timedelta(seconds=1))
    assert expire_candidacies(by="expire_notes") == 0 and stored() == before
    freeze_clock(midnight(last + timedelta(days=1)))
    assert expire_candidacies(by="expire_notes") == 3
    assert stored() == dict.fromkeys(before, 0)


def test_without_the_landlords_figure_nothing_is_erased(decided):
    run("DELETE FROM allocations_legalfigure WHERE code = 'claim_retention_years'")
    freeze_clock(midnight(paris_day(4000)))
    assert expire_candidacies(by="expire_notes") == 0 and all(stored().values())


def test_erased_application_leaves_a_sheet_without_identity(decided):
    run("UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'")
    run("DELETE FROM allocations_vote")
    run("DELETE FROM allocations_applicant")
    for table in ("occasion", "income", "scoreband", "score"):
        run(f"DELETE FROM allocations_{table}")
    rows = Candidacy.objects.using(OWNER)
    assert rows.exclude(application=None).count() == 3
    decided.applications[0].__class__.objects.using(OWNER).all().delete()
    assert rows.filter(application=None).count() == 3 and Sheet.objects.using(OWNER).count() == 3
