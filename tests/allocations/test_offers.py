"""Offers of a dwelling: the order of the ranks, the deadline to answer, and the list of due tasks.

At night, offers without an answer expire, and conditions that were not met lapse.
"""

import io
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from access.compartments import Compartment
from access.permissions import Permission
from allocations.actions.occasions import open_due
from allocations.actions.offers import expire_offers
from allocations.actions.vacancies import withdraw_vacancy
from allocations.models import Application, Candidacy, Offer, Priority, SupportingDocument, Vacancy
from allocations.vocabulary import FEATURES
from tests.allocations.builders import acting_as, make_contingent, make_offer
from tests.allocations.commission import Commission
from tests.allocations.refusals import refused
from tests.builders import OWNER, events, paris_day, run
from tests.clock import PARIS, stand
from tests.database.test_policies import as_role

pytestmark = pytest.mark.usefixtures("unkept")
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def conditional(commission) -> list[Candidacy]:
    """Three candidates with different decisions.

    The first gets the dwelling if a document of the household is seen within five days. The second has the next
    rank. The third is declined.
    """
    commission.orient()
    candidacies = commission.designate(commission.shortlist()[:3])
    for candidacy in candidacies:
        commission.prepare(candidacy)
    commission.convene()
    commission.open()
    commission.decide(candidacies[0], "c", rank=1, missing_document="identity", document_by=paris_day(5))
    commission.decide(candidacies[1], "b", rank=2)
    commission.decide(candidacies[2], "d", motive="other_ranked_before")
    commission.close()
    commission.sign()
    return candidacies


def states(commission: Commission, candidacies: list[Candidacy]) -> list[str]:
    return [commission.row(Candidacy, row.pk).state for row in candidacies]


def see(candidacy: Candidacy, kind: str = "identity") -> None:
    """Record that the officer saw a document of the candidate today."""
    SupportingDocument.objects.using(OWNER).create(
        application_id=candidacy.application_id, kind=kind, seen_on=paris_day(), seen_by=candidacy.designated_by
    )


def stand_on(day: date, at: time = time(9)) -> None:
    stand(datetime.combine(day, at, PARIS))


def sent_long_ago(offer: Offer, sent_on: date) -> None:
    run("UPDATE allocations_offer SET sent_on = %s WHERE id = %s", sent_on, offer.pk)


def due(person) -> list[tuple[str, date]]:
    return as_role(Compartment.APPLICANTS, person.pk, "SELECT task, due_on FROM allocations_due()")


# --- The order of the ranks ---


def test_offer_leaves_once_the_minutes_are_signed(commission):
    """An offer must be refused until the minutes are signed, whoever inserts it: the decision is not final before."""
    designated = commission.present()
    commission.open()
    for rank, candidacy in enumerate(designated, 1):
        commission.decide(candidacy, "b", rank=rank)
    commission.close()
    with refused("offer_after_signed_minutes"):
        commission.send(designated[0])
    with refused("offer_after_signed_minutes"):
        make_offer(designated[0])
    assert states(commission, designated) == ["ranked"] * 3
    commission.sign()
    commission.send(designated[0])


def withdraw(commission: Commission, name: str) -> None:
    person = commission.person(name)
    assert commission.vacancy
    with acting_as(person, Permission.VACANCY_DECLARE) as access:
        vacancy = access.rows(Vacancy).get(pk=commission.vacancy.pk)
        withdraw_vacancy(by=person, vacancy=vacancy, context=access.context)


def test_officer_withdraws_no_dwelling_while_an_allocation_stands(commission, ranked):
    for candidacy in ranked:
        with refused("allocated_vacancy_withdrawn_by_the_manager"):
            withdraw(commission, "aline")
        commission.send(candidacy)
        with refused("allocated_vacancy_withdrawn_by_the_manager"):
            withdraw(commission, "aline")
        commission.notify(candidacy, paris_day())
        commission.answer(candidacy, "refused", paris_day())
    withdraw(commission, "aline")
    assert commission.row(Vacancy, commission.vacancy.pk).state == "withdrawn"


def test_manager_withdraws_a_dwelling_in_spite_of_an_allocation(commission, ranked):
    commission.send(ranked[0])
    withdraw(commission, "rosa")
    assert commission.row(Vacancy, commission.vacancy.pk).state == "withdrawn"


def test_second_offer_waits_while_one_runs(commission, ranked):
    for waiting in ranked[1:]:
        with pytest.raises(ValidationError, match="pas le tour"):
            commission.send(waiting)
    offer = commission.send(ranked[0])
    assert (offer.delay_days, offer.answer_by, offer.sent_on) == (10, None, paris_day())
    for waiting in ranked[1:]:
        with pytest.raises(ValidationError, match="pas le tour"):
            commission.send(waiting)
    assert states(commission, ranked) == ["offered", "ranked", "ranked"]
    [event] = events(kind="offer_sent")
    assert (event["about"], event["facts"]) == (ranked[0].pk, {"vacancy": str(commission.vacancy.pk)})


