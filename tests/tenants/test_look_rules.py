"""Each rule of the list: when it asks, and what keeps it silent. Lines lie in the trace as doors leave them."""

import io

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from access.models import Person
from tenants.actions.look_questions import watch_day
from tenants.models import ConflictWall, LookQuestion
from tenants.questions.rules import RULES
from tests.builders import (
    OWNER,
    assign,
    events,
    leave_line,
    let,
    make_demand,
    make_tenant,
    make_unit,
    note,
    paris_day,
    post,
    run,
    settle_in,
)

DAY = -1  # the day that a night watches
LOOK = DAY - 3  # the looks it asks about, when three days are left to do what one looked for
CALM, OWING = "Calme-Glycines A", "Dette-Glycines A"
FORGET = "ALTER TABLE tenants_lookquestion DISABLE TRIGGER USER; DELETE FROM tenants_lookquestion"


def asked(rule: str) -> list[LookQuestion]:
    watch_day(by="watch_looks", day=paris_day(DAY))
    return list(LookQuestion.objects.using(OWNER).filter(rule=rule))


def silent(rule: str) -> bool:
    return asked(rule) == []


def renamed(person: Person, name: str) -> Person:
    run("UPDATE access_person SET name = %s WHERE id = %s", name, person.pk)
    return person


@pytest.fixture
def elise(house):
    return house.person("elise")


@pytest.fixture
def calm(house):
    """An account that is paid, of people who stay."""
    return house.account(CALM)


# --- A reason that nothing bears out ---------------------------------------------------------------------------------


def test_a_reason_that_the_file_does_not_bear_out(house, elise, calm):
    line = leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears", seconds=90)
    [one] = asked("unborne")
    said = (one.event, one.person_id, one.kind, one.place_id, one.desk)
    assert said == (line, elise.pk, "account_opened", calm.building_id, "dpo")


@pytest.mark.parametrize("purpose", ["payment", "moving", "closing", "lease"])
def test_each_reason_is_compared_with_the_file(house, elise, calm, purpose):
    leave_line("account_opened", elise, calm, LOOK, purpose=purpose)
    assert len(asked("unborne")) == 1


BESIDE = {
    "challenge_decided": (0, 4),
    "entry_reversed": (2, 4),
    "inherited_decided": (-2, -3),
    "contest_decided": (0, -3),
}


@pytest.mark.parametrize("kind", BESIDE)
def test_what_a_colleague_does_at_a_household_is_read_by_who_keeps_it(house, elise, calm, kind):
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    for day, asks in zip(reversed(BESIDE[kind]), (1, 0), strict=True):
        leave_line(kind, house.person("georges"), calm, LOOK + day, outcome="changed", role="sector_manager")
        run(FORGET)
        assert len(asked("unborne")) == asks, day


def test_a_sum_whose_account_is_sought_explains_what_is_opened_on_the_way(house, elise, calm):
    leave_line("account_opened", elise, calm, LOOK, purpose="payment")
    for name, day, asks in (("denis", LOOK, 1), ("elise", LOOK - 1, 1), ("elise", LOOK, 0)):
        leave_line("receipt_cleared", house.person(name), None, day, outcome="changed")
        run(FORGET)
        assert len(asked("unborne")) == asks, (name, day)
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears", seconds=-9000)
    assert len(asked("unborne")) == 1


@pytest.mark.parametrize("purpose", ["tenant_asked", "accounting", "repair", "correspondence"])
def test_a_reason_that_leaves_nothing_in_a_file_is_believed(house, elise, calm, purpose):
    leave_line("account_opened", elise, calm, LOOK, purpose=purpose)
    assert silent("unborne")


def test_what_bears_a_reason_out(house, elise, calm):
    leave_line("account_opened", elise, house.account(OWING), LOOK, purpose="arrears")
    leave_line("account_opened", elise, house.account(OWING), LOOK, purpose="payment")
    post(calm, -5_00, "counter_cash", "payment", day=LOOK + 1)
    leave_line("account_opened", elise, calm, LOOK, purpose="payment")
    run(
        "UPDATE tenants_lease SET notice_on = loge_today() - 6, ends_on = loge_today() + 80 WHERE id = %s",
        calm.lease_id,
    )
    leave_line("lease_opened", elise, calm, LOOK, purpose="moving")
    leave_line("lease_opened", elise, calm, LOOK, purpose="lease")
    assert silent("unborne")


