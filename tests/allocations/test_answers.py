"""After an offer: answers that arrive late, the date of notification, and candidates who renounce."""

import threading
from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from access.compartments import Compartment
from allocations.actions.offers import expire_offers, record_renunciation
from allocations.models import Application, Candidacy, HandOver, Offer, Vacancy
from tests.allocations.builders import acting_as, open_occasion
from tests.allocations.commission import FIGURES
from tests.allocations.refusals import refused
from tests.builders import OWNER, events, paris_day, run
from tests.clock import PARIS, stand
from tests.database.test_policies import as_role

pytestmark = pytest.mark.usefixtures("unkept")
POST_DAYS = FIGURES["answer_post_days"]
OFFER = "UPDATE allocations_offer SET "
SIGNED = "SELECT allocations_lease_signed(%s, gen_random_uuid())"


@pytest.fixture
def accepted(commission, ranked) -> list[Candidacy]:
    commission.send(ranked[0])
    commission.notify(ranked[0], paris_day())
    commission.answer(ranked[0], "accepted", paris_day())
    return ranked


@pytest.fixture
def last_day(commission, ranked) -> date:
    """Offer the dwelling to the candidate ranked first. Returns the last day to answer."""
    commission.send(ranked[0])
    answer_by = commission.notify(ranked[0], paris_day()).answer_by
    assert answer_by
    return answer_by


def stand_on(day: date, at: time = time(9)) -> None:
    stand(datetime.combine(day, at, PARIS))


def states(candidacies: list[Candidacy]) -> list[str]:
    return [Candidacy.objects.using(OWNER).get(pk=row.pk).state for row in candidacies]


def vacancy_state() -> str:
    return Vacancy.objects.using(OWNER).get().state


# --- An answer that was given in time and arrives late ---


def test_answer_of_the_last_day_is_recorded_after_the_night(commission, ranked, last_day):
    stand_on(last_day + timedelta(days=POST_DAYS), time(0, 30))
    assert expire_offers(by="expire_notes") == 0
    with refused("offer_follows_rank"):
        commission.send(ranked[1])
    offer = commission.answer(ranked[0], "accepted", last_day)
    assert (offer.answer, offer.answered_on, states(ranked)[0]) == ("accepted", last_day, "accepted")


def test_answer_of_the_day_after_the_last_one_is_too_late(commission, ranked, last_day):
    stand_on(last_day + timedelta(days=1))
    with refused("answer_not_after_the_delay"):
        commission.answer(ranked[0], "accepted", last_day + timedelta(days=1))


def test_silence_is_recorded_once_an_answer_can_no_longer_arrive(commission, ranked, last_day):
    stand_on(last_day + timedelta(days=POST_DAYS + 1), time(0, 30))
    assert expire_offers(by="expire_notes") == 1
    with refused("offer_answered_once"):
        run(OFFER + "answer = 'accepted', answered_on = %s", last_day)
    commission.send(ranked[1])
    assert states(ranked) == ["silent", "offered", "ranked"]


def test_answer_is_not_recorded_after_these_days_even_if_no_night_ran(commission, ranked, last_day):
    stand_on(last_day + timedelta(days=POST_DAYS + 1))
    with refused("answer_recorded_in_time"):
        commission.answer(ranked[0], "accepted", last_day)


def test_silence_before_these_days_is_refused(last_day):
    stand_on(last_day + timedelta(days=POST_DAYS))
    with refused("answer_in_time"):
        run(OFFER + "answer = 'silent', answered_on = loge_today()")


def test_notification_recorded_late_leaves_its_day_for_the_answer(commission, ranked):
    commission.send(ranked[0])
    run(OFFER + "sent_on = loge_today() - 60")
    answer_by = commission.notify(ranked[0], paris_day(-50)).answer_by
    tomorrow = paris_day(1)
    assert answer_by
    assert commission.answer(ranked[0], "refused", answer_by).answer == "refused"
    commission.send(ranked[1])
    run(OFFER + "sent_on = loge_today() - 60 WHERE answer = ''")
    commission.notify(ranked[1], paris_day(-50))
    stand_on(tomorrow)
    with refused("answer_recorded_in_time"):
        commission.answer(ranked[1], "refused", answer_by)


@pytest.mark.parametrize("code, words", [("answer_post_days", "acheminement"), ("offer_delay_days", "pour répondre")])
def test_offer_without_its_figures_is_refused_by_name(commission, ranked, code, words):
    run("DELETE FROM allocations_legalfigure WHERE code = %s", code)
    with pytest.raises(ValidationError, match=words):
        commission.send(ranked[0])


def test_offer_keeps_the_figure_of_its_day(commission, ranked, last_day):
    run("UPDATE allocations_legalfigure SET value = 9 WHERE code = 'answer_post_days'")
    stand_on(last_day + timedelta(days=POST_DAYS + 1))
    assert Offer.objects.using(OWNER).get().post_days == POST_DAYS and expire_offers(by="expire_notes") == 1