def test_next_rank_is_served_after_a_refusal(commission, ranked):
    commission.send(ranked[0])
    commission.answer(ranked[0], "refused", paris_day())
    with pytest.raises(ValidationError, match="pas le tour"):
        commission.send(ranked[2])
    commission.send(ranked[1])
    assert states(commission, ranked) == ["refused", "offered", "ranked"]
    assert commission.row(Vacancy, commission.vacancy.pk).state == "offered"


def test_nobody_is_offered_a_dwelling_that_another_accepted(commission, ranked):
    commission.send(ranked[0])
    commission.answer(ranked[0], "accepted", paris_day())
    with pytest.raises(ValidationError, match="pas le tour"):
        commission.send(ranked[1])
    assert states(commission, ranked) == ["accepted", "ranked", "ranked"]


def test_vacancy_that_nobody_wants_is_oriented_again_and_gets_a_new_shortlist(commission, ranked):
    for candidacy in ranked:
        commission.send(candidacy)
        assert commission.row(Vacancy, commission.vacancy.pk).state == "offered"
        commission.answer(candidacy, "refused", paris_day())
    assert commission.row(Vacancy, commission.vacancy.pk).state == "oriented"
    [line] = commission.shortlist()
    [again] = commission.designate([line])
    assert (again.number, again.application_id) == (4, commission.applications[3].pk)


def test_prefect_s_candidate_under_dalo_is_offered_the_dwelling_alone(commission, landlord):
    chosen = commission.applications[2]
    days = {"attested_on": paris_day(-9), "recorded_on": paris_day(), "ends_on": paris_day(300)}
    aline, nadia = landlord.person("aline"), landlord.person("nadia")
    Priority(application=chosen, code="dalo", proof="decision", recorded_by_id=aline.pk, **days).save(using=OWNER)
    state = make_contingent(landlord.place("Office des Trois-Rives"), "État", "state_priority", nadia)
    commission.orient(state)
    candidacy = commission.nominate(chosen)
    commission.prepare(candidacy)
    commission.convene("dalo")
    commission.open()
    commission.decide(candidacy, "a", rank=1)
    commission.close()
    commission.sign()
    commission.send(candidacy)
    assert states(commission, [candidacy]) == ["offered"]


# --- Suspensive conditions ---


def test_document_seen_in_time_fulfils_the_condition(commission, conditional):
    with pytest.raises(ValidationError, match="pièce de la condition"):
        commission.send(conditional[0])
    stand_on(paris_day(5), time(23, 59))
    see(conditional[0])
    expire_offers(by="expire_notes")
    commission.send(conditional[0])
    assert states(commission, conditional) == ["offered", "ranked", "declined"]


def test_document_seen_too_late_ends_the_allocation_and_the_next_rank_is_served(commission, conditional):
    stand_on(paris_day(6), time(0, 1))
    see(conditional[0])
    with pytest.raises(ValidationError, match="pièce de la condition"):
        commission.send(conditional[0])
    with pytest.raises(ValidationError, match="pas le tour"):
        commission.send(conditional[1])
    assert expire_offers(by="expire_notes") == 1
    assert states(commission, conditional) == ["declined", "ranked", "declined"]
    commission.send(conditional[1])
    assert events(kind="offers_expired")[0]["facts"] == {"offers": 0, "conditions": 1}


def test_lapsed_condition_of_the_last_candidate_frees_the_vacancy(commission, conditional):
    run("UPDATE allocations_candidacy SET state = 'refused' WHERE id = %s", conditional[1].pk)
    stand_on(paris_day(6), time(0, 1))
    expire_offers(by="expire_notes")
    assert commission.row(Vacancy, commission.vacancy.pk).state == "oriented"


# --- The delay ---


@pytest.mark.parametrize(
    ("delivery", "notified_on", "last_day"),
    [
        ("handed", date(2026, 3, 2), date(2026, 3, 12)),
        # The tenth day is Saturday 14 March, so the last day moves to Monday.
        ("electronic", date(2026, 3, 4), date(2026, 3, 16)),
        # The tenth day is Friday 1 May, a holiday, so the last day moves to Monday.
        ("presented", date(2026, 4, 21), date(2026, 5, 4)),
        # The tenth day is 6 April, Easter Monday, so the last day moves to Tuesday.
        ("registered", date(2026, 3, 27), date(2026, 4, 7)),
    ],
)
def test_last_day_follows_from_the_notification(commission, ranked, delivery, notified_on, last_day):
    sent_long_ago(commission.send(ranked[0]), notified_on - timedelta(days=1))
    offer = commission.notify(ranked[0], notified_on, delivery)
    assert (offer.delivery, offer.notified_on, offer.answer_by) == (delivery, notified_on, last_day)
    [event] = events(kind="offer_notified")
    assert event["facts"] == {"delivery": delivery, "until": last_day.isoformat()}


