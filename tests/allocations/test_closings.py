"""An application can be closed for six motives. For two of them, a warning must be delivered a month before."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from allocations.actions.applications import certify, remind, renew
from allocations.actions.closings import close_application, record_delivery, warn, withdraw_warning
from allocations.actions.expiry import expire_applications
from allocations.models import Application, ClosingWarning
from formats.months import months_after
from tests.allocations.builders import acting_as, enter_figures, make_application, make_member, open_occasion
from tests.allocations.refusals import refused
from tests.allocations.sessions import declare_inadmissible
from tests.builders import events, paris_day, run

TABLES = ("applicant", "householdmember", "income", "supportingdocument", "closingwarning", "occasion")


@pytest.fixture
def aline(landlord):
    enter_figures()
    return landlord.person("aline")


@pytest.fixture
def application(landlord, aline):
    application = make_application(landlord.place("Agence Belleville"), "Vidal", by=aline)
    open_occasion(application, aline)
    return application


def act(person, action, **arguments):
    with acting_as(person) as access:
        return action(by=person, application=access.rows(Application).get(), context=access.context, **arguments)


def act_on_warning(person, action, **arguments):
    with acting_as(person) as access:
        return action(by=person, warning=access.rows(ClosingWarning).get(), context=access.context, **arguments)


def delivered(days_ago: int) -> None:
    run(
        "UPDATE allocations_closingwarning SET sent_on = loge_today() - 90, delivery = 'received',"
        " delivered_on = loge_today() - %s",
        days_ago,
    )


@pytest.mark.parametrize("motive", ["renounced", "merged"])
def test_application_closes_at_once_for_motives_of_the_applicant(aline, application, motive):
    act(aline, close_application, motive=motive)
    assert run("SELECT state, closing_motive, closed_on FROM allocations_application") == [
        ("closed", motive, paris_day())
    ]
    [event] = events(kind="application_closed")
    assert (event["about"], event["facts"]) == (application.pk, {"motive": motive})


@pytest.mark.parametrize("motive", ["no_answer", "inadmissible"])
@pytest.mark.parametrize("days_ago, closes", [(32, True), (27, False), (None, False)])
def test_closing_waits_a_month_after_the_delivery_of_a_warning(landlord, aline, application, motive, days_ago, closes):
    if motive == "inadmissible":
        declare_inadmissible(landlord, application)
    act(aline, warn, motive=motive)
    if days_ago:
        delivered(days_ago)
    if closes:
        act(aline, close_application, motive=motive)
    else:
        with pytest.raises(ValidationError, match="avertissement"):
            act(aline, close_application, motive=motive)
    assert (run("SELECT state FROM allocations_application") == [("closed",)]) == closes


def test_inadmissibility_that_no_commission_declared_closes_nothing(aline, application):
    act(aline, warn, motive="inadmissible")
    delivered(60)
    with refused("closing_after_the_commission"):
        act(aline, close_application, motive="inadmissible")


def test_warning_for_another_motive_does_not_count(aline, application):
    act(aline, warn, motive="no_answer")
    delivered(60)
    with pytest.raises(ValidationError, match="avertissement"):
        act(aline, close_application, motive="inadmissible")


def test_withdrawn_warning_does_not_count_and_leaves_room_for_another(aline, application):
    act(aline, warn, motive="no_answer")
    with pytest.raises(ValidationError, match="déjà en cours"):
        act(aline, warn, motive="no_answer")
    delivered(60)
    act_on_warning(aline, withdraw_warning)
    with pytest.raises(ValidationError, match="avertissement"):
        act(aline, close_application, motive="no_answer")
    act(aline, warn, motive="no_answer")


def test_delivery_needs_a_proof_and_a_past_day(aline, application):
    act(aline, warn, motive="no_answer")
    with pytest.raises(ValidationError, match="futur"):
        act_on_warning(aline, record_delivery, delivery="received", delivered_on=paris_day(1))
    with pytest.raises(ValidationError, match="preuve"):
        act_on_warning(aline, record_delivery, delivery="", delivered_on=paris_day())
    act_on_warning(aline, record_delivery, delivery="presented", delivered_on=paris_day())


def test_application_is_closed_as_not_renewed_only_after_its_term(aline, application):
    with pytest.raises(ValidationError, match="terme"):
        act(aline, close_application, motive="not_renewed")
    run("UPDATE allocations_application SET renew_by = loge_today() - 1")
    act(aline, close_application, motive="not_renewed")


@pytest.mark.parametrize("motive", ["signed_lease", "way_of_life", ""])
def test_no_other_motive_can_be_chosen(aline, application, motive):
    with pytest.raises(ValidationError, match="ne se choisit pas"):
        act(aline, close_application, motive=motive)


def test_database_refuses_an_unknown_motive_and_changes_to_a_closed_application(aline, application):
    with pytest.raises(IntegrityError, match="application_closed_for_a_motive"):
        run("UPDATE allocations_application SET closing_motive = 'behaviour', closed_on = loge_today()")
    act(aline, close_application, motive="renounced")
    with pytest.raises(ValidationError, match="ne peut plus être modifiée"):
        act(aline, renew)


@pytest.mark.parametrize(("days", "stays"), [(10, False), (-10, False), (700, True)])
def test_renewal_counts_from_today_and_is_reminded_again(aline, application, days, stays):
    act(aline, remind)
    run("UPDATE allocations_application SET renew_by = loge_today() + %s", days)
    renewed = act(aline, renew)
    until = paris_day(700) if stays else months_after(paris_day(), 12)
    assert (renewed.renew_by, renewed.reminded_on) == (until, None)


def test_certificate_needs_a_number(aline, application):
    act(aline, certify)
    run("UPDATE allocations_application SET number = NULL")
    with pytest.raises(ValidationError, match="numéro unique"):
        act(aline, certify)


def test_night_erases_applications_closed_before_today_with_all_that_belongs_to_them(aline, application):
    make_member(application)
    act(aline, warn, motive="no_answer")
    act(aline, close_application, motive="renounced")
    assert expire_applications(by="expire_notes") == 0
    run("ALTER TABLE allocations_application DISABLE TRIGGER USER")
    run("UPDATE allocations_application SET closed_on = loge_today() - 1")
    assert expire_applications(by="expire_notes") == 1
    assert {table: run(f"SELECT count(*) FROM allocations_{table}")[0][0] for table in TABLES} == dict.fromkeys(
        TABLES, 0
    )
    [event] = events(kind="applications_expired")
    assert (event["facts"], event["machine"]) == ({"applications": 1, "occasions": 0}, "expire_notes")


@pytest.mark.parametrize("days_ago, erased", [(31, 0), (32, 1)])
def test_night_erases_applications_a_month_after_their_term(landlord, days_ago, erased):
    make_application(landlord.place("Agence Belleville"), filed_on=paris_day(-500), renew_by=paris_day(-days_ago))
    assert expire_applications(by="expire_notes") == erased
    assert run("SELECT count(*) FROM allocations_application") == [(1 - erased,)]


def test_night_erases_ended_occasions_and_keeps_open_ones(landlord, aline, application):
    open_occasion(application, landlord.person("basile"), minutes=0)
    expire_applications(by="expire_notes")
    assert run("SELECT person_id FROM allocations_occasion") == [(aline.pk,)]
