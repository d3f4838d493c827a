"""Offers follow the ranks of the commission, deadlines are those of the law, and signed minutes cannot be changed."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.offers import expire_offers, hand_over, record_answer, record_notification, send_offer
from allocations.models import Applicant, Candidacy, Offer
from tests.allocations.builders import acting_as
from tests.allocations.commission import Commission
from tests.allocations.refusals import refused
from tests.allocations.test_commission_rules import state_of
from tests.builders import OWNER, let, make_tenant, make_unit, paris_day, run
from tests.database.test_policies import as_role

pytestmark = pytest.mark.usefixtures("unkept")

LEASE = "SELECT allocations_lease_signed(%s, %s)"


def by_aline(commission: Commission, candidacy: Candidacy, action, **values):
    aline = commission.person("aline")
    with acting_as(aline, Permission.OFFER_SEND) as access:
        row = access.rows(Candidacy).select_related("vacancy").get(pk=candidacy.pk)
        given = (
            {"candidacy": row}
            if action in (send_offer, hand_over)
            else {"offer": Offer._default_manager.get(candidacy=row)}
        )
        return action(by=aline, context=access.context, **given, **values)


def answer(commission: Commission, candidacy: Candidacy, text: str) -> None:
    by_aline(commission, candidacy, send_offer)
    by_aline(commission, candidacy, record_notification, delivery="handed", notified_on=paris_day())
    by_aline(commission, candidacy, record_answer, answer=text, answered_on=paris_day())


def free(commission: Commission) -> None:
    """End the lease of the former tenant of the dwelling."""
    [(former,)] = run("SELECT lease_id FROM tenants_leaseunit WHERE unit_id = %s", commission.unit.pk)
    for table in ("leaseunit", "leaseparty"):
        run(f"ALTER TABLE tenants_{table} DISABLE TRIGGER USER")
        run(f"UPDATE tenants_{table} SET last_day = loge_today() - 1 WHERE lease_id = %s", former)


def test_offer_follows_the_ranks(commission, ranked):
    first, second, third = ranked
    for early in (second, third):
        with refused("offer_follows_rank"):
            by_aline(commission, early, send_offer)
    answer(commission, first, "refused")
    with refused("offer_follows_rank"):
        by_aline(commission, third, send_offer)
    by_aline(commission, second, send_offer)
    with refused("offer_follows_rank"):
        by_aline(commission, third, send_offer)
    with refused("offer_follows_rank"):
        by_aline(commission, first, send_offer)


def test_vacancy_whose_candidates_all_refused_is_oriented_again(commission, ranked):
    for candidacy in ranked:
        answer(commission, candidacy, "refused")
    assert run("SELECT state FROM allocations_vacancy") == [("oriented",)]
    assert [line.rank for line in commission.shortlist()] == [1]


def test_conditional_allocation_waits_for_its_document(commission):
    designated = commission.present()
    commission.open()
    commission.decide(designated[0], "c", rank=1, missing_document="identity", document_by=paris_day(5))
    for rank, candidacy in enumerate(designated[1:], 2):
        commission.decide(candidacy, "b", rank=rank)
    commission.close()
    commission.sign()
    with refused("offer_after_the_condition"):
        by_aline(commission, designated[0], send_offer)
    with refused("offer_follows_rank"):
        by_aline(commission, designated[1], send_offer)
    run("ALTER TABLE allocations_decision DISABLE TRIGGER USER")
    run("UPDATE allocations_decision SET document_by = loge_today() - 1 WHERE kind = 'c'")
    assert expire_offers(by="test") == 1 and state_of(designated[0]) == "declined"
    by_aline(commission, designated[1], send_offer)


OFFER = "UPDATE allocations_offer SET "
NOTIFIED = OFFER + "delivery = 'handed', notified_on = loge_today(), answer_by = loge_today() + "


@pytest.mark.parametrize(
    ("rule", "statements"),
    [
        ("offer_ten_days", [OFFER + "delay_days = 9"]),
        ("offer_ten_days", [NOTIFIED + "9"]),
        ("offer_notified_once", [OFFER + "notified_on = loge_today()"]),
        ("offer_notified_once", [OFFER + "delivery = 'handed', answer_by = loge_today() - 30"]),
        ("offer_notified_once", [NOTIFIED.replace("handed", "called") + "10"]),
        ("offer_notified_once",
         [OFFER + "delivery = 'handed', notified_on = loge_today() - 1, answer_by = loge_today() + 10"]),
        ("answer_in_time", [OFFER + "answer = 'silent', answered_on = loge_today()"]),
        ("answer_in_time", [NOTIFIED + "10", OFFER + "answer = 'silent', answered_on = loge_today() + 10"]),
        ("answer_in_time", [NOTIFIED + "10", OFFER + "answer = 'silent', answered_on = loge_today() + 11"]),
        ("answer_in_time", [OFFER + "answer = 'accepted'"]),
        ("answer_in_time", [OFFER + "answer = 'accepted', answered_on = loge_today() - 1"]),
        ("answer_in_time", [OFFER + "answer = 'kept', answered_on = loge_today()"]),
        ("answer_not_after_the_delay",
         [NOTIFIED + "10", OFFER + "answer = 'accepted', answered_on = loge_today() + 11"]),
        ("offer_answered_once",
         [OFFER + "answer = 'refused', answered_on = loge_today()", OFFER + "answer = 'accepted'"]),
    ],
)  # fmt: skip
def test_delays_and_answers_of_an_offer(commission, ranked, rule, statements):
    by_aline(commission, ranked[0], send_offer)
    *before, last = statements
    for statement in before:
        run(statement)
    with refused(rule):
        run(last)


def test_silence_is_recorded_the_night_after_the_last_day(commission, ranked):
    by_aline(commission, ranked[0], send_offer)
    assert expire_offers(by="test") == 0
    # An answer that was given in time may arrive up to three days later.
    for day, ended in ((-3, 0), (-4, 1)):
        run(
            "UPDATE allocations_offer SET sent_on = loge_today() - 30, delivery = 'handed',"
            " notified_on = loge_today() + %s - 10, answer_by = loge_today() + %s",
            day,
            day,
        )
        assert expire_offers(by="test") == ended
    assert state_of(ranked[0]) == "silent"
    by_aline(commission, ranked[1], send_offer)


@pytest.mark.spoils
def test_lease_follows_an_accepted_offer_and_is_the_only_one(commission, ranked):
    with refused("lease_after_acceptance"):
        by_aline(commission, ranked[0], hand_over)
    by_aline(commission, ranked[0], send_offer)
    with refused("lease_after_acceptance"):
        by_aline(commission, ranked[0], hand_over)
    run("DELETE FROM allocations_offer")
    run("UPDATE allocations_candidacy SET state = 'ranked' WHERE id = %s", ranked[0].pk)
    answer(commission, ranked[0], "accepted")
    by_aline(commission, ranked[0], hand_over)
    # Let another candidacy of the same application be accepted for another dwelling, with triggers disabled.
    run("ALTER TABLE allocations_candidacy DISABLE TRIGGER USER")
    run("ALTER TABLE allocations_offer DISABLE TRIGGER USER")
    run("ALTER TABLE allocations_candidacy DROP CONSTRAINT candidacy_once")
    run(
        "UPDATE allocations_candidacy SET application_id = %s, state = 'accepted' WHERE id = %s",
        ranked[0].application_id,
        ranked[1].pk,
    )
    run(
        "INSERT INTO allocations_offer (id, candidacy_id, sent_on, sent_by_id, delay_days, delivery, answer,"
        " answered_on) SELECT gen_random_uuid(), %s, sent_on, sent_by_id, 10, '', 'accepted', sent_on"
        " FROM allocations_offer",
        ranked[1].pk,
    )
    with refused("one_lease_an_application"):
        by_aline(commission, ranked[1], hand_over)


def test_lease_of_the_former_tenant_does_not_let_the_dwelling(commission, ranked):
    answer(commission, ranked[0], "accepted")
    by_aline(commission, ranked[0], hand_over)
    elise = commission.person("elise").pk
    [(former,)] = run("SELECT lease_id FROM tenants_leaseunit WHERE unit_id = %s", commission.unit.pk)
    assert as_role(Compartment.ACCOUNT, elise, LEASE, ranked[0].pk, former) == [(None,)]
    free(commission)
    new = let(commission.unit, make_tenant("Candidat0", "Anne"), start=0)
    assert as_role(Compartment.ACCOUNT, commission.person("fatou").pk, LEASE, ranked[0].pk, new.lease_id) == [(None,)]
    [(application,)] = as_role(Compartment.ACCOUNT, elise, LEASE, ranked[0].pk, new.lease_id)
    assert application == ranked[0].application_id
    assert run("SELECT state, closing_motive FROM allocations_application WHERE id = %s", application) == [
        ("closed", "signed_lease")
    ]
    assert run("SELECT state FROM allocations_vacancy") == [("let",)] and state_of(ranked[0]) == "accepted"


@pytest.mark.parametrize("names", [(), ("Anne",), ("Anne", "Paul", "Luc")])
def test_lease_has_the_applicants_as_its_holders_and_nobody_else(commission, ranked, names):
    spouse = {"tie": "spouse", "last_name": "Candidat0", "first_name": "Paul", "birth_date": paris_day(-12_000)}
    Applicant(application=commission.applications[0], **spouse).save(using=OWNER)
    answer(commission, ranked[0], "accepted")
    by_aline(commission, ranked[0], hand_over)
    free(commission)
    holders = [make_tenant("Candidat0", name) for name in names] or [make_tenant("Cousin"), make_tenant("Autre")]
    signed = let(commission.unit, *holders, start=0).lease_id
    with refused("lease_of_the_applicants"):
        as_role(Compartment.ACCOUNT, commission.person("elise").pk, LEASE, ranked[0].pk, signed)
    assert run("SELECT state FROM allocations_vacancy") == [("offered",)]


@pytest.mark.parametrize(("name", "signed"), [("Candidat0", True), ("Candidat01", False)])
def test_transferred_household_has_the_name_of_the_applicant(landlord, commission, ranked, name, signed):
    """A household that moves from another dwelling may sign only if one lease holder has the applicant's name."""
    answer(commission, ranked[0], "accepted")
    by_aline(commission, ranked[0], hand_over)
    free(commission)
    household = [make_tenant(name, "Anne"), make_tenant("Second")]
    let(make_unit(landlord.building("Glycines A"), "88", 3), *household, end=-1)
    lease = let(commission.unit, *household, start=0).lease_id
    with nullcontext() if signed else refused("lease_of_the_applicants"):
        as_role(Compartment.ACCOUNT, commission.person("elise").pk, LEASE, ranked[0].pk, lease)
    assert run("SELECT state FROM allocations_vacancy") == [("let" if signed else "offered",)]