def test_officer_does_not_choose_how_long_an_answer_may_take(commission, ranked):
    aline = commission.person("aline").pk
    columns = "id, candidacy_id, sent_on, sent_by_id, delay_days, post_days, delivery, answer"
    values = "gen_random_uuid(), %s, loge_today(), %s, 10, 300, '', ''"
    insert = f"INSERT INTO allocations_offer ({columns}) VALUES ({values})"
    as_role(Compartment.APPLICANTS, aline, insert, ranked[0].pk, aline)
    assert Offer.objects.using(OWNER).get().post_days == POST_DAYS


def test_officer_does_not_choose_the_delay_to_answer_or_its_last_day(commission, ranked):
    aline = commission.person("aline").pk
    columns = "id, candidacy_id, sent_on, sent_by_id, delay_days, post_days, delivery, answer"
    values = "gen_random_uuid(), %s, loge_today(), %s, 90, 3, '', ''"
    insert = f"INSERT INTO allocations_offer ({columns}) VALUES ({values})"
    as_role(Compartment.APPLICANTS, aline, insert, ranked[0].pk, aline)
    assert Offer.objects.using(OWNER).get().delay_days == 10
    notify = "delivery = 'handed', notified_on = loge_today(), answer_by = loge_today() + 10"
    with refused("answer_by_follows_the_delay"):
        run(OFFER + notify + " + 8")
    assert as_role(Compartment.APPLICANTS, aline, OFFER + notify + " + 7 RETURNING 1") == [(1,)]


# --- A notification is recorded once ---


def test_notification_is_corrected_on_its_day_only(commission, ranked):
    commission.send(ranked[0])
    commission.notify(ranked[0], paris_day())
    assert commission.notify(ranked[0], paris_day(), "registered").delivery == "registered"
    today = paris_day()
    stand_on(today + timedelta(days=1), time(0, 1))
    with refused("notification_stays"):
        commission.notify(ranked[0], today + timedelta(days=1))
    moves = ("answer_by = answer_by + 9", "notified_on = notified_on + 1", "post_days = 90")
    for change in (*moves, "delivery = 'handed'", "notification_recorded_on = loge_today()"):
        with refused("notification_stays"):
            run(OFFER + change)
    assert Offer.objects.using(OWNER).get().notification_recorded_on == today


def test_notification_and_answer_stay_after_an_answer(commission, accepted):
    with pytest.raises(ValidationError, match="déjà une réponse"):
        commission.notify(accepted[0], paris_day())
    for column in ("delivery = 'registered'", "answer_by = answer_by + 1", "answered_on = answered_on - 1"):
        with refused("offer_answered_once"):
            run(OFFER + "sent_on = sent_on - 1, " + column)
    with refused("offer_answered_once"):
        commission.answer(accepted[0], "accepted", paris_day())
    assert len(events(kind="offer_answered")) == 1


# --- A candidate who had accepted renounces ---


def test_renunciation_cancels_the_hand_over_and_serves_the_next_rank(commission, accepted):
    commission.hand_over(accepted[0])
    offer = commission.renounce(accepted[0], paris_day())
    assert (offer.answer, offer.renounced_on) == ("accepted", paris_day())
    assert states(accepted) == ["renounced", "ranked", "ranked"] and vacancy_state() == "offered"
    assert not HandOver.objects.using(OWNER).exists()
    application = Application.objects.using(OWNER).get(pk=accepted[0].application_id)
    assert application.is_open
    [event] = events(kind="offer_renounced")
    assert (event["about"], event["facts"]) == (
        accepted[0].pk,
        {"vacancy": str(commission.vacancy.pk), "renounced_on": paris_day().isoformat()},
    )
    assert [event["about"] for event in events(kind="hand_over_cancelled")] == [accepted[0].pk]
    with refused("offer_follows_rank"):
        commission.send(accepted[2])
    commission.send(accepted[1])


def test_renunciation_of_the_last_candidate_sends_the_vacancy_back_to_orientation(commission, accepted):
    run("UPDATE allocations_candidacy SET state = 'refused' WHERE id = ANY (%s)", [row.pk for row in accepted[1:]])
    commission.renounce(accepted[0], paris_day())
    assert vacancy_state() == "oriented" and events(kind="hand_over_cancelled") == []


def test_lease_is_not_signed_after_a_renunciation(commission, accepted):
    handed = commission.hand_over(accepted[0])
    commission.renounce(accepted[0], paris_day())
    elise = commission.person("elise").pk
    assert as_role(Compartment.ACCOUNT, elise, "SELECT * FROM allocations_leases_to_sign()") == []
    assert as_role(Compartment.ACCOUNT, elise, SIGNED, handed.pk) == [(None,)]
    with refused("lease_after_acceptance"):
        commission.hand_over(accepted[0])


