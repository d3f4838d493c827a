"""Each named database rule (constraint, unique index, trigger) must refuse violations, even by the owner.

The refusal must state the name of the rule, and the application must have a French error message for each rule.
"""

import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from access.constraints import _UNKNOWN, declared, sentence
from ledger.models import Entry
from tests.builders import (
    OWNER,
    leave_line,
    restrict,
    run,
)
from tests.clones import clone, drop, stand_on
from tests.resident_tables import APPS
from tests.tenants.allocation_rules import ALLOCATION_RULES, fill_allocations
from tests.tenants.breaking import NEW, Break, both, change, copy, move
from tests.tenants.counting import inspect, inspect_many_lines, take_twice, take_words
from tests.tenants.rows import fill
from tests.world import World

STEPS = ("access", "buildings", "exchange", *APPS)


@pytest.fixture(scope="module")
def filled(templates, clones, django_db_blocker):
    with django_db_blocker.unblock():
        name = f"loge_filled_{uuid4().hex[:12]}"
        clone(templates["world"], name)
        stand_on(name)
        fill(World())
        fill_allocations(World())
        stand_on("postgres")
        yield name
        clones.drop_of(name)
        drop(name)


@pytest.fixture
def cloned(filled):
    return filled


def decide(by: str, decision: str = "approved") -> Break:
    """Return a function that, as the person `by`, decides the pending request for access rights (`AccessRequest`)."""

    def act(landlord):
        run(
            "UPDATE access_accessrequest SET decision = %s, decided_by_id = %s, decided_at = now()",
            decision,
            str(landlord.person(by).pk),
        )

    return act


def write_off(**other: object) -> Break:
    return copy("ledger_writeoff", "idempotency_key IS NULL", False, id=NEW, **other)


ANY_CHARGE = "(SELECT id FROM ledger_entry WHERE kind = 'charge' LIMIT 1)"


def as_officer(sql: str) -> Break:
    def act(landlord):
        account = str(landlord.account("Dette-Glycines A").pk)
        run(f"SELECT set_config('loge.person', %s, false); {sql}", str(landlord.person("elise").pk), account)

    return act


def allow(proposer: str, approver: str) -> Break:
    """Return a function that inserts an allowed wording, which `proposer` has proposed and `approver` has approved.

    The screening of notes accepts allowed wordings.
    """

    def act(landlord):
        run(
            "INSERT INTO casework_allowedwording (id, text, proposed_by_id, allowed_by_id, allowed_on)"
            " VALUES (gen_random_uuid(), 'rue du Cancer', %s, %s, loge_today())",
            *(str(landlord.person(name).pk) for name in (proposer, approver)),
        )

    return act


def make_token(landlord: World) -> None:
    pk = str(landlord.person("noel").pk)
    run(
        "INSERT INTO access_machinetoken (id, machine_id, digest, hint, made_by_id, made_at)"
        " SELECT gen_random_uuid(), p.id, 'digest', 'abcd', %s, now() FROM access_person p"
        " WHERE NOT EXISTS (SELECT FROM access_machinetoken t WHERE t.machine_id = p.id) LIMIT 1",
        pk,
    )


def give_restricted_errand(landlord: World) -> None:
    """As Georges (manager), ask a caretaker to pass on a message to a tenant whose data may only be stored."""
    home = landlord.residence("Dette-Glycines A")
    restrict(home.tenant)
    run(
        "SELECT set_config('loge.person', %s, false);"
        " INSERT INTO tenants_reminderdoor (id, reminder_id, unit_id, building_id)"
        " SELECT gen_random_uuid(), m.id, %s, m.building_id FROM tenants_reminder m LIMIT 1",
        str(landlord.person("georges").pk),
        home.unit_id,
    )


WORDING, TOKEN = allow("jules", "elise"), make_token
ASKER = "t.asked_by_id"
IN_PAIRS = "jsonb_build_object('date', loge_today()::text, 'until', (loge_today() + 10)::text)"
SOMEBODY = "(SELECT id FROM access_person ORDER BY id LIMIT 1)"
OTHER = "(SELECT id FROM access_person WHERE id <> t.asked_by_id ORDER BY id LIMIT 1)"
LOWERED = (
    "SELECT ledger_may_lower_debt(jsonb_populate_record(e, jsonb_build_object('kind', 'adjustment',"
    " 'amount_cents', -15001, 'posted_by_id', loge_person(), 'booked_on', loge_today())))"
    " FROM ledger_entry e WHERE account_id = %s"
)
UNDO = "SELECT tenants_undo_change(id) FROM tenants_leasechange, set_config('loge.person', %s, true) s WHERE s <> ''"
SETTLE = "SELECT ledger_settle_account(%s)"
ENDED = change("tenants_lease", "ends_on = loge_today() - 1", "starts_on < loge_today() - 1")