def explained_by(house, what, calm, elise):
    residence = house.residence(CALM)
    if what == "work in the days that follow":
        leave_line("contact_changed", elise, residence, LOOK + 2, outcome="changed")
    elif what == "the counter":
        leave_line("identity_checked", house.person("paola"), residence, LOOK, outcome="changed")
    elif what == "an emergency":
        leave_line("emergency_opened", house.person("denis"), residence, LOOK - 1, outcome="changed")
    elif what == "a recent fact":
        leave_line("fact_recorded", house.person("karim"), calm, LOOK - 9, outcome="changed")
    elif what == "a message at the door":
        run(
            "WITH m AS (INSERT INTO tenants_reminder (id, building_id, first_day, last_day)"
            " VALUES (gen_random_uuid(), %s, loge_today() - 8, loge_today() + 3) RETURNING id, building_id)"
            " INSERT INTO tenants_reminderdoor (id, reminder_id, unit_id, building_id)"
            " SELECT gen_random_uuid(), m.id, %s, m.building_id FROM m",
            calm.building_id,
            residence.unit_id,
        )
    else:
        run("UPDATE tenants_residence SET moved_out = loge_today() + 30 WHERE lease_id = %s", calm.lease_id)


EXPLANATIONS = (
    "work in the days that follow",
    "the counter",
    "an emergency",
    "a recent fact",
    "a message at the door",
    "somebody who leaves",
)


@pytest.mark.parametrize("what", EXPLANATIONS)
def test_work_visits_emergencies_and_messages_explain(house, elise, calm, what):
    explained_by(house, what, calm, elise)
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    assert silent("unborne")


def test_somebody_elses_work_does_not_explain_mine(house, elise, calm):
    leave_line("contact_changed", house.person("karim"), house.residence(CALM), LOOK + 1, outcome="changed")
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    assert len(asked("unborne")) == 1


def test_an_account_to_settle_is_borne_out_until_it_is_settled(house, elise, calm):
    ended = "UPDATE tenants_lease SET starts_on = loge_today() - 900, ends_on = loge_today() - %s WHERE id = %s"
    run(ended, 200, calm.lease_id)
    for purpose in ("moving", "closing"):
        leave_line("account_opened", elise, calm, LOOK, purpose=purpose)
    assert silent("unborne")
    run("UPDATE tenants_account SET settled_on = loge_today() - 40 WHERE id = %s", calm.pk)
    assert len(asked("unborne")) == 1


def test_an_account_that_waits_for_longer_than_a_year_explains_nothing(house, elise, calm):
    run(
        "UPDATE tenants_lease SET starts_on = loge_today() - 900, ends_on = loge_today() - 400 WHERE id = %s",
        calm.lease_id,
    )
    leave_line("account_opened", elise, calm, LOOK, purpose="closing")
    assert len(asked("unborne")) == 1


@pytest.mark.parametrize("paid, speaks", [(LOOK - 12, False), (LOOK - 20, True)])
def test_who_paid_since_the_list_was_made_was_on_it(house, elise, paid, speaks):
    account = house.account(OWING)
    post(account, -3 * 487_20, "counter_cash", "payment", day=paid)
    leave_line("account_opened", elise, account, LOOK, purpose="arrears")
    assert silent("unborne") is not speaks


def wrong_line(house, elise, calm, seconds=40, then=OWING, purpose="arrears"):
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    leave_line("account_opened", elise, house.account(then), LOOK, purpose=purpose, seconds=seconds)


def test_a_wrong_line_left_at_once_for_the_one_that_was_meant(house, elise, calm):
    wrong_line(house, elise, calm)
    assert silent("unborne")


def test_what_was_no_wrong_line(house, elise, calm):
    """Left late, left for another reason, or for a file whose reason does not stand either."""
    wrong_line(house, elise, calm, seconds=90)
    wrong_line(house, elise, house.account("Calme-Glycines B"), purpose="payment", seconds=70)
    wrong_line(house, elise, house.account("Calme-Quai 9"), then="Calme-Glycines B", seconds=30)
    assert len(asked("unborne")) == 3


@pytest.mark.parametrize("day", [LOOK - 20, LOOK + 2])
def test_a_household_opened_in_another_moment_was_no_wrong_line(house, elise, calm, day):
    wrong_line(house, elise, calm)
    leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    assert len(asked("unborne")) == 1


