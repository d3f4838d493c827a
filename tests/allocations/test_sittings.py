"""Actions for cases in which the commission could not go on.

Dwellings are taken off the agenda or carried over to another session, seats are taken back, and other members preside.
"""

import threading
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connections, transaction

from access.compartments import Compartment as C
from access.permissions import Permission as P
from allocations.actions.decisions import recuse
from allocations.actions.sessions import (
    cancel_session,
    carry_over,
    give_seat,
    preside_item,
    release_seat,
    replace_member,
    take_chair,
    take_off_agenda,
)
from allocations.committee.signing import minutes_of
from allocations.models import AgendaItem, Candidacy, Decision, Seat, Session
from tests.allocations.builders import acting_as
from tests.allocations.commission import Commission
from tests.allocations.refusals import refused
from tests.builders import OWNER, assign, events, let, make_person, make_tenant, paris_day, run
from tests.database.test_policies import as_role

pytestmark = pytest.mark.usefixtures("unkept")


def act(commission: Commission, name: str, permission: P, action: Any, model: Any, pk: object, **values: Any) -> Any:
    """Run an action as a person on a row that this person can read.

    The row is passed as the keyword argument `item`, `session` or `seat`.
    """
    person = commission.person(name)
    names = {AgendaItem: "item", Session: "session", Seat: "seat"}
    with acting_as(person, permission) as access:
        row = access.rows(model).get(pk=pk)
        return action(by=person, context=access.context, **{names[model]: row}, **values)


def session_of(commission: Commission) -> UUID:
    assert commission.session
    return commission.session.pk


def take_off(commission: Commission, name: str = "aline", permission: P = P.VACANCY_CONVENE) -> None:
    act(commission, name, permission, take_off_agenda, AgendaItem, commission.item.pk)


def carry(commission: Commission, name: str = "camille", reason: str = "quorum_lost") -> None:
    act(commission, name, P.COMMITTEE_CHAIR, carry_over, AgendaItem, commission.item.pk, reason=reason)


def recuse_from(commission: Commission, name: str, number: str | None = None) -> None:
    how: dict[str, Any] = {"number": number} if number else {"item": commission.item.pk}
    act(commission, name, P.COMMITTEE_SIT, recuse, Session, session_of(commission), **how)


def seat_of(commission: Commission, name: str) -> Seat:
    rows = Seat.objects.using(OWNER).filter(session=session_of(commission))
    row: Seat = rows.get(person=commission.person(name))
    return row


def states() -> list[str]:
    return [state for (state,) in run("SELECT state FROM allocations_candidacy ORDER BY number")]


def vacancy_state() -> str:
    [(state,)] = run("SELECT state FROM allocations_vacancy")
    return str(state)


def minutes(commission: Commission, session: UUID) -> str:
    with acting_as(commission.person("camille"), P.COMMITTEE_CHAIR) as access:
        return minutes_of(access, access.rows(Session).get(pk=session)).text


# --- Cancelling a session ---------------------------------------------------------------------------------------------


def cancel(commission: Commission, name: str = "rosa") -> None:
    act(commission, name, P.SESSION_CONVENE, cancel_session, Session, session_of(commission))


def test_dwelling_of_a_cancelled_session_goes_to_another_one(commission, candidacies):
    first = session_of(commission)
    recuse_from(commission, "mehdi", candidacies[0].application.number)
    cancel(commission)
    assert run("SELECT state FROM allocations_session") == [("cancelled",)]
    assert states() == ["designated"] * 3 and vacancy_state() == "shortlisted"
    assert not AgendaItem.objects.using(OWNER).exists()
    [event] = events(kind="session_cancelled")
    assert event["facts"] == {"session": str(first), "dwellings": 1} and not events(kind="vacancy_taken_off")
    commission.convene()
    assert states() == ["presented"] * 3 and session_of(commission) != first
    recused = run("SELECT candidacy_id FROM allocations_recusal WHERE seat_id = %s", seat_of(commission, "mehdi").pk)
    assert recused == [(candidacies[0].pk,)]


