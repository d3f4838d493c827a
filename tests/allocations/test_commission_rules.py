"""Each rule of the commission refuses a breach by raw SQL or by an action, with its own message."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.decisions import recuse, tally
from allocations.actions.sessions import give_seat
from allocations.models import Candidacy, Decision, Session, Vacancy
from allocations.vocabulary import GROUNDS
from tests.allocations.builders import acting_as, make_contingent
from tests.allocations.commission import Commission
from tests.allocations.refusals import refused
from tests.builders import leave_line, paris_day, run
from tests.database.test_policies import as_role

pytestmark = pytest.mark.usefixtures("unkept")

SEAT = "SELECT s.id FROM allocations_seat s JOIN access_person p ON p.id = s.person_id WHERE p.name = %s"
NAMES = {"camille": "Camille Roux", "mehdi": "Mehdi Saïdi", "marion": "Marion Blanc"}


def seat_of(name: str) -> object:
    return run(SEAT, NAMES[name])[0][0]


def state_of(candidacy: Candidacy) -> str:
    return run("SELECT state FROM allocations_candidacy WHERE id = %s", candidacy.pk)[0][0]


def cast(decision: object, name: str, choice: str = "for") -> None:
    """Insert a vote with the database owner's login."""
    run(
        "INSERT INTO allocations_vote (id, decision_id, seat_id, choice, cast_at)"
        " VALUES (gen_random_uuid(), %s, %s, %s, loge_now())",
        decision,
        seat_of(name),
        choice,
    )


# --- The session ---


def test_session_does_not_open_below_its_quorum(commission, candidacies):
    with refused("session_quorum"):
        commission.open("camille")
    with refused("session_quorum"):
        run("UPDATE allocations_session SET state = 'open', opened_at = loge_now(), quorum = 2")
    run("UPDATE allocations_seat SET present = true")
    with refused("session_quorum"):
        run("UPDATE allocations_session SET state = 'open', opened_at = loge_now(), quorum = 1")
    commission.open()


def test_advisory_members_do_not_count_for_the_quorum(commission, candidacies):
    run("UPDATE allocations_seat SET voice = 'advisory', casting = false WHERE NOT chairs")
    with refused("session_quorum"):
        commission.open()


def test_session_without_the_figure_of_the_quorum_does_not_open(commission, candidacies):
    run("DELETE FROM allocations_legalfigure WHERE code = 'committee_quorum'")
    run("UPDATE allocations_seat SET present = true")
    with refused("session_quorum"):
        run("UPDATE allocations_session SET state = 'open', opened_at = loge_now(), quorum = 1")


@pytest.mark.parametrize("state", ["closed", "signed"])
def test_session_skips_no_state(commission, candidacies, state):
    with refused("session_states_follow"):
        run("UPDATE allocations_session SET state = %s", state)
    commission.open()
    with refused("session_states_follow"):
        run("UPDATE allocations_session SET state = 'convened', opened_at = NULL, quorum = NULL")


def test_what_the_opening_fixed_stays(commission, candidacies):
    commission.open()
    with refused("session_states_follow"):
        run("UPDATE allocations_session SET quorum = 1")
    with refused("session_states_follow"):
        run("UPDATE allocations_session SET opened_at = opened_at - interval '1 day'")


@pytest.mark.parametrize(
    ("reason", "before", "accepted"),
    [
        ("", "", False),
        ("too_few", "", False),
        ("too_few", "UPDATE allocations_shortlist SET eligible = 2", True),
        ("too_few", "UPDATE allocations_shortlist SET eligible = 3", False),
        ("too_few", "DELETE FROM allocations_shortlist", False),
        ("very_social", "", False),
        ("very_social", "UPDATE buildings_unitterms SET financing = 'PLAI'", True),
        ("dalo", "", False),
        ("dalo", "state_agents with dalo", False),
        ("dalo", "state_priority", False),
        ("dalo", "state_priority with dalo", True),
        ("too_few", "commune", True),
        ("", "commune", False),
    ],
)
def test_fewer_than_three_sheets_need_a_reason_that_holds(commission, reason, before, accepted):
    commission.orient()
    [candidacy] = commission.designate(commission.shortlist()[:1])
    commission.prepare(candidacy)
    kind, _with, dalo = before.partition(" with ")
    if kind in ("state_priority", "state_agents", "commune"):
        contingent = make_contingent(commission.landlord.place("Office des Trois-Rives"), kind=kind)
        run(
            "UPDATE allocations_vacancy SET contingent_id = %s, outside_flow = '', orientation_reason = 'behind'",
            contingent.pk,
        )
    elif before:
        run(before)
    if dalo:
        recognise(candidacy, "dalo", commission)
    if accepted:
        commission.convene(few_reason=reason)
        commission.open()
    else:
        with refused("three_or_reason"):
            commission.convene(few_reason=reason)
        assert run("SELECT count(*) FROM allocations_agendaitem") == [(0,)] and state_of(candidacy) == "designated"