def judge_before_hearing(landlord):
    """As the DPO, judge an account's opening as misuse before the employee has explained it. This must be refused."""
    verdict = "verdict = 'misuse', judged_by_id = loge_person(), judged_on = loge_today()"
    run(f"SELECT set_config('loge.person', '{landlord.person('ines').pk}', false)")
    try:
        run(f"UPDATE oversight_lookquestion SET {verdict}")
    finally:
        run("SELECT set_config('loge.person', '', false)")


def defer_own_view(landlord):
    """Make a stored deferral refer to an event of the employee who requested the deferral. The database must refuse
    this.

    A deferral (`LookDeferral`) leaves an audit event out of a tenant's access report for a time.
    """
    look = leave_line("account_opened", landlord.person("elise"), landlord.account("Dette-Glycines A"))
    run("UPDATE rights_lookdeferral SET event = %s", look)


def undo_a_signing_with_entries(landlord):
    """Undo the signature of a lease whose account has entries, which the database must refuse.

    An audit event states that the lease was signed today, so that the entries are the only reason to refuse.
    """
    [(kind, lease)] = run("SELECT kind, lease_id FROM tenants_leasechange")
    assert kind in ("signed", "transferred")
    elise = landlord.person("elise")
    leave_line("lease_signed", elise, outcome="changed", facts={"lease": str(lease)})
    run(UNDO, str(elise.pk))