def test_members_see_nothing_of_a_cancelled_session(commission, candidacies):
    cancel(commission)
    for name in ("camille", "mehdi", "marion"):
        for table in ("session", "seat", "agendaitem", "candidacy", "sheet"):
            sql = f"SELECT 1 FROM allocations_{table}"
            assert as_role(C.COMMITTEE, commission.person(name).pk, sql) == [], (name, table)
        with acting_as(commission.person(name), P.COMMITTEE_SIT) as access:
            assert not access.rows(Session).exists() and not access.rows(Seat).exists()


def test_open_or_cancelled_session_is_not_cancelled(commission, candidacies):
    commission.open()
    with pytest.raises(ValidationError, match="Seule une séance qui n’est pas ouverte"):
        cancel(commission)
    assert states() == ["presented"] * 3 and not events(kind="session_cancelled")
    commission.force("allocations_session", "UPDATE allocations_session SET state = 'cancelled', opened_at = NULL,"
        " quorum = NULL")  # fmt: skip
    with pytest.raises(ValidationError, match="Seule une séance qui n’est pas ouverte"):
        cancel(commission)
    with refused("session_states_follow"):
        run("UPDATE allocations_session SET state = 'convened'")
    with pytest.raises(ValidationError, match="Cette séance est annulée"):
        act(
            commission, "rosa", P.SESSION_CONVENE, release_seat, Seat, seat_of(commission, "mehdi").pk, reason="mistake"
        )


def test_only_the_manager_cancels_a_session(landlord, commission, candidacies):
    session, cancelled = session_of(commission), "UPDATE allocations_session SET state = 'cancelled'"
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(C.COMMITTEE, commission.person("camille").pk, cancelled)
    sql = "SELECT allocations_cancel_session(%s)"
    assert as_role(C.STEERING, commission.person("aline").pk, sql, session) == [(None,)]
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(C.STEERING, commission.person("rosa").pk, cancelled)
    assert as_role(C.STEERING, commission.person("rosa").pk, sql, session) == [(1,)]


# --- Taking a dwelling off the agenda ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "permission"), [("aline", P.VACANCY_CONVENE), ("rosa", P.SESSION_CONVENE)])
def test_dwelling_goes_from_one_agenda_to_another_before_the_session_opens(commission, candidacies, name, permission):
    first = commission.session
    take_off(commission, name, permission)
    assert states() == ["designated"] * 3 and vacancy_state() == "shortlisted"
    assert not AgendaItem.objects.using(OWNER).exists()
    [event] = events(kind="vacancy_taken_off")
    assert event["facts"] == {"vacancy": str(commission.vacancy.pk), "session": str(first.pk)}
    commission.convene()
    assert states() == ["presented"] * 3 and commission.item.session_id == session_of(commission) != first.pk


def test_another_officer_of_the_place_does_not_take_it_off(landlord, commission, candidacies):
    other = make_person("Autre Chargée", landlord.place("Agence Belleville"))
    assign(other, "allocation_officer", landlord.place("Agence Belleville"))
    sql = "SELECT * FROM allocations_take_off_agenda(%s)"
    assert as_role(C.POOL, other.pk, sql, commission.item.pk) == []
    assert as_role(C.POOL, commission.person("basile").pk, sql, commission.item.pk) == []
    assert states() == ["presented"] * 3
    assert len(as_role(C.POOL, commission.person("aline").pk, sql, commission.item.pk)) == 1


@pytest.mark.parametrize(("name", "permission"), [("aline", P.VACANCY_CONVENE), ("rosa", P.SESSION_CONVENE)])
def test_dwelling_stays_on_the_agenda_of_an_open_session(commission, candidacies, name, permission):
    commission.open()
    with pytest.raises(ValidationError, match="Seuls la personne qui a inscrit"):
        take_off(commission, name, permission)
    assert states() == ["presented"] * 3 and vacancy_state() == "convened"


# --- Carrying a dwelling over -----------------------------------------------------------------------------------------