def recognise(candidacy: Candidacy, code: str, commission: Commission) -> None:
    run(
        "INSERT INTO allocations_priority (id, application_id, code, proof, attested_on, ends_on, recorded_on,"
        " recorded_by_id) VALUES (gen_random_uuid(), %s, %s, %s, loge_today(), loge_today(), loge_today(), %s)",
        candidacy.application_id,
        code,
        GROUNDS.terms[code].row["proof"],
        commission.person("aline").pk,
    )


def test_reason_that_no_longer_holds_refuses_the_opening(commission, candidacies):
    run("DELETE FROM allocations_sheet WHERE candidacy_id = %s", candidacies[0].pk)
    with refused("three_or_reason"):
        commission.open()


def test_session_closes_only_once_every_sheet_is_decided(commission, candidacies):
    commission.open()
    commission.decide(candidacies[0], "b", rank=1)
    with refused("session_decides_every_sheet"):
        commission.close()


@pytest.mark.parametrize("state", ["closed", "signed"])
def test_recusal_is_refused_once_the_session_has_ended(commission, candidacies, state):
    commission.open()
    for rank, candidacy in enumerate(candidacies, 1):
        commission.decide(candidacy, "b", rank=rank)
    commission.close()
    if state == "signed":
        commission.sign()
    with refused("recusal_before_the_end"):
        run(
            "INSERT INTO allocations_recusal (id, seat_id, candidacy_id, declared_at)"
            " SELECT gen_random_uuid(), s.id, %s, loge_now() FROM allocations_seat s WHERE s.casting",
            candidacies[0].pk,
        )
    marion, session = commission.person("marion"), commission.row(Session, commission.session.pk)
    for wanted in ({"item": commission.item.pk}, {"number": commission.applications[0].number}):
        with acting_as(marion, Permission.COMMITTEE_SIT) as access, refused("recusal_before_the_end"):
            recuse(by=marion, session=session, context=access.context, **wanted)
    assert run("SELECT count(*) FROM allocations_recusal") == [(0,)]


def test_simple_allocation_refuses_all_others_as_ranked_after(commission, candidacies):
    commission.open()
    commission.decide(candidacies[0], "a", rank=1)
    for candidacy in candidacies[1:]:
        assert commission.decide(candidacy, "d", motive="other_ranked_before").figures == [1, 0]
    commission.close()
    assert commission.row(Vacancy, commission.vacancy.pk).state == "decided"


def test_manager_seats_nobody_once_the_session_is_open(commission, candidacies):
    """A manager may not give a seat (a member's place) in an open session, nor a seat already marked as present.

    Otherwise a manager could add voters to an open session, or to one whose minutes are signed.
    """
    rosa = commission.person("rosa").pk
    seat = "INSERT INTO allocations_seat (id, session_id, person_id, voice, chairs, casting, present) SELECT"
    seat += " gen_random_uuid(), id, '{person}', 'prefect', false, false, {present} FROM allocations_session"
    aline = commission.person("aline").pk
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.STEERING, rosa, seat.format(person=aline, present="true"))
    as_role(Compartment.STEERING, rosa, seat.format(person=aline, present="false"))
    commission.open()
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.STEERING, rosa, seat.format(person=rosa, present="false"))
    assert as_role(Compartment.STEERING, rosa, "UPDATE allocations_seat SET released = 'mistake' RETURNING 1") == []
    assert run("SELECT count(*) FROM allocations_seat") == [(4,)]
    with acting_as(commission.person("rosa"), Permission.SESSION_CONVENE) as access:
        session = access.rows(Session).get(pk=commission.session.pk)
        with pytest.raises(ValidationError, match="déjà ouverte"):
            give_seat(by=access.person, session=session, person=access.person, voice="epci", context=access.context)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("seat_right_known", "voice = 'prefect', casting = true"),
        ("seat_right_known", "voice = 'mayor', chairs = true"),
        ("one_chair", "chairs = true, voice = 'tenants', casting = false"),
        ("one_casting_vote", "casting = true, voice = 'mayor', chairs = false"),
        ("seat_released_is_empty", "released = 'lost'"),
        ("seat_once", "person_id = (SELECT id FROM access_person WHERE name = 'Camille Roux')"),
    ],
)
def test_seats_have_their_rights(commission, candidacies, rule, change):
    name = {"one_casting_vote": "mehdi", "one_chair": "marion"}.get(rule, "mehdi")
    with refused(rule):
        run(f"UPDATE allocations_seat SET {change} WHERE id = %s", seat_of(name))


