"""Every duration in the code is listed here with a test that checks the moments just before and just after its end.

A duration after which no data are deleted and nobody loses access is listed with a reason instead of a test.
"""

import ast
import re

from privacy.retention_periods import RETENTION_PERIODS, Ending
from tests.architecture.source import APPS, ROOT, files, walk
from tests.architecture.test_suite import suite

UNIT = re.compile(
    r"(SECONDS|MINUTES|HOURS|DAYS|WEEKS|MONTHS?|YEARS?|KEPT|EXTENDED|AFTER|AHEAD|BEHIND|LONGEST|SHORTEST)$"
)
NUMBERS = re.compile(r"[\d*, ().]+")
OF_SQL = re.compile(r"FUNCTION (\w+)\(|SELECT loge_keep\('(\w+)'|interval '(\d[^']*)'")
# These modules need no test of time limits: demo/ invents landlords, and the others limit numbers of letters or words.
ELSEWHERE = (
    "demo/",
    "demo/misuse/",
    "demo/populate/",
    "demo/management/commands/populate.py",
    "privacy/screened.py",
    "screening/",
)
LETTERS = {
    "allocations/rules/cases/eligibility.py:LAST_YEAR",
    "allocations/rules/cases/fields.py:FIRST_YEAR",
    "allocations/rules/cases/fields.py:LAST_YEAR",
    "tenants/api/residents.py:SHORTEST",
    "tenants/search.py:SHORTEST",
    "access/signin/passwords.py:LONGEST",
}

CLOCKS = "tests/tenants/test_clocks.py::"
IMPORTS = "tests/exchange/test_background.py::"
MINUTES = f"{CLOCKS}test_temporary_access_ends_at_the_exact_minute"
NIGHT = f"{CLOCKS}test_nightly_job_deletes_rows_past_their_last_day_and_no_others"
YEAR = f"{CLOCKS}test_emergency_access_and_view_question_expire_a_year_after_the_moment"
CASE = f"{CLOCKS}test_subject_request_is_late_after_its_month_and_not_on_its_last_day"
FRESH = f"{CLOCKS}test_recent_sign_in_is_valid_ten_minutes_and_fifteen_for_a_form"
TRACE = f"{CLOCKS}test_month_is_dropped_when_its_last_event_passes_the_retention_period"
TO_THE_DAY = f"{CLOCKS}test_no_month_is_dropped_before_it_is_twelve_months_old"
SEAT = "tests/access/test_sessions.py::"
LAPSED = "tests/database/test_four_eyes.py::test_expired_requests_and_new_administrators_are_refused"
MONTH_OFF = "tests/database/test_four_eyes.py::test_consecutive_stand_ins_do_not_exceed_a_month"
RULES = "tests/oversight/test_look_rules.py::"
OLD_COMMENT = "tests/exchange/test_legacy_comments.py::test_lawful_comment_becomes_a_note_and_others_are_restricted"
DAYS_AROUND = "tests/access/test_dates.py::test_every_day_gives_the_reach_of_the_model"
UNUSED = "tests/access/test_reviews.py::test_an_assignment_unused_for_ninety_days_is_proposed"
SEAT_ENDS = f"{SEAT}test_a_session_ends_after_an_hour_without_activity_or_ten_hours"
UNLOCKED = f"{SEAT}test_after_a_quarter_of_an_hour_the_same_person_unlocks_the_session"
OWN_ACCOUNT = (
    "tests/access/test_machine_powers.py::test_after_thirty_days_a_person_may_give_access_to_who_made_their_account"
)
ANSWER = f"{CLOCKS}test_a_contest_is_late_after_two_working_days_and_not_on_the_second"
REVIEW = f"{CLOCKS}test_a_review_is_late_after_three_working_days_and_not_on_the_third"
HEARD = "tests/oversight/test_look_questions.py::test_misuse_without_explanation_is_found_after_seven_days_only"
COPY = "tests/inspection/test_copies.py::test_release_and_request_expire_at_the_exact_time"
TWO_OFFICERS = "tests/database/test_write_offs.py::test_write_off_request_expires_after_fourteen_days"
PARTED = "tests/audit/test_forgetting.py::test_destroying_a_pseudonym_key_keeps_all_proofs_valid"
HALF_SENT = "tests/housing/test_serving.py::test_half_sent_requests_block_nobody_and_are_closed"
UNCLOSED = "tests/housing/test_serving_attacked.py::test_a_client_that_does_not_close_is_closed_soon_after_its_answer"

