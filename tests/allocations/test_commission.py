"""The actions of the allocation commission: shortlist, sheets, quorum, votes, motives, ranks and minutes."""

import pytest

from allocations.models import Candidacy, Vacancy

pytestmark = pytest.mark.usefixtures("unkept")


def test_vacancy_goes_from_the_shortlist_to_decided(commission):
    commission.orient()
    lines = commission.shortlist()
    assert [line.rank for line in lines] == [1, 2, 3, 4]
    candidacies = commission.designate(lines[:3])
    assert [row.application_id for row in candidacies] == [row.pk for row in commission.applications[:3]]
    for candidacy in candidacies:
        commission.prepare(candidacy)
    commission.convene()
    commission.open()
    commission.decide(candidacies[0], "b", rank=1)
    commission.decide(candidacies[1], "b", rank=2)
    commission.decide(candidacies[2], "d", motive="other_ranked_before")
    commission.close()
    assert commission.row(Vacancy, commission.vacancy.pk).state == "decided"
    assert [commission.row(Candidacy, row.pk).state for row in candidacies] == ["ranked", "ranked", "declined"]