# --- Recusals and votes ---


def test_recusal_comes_before_the_sheet_is_read(commission, candidacies):
    first, second = candidacies[:2]
    mehdi = commission.person("mehdi")
    leave_line("sheet_shown", mehdi, first, role="committee_member", permission="committee_sit")
    leave_line("sheet_shown", mehdi, shown=[second.pk], role="committee_member", permission="committee_sit")
    insert = "INSERT INTO allocations_recusal (id, seat_id, candidacy_id, declared_at)"
    insert += " VALUES (gen_random_uuid(), %s, %s, loge_now())"
    for candidacy in (first, second):
        with refused("recusal_before_sheet"):
            run(insert, seat_of("mehdi"), candidacy.pk)
    run(insert, seat_of("mehdi"), candidacies[2].pk)
    run(insert, seat_of("marion"), first.pk)
    with refused("recusal_once"):
        run(insert, seat_of("marion"), first.pk)


def test_nobody_is_recused_after_a_vote(commission, candidacies):
    """Once a member has voted, a recusal is refused: the vote would count although the member takes no part.

    The recusal is refused for every application number, so that it does not disclose who is a candidate.
    """
    commission.open()
    cast(commission.propose(candidacies[0], "b", rank=1), "mehdi")
    mehdi, sql = commission.person("mehdi").pk, "SELECT allocations_recuse(%s, %s, %s)"
    for item, number in ((commission.item.pk, None), (None, "075112600000000000")):
        with pytest.raises(IntegrityError, match="recusal_before_sheet"):
            as_role(Compartment.COMMITTEE, mehdi, sql, commission.session.pk, item, number)


def test_only_a_president_who_is_not_recused_gets_motives_and_figures_of_the_sheet(commission, candidacies):
    run("UPDATE allocations_sheet SET persons = 9")
    camille, sql = commission.person("camille").pk, "SELECT motive FROM allocations_motives_that_hold(%s)"
    assert as_role(Compartment.COMMITTEE, camille, sql, candidacies[0].pk) == [("too_small",)]
    assert as_role(Compartment.COMMITTEE, commission.person("mehdi").pk, sql, candidacies[0].pk) == []
    recuse = "SELECT allocations_recuse(%s, %s, NULL)"
    as_role(Compartment.COMMITTEE, camille, recuse, commission.session.pk, commission.item.pk)
    assert as_role(Compartment.COMMITTEE, camille, sql, candidacies[0].pk) == []


def test_recusal_by_number_tells_not_who_is_a_candidate(commission, candidacies):
    """A recusal by application number gets the same answer for candidates and for others.

    It is accepted for each number before the member reads a sheet, and refused for each number afterwards.
    """
    mehdi, sql = commission.person("mehdi"), "SELECT allocations_recuse(%s, NULL, %s)"
    numbers = [commission.applications[0].number, commission.applications[3].number, "0751125999999ABCDE"]
    for number in numbers:
        assert [*map(str, as_role(Compartment.COMMITTEE, mehdi.pk, sql, commission.session.pk, number)[0])] == [""]
    run("DELETE FROM allocations_recusal")
    leave_line("sheet_shown", mehdi, candidacies[2], role="committee_member", permission="committee_sit")
    for number in numbers:
        with refused("recusal_before_sheet"):
            as_role(Compartment.COMMITTEE, mehdi.pk, sql, commission.session.pk, number)
    assert run("SELECT count(*) FROM allocations_recusal") == [(0,)]