RULES: dict[str, Break] = {
    **ALLOCATION_RULES,
    "assignment_once_at_a_time": copy("access_assignment", "from_hour IS NULL", id=NEW),
    "assignment_on_call_once": copy("access_assignment", "from_hour IS NOT NULL", id=NEW),
    "assignment_on_call_has_hours": change("access_assignment", "from_hour = '18:00'", "role = 'caretaker'"),
    "assignment_hours_end_after_they_start": change("access_assignment", "last_day = first_day", "role = 'on_call'"),
    "assignment_ends_after_it_starts": change("access_assignment", "last_day = first_day - 1"),
    "assignment_ends_within_its_days": change("access_assignment", "ended_on = last_day + 1, end_reason = 'x'"),
    "assignment_end_has_a_reason": change("access_assignment", "ended_on = last_day"),
    "assignment_never_for_oneself": change("access_assignment", "given_by_id = person_id"),
    "assignment_role_known": change("access_assignment", "role = 'king'"),
    "assignment_of_an_inspector_is_short": change(
        "access_assignment", "role = 'inspector', last_day = first_day + 30, ended_on = NULL, end_reason = ''"
    ),
    "request_ends_after_it_starts": change("access_accessrequest", "last_day = first_day - 1"),
    "board_figure_once": copy("oversight_boardfigure", id=NEW),
    "board_kind_known": change("oversight_boardfigure", "kind = 'tenants', cents = NULL"),
    "board_debts_of_ten_accounts": change("oversight_boardfigure", "number = 5", "kind = 'debt_3_months'"),
    "board_moves_of_five_households": change("oversight_boardfigure", "number = 0", "kind = 'arriving'"),
    "board_numbers_are_rounded": change("oversight_boardfigure", "number = 11"),
    "board_sum_of_displayed_debts": change("oversight_boardfigure", "cents = 1234567", "kind = 'debt_3_months'"),
    "board_month_begins_it": change("oversight_boardfigure", "month = month + 1"),
    "exposure_once_a_day": copy("oversight_exposureday", id=NEW),
    "exposure_unused_is_possible": change("oversight_exposureday", "unused = possible + 1"),
    "mail_language_known": change("access_mailchoice", "language = 'de'"),
    "import_run_one_at_a_time": copy("exchange_importrun", "state = 'waiting'", id=NEW),
    "import_run_known": change("exchange_importrun", "phase = 'x'", "state = 'waiting'"),
    "import_run_place_of_applications": change("exchange_importrun", "kind = 'applications'", "state = 'waiting'"),
    "import_run_progress": change("exchange_importrun", "rows_checked = 1", "state = 'waiting'"),
    "import_run_ended_once_over": change("exchange_importrun", "ended_at = now()", "state = 'waiting'"),
    "import_file_once": copy("exchange_importfile", id=NEW),
    "daily_mail_once_a_day": copy("access_dailymail", id=NEW),
    "daily_mail_template_known": change("access_dailymail", "template = 'x'"),
    "daily_mail_state_known": change("access_dailymail", "state = 'x'"),
    "act_sent_once": copy("access_sentact", id=NEW),
    "kept_right_for_a_reason": copy("access_keptright", id=NEW, reason="'x'"),
    "review_as_listed": change("access_rightsreview", "signed_on = signed_on + 1"),
    "request_never_for_hours": change("access_accessrequest", "role = 'on_call'"),
    "request_never_for_oneself": change("access_accessrequest", "person_id = asked_by_id"),
    "request_takes_two": decide("jules"),
    "request_never_decided_by_whom_it_is_for": decide("lea"),
    "request_withdrawn_by_who_asked": decide("elise", "withdrawn"),
    "request_decided_by_someone_at_some_time": change("access_accessrequest", "decision = 'approved'"),
    "request_refused_for_a_reason": decide("elise", "refused"),
    "place_phone_is_a_number": change("access_place", "phone = '12'"),
    "residence_in_one_building": copy("tenants_residence", keyless=True),
    "card_fact_ends_after_it_was_written": copy("casework_cardfact", id=NEW, ends_on="t.written_on - 1"),
    "dwelling_fact_ends_after_it_was_written": copy("casework_dwellingfact", id=NEW, ends_on="t.written_on - 1"),
    "account_fact_ends_after_it_was_written": copy("casework_accountfact", id=NEW, ends_on="t.written_on - 1"),
    "card_fact_stands_in_its_residence": copy("casework_cardfact", id=NEW, building_id=NEW),
    "dwelling_fact_stands_in_its_unit": copy("casework_dwellingfact", id=NEW, building_id=NEW),
    "account_fact_stands_in_its_account": copy("casework_accountfact", id=NEW, building_id=NEW),
    "account_note_stands_in_its_account": copy("casework_accountnote", id=NEW, building_id=NEW),
    "contact_stands_in_its_account": copy("casework_contactattempt", id=NEW, building_id=NEW),
    "contact_outcome_known": copy("casework_contactattempt", id=NEW, outcome="'shouted'"),
    "contact_comes_back_in_time": copy("casework_contactattempt", id=NEW, back_on="t.made_on + 93"),
    "contact_stays_as_recorded": change("casework_contactattempt", "outcome = 'reached'"),
    "contest_stands_in_its_account": copy("casework_contestedsentence", id=NEW, building_id=NEW),
    "wall_stands_in_its_lease": copy("tenants_conflictwall", id=NEW, building_id=NEW, ended_on="t.set_on"),
    "wall_once_at_a_time": copy("tenants_conflictwall", id=NEW),
    "wall_ended_by_another": change("tenants_conflictwall", "ended_on = set_on, ended_by_id = person_id"),
    "emergency_stands_in_its_lease": copy("tenants_emergencyaccess", id=NEW, building_id=NEW),
    "emergency_reason_known": copy("tenants_emergencyaccess", id=NEW, reason="'curiosity'"),
    "emergency_of_a_household_or_a_building": copy("tenants_emergencyaccess", id=NEW, lease_id="NULL"),
    "emergency_stands_in_a_building": copy(
        "tenants_emergencyaccess", id=NEW, lease_id="NULL", unit_id="NULL", reason="'fire'", building_id=NEW
    ),
    "emergency_verdict_signed": copy("tenants_emergencyaccess", id=NEW, verdict="'justified'"),
    "emergency_reviewed_by_another": change(
        "tenants_emergencyaccess", "verdict = 'justified', reviewed_by_id = person_id, reviewed_on = loge_today()"
    ),
    "look_asked_about_once": copy("oversight_lookquestion", id=NEW),
    "look_verdict_signed": copy("oversight_lookquestion", id=NEW, event=NEW, verdict="'mistake'"),
    "look_not_judged_by_oneself": copy("oversight_lookquestion", id=NEW, event=NEW, judged_by_id="t.person_id"),
    "look_judged_by_another": change("oversight_lookquestion", "explanation = 'stand_in', explained_on = loge_today()"),
    "look_heard_first": judge_before_hearing,
    "fact_code_has_a_life": change("casework_factcode", "life_months = 0"),
    "fact_code_is_a_code": copy("casework_factcode", code="'Pas un code'"),
    "fact_precaution_is_a_managers": change("casework_factcode", "precaution = true"),
    "fact_term_once": copy("casework_factterm", id="t.id + 100000"),
    "fact_fields_fit": copy("casework_cardfact", id=NEW, fields="'{}'"),
    "fact_stays_as_written": change("casework_cardfact", "written_on = written_on - 1"),
    "note_stays_as_written": change("casework_accountnote", "text = 'autre'"),
    "note_ends_within_a_year": copy("casework_accountnote", id=NEW, ends_on="t.written_on + 400"),
    "note_says_something": copy("casework_accountnote", id=NEW, text="''"),
    "note_has_its_reason": copy("casework_accountnote", id=NEW, reason="''"),
    "contest_by_those_who_may": change("casework_contestedsentence", "decided_by_id = asked_by_id"),
    "contest_takes_two": copy("casework_contestedsentence", id=NEW, proposed_by_id=ASKER, decided_by_id=ASKER),
    "contest_decided_as_proposed": copy("casework_contestedsentence", id=NEW, outcome="'erase'"),
    "contest_says_its_wording": copy("casework_contestedsentence", id=NEW, proposal="'allow_wording'"),
    "contest_advice_is_signed": copy("casework_contestedsentence", id=NEW, advice="'say_less'"),
    "subject_request_one_at_a_time": copy("rights_subjectrequest", id=NEW),
    "subject_request_answered_by_somebody": change("rights_subjectrequest", "answer = 'given'"),
    "subject_request_says_its_matter": change("rights_subjectrequest", "kind = 'contest'"),
    "subject_request_answer_has_its_reasons": change("rights_subjectrequest", "reason = 'data_wrong'"),
    "subject_request_extended_for_a_reason": change("rights_subjectrequest", "extension = 'complexity'"),
    "subject_request_due_in_a_month": change("rights_subjectrequest", "due_on = opened_on + 60"),
    "subject_request_recipients_of_erased_data": change("rights_subjectrequest", "recipients = ARRAY['bank']"),
    "erasure_answered_by_lines": change(
        "rights_subjectrequest", "answer = 'erased', closed_on = loge_today(), closed_by_id = opened_by_id"
    ),
    "processing_restricted": give_restricted_errand,
    "restriction_answered_by_its_ground": change(
        "rights_subjectrequest",
        "kind = 'limitation', answer = 'limited', closed_on = loge_today(), closed_by_id = opened_by_id",
    ),
    "restriction_once_for_a_ground": copy("tenants_restriction", id=NEW),
    "restriction_ground_known": copy("tenants_restriction", id=NEW, ground="'pleasure'"),
    "restriction_informed_after_it_began": copy("tenants_restriction", id=NEW, informed_on="begun_on - 1"),
    "restriction_lifted_after_information": copy("tenants_restriction", id=NEW, lifted_on="begun_on"),
    "restriction_informed_then_lifted": change("tenants_restriction", "lifted_on = loge_today()"),
    "set_aside_phone_is_a_number": change("tenants_setasidecontact", "phone = '12'"),
    "set_aside_contact_has_a_name": change("tenants_setasidecontact", "channel = 'contact', contact_name = ''"),
    "erasure_line_once": copy("rights_erasureline", id=NEW),
    "erasure_line_kept_for_a_ground": change("rights_erasureline", "ground = ''"),
    "deferral_once": copy("rights_lookdeferral", id=NEW),
    "deferral_takes_two": change("rights_lookdeferral", "agreed_by_id = asked_by_id, agreed_on = asked_on"),
    "deferral_not_of_ones_own": defer_own_view,
    "deferral_agreed_on_a_day": change("rights_lookdeferral", "agreed_on = asked_on"),
    "deferral_of_six_months": change("rights_lookdeferral", "until = asked_on + 185"),
    "named_look_once": copy("rights_namedlook", id=NEW),
    "breach_told_once_known": change("oversight_breach", "told_on = known_on - 1"),
    "copy_takes_two": change("inspection_copyrelease", "released_by_id = asked_by_id"),
    "copy_read_for_a_day": change("inspection_copyrelease", "until = released_at + interval '25 hours'"),
    "copy_released_once": copy("inspection_copyrelease", id=NEW),
    "inspection_takes_two": change("oversight_inspection", "agreed_by_id = asked_by_id, agreed_on = asked_on"),
    "inspection_agreed_on_a_day": change("oversight_inspection", "agreed_on = asked_on"),
    "inspection_of_few_lines": inspect_many_lines,
    "whole_words": inspect("deux mots"),
    "words_taken_first": inspect("introuvable", taken=False),
    "twenty_words_a_day": take_words(20, 1),
    "word_counted_once_a_day": take_twice,
    "allowed_wording_once": both(WORDING, WORDING),
    "allowed_wording_takes_two": allow("jules", "jules"),
    "fact_within_its_life": copy("casework_cardfact", id=NEW, ends_on="t.written_on + 2000"),
    "fact_told_first": copy("casework_cardfact", id=NEW, code_id="'visit_in_pairs'", fields=IN_PAIRS),
    "fact_of_the_vocabulary": copy("casework_cardfact", id=NEW, code_id="'missing'"),
    "fact_code_is_well_formed": change("casework_factcode", "readers = 'King'"),
    "note_under_a_fact": copy("casework_accountnote", id=NEW, code_id="'keys_handed'"),
    "token_digest_once": both(TOKEN, TOKEN),
    "token_revoked_by_someone": both(TOKEN, change("access_machinetoken", "revoked_at = now()")),
    "request_for_a_machine_of_a_year": change("access_accessrequest", "permissions = ARRAY['accounts_list']"),
    "identity_check_document_known": lambda landlord: run(
        "INSERT INTO tenants_identitycheck (person_id, lease_id, document, until)"
        " SELECT %s, id, 'face', now() FROM tenants_lease LIMIT 1",
        str(landlord.person("elise").pk),
    ),
    "place_code_once": copy("access_place", "level = 'sector'", id=NEW),
    "place_hangs_somewhere": change("access_place", "parent_id = NULL", "level = 'estate'"),
    "place_level_known": change("access_place", "level = 'planet'", "level = 'estate'"),
    "person_email_once": copy("access_person", id=NEW, email="upper(t.email)"),
    "role_compartment_once": copy("access_rolecompartment", id="t.id + 100000"),
    "address_once_a_building": copy("buildings_address", id="t.id + 100000"),
    "address_ban_id_well_formed": change("buildings_address", "ban_id = '75 119'"),
    "address_position_whole": change("buildings_address", "latitude = 48.85"),
    "programme_once": copy("buildings_programme", id=NEW),
    "programme_has_dwellings": change("buildings_programme", "dwellings = 0"),
    "unit_rpls_once": change("buildings_unit", "rpls_id = '75'"),
    "unit_source_once": change("buildings_unit", "source_key = 'p:1'"),
    "unit_in_one_building": copy("buildings_unit", keyless=True),
    "unit_surface_positive": change("buildings_unit", "surface_m2 = 0"),
    "unit_kind_known": change("buildings_unit", "kind = 'castle'"),
    "tenant_has_one_name": copy("tenants_tenant", keyless=True),
    "tenant_phone_is_a_number": change("tenants_tenant", "phone = '12'"),
    "tenant_contact_has_a_name": change("tenants_tenant", "channel = 'contact'"),
    "former_name_once_a_day": copy("tenants_formername", id=NEW),
    "former_name_has_a_name": change("tenants_formername", "last_name = ''"),
    "former_name_day_plausible": change("tenants_formername", "last_day = '1899-12-31'"),
    "representative_ends_after_it_starts": change("tenants_representative", "last_day = first_day - 1"),
    "lease_ends_after_it_starts": change("tenants_lease", "ends_on = starts_on - 1"),
    "change_stands_in_its_lease": move("tenants_leasechange"),
    "change_undone_today": lambda landlord: run(f"SELECT tenants_undo_change({NEW})"),
    "change_nothing_built_on": undo_a_signing_with_entries,
    "lease_days_plausible": change("tenants_lease", "starts_on = '1899-12-31'"),
    "lease_in_one_building": copy("tenants_lease", keyless=True),
    "lease_stands_in_its_unit": move("tenants_lease"),
    "letting_ends_after_it_starts": change("tenants_leaseunit", "last_day = first_day - 1"),
    "letting_once_at_a_time": copy("tenants_leaseunit", id=NEW, first_day="t.first_day + 40"),
    "letting_stands_in_its_unit": move("tenants_leaseunit"),
    "party_ends_after_it_starts": change("tenants_leaseparty", "last_day = first_day - 1"),
    "party_once_a_lease": copy("tenants_leaseparty", id=NEW),
    "party_once_at_a_time": copy("tenants_leaseparty", id=NEW, last_day="t.first_day + 3"),
    "party_stands_in_its_lease": move("tenants_leaseparty"),
    "party_carries_its_name": change("tenants_leaseparty", "name_key = 'someone else'"),
    "residence_ends_after_it_starts": change("tenants_residence", "moved_out = moved_in - 1"),
    "residence_stands_in_its_unit": move("tenants_residence"),
    "residence_carries_its_name": change("tenants_residence", "name_key = 'someone else'"),
    "account_reference_once": copy("tenants_account", id=NEW, lease_id=NEW),
    "account_in_one_building": copy("tenants_account", keyless=True, lease_id=NEW, reference="'AAAA-BBBB-CCCC'"),
    "account_settled_after_it_opened": change("tenants_account", "settled_on = opened_on - 1"),
    "account_stands_in_its_lease": move("tenants_account"),
    "account_settled_once": lambda landlord: run(SETTLE, str(landlord.account("Dette-Glycines A").pk)),
    "account_settled_after_its_lease": as_officer(SETTLE),
    "account_settled_at_zero": both(ENDED, as_officer(SETTLE)),
    "entry_on_an_open_account": both(
        change("tenants_account", "settled_on = opened_on"), as_officer("SELECT tenants_open_account(%s)")
    ),
    "entry_amount_never_zero": copy("ledger_entry", id=NEW, amount_cents="0"),
    "entry_amount_plausible": copy("ledger_entry", id=NEW, amount_cents="100000000"),
    "entry_payment_lowers_what_is_owed": copy("ledger_entry", "kind = 'payment'", id=NEW, amount_cents="500"),
    "entry_reversal_has_a_reason": copy("ledger_entry", id=NEW, reverses_id="t.id", amount_cents="-t.amount_cents"),
    "entry_reversal_cancels_to_the_cent": copy("ledger_entry", id=NEW, reverses_id="t.id", reason="'error'"),
    "entry_period_is_a_month": copy("ledger_entry", id=NEW, period="'2026-01-02'"),
    "entry_sent_once": both(
        copy("ledger_entry", id=NEW, idempotency_key=f"'{(KEY := uuid4())}'"),
        copy("ledger_entry", f"idempotency_key = '{KEY}'", id=NEW),
    ),
    "balance_stands_in_its_account": move("ledger_balance"),
    "entry_stands_in_its_account": move("ledger_entry"),
    "entry_mirrored": copy("ledger_entry", keyless=True),
    "ledger_entry_reverses_id_key": both(
        copy("ledger_entry", id=NEW, reverses_id="t.id", amount_cents="-t.amount_cents", reason="'error'"),
        copy("ledger_entry", "reverses_id IS NOT NULL", id=NEW),
    ),
    "cash_receipt_number_once": copy("ledger_cashreceipt", id=NEW, entry_id=ANY_CHARGE),
    "cash_receipt_numbered_in_its_year": copy("ledger_cashreceipt", id=NEW, entry_id=ANY_CHARGE, year="2000"),
    "saved_filter_slot_once": copy("ledger_savedfilter", id=NEW, name="'Autre'"),
    "saved_filter_name_once": copy("ledger_savedfilter", id=NEW, slot="2"),
    "saved_filter_at_most_ten": copy("ledger_savedfilter", id=NEW, name="'Autre'", slot="11"),
    "saved_filter_known": change("ledger_savedfilter", "state = 'x'"),
    "saved_filter_filters": change("ledger_savedfilter", "months = NULL"),
    "cash_within_the_legal_limit": copy("ledger_entry", "label = 'cash_counter'", id=NEW, amount_cents="-99001"),
    "receipt_cleared_once": lambda _: run("SELECT ledger_may_clear(receipt_id, entry_id) FROM ledger_clearing"),
    "receipt_amount_plausible": copy("ledger_receipt", id=NEW, amount_cents="0"),
    "source_key_once": copy("tenants_sourcekey", id="t.id + 100000", target=NEW),
    "source_key_one_each": copy("tenants_sourcekey", id="t.id + 100000", key="'U2'"),
    "discreet_mark_renewed_yearly": change("tenants_discreetmark", "last_day = first_day + 367"),
    "entry_takes_two": as_officer(LOWERED),
    "write_off_takes_two": write_off(decision="'approved'", decided_by_id=ASKER, decided_at="now()"),
    "write_off_withdrawn_by_who_asked": write_off(decision="'withdrawn'", decided_by_id=OTHER, decided_at="now()"),
    "write_off_decided_by_someone_at_some_time": write_off(decision="'approved'"),
    "write_off_refused_for_a_reason": write_off(decision="'refused'", decided_by_id=OTHER, decided_at="now()"),
    "write_off_lowers_what_is_owed": write_off(amount_cents="30000"),
    "write_off_has_a_reason": write_off(reason="''"),
    "write_off_asked_once": both(write_off(idempotency_key=f"'{KEY}'"), write_off(idempotency_key=f"'{KEY}'")),
    "write_off_stands_in_its_account": write_off(building_id=NEW),
    "write_off_decided_by_another": change("ledger_writeoff", "reason = 'goodwill'"),
    "discreet_mark_stands_in_its_lease": move("tenants_discreetmark"),
    "discreet_name_once": copy("tenants_discreetname", id="t.id + 100000"),
    "help_code_renewed_yearly": change("tenants_helpcode", "renew_by = asked_on + 367"),
    "help_code_once": copy("tenants_helpcode", id=NEW),
    "reminder_lasts_a_month_at_most": change("tenants_reminder", "last_day = first_day + 32"),
    "reminder_door_once": copy("tenants_reminderdoor", id=NEW),
    "reminder_door_stands_in_its_unit": move("tenants_reminderdoor"),
    "inheritance_once": copy("casework_legacycommentfile", id=NEW),
    "inheritance_adds_up": change("casework_legacycommentfile", "noted = noted + 1"),
    "inheritance_tally_once": copy("casework_legacycommenttally", id="t.id + 1"),
    "inherited_line_once": copy("casework_legacycomment", id=NEW),
    "inherited_ground_is_somebodys": copy("casework_legacycomment", id=NEW, line="9", ground="'legal_claim'"),
    "inherited_kept_fits_a_note": copy(
        "casework_legacycomment", id=NEW, line="9", ground="'legal_claim'", proposed_by_id=SOMEBODY, signs="281"
    ),
    "inherited_decided_by_somebody": copy("casework_legacycomment", id=NEW, line="9", outcome="'erased'"),
    "inherited_kept_by_two": copy(
        "casework_legacycomment",
        id=NEW,
        line="9",
        ground="'legal_claim'",
        proposed_by_id=SOMEBODY,
        outcome="'kept'",
        decided_by_id=SOMEBODY,
    ),
    "inherited_stands_in_its_account": move("casework_legacycomment"),
    "inherited_by_those_who_may": change("casework_legacycomment", "category = 'origin'"),
    "certificate_as_counted": lambda landlord: run(
        "INSERT INTO casework_destructioncertificate"
        " (file_id, statement, key_id, signature, issued_on, issued_by_id)"
        f" SELECT id, '{{}}', 'k1', '', loge_today(), {SOMEBODY} FROM casework_legacycommentfile"
    ),
    "bulk_load_ended": lambda landlord: run("INSERT INTO ledger_bulkload VALUES (1, 'SELECT 1')"),
    "inherited_decided_first": lambda landlord: run("DELETE FROM casework_legacycomment"),
}
# Tests in the folder COMMISSION violate the database rules on the allocation commission, with objects of their own.
COMMISSION = Path(__file__).parents[1] / "allocations"
# These test files break the rules in WEB_RULES, most of which do not bind the owner's login used here.
BROKEN_IN = (
    "database/test_four_eyes.py",
    "access/test_machine_powers.py",
    "access/test_gifts_to_makers.py",
    "access/test_scim.py",
    "audit/test_sealing.py",
)
WEB_RULES = {
    "audit_leaf_event_key",
    "assignment_given_apart",
    "by_people_alone",
    "administrators_remain",
    "recut_for_others",
    "assignment_as_approved",
    "assignment_end_stays",
    "assignment_in_ones_part",
    "inspector_sixty_days_a_year",
    "machine_holds_what_it_was_asked_for",
    "assignment_takes_two",
    "person_reopened_bare",
    "person_takes_two",
    "request_decided_apart",
    "request_decided_in_standing",
    "request_in_ones_part",
    "request_lapses",
    "request_stays_as_asked",
    "stand_in_not_far_ahead",
    "stand_in_not_on_and_on",
    "stand_in_of_a_month",
    "stand_in_own_staff",
    "token_made_by_a_third",
}
# No form sets the columns of the rules in INTERNAL, so users never see a violation or need a French message.
INTERNAL = {"role_compartment_once", "entry_mirrored"}