def test_hand_over_waits_for_a_renunciation_of_the_same_moment(commission, accepted):
    codes: list[str | None] = []

    def hand_over() -> None:
        try:
            commission.hand_over(accepted[0])
        except ValidationError as error:
            codes.append(error.code)
        finally:
            connections.close_all()

    thread = threading.Thread(target=hand_over)
    with transaction.atomic(using=OWNER):
        run("UPDATE allocations_candidacy SET state = 'renounced' WHERE id = %s", accepted[0].pk)
        thread.start()
        thread.join(timeout=1)
        assert thread.is_alive()
    thread.join()
    assert codes == ["lease_after_acceptance"] and not HandOver.objects.using(OWNER).exists()


def test_hand_over_goes_to_those_who_sign_leases_of_the_dwelling(commission, landlord, accepted):
    """A hand-over is refused if it names another dwelling or building than that of the vacancy.

    Otherwise people who sign leases elsewhere could read the candidate's name and contact.
    """
    aline, elsewhere = commission.person("aline").pk, landlord.building("Quai 9")
    columns = "candidacy_id, unit_id, building_id, handed_on, handed_by_id, in_qpv, priority, dalo"
    insert = f"INSERT INTO allocations_handover ({columns}) VALUES (%s, %s, %s, loge_today(), %s, false, false, false)"
    unit, mine = commission.unit, accepted[0].pk
    for wrong in ((unit.pk, elsewhere.pk), (elsewhere.units.using(OWNER).first().pk, unit.building_id)):
        with pytest.raises(IntegrityError, match="lease_after_acceptance"):
            as_role(Compartment.APPLICANTS, aline, insert, mine, *wrong, aline)
    as_role(Compartment.APPLICANTS, aline, insert, mine, unit.pk, unit.building_id, aline)


def test_candidate_who_left_is_not_read_by_whoever_signs(commission, accepted):
    handed, elise = commission.hand_over(accepted[0]), commission.person("elise").pk
    names = "SELECT last_name FROM allocations_future_tenants(%s)"
    assert len(as_role(Compartment.ACCOUNT, elise, names, handed.pk)) == 1
    run("UPDATE allocations_candidacy SET state = 'withdrawn' WHERE id = %s", handed.pk)
    assert as_role(Compartment.ACCOUNT, elise, names, handed.pk) == []


def test_renunciation_is_refused_after_the_signature_and_a_second_time(commission, accepted):
    commission.hand_over(accepted[0])
    run("UPDATE allocations_handover SET signed_on = loge_today(), lease = gen_random_uuid()")
    with refused("renounced_before_the_lease"):
        commission.renounce(accepted[0], paris_day())
    run("UPDATE allocations_handover SET signed_on = NULL, lease = NULL")
    commission.renounce(accepted[0], paris_day())
    for again in ("renounced_on", "loge_today() + 1", "NULL"):
        with refused("renounced_once"):
            run(OFFER + f"renounced_on = {again}")
    assert states(accepted)[0] == "renounced" and len(events(kind="offer_renounced")) == 1


def test_renunciation_needs_an_acceptance_and_a_day_between_it_and_today(commission, ranked):
    commission.send(ranked[0])
    with refused("renounced_after_accepting"):
        run(OFFER + "renounced_on = loge_today()")
    commission.answer(ranked[0], "accepted", paris_day())
    for day in ("loge_today() - 1", "loge_today() + 1"):
        with refused("renounced_after_accepting"):
            run(OFFER + f"renounced_on = {day}")
    with pytest.raises(ValidationError, match="futur"):
        commission.renounce(ranked[0], paris_day(1))


def test_refused_offer_is_not_renounced(commission, ranked):
    commission.send(ranked[0])
    commission.answer(ranked[0], "refused", paris_day())
    with refused("renounced_after_accepting"):
        commission.renounce(ranked[0], paris_day())


def test_officer_of_another_agency_records_no_renunciation(commission, landlord, accepted):
    """Even with access to the application, an officer must not record a renunciation for another agency's dwelling."""
    basile, bercy = landlord.person("basile"), landlord.place("Agence Bercy")
    run("UPDATE allocations_application SET kept_at_id = %s WHERE id = %s", bercy.pk, accepted[0].application_id)
    attempt = OFFER + "renounced_on = loge_today() RETURNING 1"
    assert as_role(Compartment.APPLICANTS, basile.pk, attempt) == []
    open_occasion(Application.objects.using(OWNER).get(pk=accepted[0].application_id), basile)
    with acting_as(basile) as access, refused("renounced_at_the_dwellings_place"):
        offer = access.rows(Offer).select_related("candidacy").get()
        record_renunciation(by=basile, offer=offer, renounced_on=paris_day(), context=access.context)
    assert states(accepted)[0] == "accepted"