def test_carried_over_dwelling_is_decided_by_another_session(commission, candidacies):
    first = commission.session
    commission.open()
    rejected = commission.propose(candidacies[0], "a", rank=1)
    for name in ("camille", "mehdi"):
        commission.vote(rejected, name, "against")
    commission.count(rejected)
    pending = commission.propose(candidacies[1], "b", rank=1)
    commission.vote(pending, "camille")
    carry(commission)
    assert states() == ["designated"] * 3 and vacancy_state() == "shortlisted"
    assert commission.row(Decision, pending).outcome == "lapsed"
    [event] = events(kind="vacancy_carried_over")
    assert event["facts"]["reason"] == "quorum_lost" and event["facts"]["session"] == str(first.pk)
    commission.convene()
    second, commission.session = commission.session, first
    commission.close()
    # Closing the first session decides nothing about the dwelling that it carried over.
    assert vacancy_state() == "convened"
    assert "carried_reason=quorum_lost key=-" in minutes(commission, first.pk)
    assert "sheet " not in minutes(commission, first.pk)
    commission.session = second
    commission.open()
    for place, candidacy in enumerate(candidacies, start=1):
        commission.decide(candidacy, "b", rank=place)
    commission.close()
    assert vacancy_state() == "decided" and states() == ["ranked"] * 3
    text = minutes(commission, second.pk)
    assert text.count("decision ") == 3 and "rejected" not in text and "lapsed" not in text
    assert "carried_reason=- key=-" not in text


@pytest.mark.parametrize("name", ["mehdi", "marion"])
def test_only_the_chair_carries_a_dwelling_over(commission, candidacies, name):
    commission.open()
    with pytest.raises(ValidationError, match="Seule la personne qui préside"):
        carry(commission, name)
    assert vacancy_state() == "convened"


def test_nothing_is_carried_over_before_the_opening_or_twice(commission, candidacies):
    with pytest.raises(ValidationError, match="Seule la personne qui préside"):
        carry(commission)
    commission.open()
    carry(commission)
    with pytest.raises(ValidationError, match="Seule la personne qui préside"):
        carry(commission)


def test_sheets_without_a_decision_are_carried_over_after_an_allocation(commission, candidacies):
    """A session can be closed once its undecided candidates are carried over (left for a later session). Because one
    candidate was ranked, the vacancy is then in the state "decided"."""
    first, second, _third = candidacies
    commission.open()
    commission.decide(second, "b", rank=1)
    pending = commission.propose(first, "b", rank=2)
    with refused("session_decides_every_sheet"):
        commission.close()
    carry(commission)
    assert states() == ["designated", "ranked", "designated"] and vacancy_state() == "convened"
    assert commission.row(Decision, pending).outcome == "lapsed"
    commission.close()
    assert vacancy_state() == "decided"
    text = minutes(commission, session_of(commission))
    assert text.count("sheet ") == text.count("decision ") == 1 and "carried_reason=quorum_lost" in text
    assert "key=-" not in text
    commission.sign()
    commission.send(second)
    commission.notify(second, paris_day())
    commission.answer(second, "refused", paris_day())
    assert vacancy_state() == "shortlisted" and states() == ["designated", "refused", "designated"]


def test_candidate_without_a_decision_ends_when_the_dwelling_is_let(commission, candidacies):
    commission.open()
    commission.decide(candidacies[0], "a", rank=1)
    carry(commission)
    commission.close()
    commission.sign()
    commission.send(candidacies[0])
    commission.answer(candidacies[0], "accepted", paris_day())
    commission.hand_over(candidacies[0])
    [(former,)] = run("SELECT lease_id FROM tenants_leaseunit WHERE unit_id = %s", commission.unit.pk)
    for table in ("leaseunit", "leaseparty"):
        commission.force(
            f"tenants_{table}", f"UPDATE tenants_{table} SET last_day = loge_today() - 1 WHERE lease_id = %s", former
        )
    lease = let(commission.unit, make_tenant("Candidat0", "Anne"), start=0).lease_id
    sql = "SELECT allocations_lease_signed(%s, %s) IS NOT NULL"
    assert as_role(C.ACCOUNT, commission.person("elise").pk, sql, candidacies[0].pk, lease) == [(True,)]
    assert states() == ["accepted", "withdrawn", "withdrawn"] and vacancy_state() == "let"