@pytest.mark.parametrize("name", RULES)
def test_broken_rule_is_refused_under_its_name_with_a_sentence(landlord, name):
    with pytest.raises(IntegrityError) as refused:
        RULES[name](landlord)
    error = sentence(refused.value)
    assert error.code == name
    if name not in INTERNAL:
        assert error.messages != [str(_UNKNOWN)] and name not in error.messages[0]


def named_in_the_database() -> set[str]:
    """Return the names of the constraints and unique indexes on Loge's tables, except names that Django generated."""
    rows = run(
        "SELECT c.conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
        " WHERE c.contype IN ('c', 'u', 'x', 'f')"
        " AND split_part(t.relname, '_', 1) = ANY (%s) AND c.conname NOT LIKE split_part(t.relname, '_', 1) || '\\_%%'"
        " UNION SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid"
        " WHERE indisunique AND NOT indisprimary AND split_part(t.relname, '_', 1) = ANY (%s)"
        " AND indexrelid::regclass::text NOT LIKE split_part(t.relname, '_', 1) || '\\_%%'",
        list(STEPS),
        list(STEPS),
    )
    return {name for (name,) in rows}


def with_sentence() -> set[str]:
    # Constraints named "unique_..." belong to django-allauth, so Loge defines no French error message for them.
    return {name for name, _sentence in declared() if not name.startswith("unique_")}