BOARD = "tests/oversight/test_board.py::test_figures_are_deleted_three_months_after_their_month"
CLAIM = "tests/allocations/test_claim_readings.py::test_reading_ends_twenty_four_hours_after_the_agreement"
SENT = "tests/allocations/test_registry_export.py::test_sent_rows_are_erased_after_thirty_one_days"
UNSENT = "tests/allocations/test_registry_export.py::test_rows_that_nobody_sends_are_erased_after_ninety_two_days"
LAPSED_CLAIM = "tests/allocations/test_claim_readings.py::test_request_without_an_agreement_lapses_after_fourteen_days"
VACANCIES = "tests/allocations/test_vacancy_pages.py::"
APPLICATIONS = "tests/allocations/test_clocks.py::"
CLOSING = f"{APPLICATIONS}test_month_after_a_warning_ends_at_midnight"
REMINDER = f"{APPLICATIONS}test_reminder_is_due_two_months_before_the_term_until_its_last_day"
EXPIRY = "tests/allocations/test_closings.py::"

# Duration -> test of its end. A key is "module:NAME" for a Python constant, or "function interval" for a SQL interval.
TESTED: dict[str, str] = {
    "housing/serving/receiving.py:LINGER_SECONDS": UNCLOSED,
    "housing/serving/receiving.py:SECONDS": HALF_SENT,
    "access/grants/actions/reviews.py:DAYS": UNUSED,
    "access/models/decided.py:LAPSES_AFTER": LAPSED,
    "allocations/actions/expiry.py:GRACE_DAYS": f"{EXPIRY}test_night_erases_applications_a_month_after_their_term",
    "allocations/actions/expiry.py:REPEAT_DAYS": SENT,
    "allocations/actions/expiry.py:UNSENT_DAYS": UNSENT,
    "allocations/actions/offers.py:DISCREET_DAYS": "tests/allocations/test_hand_over.py::test_household_that_asked_"
    "for_discretion_is_hidden_from_the_signature_on",
    "allocations/models/claim.py:DAY": CLAIM,
    "allocations_agree_to_claim 24 hours": CLAIM,
    "allocations_claim_lapsed 14 days": LAPSED_CLAIM,
    "allocations/dwellings.py:RECENT_DAYS": f"{VACANCIES}test_orientation_stays_on_the_board_for_seven_days",
    "allocations/letters.py:REMINDER_MONTHS": REMINDER,
    "allocations_check_closing 1 month": CLOSING,
    "allocations_limit_trials 30 days": "tests/allocations/test_grid_lab.py::test_ninth_trial_waits_for_thirty_days",
    "allocations_due 1 month": CLOSING,
    "allocations_due 2 months": REMINDER,
    "allocations_open_at_desk 30 minutes": f"{APPLICATIONS}test_desk_opens_an_application_for_thirty_minutes_to_the_"
    "microsecond",
    "access/signin/proofs.py:FILLING_IN_SECONDS": FRESH,
    "access/signin/proofs.py:FRESH_SECONDS": FRESH,
    "access/pages/dry_run.py:VALID_SECONDS": "tests/access/test_exchange.py::"
    "test_a_dry_run_cannot_be_confirmed_after_an_hour",
    "access/pages/read_back.py:VALID_SECONDS": "tests/tenants/test_read_back.py::"
    "test_confirmation_is_bound_to_person_account_and_hour",
    "access/guard/purpose.py:MINUTES": f"{CLOCKS}test_purpose_of_a_file_is_valid_for_fifteen_minutes",
    "access/roles.py:STAND_IN_DAYS": MONTH_OFF,
    "access/signin/session_limits.py:ENDED_AFTER_SECONDS": SEAT_ENDS,
    "audit/sealed/pending.py:SCAN_SECONDS": "tests/audit/test_sealing.py::test_all_days_are_scanned_every_six_hours",
    "access/signin/session_limits.py:LOCKED_AFTER_SECONDS": UNLOCKED,
    "access/signin/session_limits.py:LONGEST_SECONDS": SEAT_ENDS,
    "access/guard/shown_as.py:MINUTES": f"{CLOCKS}test_inspector_sees_a_caretakers_pages_for_fifteen_minutes",
    "access_check_decision 14 days": LAPSED,
    "access_is_established_administrator 30 days": LAPSED,
    "access_makers 30 days": OWN_ACCOUNT,
    "audit/retention.py:LONGEST": TRACE,
    "audit/retention.py:SHORTEST": TRACE,
    "audit_drop_months 1 month": TRACE,
    "audit_drop_months 12 months": TO_THE_DAY,
    "tenants/actions/expiry.py:THREE_YEARS": NIGHT,
    "tenants/actions/expiry.py:WEEK": COPY,
    "tenants/actions/expiry.py:YEAR": YEAR,
    "rights/delays.py:EXTENDED": CASE,
    "rights/delays.py:MONTH": CASE,
    "backoffice/help/first_steps.py:NEW_DAYS": "tests/backoffice/test_help.py::"
    "test_first_page_of_a_newcomer_links_to_the_first_steps",
    "backoffice/waiting/lines.py:A_WEEK": "tests/backoffice/test_waiting.py::test_calls_of_a_week_around_today_count",
    "exchange/actions.py:RUN_STORED_FOR": f"{IMPORTS}test_night_deletes_old_imports_and_forgotten_files",
    "exchange/models.py:UPLOAD_STORED_FOR": f"{IMPORTS}test_file_that_nobody_takes_is_deleted_after_an_hour",
    "exchange/models.py:LATE_AFTER": f"{IMPORTS}test_file_that_nobody_takes_is_deleted_after_an_hour",
    "exchange/models.py:SILENT_FOR": f"{IMPORTS}test_crash_leaves_an_interrupted_import_and_no_content",
    "exchange/views/runs.py:TRIED_FOR": f"{IMPORTS}test_dry_run_allows_the_import_for_an_hour",
    "backoffice/waiting/daily_mail.py:FIRST_WAIT": "tests/backoffice/test_daily_mail.py::"
    "test_failed_mail_is_tried_five_times_with_longer_waits",
    "casework/models/contact_attempt.py:LONGEST_WAIT": "tests/casework/test_contact_attempts.py::"
    "test_wrong_input_is_refused_with_its_reason_and_stores_nothing",
    "casework/models/contact_attempt.py:STORED_FOR": NIGHT,
    "casework/models/contest.py:KEPT": NIGHT,
    "casework/models/contest.py:WORKING_DAYS": ANSWER,
    "inspection/models/copy_release.py:DAY": COPY,
    "tenants/models/emergency.py:MINUTES": MINUTES,
    "tenants/models/emergency.py:WORKING_DAYS": REVIEW,
    "casework/models/legacy_comments.py:KEPT_DAYS": NIGHT,
    "rights/models/look_decision.py:LONGEST": NIGHT,
    "oversight/models/look_question.py:HEARD_FIRST": HEARD,
    "oversight/models/look_question.py:QUIET_AFTER": NIGHT,
    "tenants/models/residence.py:ARRIVALS_AHEAD": DAYS_AROUND,
    "tenants/models/residence.py:DEPARTURES_BEHIND": DAYS_AROUND,
    "casework/actions/legacy_comments.py:NOTE_MONTHS": OLD_COMMENT,
    "tenants/actions/reminders.py:LONGEST": "tests/tenants/test_reminders.py::test_errand_over_31_days_is_refused",
    "ledger/models/cash_receipt.py:ORIGINAL_MINUTES": "tests/ledger/test_cash_receipts.py::"
    "test_page_shows_the_original_for_five_minutes",
    "tenants_open_checked_card 10 minutes": MINUTES,
    "inspection_requested_copies 7 days": COPY,
    "tenants_emergencyaccess 1 year": YEAR,
    "tenants_open_emergency 45 minutes": MINUTES,
    "tenants_open_evacuation 45 minutes": MINUTES,
    "rights_prepare_receipt 10 minutes": MINUTES,
    "oversight_lookquestion 1 year": YEAR,
    "oversight_measure_board 3 months": BOARD,
    "oversight_refusals_of 3 minutes": f"{RULES}test_corrected_typo_and_recently_ended_assignment_explain_refusals",
    "inspection_release_copy 24 hours": COPY,
    "oversight_rule_guessed 1 hour": (
        "tests/tenants/test_identity_tries.py::test_five_misses_in_an_hour_raise_a_question"
    ),
    "oversight_rule_blocked 1 hour": f"{RULES}test_failed_sign_ins_raise_a_question_about_the_account",
    "oversight_rule_burst 10 minutes": f"{RULES}test_burst_raises_one_question",
    "oversight_rule_burst 50 minutes": f"{RULES}test_many_accounts_with_work_done_are_no_burst",
    "oversight_rule_refused 1 hour": f"{RULES}test_five_refused_files_in_an_hour_raise_a_question",
    "ledger_may_lower_debt 14 days": TWO_OFFICERS,
    "ledger_writeoff 14 days": TWO_OFFICERS,
    "oversight_is_wrong_row_of_list 1 minute": f"{RULES}test_other_sequences_are_not_taken_for_a_wrong_line",
}
_PACE = "how often a program signs, polls or checks again; nobody's access or data ends by it"
_ALARM = "when an alarm is raised for the operators of the server"
_SPAN = "how long or how far ahead something may be requested: two typed days are compared, no clock"
_SHOWN = "how much of the past or future a page shows"
_COUNT = "the period of a limit on a number, which has its own test"
_STEP = "a step from one day or month to the next"
UNTIMED: dict[str, str] = {
    "allocations/forms/flow.py:A_YEAR": "fills in a field that the person may change; a constraint sets its limit",
    "audit/sealed/verification.py:_WAITING": _PACE,
    "formats/workbooks/convert.py:MOST_SECONDS": "processor time for one uploaded file, after which it is refused",
    "formats/workbooks/reading.py:TIMEOUT_SECONDS": "time for one uploaded file, after which the file is refused",
    "housing/serving/queueing.py:RETRY_AFTER": "advice to clients in a header, which nothing enforces",
    "housing/serving/receiving.py:LOG_SECONDS": _PACE,
    "audit/sealed/sealing.py:BETWEEN_CHECKPOINTS": _PACE,
    "audit/sealed/pending.py:MARGIN": _PACE,
    "access/grants/revocation_list.py:_LATE": _PACE,
    "access/signin/directory.py:CLOCKS_APART_SECONDS": _PACE,
    "access/signin/session_limits.py:NOTED_EVERY_SECONDS": _PACE,
    "ledger_end_bulk_load 1 second": "which steps the server's log lists; nothing depends on it",
    "audit_seal_state 1 minute": _PACE,
    "audit_seal_state 1 day": _PACE,
    "audit/sealed/verification.py:LATE": _PACE,
    "oversight/views/seal.py:LATELY_DAYS": _SHOWN,
    "audit_late_leaves 5 minutes": "tests/audit/test_late_leaves.py tests it with events of four and six minutes",
    "audit_late_leaves 10 minutes": _ALARM,
    "audit/guard/waiting.py:LONGEST": _PACE,
    "access/database/timeouts.py:CONNECT_SECONDS": _PACE,
    "audit/sealed/witnesses.py:UNSEEN_SECONDS": _ALARM,
    "oversight/views/seal.py:BEHIND_SECONDS": _ALARM,
    "housing/security_txt.py:VALID_DAYS": "the validity of the contact for vulnerability reports",
    "housing/monitoring/health.py:BEHIND_SECONDS": _ALARM,
    "housing/monitoring/health.py:BACKUP_HOURS": _ALARM,
    "access/grants/actions/requests.py:A_YEAR": _SPAN,
    "access/grants/grant_terms.py:LONGEST": _SPAN,
    "casework/models/note.py:A_YEAR": _SPAN,
    "ledger/balances.py:AHEAD": _SPAN,
    "tenants/leases/days.py:PAST": _SPAN,
    "tenants/leases/days.py:PAST_END": _SPAN,
    "tenants/leases/days.py:COMING": _SPAN,
    "casework/models/fact_code.py:LONGEST": _SPAN,
    "exchange/portfolio/rules.py:YEAR": _SPAN,
    "casework/forms/facts.py:TO_START_WITH": _SPAN,
    "access/signin/adapter.py:KNOWN_DAYS": _SPAN,
    "access_check_request 14 days": _SPAN,
    "access/grants/grant_terms.py:SOON": _SHOWN,
    "access/grants/views/coverage.py:WEEKS": _SHOWN,
    "access/grants/grant_terms.py:DORMANT": _SHOWN,
    "ledger/views/exports.py:YEAR": _SHOWN,
    "ledger/arrears.py:A_MONTH": _SHOWN,
    "rights_request_figures 1 year": _SHOWN,
    "inspection/exhibits/looks.py:THREE_MONTHS": _SHOWN,
    "inspection/exhibits/rights.py:YEAR": _SHOWN,
    "oversight/text_counts.py:MONTHS": _SHOWN,
    "oversight/audit_log/charts.py:WEEKS": _SHOWN,
    "exchange/background/progress.py:BEAT_SECONDS": _STEP,
    "oversight/audit_log/recent_grants.py:DAYS": _SHOWN,
    "oversight/views/audit_log.py:_ONE_REQUEST": _SHOWN,
    "oversight_events_around 15 minutes": _SHOWN,
    "oversight_measure_exposure 1 year": _SHOWN,
    "oversight_debts 1 month": _SHOWN,
    "oversight_debts 3 months": _SHOWN,
    "oversight_debts 6 months": _SHOWN,
    "oversight_moves 1 month": _SHOWN,
    "oversight_moves 3 months": _SHOWN,
    "oversight_vacant_dwellings 1 month": _SHOWN,
    "oversight_vacant_dwellings 3 months": _SHOWN,
    "oversight_measure_board 1 month": _STEP,
    "backoffice/views/board.py:AHEAD": _SHOWN,
    "backoffice/views/board.py:LATE_AFTER": _SHOWN,
    "backoffice/preferences.py:A_YEAR": _SHOWN,
    "audit_accounts_opened_last_hour 1 hour": _COUNT,
    "tenants_open_emergency 1 day": _COUNT,
    "tenants_open_evacuation 1 day": _COUNT,
    "oversight_rule_walled 10 minutes": _COUNT,
    "access/grants/coverage.py:DAY": _STEP,
    "access/grants/hours.py:DAY": _STEP,
    "audit/sealed/pending.py:_DAY": _STEP,
    "audit_make_months 1 month": _STEP,
    "oversight_days_to_watch 1 day": _STEP,
    "access_check_stand_in 1 day": _STEP,
    "access_inspector_days 1 day": _STEP,
    "oversight_rule_program 1 day": _STEP,
}