def test_nothing_is_carried_over_once_every_sheet_is_decided(commission, candidacies):
    commission.open()
    for rank, candidacy in enumerate(candidacies, 1):
        commission.decide(candidacy, "b", rank=rank)
    with refused("carried_over_undecided"):
        carry(commission)


def test_adopted_refusal_stays_while_the_others_are_carried_over(commission, candidacies):
    run("UPDATE allocations_sheet SET persons = 9 WHERE candidacy_id = %s", candidacies[0].pk)
    commission.open()
    commission.decide(candidacies[0], "d", motive="too_small")
    carry(commission)
    assert states() == ["declined", "designated", "designated"]
    commission.close()
    assert minutes(commission, session_of(commission)).count("sheet ") == 1
    # Only two of three candidates are left, so the next session needs a lawful reason for fewer than three.
    with refused("three_or_reason"):
        commission.convene()


def test_reason_of_a_carry_over_is_of_the_list(commission, candidacies):
    commission.open()
    for reason in ("tired", ""):
        with refused("agenda_carried_reason_listed"):
            carry(commission, reason=reason)
    assert states() == ["presented"] * 3 and vacancy_state() == "convened"


def test_candidate_whose_application_was_closed_is_not_carried_over(commission, candidacies):
    commission.open()
    run(
        "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"
        " WHERE id = %s",
        candidacies[0].application_id,
    )
    carry(commission)
    assert states() == ["withdrawn", "designated", "designated"]


def test_proposal_lapses_only_with_its_item(commission, candidacies):
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    sql = "UPDATE allocations_decision SET outcome = 'lapsed' WHERE id = %s RETURNING 1"
    with pytest.raises(DatabaseError, match="decision_can_still_be_adopted"):
        as_role(C.COMMITTEE, commission.person("camille").pk, sql, decision)


def test_session_without_a_decision_for_want_of_members_ends(commission, candidacies):
    """If all members are recused, nothing can be decided, and the dwelling goes to another session."""
    for name in ("camille", "mehdi", "marion"):
        recuse_from(commission, name)
    commission.open()
    carry(commission, reason="all_recused")
    commission.close()
    assert vacancy_state() == "shortlisted"


def test_recusal_follows_its_person_to_the_next_session(commission, candidacies):
    number = commission.applications[0].number
    recuse_from(commission, "mehdi", number)
    commission.open()
    carry(commission)
    commission.close()
    commission.convene()
    commission.open()
    decision = commission.propose(candidacies[0], "b", rank=1)
    with refused("vote_not_when_recused"):
        commission.vote(decision, "mehdi")
    commission.vote(decision, "marion")


def test_recusal_follows_whoever_gets_a_seat_while_the_dwelling_goes_on_the_agenda(commission, candidacies):
    """A member's recusal from a candidate also applies to a seat that the member gets while the candidate's dwelling is
    being put on the agenda.

    The two transactions must wait for each other, because neither sees the uncommitted rows of the other.
    """
    recuse_from(commission, "mehdi", commission.applications[0].number)
    commission.open()
    carry(commission)
    commission.close()
    rosa, aline, mehdi = (commission.person(name).pk for name in ("rosa", "aline", "mehdi"))
    session = "INSERT INTO allocations_session (id, held_at, state, convened_on, convened_by_id, minutes_digest)"
    [(second,)] = run(
        f"{session} VALUES (gen_random_uuid(), loge_now(), 'convened', loge_today(), %s, '') RETURNING id", rosa
    )
    put = "SELECT allocations_put_on_agenda(%s, %s, '')"

    def put_on_agenda() -> None:
        try:
            as_role(C.POOL, aline, put, commission.vacancy.pk, second)
        finally:
            connections.close_all()

    thread = threading.Thread(target=put_on_agenda)
    with transaction.atomic(using=OWNER):
        seat = "INSERT INTO allocations_seat (id, session_id, person_id, voice, chairs, casting, present)"
        run(f"{seat} VALUES (gen_random_uuid(), %s, %s, 'tenants', false, false, false)", second, mehdi)
        thread.start()
        thread.join(timeout=1)
    thread.join()
    assert states() == ["presented"] * 3
    recused = "SELECT count(*) FROM allocations_recusal r JOIN allocations_seat s ON s.id = r.seat_id"
    assert run(f"{recused} WHERE s.session_id = %s", second) == [(1,)]


