"""Cases for tests/database/test_definers.py: one call of each SECURITY DEFINER function that a role may execute.

Such a function bypasses row-level security, so its answer must not disclose what the person must not see. The person
`who` calls it as the database role of `compartment` (a kind of data), with an assignment that is in force today. If all
assignments have ended or begin in the future, the answer must equal the answer to a person without assignments. `hides`
describes the answer about a household that is hidden from the person, by a discreet mark or a conflict of interest:

  "nothing": as if the household did not exist
  "not it": the household is not among the rows
  "names it": the function returns the set of hidden households
  any other text: the reason why the answer discloses nothing about a household

A text instead of a `Case` is the reason why the answer of this function does not depend on assignments.
"""

from dataclasses import dataclass

from access.compartments import Compartment as C


@dataclass(frozen=True)
class Case:
    who: str
    compartment: C
    call: str
    hides: str
    # True if a person with an assignment gets the same answer as one without, so that the test expects no difference.
    same: bool = False


NO_HOUSEHOLD = "returns nothing about a household"
OF_APPLICATION = "an application, which belongs to no household of tenants"
WHOLE = "for people who answer for the whole organisation, and may see every household"
ARGUMENTS = "depends only on its arguments; the trigger or policy that calls it checks the person"
ON_PAGE = "concerns the household that a setting of the transaction names: tests/access/test_narrowed_pages.py"
MACHINE = "called by a job or a login, not by a person"