ERASED = "UPDATE allocations_candidacy SET application_id = NULL"
CLOSED = "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"


@pytest.mark.parametrize(
    "end",
    [CLOSED + " WHERE id = %s", ERASED + " WHERE application_id = %s"],
)
@pytest.mark.parametrize("step", ["ranked", "offered", "accepted"])
def test_next_rank_gets_its_turn_when_an_application_ends(commission, ranked, end, step):
    """A candidate whose application is closed or deleted must not block the dwelling for the next candidate."""
    if step != "ranked":
        by_aline(commission, ranked[0], send_offer)
    if step == "accepted":
        by_aline(commission, ranked[0], record_answer, answer="accepted", answered_on=paris_day())
    run(end, ranked[0].application_id)
    assert state_of(ranked[0]) == "withdrawn"
    answer(commission, ranked[1], "refused")
    run(end, ranked[2].application_id)
    assert run("SELECT state FROM allocations_vacancy") == [("oriented",)]


SIGNED = {
    "session": "held_at = held_at + interval '1 day'",
    "seat": "present = false",
    "agendaitem": "position = 9",
    "recusal": "declared_at = declared_at - interval '1 day'",
    "decision": "rank = rank + 1",
    "vote": "choice = 'against'",
}


@pytest.mark.parametrize("table", SIGNED)
def test_signed_minutes_stay(commission, ranked, table):
    recusal = (
        "INSERT INTO allocations_recusal (id, seat_id, candidacy_id, declared_at)"
        " SELECT gen_random_uuid(), s.id, %s, loge_now() FROM allocations_seat s WHERE s.casting"
    )
    commission.force("allocations_recusal", recusal, ranked[0].pk)
    if table == "decision":
        run("ALTER TABLE allocations_decision DISABLE TRIGGER allocations_decision_holds")
    with refused("signed_minutes_stay"):
        run(f"UPDATE allocations_{table} SET {SIGNED[table]}")
    with refused("signed_minutes_stay"):
        run(f"DELETE FROM allocations_{table}")
    if table in ("seat", "agendaitem"):
        with refused("signed_minutes_stay"):
            run(f"INSERT INTO allocations_{table} SELECT * FROM allocations_{table}")
    run("ALTER TABLE allocations_session DISABLE TRIGGER USER")
    run("UPDATE allocations_session SET signed_at = %s", paris_day() - timedelta(days=2000))
    run("ALTER TABLE allocations_session ENABLE TRIGGER USER")
    with refused("signed_minutes_stay"):
        run(f"UPDATE allocations_{table} SET {SIGNED[table]}")
    run(f"DELETE FROM allocations_{table} WHERE false")
    for gone in ("vote", "recusal"):
        run(f"DELETE FROM allocations_{gone}")