@pytest.mark.parametrize("purpose, speaks", [("tenant_asked", False), ("payment", True)])
def test_a_reason_put_right_the_same_day(house, elise, calm, purpose, speaks):
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    leave_line("account_opened", elise, calm, LOOK, purpose=purpose, seconds=300)
    assert silent("unborne") is not speaks


# --- Coming back -----------------------------------------------------------------------------------------------------


def test_coming_back_on_a_fourth_day_with_nothing_done(house, elise, calm):
    for day in (LOOK - 9, LOOK - 6, LOOK - 2):
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    leave_line("account_opened", elise, calm, LOOK - 2, purpose="tenant_asked", seconds=60)
    assert silent("returning")
    leave_line("account_opened", elise, calm, LOOK, purpose="repair")
    [one] = asked("returning")
    assert one.at.date() == paris_day(LOOK)


def test_a_fifth_day_is_not_one_more_question(house, elise, calm):
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK - 1, LOOK):
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    watch_day(by="watch_looks", day=paris_day(DAY - 1))
    [one] = asked("returning")
    assert one.at.date() == paris_day(LOOK - 1)


def test_a_rent_called_days_ago_is_no_debt_and_help_asked_for_no_reason_for_an_account(house, elise, calm):
    post(calm, 616_00, day=LOOK - 4)
    help_asked(house.residence(CALM))
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK):
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    assert len(asked("returning")) == 1


@pytest.mark.parametrize("kind", ["adjustment_posted", "entry_reversed"])
def test_an_entry_put_right_by_whomever_is_a_matter_that_goes_on(house, elise, calm, kind):
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK):
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    leave_line(kind, house.person("karim"), calm, LOOK - 5, outcome="changed")
    assert silent("returning")


@pytest.mark.parametrize("what", [*EXPLANATIONS, "a debt", "another's looks"])
def test_coming_back_is_explained(house, elise, calm, what):
    account = house.account(OWING) if what == "a debt" else calm
    if what in EXPLANATIONS:
        explained_by(house, what, calm, elise)
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK):
        who = house.person("karim") if what == "another's looks" and day < LOOK else elise
        leave_line("account_opened", who, account, day, purpose="tenant_asked")
    assert silent("returning")


def help_asked(residence):
    run(
        "INSERT INTO tenants_helpcode (id, tenant_id, code, asked_by, asked_on, renew_by)"
        " VALUES (gen_random_uuid(), %s, 'knock_loudly', 'tenant', loge_today() - 90, loge_today() + 90)",
        residence.tenant_id,
    )


# --- Names -----------------------------------------------------------------------------------------------------------


def test_a_household_of_the_same_name(house, elise, calm):
    renamed(elise, "Élise Calme-Glycines A")
    leave_line("account_opened", elise, calm, LOOK, purpose="tenant_asked")
    [one] = asked("surname")
    stored = run("SELECT row_to_json(q)::text FROM tenants_lookquestion q WHERE rule = 'surname'")[0][0]
    assert "alme" not in stored and str(calm.pk) not in stored and str(calm.lease_id) not in stored
    assert one.rule == "surname" and silent("colleague")


def test_the_head_of_a_form_is_a_look_and_the_page_that_asks_why_is_none(house, elise, calm):
    renamed(elise, f"Élise {house.residence(CALM).tenant.last_name}")
    leave_line("form_shown", elise, calm, LOOK, permission="account_view", purpose="")
    assert silent("surname")
    leave_line("form_shown", elise, calm, LOOK, permission="entry_post", purpose="accounting", seconds=60)
    assert len(asked("surname")) == 1


def test_a_name_that_many_bear_says_nothing(house, elise, calm):
    renamed(elise, "Élise Calme-Glycines A")
    building = house.building("Glycines B")
    for number in range(26):
        let(make_unit(building, f"C{number}"), make_tenant("Calme-Glycines A", f"P{number}"))
    leave_line("account_opened", elise, calm, LOOK, purpose="tenant_asked")
    assert silent("surname")


@pytest.mark.parametrize("what", [*EXPLANATIONS, "a card", "a look last week", "a debt"])
def test_the_same_name_is_explained(house, elise, calm, what):
    renamed(elise, "Élise Dette-Glycines A" if what == "a debt" else "Élise Calme-Glycines A")
    account, purpose = (house.account(OWING), "arrears") if what == "a debt" else (calm, "tenant_asked")
    if what in EXPLANATIONS:
        explained_by(house, what, calm, elise)
    if what == "a look last week":
        leave_line("account_opened", elise, calm, LOOK - 7, purpose="tenant_asked")
    if what == "a card":
        leave_line("card_opened", elise, house.residence(CALM), LOOK, purpose="contact")
    else:
        leave_line("account_opened", elise, account, LOOK, purpose=purpose)
    assert silent("surname")