def test_nobody_recuses_in_a_session_of_others(commission, candidacies):
    sql = "SELECT allocations_recuse(%s, (SELECT id FROM allocations_agendaitem), NULL)"
    run("DELETE FROM allocations_seat WHERE id = %s", seat_of("mehdi"))
    as_role(Compartment.COMMITTEE, commission.person("mehdi").pk, sql.replace("(SELECT id FROM allocations_agendaitem)",
            f"'{run('SELECT id FROM allocations_agendaitem')[0][0]}'"), commission.session.pk)  # fmt: skip
    assert run("SELECT count(*) FROM allocations_recusal") == [(0,)]


def test_recused_member_does_not_vote(commission, candidacies):
    number = commission.applications[0].number
    as_role(
        Compartment.COMMITTEE,
        commission.person("mehdi").pk,
        "SELECT allocations_recuse(%s, NULL, %s)",
        commission.session.pk,
        number,
    )
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    with refused("vote_not_when_recused"):
        commission.vote(decision, "mehdi")
    with refused("vote_not_when_recused"):
        cast(decision, "mehdi")
    commission.vote(commission.propose(candidacies[1], "b", rank=2), "mehdi")


def test_member_votes_once(commission, candidacies):
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    commission.vote(decision, "mehdi", "against")
    with refused("vote_once"):
        commission.vote(decision, "mehdi")
    with refused("vote_once"):
        cast(decision, "mehdi")
    with refused("vote_choice_listed"):
        cast(decision, "marion", "maybe")


def test_vote_needs_a_present_voting_seat_of_the_open_session(commission, candidacies):
    commission.open("camille", "marion")
    decision = commission.propose(candidacies[0], "b", rank=1)
    with refused("vote_needs_seat"):
        commission.vote(decision, "mehdi")
    run(
        "UPDATE allocations_seat SET voice = 'advisory', casting = false, present = true WHERE id = %s",
        seat_of("marion"),
    )
    with refused("vote_needs_seat"):
        commission.vote(decision, "marion")


def test_nobody_votes_in_the_name_of_another(commission, candidacies):
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    for name in ("camille", "marion"):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(
                Compartment.COMMITTEE,
                commission.person(name).pk,
                "INSERT INTO allocations_vote (id, decision_id, seat_id, choice, cast_at)"
                " VALUES (gen_random_uuid(), %s, %s, 'for', loge_now())",
                decision,
                seat_of("mehdi"),
            )


# --- Counting ---

COUNT = (
    "UPDATE allocations_decision SET outcome = %s, votes_for = %s, votes_against = %s, by_casting = %s WHERE id = %s"
)


@pytest.mark.parametrize(
    ("votes", "counted"),
    [
        ({"camille": "for", "mehdi": "for", "marion": "against"}, ("adopted", 2, 1, False)),
        ({"camille": "for", "mehdi": "against", "marion": "against"}, ("rejected", 1, 2, False)),
        ({"camille": "against", "marion": "for"}, ("adopted", 1, 1, True)),
        ({"camille": "for", "marion": "against"}, ("rejected", 1, 1, True)),
        ({"camille": "for", "mehdi": "against", "marion": "abstain"}, ("rejected", 1, 1, False)),
        ({"camille": "abstain", "mehdi": "abstain", "marion": "abstain"}, ("rejected", 0, 0, False)),
    ],
)
def test_outcome_is_that_of_the_votes(commission, candidacies, votes, counted):
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    for name, choice in votes.items():
        commission.vote(decision, name, choice)
    outcome, for_, against, casting = counted
    lies = (
        ("adopted" if outcome == "rejected" else "rejected", for_, against, casting),
        (outcome, for_ + 1, against, casting),
        (outcome, for_, against + 1, casting),
        *([(outcome, for_, against, not casting)] if for_ == against else []),
    )
    for lie in lies:
        with refused("decision_as_counted"):
            run(COUNT, *lie, decision)
    row = commission.count(decision)
    assert (row.outcome, row.votes_for, row.votes_against, row.by_casting) == counted
    assert state_of(candidacies[0]) == ("ranked" if outcome == "adopted" else "presented")
    with refused("decision_stays_as_voted"):
        run("UPDATE allocations_decision SET rank = 2")
    with refused("decision_stays_as_voted"):
        run(COUNT, *lies[0], decision)


def test_casting_vote_breaks_ties_only(commission, candidacies):
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    for name in ("camille", "mehdi"):
        commission.vote(decision, name)
    run("ALTER TABLE allocations_decision DISABLE TRIGGER allocations_decision_holds")
    with refused("casting_breaks_ties_only"):
        run(COUNT, "adopted", 2, 0, True, decision)