def test_every_rule_is_broken_here_and_has_a_sentence(landlord):
    rules = named_in_the_database()
    commission = "".join(path.read_text(encoding="utf-8") for path in COMMISSION.glob("test_*.py"))
    elsewhere = {name for name in rules | with_sentence() if f'"{name}"' in commission}
    assert sorted(rules - RULES.keys() - elsewhere) == [], "rules that nothing breaks here"
    assert not with_sentence() - RULES.keys() - WEB_RULES - elsewhere, "sentences for rules that nothing breaks here"
    assert not rules - with_sentence() - INTERNAL, "rules without a sentence"
    broken_there = "".join((Path(__file__).parents[1] / name).read_text(encoding="utf-8") for name in BROKEN_IN)
    assert [name for name in WEB_RULES if name not in with_sentence() or f'"{name}"' not in broken_there] == []
    assert len(rules) >= 60 and len(RULES) >= 60


def test_every_rule_has_its_own_french_sentence():
    sentences = {name: str(text) for name, text in declared() if name in RULES and name not in INTERNAL}
    assert all(text.endswith(".") and text[0].isupper() and "%(" not in text for text in sentences.values())
    # Up to twelve rules may repeat another rule's French error message: they are the same rule on another table.
    assert len(set(sentences.values())) >= len(sentences) - 12