CASES: dict[str, Case | str] = {
    # --- Access rights ---
    "access_apart": "compares two accounts: tests below",
    "access_has_only": MACHINE,
    "access_check_change": ARGUMENTS,
    "access_check_decision": ARGUMENTS,
    "access_check_grant": ARGUMENTS,
    "access_check_person": ARGUMENTS,
    "access_check_reopening": ARGUMENTS,
    "access_check_request": ARGUMENTS,
    "access_holds": Case("jules", C.ASSIGNMENTS, "SELECT access_holds(:georges, '{sector_manager}', :A)", NO_HOUSEHOLD),
    "access_holds_everywhere": Case("ines", C.ALL_TRACE, "SELECT access_holds_everywhere('all_trace')", NO_HOUSEHOLD),
    "access_is_established_administrator": Case(
        "jules", C.ASSIGNMENTS, "SELECT access_is_established_administrator(:jules, :top)", NO_HOUSEHOLD
    ),
    "access_inspected_sessions": Case(
        "simone", C.CONTROL, "SELECT count(*) FROM access_inspected_sessions()", NO_HOUSEHOLD, same=True
    ),
    "access_inspector_days": "counts the days of inspectors' assignments, whether or not they have ended",
    "access_is_inspector": Case("simone", C.CONTROL, "SELECT access_is_inspector()", NO_HOUSEHOLD),
    "access_people": Case("jules", C.ASSIGNMENTS, "SELECT person FROM access_people(:A, loge_today())", NO_HOUSEHOLD),
    "access_reach": Case("awa", C.CARD, "SELECT access_reach(:awa, 'card', loge_today())", NO_HOUSEHOLD),
    "access_reach_on_page": Case("awa", C.CARD, "SELECT access_reach_on_page(:awa, 'card')", NO_HOUSEHOLD),
    "access_review_list": Case("georges", C.ASSIGNMENTS, "SELECT access_review_list()", NO_HOUSEHOLD),
    "access_review_statement": Case("georges", C.ASSIGNMENTS, "SELECT access_review_statement()", NO_HOUSEHOLD),
    "access_reviews": Case("jules", C.ASSIGNMENTS, "SELECT assignment FROM access_reviews()", NO_HOUSEHOLD),
    "access_reviews_late": Case("jules", C.ASSIGNMENTS, "SELECT access_reviews_late()", NO_HOUSEHOLD, same=True),
    "access_rules": Case("awa", C.CARD, "SELECT role FROM access_rules(:awa, :A, loge_today())", NO_HOUSEHOLD),
    "access_would_lock_out": Case("jules", C.ASSIGNMENTS, "SELECT access_would_lock_out(:jules)", NO_HOUSEHOLD),
    "access_makers": "who asked for an account, approved it or made its token, for any two accounts",
    "access_token_makers": Case("jules", C.ASSIGNMENTS, "SELECT access_token_makers(:machine)", NO_HOUSEHOLD),
    "access_tokens_to_make": Case("jules", C.ASSIGNMENTS, "SELECT access_tokens_to_make()", NO_HOUSEHOLD),
    "access_imports_files": Case("paul", C.INTAKE, "SELECT access_imports_files()", NO_HOUSEHOLD),
    "access_token": MACHINE,
    "access_token_used": MACHINE,
    "access_unused": Case("jules", C.ASSIGNMENTS, "SELECT access_unused()", NO_HOUSEHOLD),
    "access_unused_for": Case("jules", C.ASSIGNMENTS, "SELECT access_unused_for(1)", NO_HOUSEHOLD),
    "access_supervises_reviews": Case("jules", C.ASSIGNMENTS, "SELECT access_supervises_reviews()", NO_HOUSEHOLD),
    "loge_reaches_more": Case("elise", C.ACCOUNT, "SELECT loge_reaches_more('account', 3)", NO_HOUSEHOLD),
    "loge_first_buildings": Case("awa", C.CARD, "SELECT loge_first_buildings('card', 100)", NO_HOUSEHOLD),
    # --- The audit log ---
    "audit_drop_months": MACHINE,
    "audit_destroy_pseudonym_keys": MACHINE,
    "audit_late_leaves": "numbers and times of leaves, to monitor the log",
    "audit_make_months": MACHINE,
    "audit_accounts_opened_last_hour": "counts the person's own views of the last hour",
    "audit_events_without_month": MACHINE,
    "audit_seal_state": MACHINE,
    # --- Places of households ---
    "tenants_reached": Case(
        "jules", C.ASSIGNMENTS, "SELECT tenants_reached(:awa, loge_today())", "a number of residents"
    ),
    "tenants_reached_by_place": Case(
        "simone",
        C.CONTROL,
        "SELECT building, residents FROM tenants_reached_by_place(:awa, loge_today())",
        "a number of residents",
    ),
    "tenants_managing_agency": Case(
        "paola",
        C.COUNTER,
        "SELECT account FROM tenants_managing_agency(:reference)",
        "also answers for discreet households, which discloses nothing: tests/tenants/test_front_desk.py",
    ),
    "tenants_first_rows": Case(
        "elise", C.ACCOUNT, "SELECT row_id FROM tenants_first_rows('{former,arriving,leaving}', 50)", "not it"
    ),
    "casework_first_to_contact": Case(
        "elise", C.ACCOUNT, "SELECT account FROM casework_first_to_contact(50)", "not it"
    ),
    # --- Hidden households ---
    "tenants_hidden": Case("awa", C.CARD, "SELECT tenants_hidden()", "names it", same=True),
    "tenants_hidden_account_ids": Case(
        "elise", C.ACCOUNT, "SELECT tenants_hidden_account_ids()", "names it", same=True
    ),
    "tenants_is_restricted": "says whether processing is restricted, never why; asked about rows that the person reads",
    "tenants_is_preserved": "for the jobs of the night, which delete the rest; no web role may call it",
    **dict.fromkeys(
        ("tenants_restricted_accounts", "tenants_restricted_residences", "tenants_accounts_restricted_today"),
        "ids by which policies and lists leave restricted rows out, for everybody alike",
    ),
    "tenants_page_account": ON_PAGE,
    "tenants_lease_on_page": ON_PAGE,
    "tenants_account_on_page": ON_PAGE,
    "tenants_narrow_to_account": ON_PAGE,
    "tenants_masked_on_evacuation_list": Case(
        "georges", C.EVACUATION, "SELECT tenants_masked_on_evacuation_list()", "names it", same=True
    ),
    "tenants_hidden_by_walls": Case(
        "helene",
        C.BOOKS,
        "SELECT tenants_hidden_by_walls()",
        "only conflicts of interest, not discreet marks: tests/tenants/test_walls.py",
        same=True,
    ),
    "tenants_walled_accounts": Case(
        "helene",
        C.BOOKS,
        "SELECT tenants_walled_accounts()",
        "only conflicts of interest, not discreet marks: tests/tenants/test_walls.py",
        same=True,
    ),
    "tenants_walled_here": Case(
        "elise",
        C.ACCOUNT,
        "SELECT tenants_walled_here('account', 'reference', :walled)",
        "tells, within the person's reach, that there is a conflict of interest: tests/tenants/test_walls.py",
    ),
    # --- The front desk ---
    "tenants_check_identity": Case(
        "paola",
        C.COUNTER,
        "SELECT tenants_check_identity(:reference, :called, 'licence', :named) IS NOT NULL",
        "nothing",
    ),
    "tenants_check_identity_at": Case(
        "paola",
        C.COUNTER,
        "SELECT tenants_check_identity_at('{glycines,a}', '{12}', :called, 'licence', :named) IS NOT NULL",
        "nothing",
    ),
    "tenants_attempted_account_at": "the account of a door, for the event that counts the attempt before any answer",
    "tenants_attempted_account": "the account of a reference, for the event that counts the attempt before any answer",
    "tenants_identity_checked_lease": Case("paola", C.COUNTER, "SELECT tenants_identity_checked_lease()", "nothing"),
    "rights_take_request": Case(
        "paola",
        C.COUNTER,
        "SELECT count(*) FROM rights_take_request(:reference, :called, 'access', 'photo', loge_today() + 30, true, '',"
        " '', '{}', :named)",
        "nothing",
    ),
    # --- Housing applications ---
    **{
        name: Case("aline", C.APPLICANTS, f"SELECT {call}", OF_APPLICATION, same)
        for name, call, same in (
            ("allocations_works_at", "allocations_works_at(:aline, 'applicants', :agency)", False),
            ("allocations_occasions", "allocations_occasions(:aline, 'applicants')", False),
            ("loge_occasions", "loge_occasions('applicants')", False),
            (
                "allocations_open_at_desk",
                "allocations_open_at_desk(:number, 'vidal', :number_tried) IS NOT NULL",
                False,
            ),
            # allocations_open_taken() is true even for people without a role, who cannot read the opened application.
            ("allocations_open_taken", "allocations_open_taken(:application)", True),
            ("allocations_open_due", "allocations_open_due(:application)", False),
            ("allocations_due", "task FROM allocations_due()", False),
            ("allocations_priority_recognised", "allocations_priority_recognised(:application)", False),
            ("allocations_points_to_tell", "total FROM allocations_points_to_tell(:scored)", False),
            ("allocations_band_position", "same FROM allocations_band_position(:scored)", False),
            ("rights_applicant_looks", "kind FROM rights_applicant_looks(:application)", False),
        )
    },
    "allocations_ground_queue": Case(
        "basile", C.GROUNDS, "SELECT referred_on FROM allocations_ground_queue()", OF_APPLICATION
    ),
    "allocations_take_case": Case(
        "basile", C.GROUNDS, "SELECT allocations_take_case(:ground_case) IS NOT NULL", OF_APPLICATION
    ),
    "allocations_ground_counts": Case(
        "rosa", C.STEERING, "SELECT code FROM allocations_ground_counts()", OF_APPLICATION
    ),
    "allocations_contingents_of": Case(
        "basile", C.CONTINGENT, "SELECT allocations_contingents_of(:basile)", NO_HOUSEHOLD
    ),
    "allocations_own_contingents": Case("basile", C.CONTINGENT, "SELECT allocations_own_contingents()", NO_HOUSEHOLD),
    "allocations_notices": Case(
        "aline",
        C.VACANCIES,
        "SELECT unit FROM allocations_notices()",
        "names a dwelling and neither lease nor tenant: tests/allocations/test_vacancies.py",
    ),
    "allocations_leases_to_sign": "needs a candidate who accepted a dwelling: tests/allocations/test_hand_over.py",
    "allocations_carry_birth_dates": "gives only what allocations_leases_to_sign() lets the person sign:"
    " tests/allocations/test_hand_over.py",
    **{
        name: Case("rosa", C.STEERING, f"SELECT {call}", OF_APPLICATION)
        for name, call in (
            ("allocations_told_years", "allocations_told_years()"),
            ("allocations_quotas", "quota FROM allocations_quotas(:last_year)"),
            ("allocations_report", "part FROM allocations_report(:last_year)"),
            ("allocations_median_wait", "allocations_median_wait(:last_year)"),
            ("allocations_fairness", "rate FROM allocations_fairness(:last_year)"),
        )
    },
    "allocations_own_quotas": Case(
        "basile", C.CONTINGENT, "SELECT quota FROM allocations_own_quotas(:last_year)", OF_APPLICATION
    ),
    **dict.fromkeys(
        (
            "allocations_ask_claim",
            "allocations_claims_to_agree",
            "allocations_agree_to_claim",
            "allocations_claim_sheet",
            "allocations_claim_decisions",
            "allocations_claim_votes",
            "allocations_claim_figures",
        ),
        "needs a decided candidacy, which belongs to no household of tenants: tests/allocations/test_claim_readings.py",
    ),
    **dict.fromkeys(
        (
            "allocations_draw_key",
            "allocations_draw_shortlist",
            "allocations_designate",
            "allocations_open_designated",
            "allocations_next_sheet",
            "allocations_nominate",
            "allocations_own_nominees",
            "allocations_put_on_agenda",
            "allocations_take_off_agenda",
            "allocations_cancel_session",
            "allocations_carry_over",
            "allocations_preside_item",
            "allocations_take_chair",
            "allocations_own_states",
            "allocations_sessions_of",
            "allocations_own_sessions",
            "allocations_recused",
            "allocations_undecided",
            "allocations_freed_by_signing",
            "allocations_chairs",
            "allocations_chairs_candidacy",
            "allocations_motives_that_hold",
            "allocations_tally",
            "allocations_recuse",
            "allocations_names_after_vote",
            "allocations_keys_of",
            "allocations_future_tenants",
            "allocations_lease_signed",
        ),
        "needs a vacancy and its candidates, who belong to no household: tests/allocations/test_commission_reach.py",
    ),
    "allocations_figure": "a legal figure, which is about nobody",
    "allocations_rows_to_send": Case("rosa", C.STEERING, "SELECT allocations_rows_to_send()", "a number of rows", True),
    "allocations_owed_examinations": "needs an application that was refused because of a fragile residence, which"
    " belongs to no household of tenants: tests/allocations/test_residences.py",
    **dict.fromkeys(
        (
            "allocations_count_matches",
            "allocations_expire_offers",
            "allocations_expire_claims",
            "allocations_lapse_claims",
        ),
        MACHINE,
    ),
    "allocations_attempted_application": "the application of a number, for the event that counts the try before any"
    " answer",
    "allocations_take_in": MACHINE,
    "allocations_take_in_by_person": "refuses who may not import files: tests/allocations/test_intake.py",
    # --- Imported files ---
    "tenants_intake_within": "counts the person's own attempts of a day",
    # --- Emergencies ---
    "tenants_open_emergency": Case(
        "yann",
        C.EMERGENCY,
        "SELECT count(*) FROM tenants_open_emergency(:far, NULL, 'fire', loge_today() + 3, :tried)",
        "nothing",
    ),
    "tenants_emergency_lease": Case("yann", C.EMERGENCY, "SELECT tenants_emergency_lease()", "nothing"),
    "tenants_emergency_contacts": Case(
        "yann",
        C.EMERGENCY,
        "SELECT tenant FROM tenants_emergency_contacts()",
        "the household that tenants_emergency_lease() returns, which is not a hidden one",
        same=True,
    ),
    "tenants_open_evacuation": Case(
        "yann",
        C.EVACUATION,
        "SELECT tenants_open_evacuation(:A, 'fire', loge_today() + 3) IS NOT NULL",
        "opens a building",
    ),
    "tenants_evacuated_building": Case("yann", C.EVACUATION, "SELECT tenants_evacuated_building()", "names a building"),
    "tenants_emergency_recipients": "the addresses to notify, only for the person who opened the emergency access",
    "tenants_emergency_notice": Case(
        "georges",
        C.CONTESTS,
        "SELECT at_home FROM tenants_emergency_notice(:emergency)",
        "a letter about an emergency access; the manager sees no name in it",
    ),
    "tenants_emergencies_due": Case("georges", C.CARD, "SELECT waiting FROM tenants_emergencies_due()", "a number"),
    # --- Accounts and facts ---
    "tenants_account_place": "the building of a reference, only for pages about access rights and the audit log",
    "casework_contested_precautions": Case(
        "georges", C.CARD, "SELECT casework_contested_precautions()", "an id of a row that the policies hide"
    ),
    "casework_answer_unread": "whether the current person opened the answer to an own contest",
    "casework_fact_open": Case(
        "elise",
        C.ACCOUNT,
        "SELECT casework_fact_open(:elise, 'account', 'read', 'payment_difficulty', :A)",
        NO_HOUSEHOLD,
    ),
    "tenants_receipt_places": Case(
        "elise", C.ACCOUNT, "SELECT tenants_receipt_places(:elise, 'account')", NO_HOUSEHOLD
    ),
    "ledger_may_lower_debt": ARGUMENTS,
    "ledger_may_clear": ARGUMENTS,
    "ledger_analyse_bulk_load": MACHINE,
    "ledger_begin_bulk_load": MACHINE,
    "ledger_end_bulk_load": MACHINE,
    "tenants_may_name": "whether a mark names nobody yet, or names the current person",
    "tenants_open_account": ARGUMENTS,
    "ledger_uncleared_receipts": "ids of payments that wait; the policies decide who may read them",
    "tenants_may_join": Case("elise", C.ACCOUNT, "SELECT tenants_may_join(:tenant)", "nothing"),
    "ledger_second_officer": Case(
        "elise", C.ACCOUNT, "SELECT ledger_second_officer(:fatou, :A)", "called for a request that the policies hide"
    ),
    "ledger_settle_account": Case("elise", C.ACCOUNT, "SELECT ledger_settle_account(:settling)", "nothing"),
    "tenants_undo_change": Case("elise", C.ACCOUNT, "SELECT tenants_undo_change(:change)", "nothing"),
    "tenants_set_wall": Case(
        "georges",
        C.ASSIGNMENTS,
        "SELECT count(*) FROM tenants_set_wall(:reference, :bruno)",
        "a discreet household may be closed to somebody too",
    ),
    # --- Questions about openings of data ---
    "oversight_answers_due": Case("georges", C.CARD, "SELECT oversight_answers_due()", NO_HOUSEHOLD),
    "oversight_answers_for": Case("georges", C.ASSIGNMENTS, "SELECT oversight_answers_for(:awa, :A)", NO_HOUSEHOLD),
    "oversight_ask_about": MACHINE,
    "oversight_days_to_watch": MACHINE,
    "oversight_events_around": Case(
        "ines", C.REVIEWS, "SELECT count(*) FROM oversight_events_around(:question)", "codes of events", same=True
    ),
    "ledger_differing_balances": MACHINE,
    "ledger_fill_balances": MACHINE,
    "oversight_board_places": Case(
        "georges", C.ASSIGNMENTS, "SELECT count(*) FROM oversight_board_places()", NO_HOUSEHOLD
    ),
    "oversight_measure_board": MACHINE,
    "oversight_measure_exposure": MACHINE,
    "oversight_questions_due": Case("ines", C.REVIEWS, "SELECT oversight_questions_due()", NO_HOUSEHOLD),
    "oversight_reads_questions": Case("ines", C.REVIEWS, "SELECT oversight_reads_questions('dpo')", NO_HOUSEHOLD),
    # --- Contested refusals and legacy comments ---
    "casework_contests_due": Case("georges", C.CARD, "SELECT waiting FROM casework_contests_due()", "a number"),
    "tenants_holds_at": Case("georges", C.CONTESTS, "SELECT tenants_holds_at('sector_manager', :A)", NO_HOUSEHOLD),
    "casework_reads_sealed_sentences": Case("paul", C.SEALED, "SELECT casework_reads_sealed_sentences()", NO_HOUSEHOLD),
    "casework_sorts_comment": Case(
        "georges", C.TRIAGE, "SELECT casework_sorts_comment(:line)", "the policies hide the line"
    ),
    "casework_keeps_comment": Case(
        "georges", C.TRIAGE, "SELECT casework_keeps_comment(:line)", "the policies hide the line", same=True
    ),
    "casework_comment_was_replaced": ARGUMENTS,
    "casework_destruction_statement": Case(
        "paul", C.TRIAGE, "SELECT casework_destruction_statement(:file)", "numbers of a whole file", same=True
    ),
    "casework_comment_counts_agree": "compares the numbers of a file",
    # --- Texts ---
    "tenants_inspects": Case("ines", C.INSPECTION, "SELECT tenants_inspects()", NO_HOUSEHOLD),
    "oversight_texts_measured": Case(
        "ines", C.INSPECTION, "SELECT source, texts FROM oversight_texts_measured()", "numbers"
    ),
    "oversight_reserve_words": MACHINE,
    "oversight_words_counted": Case(
        "ines",
        C.INSPECTION,
        "SELECT word, source, found FROM oversight_words_counted('{calme}', :key)",
        "rounded: tests/oversight/test_word_counts.py",
    ),
    "oversight_sealed_sentences": Case(
        "ines", C.INSPECTION, "SELECT household FROM oversight_sealed_sentences()", "nothing"
    ),
    "oversight_ask_inspection": Case(
        "ines",
        C.INSPECTION,
        "SELECT oversight_ask_inspection('{calme}', :key) IS NOT NULL",
        "the answer is always the same: tests/oversight/test_word_counts.py",
    ),
    "oversight_inspection_lines": Case(
        "ines", C.INSPECTION, "SELECT about FROM oversight_inspection_lines(:inspection)", "not it"
    ),
    "inspection_requested_copies": Case(
        "ines", C.INSPECTION, "SELECT account FROM inspection_requested_copies()", WHOLE
    ),
    "inspection_release_copy": Case("ines", C.INSPECTION, "SELECT account FROM inspection_release_copy(:asked)", WHOLE),
    # --- The inspector ---
    **{
        name: Case(
            "simone", C.CONTROL, f"SELECT count(*) FROM {call}", "an inspector reads the file of any household", same
        )
        for name, call, same in (
            ("inspection_exhibit_account", "inspection_exhibit_account(:reference, loge_today())", False),
            ("inspection_exhibit_exclusions", "inspection_exhibit_exclusions(:lease, loge_today())", False),
            ("inspection_exhibit_contests", "inspection_exhibit_contests()", False),
            ("inspection_exhibit_copy", "inspection_exhibit_copy(:reference)", False),
            ("inspection_exhibit_emergencies", "inspection_exhibit_emergencies()", False),
            ("inspection_exhibit_file", "inspection_exhibit_file(:reference)", False),
            ("inspection_exhibit_subject_requests", "inspection_exhibit_subject_requests()", False),
            ("inspection_exhibit_sorted_comments", "inspection_exhibit_sorted_comments()", True),
            ("inspection_exhibit_retention", "inspection_exhibit_retention()", False),
            ("inspection_exhibit_waiting_comments", "inspection_exhibit_waiting_comments()", False),
        )
    },
    # --- Access reports ---
    **{
        name: Case("ines", C.DISCLOSURE, f"SELECT count(*) FROM {call}", hides, same)
        for name, call, hides, same in (
            ("rights_disclosed", "rights_disclosed()", "the requester gets the report, discreet or not", False),
            ("rights_disclosed_accounts", "rights_disclosed_accounts()", WHOLE, False),
            ("rights_disclosed_sole_leases", "rights_disclosed_sole_leases()", WHOLE, True),
            ("rights_disclosed_leases", "rights_disclosed_leases()", WHOLE, False),
            ("rights_disclosed_views", "rights_disclosed_views('{}')", WHOLE, True),
            ("rights_disclosed_notes", "rights_disclosed_notes()", WHOLE, True),
            ("rights_erasure_lines", "rights_erasure_lines()", WHOLE, True),
            ("rights_requesters", "rights_requesters()", WHOLE, False),
            ("rights_restricted_people", "rights_restricted_people()", WHOLE, True),
            ("rights_contact_set_aside", "rights_contact_set_aside()", WHOLE, True),
        )
    },
    **{
        name: Case("ines", C.DISCLOSURE, f"SELECT {call}", hides, same)
        for name, call, hides, same in (
            ("rights_discloses_all", "rights_discloses_all()", NO_HOUSEHOLD, False),
            ("rights_disclosed_account", "rights_disclosed_account(:account, loge_today())", WHOLE, False),
            ("rights_disclosed_lease", "rights_disclosed_lease(:lease, loge_today())", WHOLE, False),
            ("rights_answers_data_subjects", "rights_answers_data_subjects()", NO_HOUSEHOLD, False),
            (
                "rights_decide_erasure",
                "rights_decide_erasure(:demand, '{}', '{}', '{}', '{}') IS NOT NULL",
                WHOLE,
                True,
            ),
            ("rights_begin_restriction", "rights_begin_restriction(:demand, 'claims', '{}') IS NOT NULL", WHOLE, True),
            ("rights_prepare_receipt", "rights_prepare_receipt(:demand) IS NOT NULL", WHOLE, False),
            (
                "rights_request_deferral",
                "rights_request_deferral(:look, 'judicial', loge_today() + 30) IS NOT NULL",
                WHOLE,
                False,
            ),
        )
    },
    "rights_name_viewer": Case(
        "ines", C.DISCLOSURE, "SELECT count(*) FROM rights_name_viewer('12345678', '{}', '', '')", WHOLE, same=True
    ),
    "rights_request_figures": "public figures",
}
