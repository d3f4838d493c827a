"""The nightly rules that ask why somebody opened personal data. The tests write the audit events directly."""

import io

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from access.models import Person
from oversight.actions.look_questions import watch_day
from oversight.look_rules.rules import RULES
from oversight.models import LookQuestion
from tenants.models import ConflictWall
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

DAY = -1  # Number of days from today to yesterday, the day that the nightly job examines.
LOOK = DAY - 3  # Tests open accounts on this day, because rules wait three days for work that explains an opening.
CALM, OWING = "Calme-Glycines A", "Dette-Glycines A"
FORGET = "ALTER TABLE oversight_lookquestion DISABLE TRIGGER USER; DELETE FROM oversight_lookquestion"


def questions_of(rule: str) -> list[LookQuestion]:
    """Run the nightly check and return the questions that `rule` raised about the opening of personal data."""
    watch_day(by="watch_looks", day=paris_day(DAY))
    return list(LookQuestion.objects.using(OWNER).filter(rule=rule))


def asks_nothing(rule: str) -> bool:
    return questions_of(rule) == []


def rename(person: Person, name: str) -> Person:
    run("UPDATE access_person SET name = %s WHERE id = %s", name, person.pk)
    return person


@pytest.fixture
def elise(landlord):
    return landlord.person("elise")


@pytest.fixture
def calm(landlord):
    """Return an account without debt, arrivals or departures, so that hardly anything explains why it is opened."""
    return landlord.account(CALM)


# --- A purpose that nothing in the file supports ---------------------------------------------------------------------


def test_purpose_not_supported_by_the_file_raises_one_question(landlord, elise, calm):
    line = leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears", seconds=90)
    [question] = questions_of("unborne")
    stored = (question.event, question.person_id, question.kind, question.place_id, question.desk)
    assert stored == (line, elise.pk, "account_opened", calm.building_id, "dpo")


@pytest.mark.parametrize("purpose", ["payment", "moving", "closing", "lease"])
def test_each_checkable_purpose_is_compared_with_the_file(landlord, elise, calm, purpose):
    leave_line("account_opened", elise, calm, LOOK, purpose=purpose)
    assert len(questions_of("unborne")) == 1


# Event of a colleague -> two days relative to an account's opening: one when it explains it, and one when not.
BESIDE = {
    "challenge_decided": (0, 4),
    "entry_reversed": (2, 4),
    "inherited_decided": (-2, -3),
    "contest_decided": (0, -3),
}


@pytest.mark.parametrize("kind", BESIDE)
def test_work_of_a_colleague_on_the_household_explains_the_view(landlord, elise, calm, kind):
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    for day, questions in zip(reversed(BESIDE[kind]), (1, 0), strict=True):
        leave_line(kind, landlord.person("georges"), calm, LOOK + day, outcome="changed", role="sector_manager")
        run(FORGET)
        assert len(questions_of("unborne")) == questions, day


def test_assigning_a_payment_explains_accounts_opened_to_find_it(landlord, elise, calm):
    leave_line("account_opened", elise, calm, LOOK, purpose="payment")
    for name, day, questions in (("denis", LOOK, 1), ("elise", LOOK - 1, 1), ("elise", LOOK, 0)):
        leave_line("receipt_cleared", landlord.person(name), None, day, outcome="changed")
        run(FORGET)
        assert len(questions_of("unborne")) == questions, (name, day)
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears", seconds=-9000)
    assert len(questions_of("unborne")) == 1


@pytest.mark.parametrize("purpose", ["tenant_asked", "accounting", "repair", "correspondence"])
def test_purpose_that_leaves_no_trace_in_a_file_raises_no_question(landlord, elise, calm, purpose):
    leave_line("account_opened", elise, calm, LOOK, purpose=purpose)
    assert asks_nothing("unborne")


def test_purpose_supported_by_the_file_raises_no_question(landlord, elise, calm):
    leave_line("account_opened", elise, landlord.account(OWING), LOOK, purpose="arrears")
    leave_line("account_opened", elise, landlord.account(OWING), LOOK, purpose="payment")
    post(calm, -5_00, "counter_cash", "payment", day=LOOK + 1)
    leave_line("account_opened", elise, calm, LOOK, purpose="payment")
    run(
        "UPDATE tenants_lease SET notice_on = loge_today() - 6, ends_on = loge_today() + 80 WHERE id = %s",
        calm.lease_id,
    )
    leave_line("lease_opened", elise, calm, LOOK, purpose="moving")
    leave_line("lease_opened", elise, calm, LOOK, purpose="lease")
    assert asks_nothing("unborne")