def test_chair_does_not_count_before_the_quorum_has_voted(commission, candidacies):
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    with pytest.raises(ValidationError, match="Personne n’a encore voté"):
        commission.count(decision)
    commission.vote(decision, "camille")
    with refused("decision_with_quorum"):
        commission.count(decision)
    with refused("decision_with_quorum"):
        run(COUNT, "adopted", 1, 0, False, decision)
    commission.vote(decision, "mehdi", "abstain")
    assert commission.count(decision).outcome == "adopted"


def test_member_whom_recusals_leave_alone_decides(commission, candidacies):
    item = run("SELECT id FROM allocations_agendaitem")[0][0]
    for name in ("mehdi", "marion"):
        sql = "SELECT allocations_recuse(%s, %s, NULL)"
        as_role(Compartment.COMMITTEE, commission.person(name).pk, sql, commission.session.pk, item)
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    commission.vote(decision, "camille")
    assert commission.count(decision).outcome == "adopted"


def test_chair_reads_the_mayors_vote_in_a_tie_only(commission, candidacies):
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    commission.vote(decision, "marion", "against")
    assert tally_of(commission, decision) == (0, 1, 0, None)
    commission.vote(decision, "mehdi")
    assert tally_of(commission, decision) == (1, 1, 0, "against")
    commission.vote(decision, "camille")
    assert tally_of(commission, decision) == (2, 1, 0, None)


def tally_of(commission: Commission, decision: object) -> tuple[object, ...]:
    with acting_as(commission.person("camille"), Permission.COMMITTEE_CHAIR) as access:
        votes = tally(access.rows(Decision).get(pk=decision))
    return votes.votes_for, votes.votes_against, votes.abstained, votes.casting


# --- Decisions ---


def insert_decision(candidacy: Candidacy, commission: Commission, **values: object) -> None:
    """Insert a decision with the database owner's login."""
    row = {
        "candidacy_id": candidacy.pk,
        "kind": "b",
        "rank": 1,
        "motive": "",
        "missing_document": "",
        "document_by": None,
        "outcome": "proposed",
        "by_casting": False,
        "proposed_by_id": commission.person("camille").pk,
    } | values
    columns, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    run(
        f"INSERT INTO allocations_decision (id, proposed_at, figures, {columns})"
        f" VALUES (gen_random_uuid(), loge_now(), '{{}}', {marks})",
        *row.values(),
    )


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("motive_for_d_and_e", {"kind": "d", "rank": None}),
        ("motive_for_d_and_e", {"kind": "d", "rank": None, "motive": "over_every_ceiling"}),
        ("motive_for_d_and_e", {"kind": "e", "rank": None, "motive": "too_small"}),
        ("motive_for_d_and_e", {"motive": "too_small"}),
        ("motive_for_d_and_e", {"kind": "d", "rank": None, "motive": "way_of_life"}),
        ("condition_names_one_paper", {"kind": "c"}),
        ("condition_names_one_paper", {"kind": "c", "missing_document": "identity"}),
        ("condition_names_one_paper", {"kind": "c", "document_by": "2099-01-01"}),
        ("condition_names_one_paper", {"missing_document": "identity", "document_by": "2099-01-01"}),
        ("condition_names_one_paper", {"kind": "c", "missing_document": "letter", "document_by": "2099-01-01"}),
        ("decision_rank_of_its_kind", {"kind": "a", "rank": 2}),
        ("decision_rank_of_its_kind", {"rank": None}),
        ("decision_rank_of_its_kind", {"rank": 0}),
        ("decision_rank_of_its_kind", {"kind": "e", "rank": 1, "motive": "no_right_of_residence"}),
        ("decision_counted", {"votes_for": 1, "votes_against": 0}),
    ],
)
def test_decision_has_the_shape_of_its_kind(commission, candidacies, rule, values):
    run("ALTER TABLE allocations_decision DISABLE TRIGGER USER")
    with refused(rule):
        insert_decision(candidacies[0], commission, **values)


def test_second_decision_waits_until_the_first_is_rejected(commission, candidacies):
    commission.open()
    first = commission.propose(candidacies[0], "b", rank=1)
    with refused("decision_one_at_a_time"):
        commission.propose(candidacies[0], "b", rank=2)
    for name in ("camille", "mehdi"):
        commission.vote(first, name, "against")
    assert commission.count(first).outcome == "rejected"
    commission.propose(candidacies[0], "b", rank=1)