# --- Seats ------------------------------------------------------------------------------------------------------------


def release(commission: Commission, name: str, reason: str = "prevented") -> None:
    seat = seat_of(commission, name).pk
    act(commission, "rosa", P.SESSION_CONVENE, release_seat, Seat, seat, reason=reason)


def test_released_seat_opens_nothing_and_counts_for_no_quorum(commission, candidacies):
    release(commission, "marion")
    seat = seat_of(commission, "marion")
    assert (seat.released, seat.casting, seat.votes) == ("prevented", False, False)
    with acting_as(commission.person("marion"), P.COMMITTEE_SIT) as access:
        assert not access.rows(Session).exists() and not access.rows(Candidacy).exists()
    with refused("seat_released_is_empty"):
        commission.open("camille", "mehdi", "marion")
    [event] = events(kind="seat_released")
    assert event["facts"]["reason"] == "prevented"


def test_substitute_has_the_seat_with_its_voice_and_casting_vote(landlord, commission, candidacies):
    substitute = make_person("Suppléante Mairie", landlord.place("Agence Belleville"))
    assign(substitute, "committee_member", landlord.place("Office des Trois-Rives"))
    substitute._state.db = "default"
    act(
        commission, "rosa", P.SESSION_CONVENE, replace_member, Seat, seat_of(commission, "marion").pk, person=substitute
    )
    seat = Seat.objects.using(OWNER).get(person=substitute)
    assert (seat.voice, seat.casting, seat.released) == ("mayor", True, "")
    assert seat_of(commission, "marion").released == "replaced"


def test_seat_given_again_has_its_recusals(commission, candidacies):
    recuse_from(commission, "mehdi", commission.applications[0].number)
    release(commission, "mehdi")
    rosa, mehdi = commission.person("rosa"), commission.person("mehdi")
    mehdi._state.db = "default"
    act(
        commission, "rosa", P.SESSION_CONVENE, give_seat, Session, session_of(commission), person=mehdi, voice="tenants"
    )
    assert run("SELECT count(*) FROM allocations_recusal") == [(1,)]
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(C.STEERING, rosa.pk, "DELETE FROM allocations_seat")


def test_composition_of_an_open_session_stays(commission, candidacies):
    commission.open("camille", "mehdi")
    rosa, sql = commission.person("rosa").pk, "UPDATE allocations_seat SET released = 'mistake' RETURNING 1"
    assert as_role(C.STEERING, rosa, sql.replace("chairs", "")) == []
    with pytest.raises(ValidationError, match="déjà ouverte"):
        release(commission, "marion")


# --- Who presides -----------------------------------------------------------------------------------------------------


def begin(commission: Commission) -> None:
    """Set the start time of the session to now."""
    run("UPDATE allocations_session SET held_at = loge_now()")


def take(commission: Commission, name: str) -> None:
    act(commission, name, P.COMMITTEE_SIT, take_chair, Session, session_of(commission))


def test_member_of_the_landlord_takes_the_chair_of_an_absent_chair(commission, candidacies):
    begin(commission)
    take(commission, "mehdi")
    [event] = events(kind="chair_taken")
    assert event["facts"] == {"session": str(session_of(commission)), "reason": "chair_absent"}
    assert (seat_of(commission, "mehdi").chairs, seat_of(commission, "mehdi").elected) == (True, True)
    assert not seat_of(commission, "camille").chairs
    with acting_as(commission.person("mehdi"), P.COMMITTEE_CHAIR) as access:
        assert access.rows(Seat).filter(chairs=True).get().person_id == access.person.pk


def test_chair_is_not_taken_before_the_hour(commission, candidacies):
    with refused("chair_taken_by_the_landlord"):
        take(commission, "mehdi")


def test_chair_is_not_taken_by_another_voice(commission, candidacies):
    begin(commission)
    with refused("chair_taken_by_the_landlord"):
        take(commission, "marion")