def explain(landlord, explanation, calm, elise):
    """Write data or events that explain why the officer Élise opened the account `calm`, for one of EXPLANATIONS."""
    residence = landlord.residence(CALM)
    if explanation == "work in the days that follow":
        leave_line("contact_changed", elise, residence, LOOK + 2, outcome="changed")
    elif explanation == "the counter":
        leave_line("identity_checked", landlord.person("paola"), residence, LOOK, outcome="changed")
    elif explanation == "an emergency":
        leave_line("emergency_opened", landlord.person("denis"), residence, LOOK - 1, outcome="changed")
    elif explanation == "a recent fact":
        leave_line("fact_recorded", landlord.person("karim"), calm, LOOK - 9, outcome="changed")
    elif explanation == "a message at the door":
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


@pytest.mark.parametrize("explanation", EXPLANATIONS)
def test_work_visit_emergency_or_errand_explains_the_view(landlord, elise, calm, explanation):
    explain(landlord, explanation, calm, elise)
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    assert asks_nothing("unborne")


def test_contact_change_by_a_colleague_does_not_explain_the_view(landlord, elise, calm):
    leave_line("contact_changed", landlord.person("karim"), landlord.residence(CALM), LOOK + 1, outcome="changed")
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    assert len(questions_of("unborne")) == 1


def test_unsettled_former_account_explains_the_view_until_settled(landlord, elise, calm):
    ended = "UPDATE tenants_lease SET starts_on = loge_today() - 900, ends_on = loge_today() - %s WHERE id = %s"
    run(ended, 200, calm.lease_id)
    for purpose in ("moving", "closing"):
        leave_line("account_opened", elise, calm, LOOK, purpose=purpose)
    assert asks_nothing("unborne")
    run("UPDATE tenants_account SET settled_on = loge_today() - 40 WHERE id = %s", calm.pk)
    assert len(questions_of("unborne")) == 1


def test_former_account_unsettled_for_over_a_year_explains_nothing(landlord, elise, calm):
    run(
        "UPDATE tenants_lease SET starts_on = loge_today() - 900, ends_on = loge_today() - 400 WHERE id = %s",
        calm.lease_id,
    )
    leave_line("account_opened", elise, calm, LOOK, purpose="closing")
    assert len(questions_of("unborne")) == 1


@pytest.mark.parametrize("paid, expected", [(LOOK - 12, False), (LOOK - 20, True)])
def test_debt_paid_within_two_weeks_still_explains_the_view(landlord, elise, paid, expected):
    account = landlord.account(OWING)
    post(account, -3 * 487_20, "counter_cash", "payment", day=paid)
    leave_line("account_opened", elise, account, LOOK, purpose="arrears")
    assert asks_nothing("unborne") is not expected


def wrong_line(landlord, elise, calm, seconds=40, then=OWING, purpose="arrears"):
    """Open one account, then another after some seconds, as after a click on the wrong row of a list."""
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    leave_line("account_opened", elise, landlord.account(then), LOOK, purpose=purpose, seconds=seconds)


def test_account_left_at_once_for_the_intended_one_raises_no_question(landlord, elise, calm):
    wrong_line(landlord, elise, calm)
    assert asks_nothing("unborne")


def test_other_sequences_are_not_taken_for_a_wrong_line(landlord, elise, calm):
    """A wrongly opened account raises a question, unless the intended one is opened soon, for the same purpose."""
    wrong_line(landlord, elise, calm, seconds=90)
    wrong_line(landlord, elise, landlord.account("Calme-Glycines B"), purpose="payment", seconds=70)
    wrong_line(landlord, elise, landlord.account("Calme-Quai 9"), then="Calme-Glycines B", seconds=30)
    assert len(questions_of("unborne")) == 3


@pytest.mark.parametrize("day", [LOOK - 20, LOOK + 2])
def test_household_also_opened_on_another_day_is_no_wrong_line(landlord, elise, calm, day):
    wrong_line(landlord, elise, calm)
    leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    assert len(questions_of("unborne")) == 1