def test_decision_is_proposed_in_an_open_session_on_a_presented_sheet(commission, candidacies):
    with refused("decision_in_open_session"):
        insert_decision(candidacies[0], commission)
    commission.open()
    with refused("decision_in_open_session"):
        insert_decision(candidacies[0], commission, outcome="adopted", votes_for=3, votes_against=0)
    run("UPDATE allocations_candidacy SET state = 'withdrawn' WHERE id = %s", candidacies[0].pk)
    with refused("decision_in_open_session"):
        commission.propose(candidacies[0], "b", rank=1)


def test_decision_on_a_candidate_who_left_is_not_adopted(commission, candidacies):
    """If a candidate signs a lease elsewhere after a decision was proposed, the decision must not be adopted."""
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    for name in ("camille", "mehdi"):
        commission.vote(decision, name)
    run("UPDATE allocations_candidacy SET state = 'withdrawn' WHERE id = %s", candidacies[0].pk)
    with refused("decision_has_lapsed"):
        commission.count(decision)
    assert state_of(candidacies[0]) == "withdrawn"


def test_condition_names_a_document_that_the_sheet_lacks(commission, candidacies):
    run("UPDATE allocations_sheet SET documents_to_come = '{identity}'")
    commission.open()
    day = paris_day(20)
    with refused("condition_names_a_missing_document"):
        commission.propose(candidacies[0], "c", rank=1, missing_document="work", document_by=day)
    commission.decide(candidacies[0], "c", rank=1, missing_document="identity", document_by=day)
    assert state_of(candidacies[0]) == "conditional"


def test_chair_writes_no_figures_of_their_own(commission, candidacies):
    commission.open()
    camille, decision = commission.person("camille").pk, commission.propose(candidacies[0], "b", rank=1)
    for name in ("camille", "mehdi"):
        commission.vote(decision, name, "against")
    sql = "UPDATE allocations_decision SET outcome = 'rejected', votes_for = 0, votes_against = 2, figures = '{9, 9}'"
    as_role(Compartment.COMMITTEE, camille, sql)
    assert run("SELECT outcome, figures FROM allocations_decision") == [("rejected", [])]


def test_chair_without_a_role_today_chairs_no_more(commission, candidacies):
    commission.open()
    camille = commission.person("camille").pk
    run("ALTER TABLE access_assignment DISABLE TRIGGER USER")
    run("UPDATE access_assignment SET last_day = loge_today() - 1 WHERE person_id = %s", camille)
    as_role(Compartment.COMMITTEE, camille, "UPDATE allocations_session SET quorum = 1, state = 'closed'")
    assert run("SELECT state, quorum FROM allocations_session") == [("open", 2)]


def test_chair_signs_in_no_other_name(commission, candidacies):
    commission.open()
    for rank, candidacy in enumerate(candidacies, 1):
        commission.decide(candidacy, "b", rank=rank)
    commission.close()
    sign = "UPDATE allocations_session SET state = 'signed', signed_at = loge_now(), minutes_digest = 'x',"
    sign += " signed_by_id = %s"
    camille = commission.person("camille").pk
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(Compartment.COMMITTEE, camille, sign, commission.person("mehdi").pk)
    as_role(Compartment.COMMITTEE, commission.person("mehdi").pk, sign, commission.person("mehdi").pk)
    assert run("SELECT state FROM allocations_session") == [("closed",)]
    as_role(Compartment.COMMITTEE, camille, sign, camille)
    assert run("SELECT state, signed_by_id FROM allocations_session") == [("signed", camille)]


def test_unknown_code_of_a_state_is_refused(commission, candidacies):
    with refused("candidacy_state_known"):
        run("UPDATE allocations_candidacy SET state = 'liked'")
    with refused("candidacy_number_once"):
        run("UPDATE allocations_candidacy SET number = 1")
    with refused("agenda_carried_reason_listed"):
        run("UPDATE allocations_agendaitem SET carried_reason = 'tired'")
    with refused("agenda_few_reason_listed"):
        run("UPDATE allocations_agendaitem SET few_reason = 'known'")
    with pytest.raises(IntegrityError):
        run("UPDATE allocations_sheet SET documents_to_come = '{letter}'")
