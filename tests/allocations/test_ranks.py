"""Ranks of the decisions of a session, and a dwelling for which the session allocates nothing."""

import pytest

from allocations.models import Candidacy, Decision
from tests.allocations.builders import make_contingent
from tests.allocations.commission import Commission, make_commission
from tests.allocations.refusals import refused
from tests.builders import events, run

pytestmark = pytest.mark.usefixtures("unkept")


def vacancy_state() -> str:
    [(state,)] = run("SELECT state FROM allocations_vacancy")
    return str(state)


@pytest.mark.parametrize("ranks", [(2,), (1, 1), (1, 3), (1, 2, 2), (1, 2, 4)])
def test_only_the_first_free_rank_is_proposed(commission, candidacies, ranks):
    commission.open()
    *before, last = zip(candidacies, ranks, strict=False)
    for candidacy, rank in before:
        commission.decide(candidacy, "b", rank=rank)
    with refused("ranks_without_gaps"):
        commission.propose(last[0], "b", rank=last[1])


def test_rank_is_adopted_after_those_before_it(commission, candidacies):
    commission.open()
    decisions = [commission.propose(candidacy, "b", rank=rank) for rank, candidacy in enumerate(candidacies, 1)]
    for decision in decisions:
        for name in ("camille", "mehdi"):
            commission.vote(decision, name)
    with refused("rank_adopted_in_turn"):
        commission.count(decisions[1])
    assert [commission.count(decision).outcome for decision in decisions] == ["adopted"] * 3
    commission.close()


@pytest.mark.parametrize(("first", "second"), [("a", "b"), ("b", "a")])
def test_simple_allocation_stands_alone(commission, candidacies, first, second):
    commission.open()
    commission.decide(candidacies[0], first, rank=1)
    with refused("allocation_stands_alone"):
        commission.propose(candidacies[1], second, rank=1 if second == "a" else 2)


def test_proposals_after_a_rejected_rank_lapse_and_are_proposed_again(commission, candidacies):
    """If the first rank is rejected, proposals of later ranks must lapse, and can be made again.

    If they kept their ranks, the ranks would have a gap that nobody could correct.
    """
    commission.open()
    first, second = (commission.propose(candidacy, "b", rank=rank) for rank, candidacy in enumerate(candidacies[:2], 1))
    third = commission.propose(candidacies[2], "d", motive="other_ranked_before")
    for decision, choice in ((first, "against"), (second, "for"), (third, "for")):
        for name in ("camille", "mehdi"):
            commission.vote(decision, name, choice)
    assert commission.count(first).outcome == "rejected"
    assert [commission.row(Decision, pk).outcome for pk in (second, third)] == ["lapsed", "lapsed"]
    commission.decide(candidacies[2], "b", rank=1)
    commission.decide(candidacies[1], "b", rank=2)
    commission.decide(candidacies[0], "d", motive="other_ranked_before")
    commission.close()
    assert run("SELECT count(*) FROM allocations_decision WHERE outcome = 'lapsed'") == [(2,)]


def test_proposal_lapses_when_its_candidate_signs_another_lease(commission, candidacies):
    """If a candidate signs another lease, the proposals about this candidate and about later ranks must lapse.

    The proposal to refuse the third candidate depends on no rank, so it must stay.
    """
    run("UPDATE allocations_sheet SET persons = 9")
    commission.open()
    first, second = (commission.propose(candidacy, "b", rank=rank) for rank, candidacy in enumerate(candidacies[:2], 1))
    third = commission.propose(candidacies[2], "d", motive="too_small")
    run("UPDATE allocations_candidacy SET state = 'withdrawn' WHERE id = %s", candidacies[0].pk)
    assert [commission.row(Decision, pk).outcome for pk in (first, second, third)] == ["lapsed", "lapsed", "proposed"]
    for name in ("camille", "mehdi"):
        commission.vote(third, name)
    commission.count(third)
    commission.decide(candidacies[1], "b", rank=1)
    commission.close()


def test_chair_lapses_no_proposal_that_can_be_adopted(commission, candidacies):
    commission.open()
    first = commission.propose(candidacies[0], "b", rank=1)
    second = commission.propose(candidacies[1], "b", rank=2)
    for decision in (second, first):
        with refused("decision_can_still_be_adopted"):
            run("UPDATE allocations_decision SET outcome = 'lapsed' WHERE id = %s", decision)


def refuse_all(commission: Commission, candidacies: list[Candidacy]) -> None:
    """Refuse all candidates in an open session, because the household is too large, and close it."""
    run("UPDATE allocations_sheet SET persons = 9")
    commission.open()
    for candidacy in candidacies:
        commission.decide(candidacy, "d", motive="too_small")
    commission.close()


def test_dwelling_without_an_allocation_is_shortlisted_anew_after_the_signature(commission, candidacies):
    refuse_all(commission, candidacies)
    assert vacancy_state() == "decided" and events(kind="vacancy_returned") == []
    commission.sign()
    assert vacancy_state() == "oriented"
    [event] = events(kind="vacancy_returned")
    assert event["facts"] == {"vacancy": str(commission.vacancy.pk), "session": str(commission.session.pk)}
    assert event["place"] == commission.unit.building_id
    [line] = commission.shortlist()
    [again] = commission.designate([line])
    assert again.number == 4 and vacancy_state() == "shortlisted"


def test_dwelling_with_an_allocation_stays_decided_after_the_signature(commission, candidacies):
    run("UPDATE allocations_sheet SET persons = 9")
    commission.open()
    commission.decide(candidacies[0], "b", rank=1)
    for candidacy in candidacies[1:]:
        commission.decide(candidacy, "d", motive="too_small")
    commission.close()
    commission.sign()
    assert vacancy_state() == "decided" and events(kind="vacancy_returned") == []


def test_signature_frees_no_dwelling_that_another_session_has_decided_since(commission, candidacies):
    refuse_all(commission, candidacies)
    commission.force(
        "allocations_agendaitem",
        "WITH other AS (INSERT INTO allocations_session (id, held_at, state, quorum, opened_at, closed_at, convened_on,"
        " minutes_digest) SELECT gen_random_uuid(), held_at, state, quorum, opened_at, closed_at, convened_on, ''"
        " FROM allocations_session RETURNING id) INSERT INTO allocations_agendaitem (id, session_id, vacancy_id,"
        " position, few_reason) SELECT gen_random_uuid(), other.id, %s, 1, '' FROM other",
        commission.vacancy.pk,
    )
    commission.sign()
    assert vacancy_state() == "decided" and events(kind="vacancy_returned") == []


def test_reserving_body_nominates_again_once_the_minutes_are_signed(landlord):
    commission = make_commission(landlord)
    mine = make_contingent(
        landlord.place("Office des Trois-Rives"), "Ville de Paris", "commune", landlord.person("nadia")
    )
    commission.orient(contingent=mine)
    nominees = [commission.nominate(application) for application in commission.applications[:3]]
    for nominee in nominees:
        commission.prepare(nominee)
    commission.convene()
    refuse_all(commission, nominees)
    commission.sign()
    assert vacancy_state() == "oriented"
    assert commission.nominate(commission.applications[3]).number == 4