@pytest.mark.parametrize("purpose, expected", [("tenant_asked", False), ("payment", True)])
def test_purpose_corrected_on_the_same_day_raises_no_question(landlord, elise, calm, purpose, expected):
    leave_line("account_opened", elise, calm, LOOK, purpose="arrears")
    leave_line("account_opened", elise, calm, LOOK, purpose=purpose, seconds=300)
    assert asks_nothing("unborne") is not expected


# --- Repeated views --------------------------------------------------------------------------------------------------


def test_view_on_a_fourth_day_without_work_raises_a_question(landlord, elise, calm):
    for day in (LOOK - 9, LOOK - 6, LOOK - 2):
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    leave_line("account_opened", elise, calm, LOOK - 2, purpose="tenant_asked", seconds=60)
    assert asks_nothing("returning")
    leave_line("account_opened", elise, calm, LOOK, purpose="repair")
    [question] = questions_of("returning")
    assert question.at.date() == paris_day(LOOK)


def test_view_on_a_fifth_day_raises_no_second_question(landlord, elise, calm):
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK - 1, LOOK):
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    watch_day(by="watch_looks", day=paris_day(DAY - 1))
    [question] = questions_of("returning")
    assert question.at.date() == paris_day(LOOK - 1)


def test_recent_charge_or_requested_help_does_not_explain_account_views(landlord, elise, calm):
    post(calm, 616_00, day=LOOK - 4)
    request_help(landlord.residence(CALM))
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK):
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    assert len(questions_of("returning")) == 1


@pytest.mark.parametrize("kind", ["adjustment_posted", "entry_reversed"])
def test_correction_of_an_entry_by_anyone_explains_repeated_views(landlord, elise, calm, kind):
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK):
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked")
    leave_line(kind, landlord.person("karim"), calm, LOOK - 5, outcome="changed")
    assert asks_nothing("returning")


@pytest.mark.parametrize("explanation", [*EXPLANATIONS, "a debt", "another's looks"])
def test_repeated_views_are_explained(landlord, elise, calm, explanation):
    account = landlord.account(OWING) if explanation == "a debt" else calm
    if explanation in EXPLANATIONS:
        explain(landlord, explanation, calm, elise)
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK):
        who = landlord.person("karim") if explanation == "another's looks" and day < LOOK else elise
        leave_line("account_opened", who, account, day, purpose="tenant_asked")
    assert asks_nothing("returning")


def request_help(residence):
    run(
        "INSERT INTO tenants_helpcode (id, tenant_id, code, asked_by, asked_on, renew_by)"
        " VALUES (gen_random_uuid(), %s, 'knock_loudly', 'tenant', loge_today() - 90, loge_today() + 90)",
        residence.tenant_id,
    )


# --- Names -----------------------------------------------------------------------------------------------------------


def test_view_of_a_household_with_ones_surname_raises_a_question(landlord, elise, calm):
    rename(elise, "Élise Calme-Glycines A")
    leave_line("account_opened", elise, calm, LOOK, purpose="tenant_asked")
    [question] = questions_of("surname")
    stored = run("SELECT row_to_json(q)::text FROM oversight_lookquestion q WHERE rule = 'surname'")[0][0]
    assert "alme" not in stored and str(calm.pk) not in stored and str(calm.lease_id) not in stored
    assert question.rule == "surname" and asks_nothing("colleague")


def test_form_counts_as_a_view_but_the_purpose_page_does_not(landlord, elise, calm):
    rename(elise, f"Élise {landlord.residence(CALM).tenant.last_name}")
    leave_line("form_shown", elise, calm, LOOK, permission="account_view", purpose="")
    assert asks_nothing("surname")
    leave_line("form_shown", elise, calm, LOOK, permission="entry_post", purpose="accounting", seconds=60)
    assert len(questions_of("surname")) == 1


def test_common_surname_raises_no_question(landlord, elise, calm):
    rename(elise, "Élise Calme-Glycines A")
    building = landlord.building("Glycines B")
    for number in range(26):
        let(make_unit(building, f"C{number}"), make_tenant("Calme-Glycines A", f"P{number}"))
    leave_line("account_opened", elise, calm, LOOK, purpose="tenant_asked")
    assert asks_nothing("surname")