@pytest.mark.parametrize(
    ("postcode", "notified_on", "last_day"),
    [
        # The tenth day is Friday 26 December, a holiday in Alsace, so the last day moves to Monday.
        ("67000", date(2025, 12, 16), date(2025, 12, 29)),
        ("75019", date(2025, 12, 16), date(2025, 12, 26)),
        # The tenth day is Good Friday, a holiday in Moselle like Easter Monday, so the last day moves to Tuesday.
        ("57000", date(2026, 3, 24), date(2026, 4, 7)),
        # The tenth day is Friday 20 December, a holiday in La Réunion, so the last day moves to Monday.
        ("97400", date(2024, 12, 10), date(2024, 12, 23)),
    ],
)
def test_last_day_skips_the_holidays_of_the_dwellings_department(commission, ranked, postcode, notified_on, last_day):
    run("UPDATE buildings_address SET postcode = %s", postcode)
    sent_long_ago(commission.send(ranked[0]), notified_on - timedelta(days=1))
    assert commission.notify(ranked[0], notified_on).answer_by == last_day


def test_notification_may_change_on_its_day_until_the_answer(commission, ranked):
    sent_long_ago(commission.send(ranked[0]), date(2026, 3, 1))
    commission.notify(ranked[0], date(2026, 3, 2))
    offer = commission.notify(ranked[0], date(2026, 3, 6), "registered")
    assert (offer.answer_by, offer.delivery) == (date(2026, 3, 16), "registered")
    commission.answer(ranked[0], "refused", date(2026, 3, 10))
    with pytest.raises(ValidationError, match="déjà une réponse"):
        commission.notify(ranked[0], date(2026, 3, 7))


def test_notification_is_neither_in_the_future_nor_before_the_offer(commission, ranked):
    commission.send(ranked[0])
    with pytest.raises(ValidationError, match="futur"):
        commission.notify(ranked[0], paris_day(1))
    with pytest.raises(ValidationError, match="suit l’envoi"):
        commission.notify(ranked[0], paris_day(-1))


# In each case, the last day is the Monday after the clocks changed (29 March 2026, 26 October 2025).
@pytest.mark.parametrize(
    ("notified_on", "last_day", "end"),
    [
        (date(2026, 3, 19), date(2026, 3, 30), "2026-03-30T22:00:00+00:00"),
        (date(2025, 10, 17), date(2025, 10, 27), "2025-10-27T23:00:00+00:00"),
    ],
)
def test_delay_ends_at_midnight_in_paris_across_a_change_of_clocks(commission, ranked, notified_on, last_day, end):
    commission.force(
        "access_assignment", "UPDATE access_assignment SET first_day = '2025-01-01' WHERE role = 'allocation_officer'"
    )
    sent_long_ago(commission.send(ranked[0]), notified_on)
    assert commission.notify(ranked[0], notified_on).answer_by == last_day
    run("UPDATE allocations_offer SET post_days = 0")
    midnight = datetime.fromisoformat(end)
    stand(midnight - A_MOMENT)
    assert expire_offers(by="expire_notes") == 0 and states(commission, ranked)[0] == "offered"
    stand(midnight)
    with pytest.raises(ValidationError, match="postérieure au dernier jour"):
        commission.answer(ranked[0], "accepted", last_day + timedelta(days=1))
    assert expire_offers(by="expire_notes") == 1 and states(commission, ranked)[0] == "silent"


def test_answer_on_the_last_day_is_in_time(commission, ranked):
    sent_long_ago(commission.send(ranked[0]), date(2026, 3, 1))
    commission.notify(ranked[0], date(2026, 3, 2))
    with pytest.raises(ValidationError, match="postérieure au dernier jour"):
        commission.answer(ranked[0], "accepted", date(2026, 3, 13))
    offer = commission.answer(ranked[0], "accepted", date(2026, 3, 12))
    assert (offer.answer, states(commission, ranked)[0]) == ("accepted", "accepted")


# --- Silence ---