# Maps the code of a retention period to the test that rows are deleted in the night after their last day, not earlier.
ENDED: dict[str, str] = {
    "until_midnight": "tests/tenants/test_undoing.py::test_nightly_job_deletes_lease_changes_of_past_days",
    "fact": NIGHT,
    "note": NIGHT,
    "contact_year": NIGHT,
    "import_run": f"{IMPORTS}test_night_deletes_old_imports_and_forgotten_files",
    "upload": f"{IMPORTS}test_file_that_nobody_takes_is_deleted_after_an_hour",
    "daily_mail": "tests/backoffice/test_daily_mail.py::test_mails_of_past_days_are_deleted_at_night",
    "contest": NIGHT,
    "inspection": NIGHT,
    "quarantine": NIGHT,
    "subject_request": NIGHT,
    "application": f"{EXPIRY}test_night_erases_applications_a_month_after_their_term",
    "candidacy": "tests/allocations/test_claims.py::test_sheets_stay_for_a_claim_and_end_the_day_after",
    "shortlist": "tests/allocations/test_claims.py::test_sheets_stay_for_a_claim_and_end_the_day_after",
    "registry_row": SENT,
    "occasion": f"{EXPIRY}test_night_erases_ended_occasions_and_keeps_open_ones",
    "deferral": NIGHT,
    "restriction": NIGHT,
    "emergency": YEAR,
    "look_question": YEAR,
    "trace_year": TRACE,
    "board": "tests/oversight/test_board.py::test_figures_are_deleted_three_months_after_their_month",
    "exposure": "tests/oversight/test_exposure.py::test_second_measure_replaces_the_first_and_old_rows_are_deleted",
    "pseudonym": PARTED,
    "session": f"{SEAT}test_expired_sessions_and_their_networks_are_deleted_at_night",
}