@pytest.mark.parametrize("explanation", [*EXPLANATIONS, "a card", "a look last week", "a debt"])
def test_view_of_a_household_with_ones_surname_is_explained(landlord, elise, calm, explanation):
    rename(elise, "Élise Dette-Glycines A" if explanation == "a debt" else "Élise Calme-Glycines A")
    account, purpose = (landlord.account(OWING), "arrears") if explanation == "a debt" else (calm, "tenant_asked")
    if explanation in EXPLANATIONS:
        explain(landlord, explanation, calm, elise)
    if explanation == "a look last week":
        leave_line("account_opened", elise, calm, LOOK - 7, purpose="tenant_asked")
    if explanation == "a card":
        leave_line("card_opened", elise, landlord.residence(CALM), LOOK, purpose="contact")
    else:
        leave_line("account_opened", elise, account, LOOK, purpose=purpose)
    assert asks_nothing("surname")


def test_view_of_a_colleagues_account_raises_a_question_without_the_name(landlord, elise, calm):
    bruno = rename(landlord.person("bruno"), "Anne CALME-GLYCINES A")
    leave_line("account_opened", elise, calm, LOOK, purpose="tenant_asked")
    [question] = questions_of("colleague")
    stored = run("SELECT row_to_json(q)::text FROM oversight_lookquestion q")[0][0]
    assert question.person_id == elise.pk and str(bruno.pk) not in stored and "Anne" not in stored


def test_former_colleague_or_work_on_the_file_raises_no_question(landlord, elise, calm):
    # Karim (former employee) gets a tenant's name, but the rule must compare only current employees with tenants.
    rename(landlord.person("karim"), "Anne Calme-Glycines A")
    leave_line("account_opened", elise, calm, LOOK, purpose="tenant_asked")
    assert asks_nothing("colleague")
    rename(landlord.person("bruno"), "Anne Calme-Glycines A")
    leave_line("note_written", elise, calm, LOOK + 1, outcome="changed")
    assert asks_nothing("colleague")


# --- Bursts, refusals and closed files -------------------------------------------------------------------------------


@pytest.fixture
def many(landlord):
    building = landlord.building("Glycines B")
    return [let(make_unit(building, f"C{number}"), make_tenant(f"Foule{number}")) for number in range(25)]


def open_accounts(who, accounts, apart):
    for rank, account in enumerate(accounts):
        leave_line("account_opened", who, account, DAY, purpose="accounting", seconds=rank * apart)


def test_burst_raises_one_question(landlord, elise, many):
    open_accounts(elise, many, apart=20)
    [question] = questions_of("burst")
    assert question.person_id == elise.pk


def test_many_accounts_with_work_done_are_no_burst(landlord, elise, many):
    open_accounts(elise, many, apart=20)
    for account in many[:5]:
        leave_line("payment_taken", elise, account, DAY, outcome="changed", seconds=600)
    assert asks_nothing("burst")


def test_many_accounts_at_an_ordinary_pace_are_no_burst(landlord, elise, many):
    open_accounts(elise, many, apart=40)
    assert asks_nothing("burst")


def test_reaching_the_hourly_limit_is_a_burst(landlord, elise):
    leave_line("limit_reached", elise, None, DAY, outcome="refused")
    assert len(questions_of("burst")) == 1


def record_refusal(who, reference, day=DAY, seconds=0, kind="refused"):
    return leave_line(kind, who, None, day, outcome="missing", facts={"reference": reference}, seconds=seconds)


def test_five_refused_files_in_an_hour_raise_a_question(landlord, elise):
    for number in range(4):
        record_refusal(elise, f"AAAA-BBBB-CCC{number}", seconds=number * 300)
    assert asks_nothing("refused")
    record_refusal(elise, "AAAA-BBBB-CCC9", seconds=1500)
    assert len(questions_of("refused")) == 1


def test_same_refused_file_on_three_days_raises_a_question(landlord, elise):
    for day in (DAY - 8, DAY - 3, DAY):
        record_refusal(elise, "AAAA-BBBB-CCCC", day)
    assert len(questions_of("refused")) == 1


def test_corrected_typo_and_recently_ended_assignment_explain_refusals(landlord, elise, calm):
    for number in range(6):
        record_refusal(elise, mistyped(calm, number), seconds=number * 300)
        leave_line("account_opened", elise, calm, DAY, purpose="tenant_asked", seconds=number * 300 + 60)
    chloe = landlord.person("chloe")
    for number in range(6):
        record_refusal(chloe, f"AAAA-BBBB-CCC{number}", seconds=number * 300)
    run("UPDATE access_assignment SET last_day = loge_today() - 2 WHERE person_id = %s", chloe.pk)
    assert asks_nothing("refused")