def test_night_records_silence_and_the_next_rank_is_served(commission, ranked):
    sent_long_ago(commission.send(ranked[0]), paris_day(-30))
    commission.notify(ranked[0], paris_day(-30))
    call_command("expire_notes", stdout=io.StringIO())
    assert states(commission, ranked) == ["silent", "ranked", "ranked"]
    offer = Offer.objects.using(OWNER).get()
    assert (offer.answer, offer.answered_on) == ("silent", paris_day())
    [event] = events(kind="offers_expired")
    assert (event["facts"], event["machine"]) == ({"offers": 1, "conditions": 0}, "expire_notes")
    with pytest.raises(ValidationError, match="déjà une réponse"):
        commission.answer(ranked[0], "accepted", paris_day(-25))
    commission.send(ranked[1])


def test_offer_without_a_notification_does_not_expire(commission, ranked):
    sent_long_ago(commission.send(ranked[0]), paris_day(-60))
    assert expire_offers(by="expire_notes") == 0
    assert states(commission, ranked)[0] == "offered" and events(kind="offers_expired") == []


def test_officer_does_not_record_a_silence(commission, ranked):
    commission.send(ranked[0])
    with pytest.raises(ValidationError, match="la nuit"):
        commission.answer(ranked[0], "silent", paris_day())


def test_silence_of_the_last_candidate_frees_the_vacancy(commission, ranked):
    run("UPDATE allocations_candidacy SET state = 'refused' WHERE id = ANY (%s)", [row.pk for row in ranked[1:]])
    sent_long_ago(commission.send(ranked[0]), paris_day(-30))
    commission.notify(ranked[0], paris_day(-30))
    expire_offers(by="expire_notes")
    assert commission.row(Vacancy, commission.vacancy.pk).state == "oriented"


def test_no_criterion_of_a_grid_counts_refusals():
    """The letter of an offer states that refusals cost no points.

    If a criterion counted refusals, the letter would be wrong.
    """
    assert [code for code in FEATURES.terms if "refus" in code or "offer" in code] == []


# --- What is due ---


def test_answer_is_due_three_days_before_the_delay_ends(commission, ranked, landlord):
    aline, basile = landlord.person("aline"), landlord.person("basile")
    sent_long_ago(commission.send(ranked[0]), date(2026, 3, 1))
    last_day = commission.notify(ranked[0], date(2026, 3, 2)).answer_by
    commission.force(
        "access_assignment", "UPDATE access_assignment SET first_day = '2025-01-01' WHERE role = 'allocation_officer'"
    )
    for before, tasks in ((4, []), (3, [("offer_answer", last_day)]), (0, [("offer_answer", last_day)])):
        stand_on(last_day - timedelta(days=before))
        assert due(aline) == tasks and due(basile) == [], before


def test_notification_is_due_fifteen_days_after_the_offer(commission, ranked, landlord):
    commission.send(ranked[0])
    sent_on = paris_day()
    for after, tasks in ((14, []), (15, [("offer_answer", sent_on + timedelta(days=15))])):
        stand_on(sent_on + timedelta(days=after))
        assert due(landlord.person("aline")) == tasks, after


def test_document_of_a_condition_is_due_seven_days_before_its_day(commission, conditional, landlord):
    aline, today = landlord.person("aline"), paris_day()
    run("ALTER TABLE allocations_decision DISABLE TRIGGER USER")
    run("UPDATE allocations_decision SET document_by = loge_today() + 20 WHERE kind = 'c'")
    last_day = today + timedelta(days=20)
    for after, tasks in ((12, []), (13, [("condition", last_day)]), (20, [("condition", last_day)])):
        stand_on(today + timedelta(days=after))
        assert due(aline) == tasks and due(landlord.person("basile")) == [], after
    see(conditional[0])
    assert due(aline) == []


def test_candidate_registered_elsewhere_opens_when_their_answer_is_due(commission, ranked, landlord):
    """An officer can open the application when the answer is due, because the dwelling is in her agency.

    The application itself is stored at the landlord's top level, where the officer has no assignment.
    """
    aline, top = landlord.person("aline"), landlord.place("Office des Trois-Rives")
    sent_long_ago(commission.send(ranked[0]), paris_day(-15))
    run("DELETE FROM allocations_occasion")
    run("UPDATE allocations_application SET kept_at_id = %s WHERE id = %s", top.pk, ranked[0].application_id)
    assert due(aline) == [("offer_answer", paris_day())]
    with acting_as(aline) as access:
        opened = open_due(by=aline, application_id=ranked[0].application_id, context=access.context)
        assert access.rows(Application).get() == opened
    run("UPDATE allocations_occasion SET opened_at = loge_now(), ends_at = loge_now()")
    assert as_role(Compartment.APPLICANTS, aline.pk, "SELECT id FROM allocations_application") == []