def test_a_colleagues_account_without_keeping_whose(house, elise, calm):
    bruno = renamed(house.person("bruno"), "Anne CALME-GLYCINES A")
    leave_line("account_opened", elise, calm, LOOK, purpose="tenant_asked")
    [one] = asked("colleague")
    stored = run("SELECT row_to_json(q)::text FROM tenants_lookquestion q")[0][0]
    assert one.person_id == elise.pk and str(bruno.pk) not in stored and "Anne" not in stored


def test_who_is_no_colleague_or_whose_file_was_worked_on(house, elise, calm):
    renamed(house.person("karim"), "Anne Calme-Glycines A")  # whose sign-in is closed
    leave_line("account_opened", elise, calm, LOOK, purpose="tenant_asked")
    assert silent("colleague")
    renamed(house.person("bruno"), "Anne Calme-Glycines A")
    leave_line("note_written", elise, calm, LOOK + 1, outcome="changed")
    assert silent("colleague")


# --- Many at once, and what is shut ----------------------------------------------------------------------------------


@pytest.fixture
def many(house):
    building = house.building("Glycines B")
    return [let(make_unit(building, f"C{number}"), make_tenant(f"Foule{number}")) for number in range(25)]


def opened(who, accounts, apart):
    for rank, account in enumerate(accounts):
        leave_line("account_opened", who, account, DAY, purpose="accounting", seconds=rank * apart)


def test_a_burst_is_one_question(house, elise, many):
    opened(elise, many, apart=20)
    [one] = asked("burst")
    assert one.person_id == elise.pk


def test_a_pile_worked_through_is_no_burst(house, elise, many):
    opened(elise, many, apart=20)
    for account in many[:5]:
        leave_line("payment_taken", elise, account, DAY, outcome="changed", seconds=600)
    assert silent("burst")


def test_a_morning_at_an_ordinary_pace_is_no_burst(house, elise, many):
    opened(elise, many, apart=40)
    assert silent("burst")


def test_the_limit_of_an_hour_is_a_burst(house, elise):
    leave_line("limit_reached", elise, None, DAY, outcome="refused")
    assert len(asked("burst")) == 1


def refused(who, reference, day=DAY, seconds=0, kind="refused"):
    return leave_line(kind, who, None, day, outcome="missing", facts={"reference": reference}, seconds=seconds)


def test_five_files_refused_in_an_hour(house, elise):
    for number in range(4):
        refused(elise, f"AAAA-BBBB-CCC{number}", seconds=number * 300)
    assert silent("refused")
    refused(elise, "AAAA-BBBB-CCC9", seconds=1500)
    assert len(asked("refused")) == 1


def test_the_same_file_on_three_days(house, elise):
    for day in (DAY - 8, DAY - 3, DAY):
        refused(elise, "AAAA-BBBB-CCCC", day)
    assert len(asked("refused")) == 1


def test_a_wrong_sign_mended_and_a_post_that_has_just_ended_are_explained(house, elise, calm):
    for number in range(6):
        refused(elise, mistyped(calm, number), seconds=number * 300)
        leave_line("account_opened", elise, calm, DAY, purpose="tenant_asked", seconds=number * 300 + 60)
    chloe = house.person("chloe")
    for number in range(6):
        refused(chloe, f"AAAA-BBBB-CCC{number}", seconds=number * 300)
    run("UPDATE access_assignment SET last_day = loge_today() - 2 WHERE person_id = %s", chloe.pk)
    assert silent("refused")


def mistyped(account, number):
    """Its reference, but for a sign."""
    return f"{account.reference[:-1]}{'%&=+#@'[number]}"


def test_an_own_file_opened_after_each_refusal_hides_none_of_them(house, elise, calm):
    for number in range(6):
        refused(elise, f"AAAA-BBBB-CCC{number}", seconds=number * 300)
        leave_line("account_opened", elise, calm, DAY, purpose="tenant_asked", seconds=number * 300 + 60)
    for day in (DAY - 9, DAY):
        refused(elise, "AAAA-BBBB-CCCC", day, kind="wall_met", seconds=3000)
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked", seconds=3060)
    assert len(asked("refused")) == len(asked("walled")) == 1