def mistyped(account, number):
    """Return the account's reference with a wrong last character, as if a user had mistyped it."""
    *others, right = account.reference
    wrong = [letter for letter in "ABCDEFG" if letter != right]
    return "".join([*others, wrong[number]])


def test_permitted_file_opened_after_each_refusal_hides_none(landlord, elise, calm):
    for number in range(6):
        record_refusal(elise, f"AAAA-BBBB-CCC{number}", seconds=number * 300)
        leave_line("account_opened", elise, calm, DAY, purpose="tenant_asked", seconds=number * 300 + 60)
    for day in (DAY - 9, DAY):
        record_refusal(elise, "AAAA-BBBB-CCCC", day, kind="wall_met", seconds=3000)
        leave_line("account_opened", elise, calm, day, purpose="tenant_asked", seconds=3060)
    assert len(questions_of("refused")) == len(questions_of("walled")) == 1


def test_file_closed_by_a_conflict_requested_again_raises_a_question(landlord, elise):
    record_refusal(elise, "AAAA-BBBB-CCCC", kind="wall_met")
    # A second refusal for the same file within two minutes must not count as another attempt.
    record_refusal(elise, "AAAA-BBBB-CCCC", kind="wall_met", seconds=120)
    assert asks_nothing("walled") and ConflictWall.objects.using(OWNER).count() == 0
    record_refusal(elise, "AAAA-BBBB-CCCC", DAY - 9, kind="wall_met")
    assert len(questions_of("walled")) == 1


def test_failed_sign_ins_raise_a_question_about_the_account(landlord, elise):
    for number in range(4):
        leave_line("sign_in_failed", elise, None, DAY, outcome="refused", seconds=number * 60)
    assert asks_nothing("blocked")
    leave_line("sign_in_failed", elise, None, DAY, outcome="refused", seconds=600)
    awa = landlord.person("awa")
    leave_line("sessions_ended", awa, None, DAY, outcome="changed", facts={"reason": "guesses", "ended": 1})
    leave_line("sessions_ended", landlord.person("bruno"), None, DAY, outcome="changed", facts={"reason": "quiet"})
    assert {question.person_id for question in questions_of("blocked")} == {elise.pk, awa.pk}


# --- People who supervise --------------------------------------------------------------------------------------------


@pytest.fixture
def ines(landlord):
    return landlord.person("ines")


def test_dpo_reading_a_households_audit_log_without_request_raises_a_question(landlord, ines, elise, calm):
    history_event = {"role": "dpo", "permission": "trace_read", "facts": {"scope": "account"}}
    leave_line("history_read", ines, calm, DAY, **history_event)
    leave_line("history_read", ines, None, DAY, **{**history_event, "facts": {"scope": "overview"}})
    [question] = questions_of("trace_of_account")
    assert question.desk == "steward"
    run(FORGET)
    make_demand(ines, landlord.residence(CALM).tenant, asked=-20)
    assert asks_nothing("trace_of_account")


@pytest.mark.parametrize("reason", ["complaint", "control"])
def test_evidence_pack_raises_questions_like_the_audit_page(landlord, ines, elise, calm, reason):
    role_and_permission = {"role": "dpo", "permission": "evidence_take"}
    facts = {"scope": "person", "reason": reason, "person": str(landlord.person("awa").pk)}
    leave_line("evidence_taken", ines, None, DAY, **role_and_permission, facts=facts)
    line = leave_line(
        "evidence_taken", ines, None, DAY, **role_and_permission, shown=[calm.pk], facts={"scope": "account"}
    )
    assert [question.event for question in questions_of("trace_of_account")] == [line]
    assert len(questions_of("trace_of_person")) == 1


def test_rights_of_one_person_read_on_three_days_raise_a_question(landlord):
    jules, lea = landlord.person("jules"), landlord.person("lea")
    for day in (DAY - 7, DAY - 3, DAY):
        about = {"role": "access_administrator", "permission": "rights_read", "facts": {"question": "person"}}
        line = leave_line("rights_read", jules, None, day, **about)
        name_person_in_event(line, lea)
    [question] = questions_of("rights_of_person")
    assert (question.person_id, question.desk) == (jules.pk, "dpo")


def name_person_in_event(line, person):
    """Make this person the subject of an audit event. The helper `leave_line` cannot write such an event."""
    run("ALTER TABLE audit_event DISABLE TRIGGER USER")
    run("UPDATE audit_event SET about_kind = 'person', about = %s WHERE id = %s", person.pk, line)