# --- Refused without a named rule ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger_entry SET reason = 'x'", "DELETE FROM ledger_entry", "TRUNCATE ledger_entry CASCADE"],
)
def test_entries_cannot_be_changed_or_deleted_even_by_the_owner(landlord, statement):
    before = Entry.objects.using(OWNER).count()
    with pytest.raises(DatabaseError, match="only ever added"):
        run(statement)
    assert Entry.objects.using(OWNER).count() == before > 0


def test_reversal_on_another_account_is_refused(landlord):
    entry = Entry.objects.using(OWNER).filter(account=landlord.account("Dette-Glycines A"), kind="charge").first()
    other = landlord.account("Calme-Glycines A")
    row = {"id": NEW, "reverses_id": "t.id", "amount_cents": "-t.amount_cents", "reason": "'error'"}
    mine = copy("ledger_entry", f"t.id = '{entry.pk}'", **row, account_id=f"'{other.pk}'")
    with pytest.raises(IntegrityError, match="entry_reversal_cancels_to_the_cent"):
        mine(landlord)


@pytest.mark.parametrize(
    "table", ["tenants_lease", "tenants_leaseunit", "tenants_residence", "tenants_account", "ledger_entry"]
)
def test_row_in_a_missing_building_is_refused(landlord, table):
    """A row with the id of a building that does not exist must be refused, although row-level security is active."""
    nowhere = f"'{uuid4()}'"
    with pytest.raises(IntegrityError), transaction.atomic(using=OWNER):
        copy(table, id=NEW, building_id=nowhere, **FREE.get(table, {}))(landlord)
        run("SET CONSTRAINTS ALL IMMEDIATE")
    assert run(f"SELECT count(*) FROM {table} WHERE building_id = {nowhere}") == [(0,)]


FREE = {
    "tenants_leaseunit": {"first_day": "t.first_day - 9", "last_day": "t.first_day - 5"},
    "tenants_account": {"lease_id": "(SELECT id FROM tenants_lease LIMIT 1)", "reference": "'AAAA-BBBB-CCCC'"},
}


def test_foreign_key_check_sees_rows_that_row_level_security_hides(landlord):
    """Adding a foreign key that a row violates must fail, even if row-level security hides the row.

    If row-level security applied to PostgreSQL's check, the check would find no row and accept the key.
    """
    run("CREATE TABLE planted (unit_id uuid)")
    run("INSERT INTO planted VALUES (%s)", str(uuid4()))
    run("ALTER TABLE planted ENABLE ROW LEVEL SECURITY; ALTER TABLE planted FORCE ROW LEVEL SECURITY")
    with pytest.raises(IntegrityError, match="planted"):
        run("ALTER TABLE planted ADD FOREIGN KEY (unit_id) REFERENCES buildings_unit (id)")


def test_unknown_database_error_has_a_sentence():
    assert sentence(IntegrityError("?")).messages == [str(_UNKNOWN)]
    assert json.dumps(sentence(IntegrityError("?")).messages)