def in_python() -> set[str]:
    """Return "module:NAME" of each constant in Python code that is a duration: a `timedelta`, or a number whose name
    ends with a unit of time, such as `_SECONDS`."""
    durations_by_name = set()
    for name, tree in files().items():
        for node in walk(tree):
            if isinstance(node, ast.Assign) and not name.startswith(ELSEWHERE):
                durations_by_name |= {f"{name}:{constant}" for constant in durations(node)}
    return durations_by_name - LETTERS


def durations(node: ast.Assign) -> set[str]:
    """Return the names of the durations in an assignment. `A, B = timedelta(1), 2` gives only A."""
    target, value = node.targets[0], node.value
    pairs = (
        zip(target.elts, value.elts, strict=False)
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        else [(target, value)]
    )
    return {
        name.id
        for name, part in pairs
        if isinstance(name, ast.Name) and name.id == name.id.upper() and is_duration(name.id, ast.unparse(part))
    }


def is_duration(name: str, value: str) -> bool:
    spans = value.startswith("timedelta(") and not name.startswith("BY_")
    return spans or bool(UNIT.search(name) and NUMBERS.fullmatch(value))


def in_the_database() -> set[str]:
    """Return every time interval in the SQL files, after the name of its function: "access_check_stand_in 1 day".

    In a call of `loge_keep`, which protects the rows of a table, the name of the table replaces that of the function.
    """
    intervals = set()
    for app in APPS:
        for path in sorted((ROOT / app / "sql").glob("*.sql")):
            function = ""
            for match in OF_SQL.finditer(path.read_text(encoding="utf-8")):
                function = match[1] or match[2] or function
                intervals |= {f"{function} {match[3]}"} if match[3] else set()
    return intervals


def names_of_tests() -> set[str]:
    return {
        f"{path}::{node.name}"
        for path, tree in suite().items()
        for node in walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_duration_names_its_boundary_test_or_a_reason():
    durations_found = in_python() | in_the_database()
    assert len(in_python()) > 40 and len(in_the_database()) > 20
    assert not TESTED.keys() & UNTIMED.keys()
    assert durations_found - TESTED.keys() - UNTIMED.keys() == set(), "a duration without a boundary test"
    assert (TESTED.keys() | UNTIMED.keys()) - durations_found == set(), "a duration that no longer exists"


def test_every_named_boundary_test_exists():
    named = {*TESTED.values(), *ENDED.values()}
    assert len(named) > 15 and named - names_of_tests() == set()
    assert all(len(reason.split()) > 5 for reason in UNTIMED.values())


def test_every_erasing_retention_period_names_its_test():
    erased = {code for code, period in RETENTION_PERIODS.items() if period.ending is Ending.ERASED}
    assert len(erased) > 8 and erased == ENDED.keys()