def test_a_household_closed_to_somebody_asked_for_again(house, elise):
    refused(elise, "AAAA-BBBB-CCCC", kind="wall_met")
    refused(elise, "AAAA-BBBB-CCCC", kind="wall_met", seconds=120)  # the same moment, once more
    assert silent("walled") and ConflictWall.objects.using(OWNER).count() == 0
    refused(elise, "AAAA-BBBB-CCCC", DAY - 9, kind="wall_met")
    assert len(asked("walled")) == 1


def test_attempts_to_get_in_under_a_name(house, elise):
    for number in range(4):
        leave_line("sign_in_failed", elise, None, DAY, outcome="refused", seconds=number * 60)
    assert silent("blocked")
    leave_line("sign_in_failed", elise, None, DAY, outcome="refused", seconds=600)
    awa = house.person("awa")
    leave_line("sessions_ended", awa, None, DAY, outcome="changed", facts={"reason": "guesses", "ended": 1})
    leave_line("sessions_ended", house.person("bruno"), None, DAY, outcome="changed", facts={"reason": "quiet"})
    assert {one.person_id for one in asked("blocked")} == {elise.pk, awa.pk}


# --- Those who watch -------------------------------------------------------------------------------------------------


@pytest.fixture
def ines(house):
    return house.person("ines")


def reads(ines, whom, reason):
    facts = {"reason": reason, "person": str(whom.pk)}
    leave_line("person_looks_read", ines, None, DAY, role="dpo", permission="person_trace_read", facts=facts)


@pytest.mark.parametrize("reason", ["complaint", "access_request", "security_alert", "control", "left_post"])
def test_the_officer_opens_a_persons_trace_and_nothing_bears_out_why(house, ines, reason):
    reads(ines, house.person("awa"), reason)
    [one] = asked("trace_of_person")
    assert (one.person_id, one.desk) == (ines.pk, "steward")


@pytest.mark.parametrize("reason", ["complaint", "security_alert", "control", "left_post"])
def test_what_bears_out_that_a_persons_trace_is_opened(house, ines, reason):
    chloe = house.person("chloe")
    if reason == "complaint":
        make_demand(ines, house.tenant(OWING), asked=-20)
    if reason == "security_alert":
        refused(chloe, "AAAA-BBBB-CCCC", DAY - 5)
    if reason == "control":
        leave_line("words_counted", ines, None, DAY - 2, role="dpo", facts={"words": 3})
    if reason == "left_post":
        run("UPDATE access_assignment SET last_day = loge_today() - 9 WHERE person_id = %s", chloe.pk)
    reads(ines, chloe, reason)
    assert silent("trace_of_person")


def test_a_households_trace_read_without_anybody_asking(house, ines, elise, calm):
    read = {"role": "dpo", "permission": "trace_read", "facts": {"scope": "account"}}
    leave_line("history_read", ines, calm, DAY, **read)
    leave_line("history_read", ines, None, DAY, **{**read, "facts": {"scope": "overview"}})
    [one] = asked("trace_of_account")
    assert one.desk == "steward"
    run(FORGET)
    make_demand(ines, house.residence(CALM).tenant, asked=-20)
    assert silent("trace_of_account")


@pytest.mark.parametrize("reason", ["complaint", "control"])
def test_an_evidence_pack_is_asked_about_as_the_page_is(house, ines, elise, calm, reason):
    took = {"role": "dpo", "permission": "evidence_take"}
    facts = {"scope": "person", "reason": reason, "person": str(house.person("awa").pk)}
    leave_line("evidence_taken", ines, None, DAY, **took, facts=facts)
    line = leave_line("evidence_taken", ines, None, DAY, **took, shown=[calm.pk], facts={"scope": "account"})
    assert [one.event for one in asked("trace_of_account")] == [line]
    assert len(asked("trace_of_person")) == 1


def test_an_inspector_who_is_there_is_a_control(house, ines):
    leave_line("exhibit_shown", house.person("noel"), None, DAY - 2, role="inspector", facts={"exhibit": "E9"})
    reads(ines, house.person("awa"), "control")
    assert silent("trace_of_person")


def test_rights_read_again_and_again(house):
    jules, lea = house.person("jules"), house.person("lea")
    for day in (DAY - 7, DAY - 3, DAY):
        about = {"role": "access_administrator", "permission": "rights_read", "facts": {"question": "person"}}
        line = leave_line("rights_read", jules, None, day, **about)
        run_as_written(line, lea)
    [one] = asked("rights_of_person")
    assert (one.person_id, one.desk) == (jules.pk, "dpo")