def test_absent_member_does_not_take_the_chair_of_an_open_session(commission, candidacies):
    begin(commission)
    commission.open("camille", "marion")
    with refused("chair_taken_by_the_landlord"):
        take(commission, "mehdi")


def test_elected_chair_opens_with_the_quorum_of_those_present(landlord, commission, candidacies):
    begin(commission)
    take(commission, "mehdi")
    commission.chair = "mehdi"
    with refused("session_quorum"):
        commission.open("mehdi")
    commission.open("mehdi", "marion")
    for place, candidacy in enumerate(candidacies, start=1):
        decision = commission.propose(candidacy, "b", rank=place)
        for name in ("mehdi", "marion"):
            commission.vote(decision, name)
        commission.count(decision)
    commission.close()
    with acting_as(commission.person("mehdi"), P.COMMITTEE_CHAIR) as access:
        text = minutes_of(access, access.rows(Session).get(pk=session_of(commission))).text
    assert "voice=tenants chairs=yes casting=no present=yes elected=yes" in text


def preside(commission: Commission, name: str) -> None:
    act(commission, name, P.COMMITTEE_SIT, preside_item, AgendaItem, commission.item.pk)


def test_another_member_presides_the_dwelling_of_a_recused_chair(commission, candidacies):
    recuse_from(commission, "camille")
    commission.open()
    preside(commission, "mehdi")
    [event] = events(kind="chair_taken")
    assert event["facts"]["reason"] == "chair_recused" and event["facts"]["vacancy"] == str(commission.vacancy.pk)
    with pytest.raises(DatabaseError, match="row-level security"):
        commission.propose(candidacies[0], "b", rank=1)
    commission.chair = "mehdi"
    for place, candidacy in enumerate(candidacies, start=1):
        decision = commission.propose(candidacy, "b", rank=place)
        for name in ("mehdi", "marion"):
            commission.vote(decision, name)
        assert commission.count(decision).outcome == "adopted"
    # The chair closes the session. For this dwelling, the minutes must name Mehdi (member), who presided then.
    commission.chair = "camille"
    commission.close()
    text = minutes(commission, session_of(commission))
    assert f"presided_by={commission.person('mehdi').pk}" in text


def test_casting_vote_of_the_mayor_decides_under_another_president(commission, candidacies):
    recuse_from(commission, "camille")
    commission.open()
    preside(commission, "mehdi")
    commission.chair = "mehdi"
    decision = commission.propose(candidacies[0], "b", rank=1)
    commission.vote(decision, "mehdi", "against")
    commission.vote(decision, "marion", "for")
    counted = commission.count(decision)
    assert (counted.outcome, counted.by_casting) == ("adopted", True)


def test_quorum_counts_those_who_are_not_recused(commission, candidacies):
    recuse_from(commission, "camille")
    commission.open()
    preside(commission, "mehdi")
    commission.chair = "mehdi"
    decision = commission.propose(candidacies[0], "b", rank=1)
    commission.vote(decision, "mehdi")
    with refused("decision_with_quorum"):
        commission.count(decision)


@pytest.mark.parametrize(
    ("recused", "present"),
    [
        ((), ("camille", "mehdi", "marion")),
        (("marion",), ("camille", "mehdi", "marion")),
        (("camille", "mehdi"), ("camille", "mehdi", "marion")),
        (("camille",), ("camille", "marion")),
    ],
)
def test_nobody_presides_without_a_recused_chair_or_while_recused_or_absent(commission, candidacies, recused, present):
    for name in recused:
        recuse_from(commission, name)
    commission.open(*present)
    for name in ("mehdi", "marion"):
        with refused("item_presided_by_the_landlord"):
            preside(commission, name)


def test_functions_refuse_a_person_without_a_seat(commission, candidacies):
    commission.open()
    noel, item = commission.person("noel").pk, commission.item.pk
    assert as_role(C.COMMITTEE, noel, f"SELECT * FROM allocations_carry_over('{item}', 'no_time')") == []
    for call in (f"preside_item('{item}')", f"take_chair('{session_of(commission)}')"):
        with pytest.raises(DatabaseError, match="by_the_landlord"):
            as_role(C.COMMITTEE, noel, f"SELECT allocations_{call}")