def test_assignment_granted_used_and_ended_at_once_raises_a_question(landlord, elise):
    jules, lea = landlord.person("jules"), landlord.person("lea")
    given = assign(lea, "officer", landlord.place("Agence Bercy"), first=-3)
    event_fields = {"outcome": "changed", "role": "access_administrator", "permission": "assignments_manage"}
    line = leave_line("assignment_granted", jules, None, -3, **event_fields)
    run("ALTER TABLE audit_event DISABLE TRIGGER USER")
    run("UPDATE audit_event SET about_kind = 'assignment', about = %s WHERE id = %s", given.pk, line)
    run("UPDATE access_assignment SET ended_on = loge_today() - 1, end_reason = 'error' WHERE id = %s", given.pk)
    assert asks_nothing("brief_access")  # Without any use of the assignment, the rule must raise no question.
    leave_line("account_opened", lea, landlord.account("Calme-Quai 9"), -2, purpose="tenant_asked")
    assert [question.person_id for question in questions_of("brief_access")] == [jules.pk]
    for reason, questions in (("stand_in_absence", 0), ("reinforcement", 1), ("on_call", 0)):
        run(FORGET)
        run("UPDATE access_assignment SET reason = %s WHERE id = %s", reason, given.pk)
        assert len(questions_of("brief_access")) == questions, reason


def test_words_counted_many_times_in_a_day_raise_a_question(landlord, ines):
    for number in range(11):
        leave_line("words_counted", ines, None, DAY, role="dpo", seconds=number * 60, facts={"words": 1})
    [question] = questions_of("words_probed")
    assert question.desk == "steward"


# --- The nightly job -------------------------------------------------------------------------------------------------


def test_rules_and_database_functions_match(landlord):
    functions = {name for (name,) in run("SELECT proname FROM pg_proc WHERE proname LIKE 'oversight\\_rule\\_%%'")}
    assert functions == {f"oversight_rule_{code}" for code in RULES} and len(RULES) >= 12


def test_nightly_job_checks_each_unchecked_day_once_and_records_it(landlord, elise):
    leave_line("limit_reached", elise, None, -2, outcome="refused")
    output = io.StringIO()
    call_command("watch_looks", stdout=output)
    watched = events(kind="looks_watched")
    assert [line["facts"]["day"] for line in watched] == [paris_day(-back).isoformat() for back in range(7, 0, -1)]
    assert [line["facts"]["questions"] for line in watched] == [0, 0, 0, 0, 0, 1, 0]
    assert {(line["actor"], line["machine"]) for line in watched} == {(None, "watch_looks")}
    call_command("watch_looks", stdout=output)
    assert len(events(kind="looks_watched")) == 7 and "déjà été relus" in output.getvalue()
    watch_day(by="watch_looks", day=paris_day(-2))
    assert LookQuestion.objects.using(OWNER).count() == 1


def test_today_is_not_checked_and_unknown_rules_do_nothing(landlord, elise):
    leave_line("limit_reached", elise, None, 0, outcome="refused")
    assert watch_day(by="watch_looks", day=paris_day(0)) == 0
    assert run("SELECT oversight_ask_about('burst; DROP TABLE x', loge_today() - 1)", alias="jobs") == [(0,)]


def test_web_logins_cannot_run_the_rules(landlord):
    calls = ("oversight_ask_about('burst', loge_today() - 1)", "oversight_rule_burst(loge_today())")
    for alias in ("default", "trace", "prune"):
        for call in calls:
            with pytest.raises(DatabaseError, match="permission denied"):
                run(f"SELECT * FROM {call}", alias=alias)


def test_recent_arrival_explains_repeated_views(landlord, elise):
    """The nightly rule raises no question if an employee often opens the account of a household that just moved in."""
    unit = make_unit(landlord.building("Glycines B"), "D1")
    account = let(unit, make_tenant("Neuve", "Léa"), start=-20)
    settle_in(make_tenant("Neuve", "Ali"), account.lease, unit, -20)
    for day in (LOOK - 9, LOOK - 6, LOOK - 2, LOOK):
        leave_line("account_opened", elise, account, day, purpose="tenant_asked")
    note(account, "payment_difficulty", offer="instalments", date=paris_day().isoformat())
    assert asks_nothing("returning")