def run_as_written(line, person):
    """Nobody is a household's: the line names a person, and is added as it is."""
    run("ALTER TABLE audit_event DISABLE TRIGGER USER")
    run("UPDATE audit_event SET about_kind = 'person', about = %s WHERE id = %s", person.pk, line)


def test_an_access_given_used_and_taken_back(house, elise):
    jules, lea = house.person("jules"), house.person("lea")
    given = assign(lea, "officer", house.place("Agence Bercy"), first=-3)
    leave = {"outcome": "changed", "role": "access_administrator", "permission": "assignments_manage"}
    line = leave_line("assignment_granted", jules, None, -3, **leave)
    run("ALTER TABLE audit_event DISABLE TRIGGER USER")
    run("UPDATE audit_event SET about_kind = 'assignment', about = %s WHERE id = %s", given.pk, line)
    run("UPDATE access_assignment SET ended_on = loge_today() - 1, end_reason = 'error' WHERE id = %s", given.pk)
    assert silent("brief_access")  # it opened nothing
    leave_line("account_opened", lea, house.account("Calme-Quai 9"), -2, purpose="tenant_asked")
    assert [one.person_id for one in asked("brief_access")] == [jules.pk]
    for reason, asks in (("stand_in_absence", 0), ("reinforcement", 1), ("on_call", 0)):
        run(FORGET)
        run("UPDATE access_assignment SET reason = %s WHERE id = %s", reason, given.pk)
        assert len(asked("brief_access")) == asks, reason


def test_words_counted_over_and_over(house, ines):
    for number in range(11):
        leave_line("words_counted", ines, None, DAY, role="dpo", seconds=number * 60, facts={"words": 1})
    [one] = asked("words_probed")
    assert one.desk == "steward"


# --- The night -------------------------------------------------------------------------------------------------------


def test_each_rule_is_a_function_and_each_function_a_rule(house):
    found = {name for (name,) in run("SELECT proname FROM pg_proc WHERE proname LIKE 'tenants\\_rule\\_%%'")}
    assert found == {f"tenants_rule_{code}" for code in RULES} and len(RULES) >= 12


def test_a_night_watches_the_days_nobody_has_and_says_so(house, elise):
    leave_line("limit_reached", elise, None, -2, outcome="refused")
    told = io.StringIO()
    call_command("watch_looks", stdout=told)
    watched = events(kind="looks_watched")
    assert [line["facts"]["day"] for line in watched] == [paris_day(-back).isoformat() for back in range(7, 0, -1)]
    assert [line["facts"]["questions"] for line in watched] == [0, 0, 0, 0, 0, 1, 0]
    assert {(line["actor"], line["machine"]) for line in watched} == {(None, "watch_looks")}
    call_command("watch_looks", stdout=told)
    assert len(events(kind="looks_watched")) == 7 and "déjà été relus" in told.getvalue()
    watch_day(by="watch_looks", day=paris_day(-2))
    assert LookQuestion.objects.using(OWNER).count() == 1


def test_today_is_not_over(house, elise):
    leave_line("limit_reached", elise, None, 0, outcome="refused")
    assert watch_day(by="watch_looks", day=paris_day(0)) == 0
    assert run("SELECT tenants_ask_about('burst; DROP TABLE x', loge_today() - 1)", alias="jobs") == [(0,)]


def test_no_web_login_asks_or_reads_the_questions(house):
    for alias in ("default", "trace", "prune"):
        for sql in (
            "SELECT tenants_ask_about('burst', loge_today() - 1)",
            "SELECT * FROM tenants_rule_burst(loge_today())",
        ):
            with pytest.raises(DatabaseError, match="permission denied"):
                run(sql, alias=alias)


def test_arrivals_explain(house, elise):
    """Who has just moved in is opened often, and rightly."""
    unit = make_unit(house.building("Glycines B"), "D1")
    account = let(unit, make_tenant("Neuve", "Léa"), start=-20)
    settle_in(make_tenant("Neuve", "Ali"), account.lease, unit, -20)
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK):
        leave_line("account_opened", elise, account, day, purpose="tenant_asked")
    note(account, "payment_difficulty", offer="instalments", date=paris_day().isoformat())
    assert silent("returning")
