"""The table. Sentences are ours; the numbers are those of ASVS 5.0.0. A line is proved by tests or says why not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """`ids`: those one sentence covers; `level`: the lowest of theirs. A proof is `file::test` under tests/."""

    ids: str
    level: int
    holds: str
    proofs: tuple[str, ...] = ()
    otherwise: str = ""


def proved(ids: str, level: int, holds: str, *proofs: str) -> Line:
    return Line(ids, level, holds, proofs)


def otherwise(ids: str, level: int, holds: str, reason: str) -> Line:
    return Line(ids, level, holds, otherwise=reason)


AUTHORISATION = (
    proved(
        "8.1.1 8.1.2",
        1,
        "Who may do what is data in the repository, and every address has its row.",
        "architecture/test_doors.py::test_every_url_has_a_door_or_a_reason",
        "architecture/test_readme.py::test_roles_are_those_of_the_code",
        "matrix/test_who_may.py::test_every_cell_is_written",
    ),
    proved(
        "8.2.1",
        1,
        "An act is open to the roles that carry it and to nobody else.",
        "matrix/test_who_may.py::test_a_person_at_every_door",
        "tenants/test_leases.py::test_post_without_access_changes_nothing",
    ),
    proved(
        "8.2.2",
        1,
        "Only the objects of places assigned today are found.",
        "two_worlds/test_two_worlds.py::test_what_a_person_reads_does_not_depend_on_what_they_may_not_see",
        "two_worlds/test_holes.py::test_ten_holes_at_least",
        "access/test_dates.py::test_every_day_gives_exactly_its_own",
    ),
    proved(
        "8.2.3",
        2,
        "A role reads the columns of its compartment: no caretaker an account, no list an account number.",
        "two_worlds/test_two_worlds.py::test_residents_who_differ_only_in_what_they_owe_look_the_same_to_a_caretaker",
        "database/test_locks.py::test_a_caretakers_role_has_no_privilege_on_accounts",
        "tenants/test_identity.py::test_iban_is_masked_until_requested_and_the_request_is_recorded",
    ),
    proved(
        "8.2.4",
        3,
        "The day counts at every request, in the middle of a session too.",
        "access/test_dates.py::test_every_day_gives_exactly_its_own",
        "access/test_assignments.py::test_ending_bites_between_two_requests_of_one_session",
    ),
    proved(
        "8.3.1",
        1,
        "Decisions are the server's: what a page does not offer is refused to a raw client.",
        "two_worlds/test_two_worlds.py::test_writes_to_the_hidden_and_to_the_missing_are_answered_alike",
        "access/test_assignments.py::test_nobody_else_gives_anything_through_the_act",
    ),
    proved(
        "8.3.2",
        3,
        "A changed assignment counts at the next request.",
        "access/test_assignments.py::test_ending_bites_between_two_requests_of_one_session",
        "database/test_pooler.py::test_two_people_interleaved_never_meet",
    ),
    otherwise(
        "8.3.3",
        3,
        "Work in the background.",
        "No request starts any: what is asked for is done before the answer.",
    ),
    otherwise(
        "8.4.1",
        2,
        "Several landlords in one database.",
        "A database holds one landlord; two on a server have each their own (LOGE_INSTANCE).",
    ),
    proved(
        "8.4.2",
        3,
        "There is no console beside the doors, and nobody has everything by rank.",
        "architecture/test_size.py::test_no_admin_no_thread_locals_no_generic_relations",
        "access/test_one_answer.py::test_nobody_is_a_superuser_whatever_is_asked",
    ),
)
LOGGING = (
    proved(
        "16.1.1",
        2,
        "What is logged, where and with which fields is written down, and compared with the code.",
        "architecture/test_logs.py::test_the_inventory_names_every_field_and_logger",
        "architecture/test_readme.py::test_events_are_those_of_the_code",
    ),
    proved(
        "16.2.1",
        2,
        "A line of the trace says when, who, what, about whom, where, in which role and how it ended.",
        "audit/test_events.py::test_every_kind_says_a_sentence_and_names_its_facts",
        "access/test_door.py::test_an_officer_opens_an_account_of_her_agency_and_it_is_recorded",
    ),
    proved(
        "16.2.2",
        2,
        "The moment is the database's, in UTC.",
        "audit/test_append_only.py::test_the_trace_login_writes_and_the_moment_is_the_databases",
        "audit/test_append_only.py::test_who_writes_the_trace_neither_dates_it_nor_reads_it",
    ),
    proved(
        "16.2.3",
        2,
        "Two sinks: the table of the trace, and standard error.",
        "housing/test_logs.py::test_nothing_writes_past_the_formatter",
        "architecture/test_logs.py::test_nothing_prints",
    ),
    proved(
        "16.2.5",
        2,
        "No log and no line of the trace holds what somebody typed.",
        "housing/test_logs.py::test_nothing_that_is_typed_reaches_the_log",
        "audit/test_events.py::test_facts_are_ids_codes_numbers_and_dates",
        "tenants/test_accounts.py::test_search_terms_are_not_stored_in_the_audit_log",
    ),
    proved(
        "16.3.1",
        2,
        "Every sign-in is a line of the trace with its means, the missed ones too.",
        "access/test_second_factor.py::test_codes_are_chosen_sealed_and_asked_for_from_then_on",
        "audit/test_fail_closed.py::test_nobody_signs_in_without_a_trace",
    ),
    proved(
        "16.3.2",
        2,
        "Every decision and every look is recorded, the refused ones too.",
        "audit/test_completeness.py::test_what_is_recorded_is_found_in_order",
        "audit/test_completeness.py::test_a_refusal_that_the_door_forgets_is_found",
        "audit/test_completeness.py::test_residents_shown_in_a_list_without_being_witnessed_are_found",
    ),
    proved(
        "16.3.3",
        2,
        "Attempts to go round are lines: doors refused, hosts not ours, forms without their token, an hour's limit.",
        "asvs/test_requests.py::test_attempts_to_go_round_are_lines_of_the_log",
        "access/test_limit.py::test_past_the_limit_the_door_stays_shut_and_it_is_recorded",
    ),
    proved(
        "16.3.4",
        2,
        "An unexpected error is told to the log and leaves an attempt that failed.",
        "housing/test_logs.py::test_an_error_is_told_by_its_class_and_its_way_and_never_by_its_text",
        "audit/test_endings.py::test_an_exception_leaves_an_attempt_that_failed",
    ),
    proved(
        "16.4.1",
        2,
        "No text makes a second line.",
        "housing/test_logs.py::test_no_text_makes_a_second_line_or_reaches_one",
    ),
    proved(
        "16.4.2",
        2,
        "The trace is only added to, and read by those whose role it is.",
        "audit/test_append_only.py::test_nobody_changes_deletes_or_empties_any_part_of_it",
        "audit/test_append_only.py::test_not_the_superuser_either_with_triggers_put_to_sleep",
        "desk/test_trace_pages.py::test_nobody_else_reads_it",
    ),
    proved(
        "16.4.3",
        2,
        "The trace reaches systems apart: witnesses cosign its growth, strangers read its files, and silence is told.",
        "audit/test_witnesses.py::test_growth_is_cosigned_and_another_story_is_not",
        "audit/test_publishing.py::test_what_strangers_saw_does_not_go_back",
        "housing/test_health.py::test_a_log_that_no_witness_has_seen_lately_is_told",
    ),
    proved(
        "16.5.1",
        2,
        "Error pages help and tell nothing of the machine.",
        "asvs/test_requests.py::test_error_pages_tell_nothing_of_the_machine",
        "audit/test_endings.py::test_the_visitor_of_a_broken_page_gets_a_500_that_names_nobody",
    ),
    proved(
        "16.5.2 16.5.3",
        2,
        "Without a trace nothing is shown and nothing changes.",
        "audit/test_fail_closed.py::test_without_a_trace_no_door_opens",
        "audit/test_fail_closed.py::test_refusals_need_the_trace_too",
    ),
    proved(
        "16.5.4",
        3,
        "What dies on the way leaves nothing half done, and the next request is answered.",
        "tenants/test_entries.py::test_connection_killed_before_commit_leaves_neither_entry_nor_event",
        "audit/test_fail_closed.py::test_the_same_requests_pass_once_the_trace_is_back",
    ),
)
SIGN_IN = (
    proved(
        "7.1.1",
        2,
        "Idle and absolute limits are written down, and are those of the program.",
        "access/test_sessions.py::test_the_limits_are_written_down",
    ),
    proved(
        "7.2.3 7.2.4",
        1,
        "A session is a random number of 128 bits or more, new at sign-in.",
        "asvs/test_sessions.py::test_a_session_is_long_random_and_new_at_sign_in",
    ),
    proved(
        "7.3.1 7.3.2",
        2,
        "A session locks after a quarter of an hour, and ends after an hour of quiet and after ten whatever one does.",
        "access/test_sessions.py::test_after_a_quarter_of_an_hour_the_same_person_goes_on",
        "access/test_sessions.py::test_after_an_hour_of_quiet_and_after_ten_whatever_one_does_it_is_over",
        "access/test_sessions.py::test_a_locked_session_is_no_place_to_guess",
    ),
    proved(
        "7.4.1 7.4.2",
        1,
        "Signing out, closing a sign-in and a new password end sessions on the server.",
        "asvs/test_sessions.py::test_a_session_that_was_left_is_over_on_the_server",
        "access/test_people.py::test_closing_a_sign_in_ends_the_session_at_its_next_request",
    ),
    proved(
        "7.4.3 7.4.5 7.5.2",
        2,
        "A person lists and ends her own sessions; who manages people ends somebody's, with a reason.",
        "access/test_sessions.py::test_a_person_sees_and_ends_her_other_sessions_and_an_administrator_all_of_them",
    ),
    proved(
        "7.5.1 7.5.3",
        2,
        "A proof of minutes ago before a factor, a password, bank details, an access or a file of everything.",
        "access/test_second_factor.py::test_what_matters_asks_for_a_fresh_proof",
        "access/test_second_factor.py::test_doors_that_give_or_carry_away_ask_for_it_too",
    ),
    proved(
        "6.1.1 6.3.1",
        1,
        "Guessing is slowed, from one network and from two hundred, and nobody is locked out by it.",
        "access/test_sessions.py::test_guessing_is_slowed_and_locks_nobody_out",
        "access/test_sessions.py::test_a_forged_network_is_not_taken_from_a_peer_that_is_no_proxy_of_ours",
        "housing/test_shared_cache.py::test_what_is_counted_outlives_a_rollback",
    ),
    proved(
        "6.2.1 6.2.4 6.2.5 6.2.8 6.2.9",
        1,
        "A password is fourteen signs or more, any signs, compared whole, and none of the common ones.",
        "asvs/test_sessions.py::test_a_password_is_long_any_signs_and_compared_whole",
    ),
    proved(
        "6.2.11 6.2.12",
        2,
        "The landlord's own names and leaked passwords are refused.",
        "access/test_sessions.py::test_a_password_is_not_made_of_what_one_knows_here_and_has_not_leaked",
    ),
    proved(
        "6.3.3",
        2,
        "Everybody has a second factor: no door opens without.",
        "access/test_second_factor.py::test_without_one_every_door_leads_to_choosing_one",
        "access/test_second_factor.py::test_codes_are_chosen_sealed_and_asked_for_from_then_on",
        "stories/test_keys.py::test_a_caretaker_signs_in_with_the_key_of_her_phone",
    ),
    proved(
        "6.3.4",
        2,
        "One way in, by the same steps for the directory's word, and the demonstration's is nowhere else.",
        "asvs/test_sessions.py::test_there_is_one_way_in",
    ),
    proved(
        "6.3.8",
        3,
        "Whether somebody is known is not said, by words, by the work done or by a letter.",
        "access/test_sessions.py::test_somebody_unknown_costs_as_much_and_reads_the_same",
        "access/test_sessions.py::test_a_letter_leaves_after_the_answer",
        "access/test_sign_in.py::test_a_forgotten_password_is_answered_alike_for_an_unknown_address",
    ),
    proved(
        "6.4.3",
        2,
        "A reset by mail does not go round the second factor; a lost one is taken away with a reason and a letter.",
        "access/test_second_factor.py::test_a_reset_does_not_go_round_it",
        "access/test_second_factor.py::test_lost_ways_in_are_taken_away_by_who_manages_people_with_a_reason_and_a_letter",
    ),
    proved(
        "6.5.1",
        2,
        "A code counts once, for two who send it at the same moment too.",
        "access/test_second_factor.py::test_a_code_counts_once_for_two_who_send_it_at_the_same_moment",
        "housing/test_shared_cache.py::test_a_mark_is_made_once_whoever_asks_at_the_same_moment",
    ),
    proved(
        "6.8.1 6.8.2 6.8.4 10.5.1",
        2,
        "By the landlord's directory: signed, for us, for this browser, tied by issuer and name, worth what was set.",
        "access/test_directory.py::test_any_wrong_field_lets_nobody_in",
        "access/test_directory.py::test_an_answer_serves_once_and_in_the_browser_that_asked",
        "access/test_directory.py::test_its_second_factor_counts_only_where_the_landlord_says_so",
    ),
)
DATA = (
    proved(
        "14.1.1 14.1.2",
        2,
        "Every column has a class, and a new one without fails.",
        "architecture/test_fields.py::test_every_field_is_classed",
        "architecture/test_words.py::test_every_text_is_screened_or_has_its_reason",
    ),
    proved(
        "14.2.1",
        1,
        "Addresses hold opaque numbers; what is searched for is posted.",
        "tenants/test_residents.py::test_search_ignores_terms_in_the_address",
        "asvs/test_requests.py::test_no_address_holds_a_name",
    ),
    proved(
        "14.2.2 14.3.2",
        2,
        "No page is stored anywhere on its way.",
        "housing/test_headers.py::test_no_answer_is_stored_and_every_one_says_what_may_run",
    ),
    proved(
        "14.2.4 14.2.6 14.2.7",
        2,
        "Little is held, numbers are masked, and what is old is forgotten on its day.",
        "tenants/test_identity.py::test_iban_is_masked_until_requested_and_the_request_is_recorded",
        "tenants/test_cards.py::test_card_is_404_a_week_after_the_departure",
        "audit/test_months.py::test_a_year_and_more_is_forgotten_with_an_event_and_nothing_younger",
    ),
    proved(
        "14.3.1 14.3.3",
        1,
        "The browser keeps nothing after signing out: it is told so, pages are never stored, its drawers are shut.",
        "access/test_sessions.py::test_leaving_and_locking_empty_the_browser",
        "stories/test_main_job.py::test_a_day_at_a_real_landlords",
    ),
    proved(
        "11.1.1 11.1.2",
        2,
        "Keys are listed with purpose, holder and renewal, and are renewed without loss.",
        "architecture/test_keys.py::test_the_inventory_names_each_purpose",
        "privacy/test_keys.py::test_a_rotation_keeps_every_key_and_the_mode",
        "privacy/test_encryption.py::test_what_an_old_key_sealed_still_opens",
    ),
    proved(
        "11.3.2 11.3.3 11.3.4",
        1,
        "What is sealed opens in its own row only, whole and unchanged, and no nonce is used twice.",
        "privacy/test_encryption.py::test_it_opens_nowhere_else",
        "privacy/test_encryption.py::test_no_bit_can_be_changed",
        "privacy/test_encryption.py::test_a_nonce_is_never_used_twice",
    ),
    proved(
        "11.4.2", 2, "Passwords are hashed slowly, with memory.", "asvs/test_sessions.py::test_the_first_hasher_is_slow"
    ),
)
REQUESTS = (
    proved(
        "4.1.3 15.3.4",
        2,
        "A header that claims an address or a host changes nothing, and none is kept.",
        "asvs/test_requests.py::test_forwarded_headers_change_nothing",
        "housing/test_metrics.py::test_only_listed_peers_read_them",
    ),
    proved(
        "4.1.4",
        3,
        "Other methods than those listed are refused.",
        "asvs/test_requests.py::test_other_methods_are_refused",
    ),
    proved(
        "2.2.1 2.2.2",
        1,
        "What is typed is read by closed lists and bounds, on the server.",
        "tenants/test_money.py::test_any_text_gives_a_plausible_amount_or_a_sentence",
        "access/test_typed_days.py::test_what_is_no_day_is_refused_in_words",
        "tenants/test_constraints.py::test_broken_rule_is_refused_under_its_name_with_a_sentence",
    ),
    proved(
        "2.3.3 2.3.4",
        2,
        "All or nothing, and the same payment once.",
        "tenants/test_entries.py::test_same_payment_sent_by_twelve_threads_books_once",
        "tenants/test_leases.py::test_failed_transfer_writes_nothing",
    ),
    proved(
        "2.3.5",
        3,
        "Two people for a write-off; for an access beyond a building, and for a file of them.",
        "tenants/test_write_offs.py::test_requester_cannot_decide_but_can_withdraw",
        "tenants/test_write_offs.py::test_pieces_by_any_person_under_any_label_add_up",
        "tenants/test_write_offs.py::test_second_sign_in_of_the_requester_is_no_second_person",
        "database/test_write_offs.py::test_it_is_booked_once_by_who_approved_and_as_it_was_asked",
        "access/test_four_eyes.py::test_one_asks_another_approves_and_both_are_told",
    ),
    proved(
        "2.4.1",
        2,
        "Past a number of accounts an hour the door stays shut, and an event says so.",
        "access/test_limit.py::test_past_the_limit_the_door_stays_shut_and_it_is_recorded",
    ),
    proved(
        "3.3.1 3.3.2 3.3.3 3.3.4",
        1,
        "Cookies are this host's own, unreadable to scripts, and go over HTTPS only where there is HTTPS.",
        "asvs/test_sessions.py::test_cookies_are_named_after_their_host_where_there_is_https",
        "asvs/test_sessions.py::test_cookies_are_closed",
    ),
    proved(
        "3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.4.8",
        1,
        "Every answer says what may run, that it is framed nowhere and guessed at by nobody; errors and files too.",
        "asvs/test_requests.py::test_every_kind_of_answer_carries_the_headers",
        "housing/test_headers.py::test_no_answer_is_stored_and_every_one_says_what_may_run",
    ),
    proved(
        "3.5.1 3.5.2 3.5.3",
        1,
        "A form from elsewhere is refused, and looking changes nothing.",
        "asvs/test_requests.py::test_looking_changes_nothing",
        "asvs/test_requests.py::test_a_form_without_its_token_is_refused",
    ),
    proved(
        "1.2.4",
        1,
        "SQL is never put together from what was typed.",
        "asvs/test_source.py::test_statements_are_not_put_together_from_what_was_typed",
    ),
    proved(
        "1.2.10",
        2,
        "No cell of a file runs as a formula.",
        "tenants/test_exports.py::test_name_like_a_formula_is_quoted",
        "access/test_exchange.py::test_no_cell_of_the_export_runs_as_a_formula",
    ),
    proved(
        "15.3.1 15.3.3",
        1,
        "A form takes its own fields and no others.",
        "asvs/test_requests.py::test_a_field_nobody_asked_for_is_written_nowhere",
    ),
    proved(
        "15.4.2",
        3,
        "What is taken away between the question and the act is not done.",
        "asvs/test_requests.py::test_an_assignment_that_ends_between_the_question_and_the_act",
        "tenants/test_entries.py::test_concurrent_payment_and_settling_leave_no_settled_account_with_a_balance",
    ),
    proved(
        "13.2.2",
        2,
        "The program's login owns nothing, inherits nothing and passes no row policy.",
        "database/test_locks.py::test_no_login_of_the_web_reads_a_resident_table_by_itself",
        "database/test_locks.py::test_startup_refuses_a_login_that_inherits",
        "asvs/test_source.py::test_the_programs_logins_have_nothing_of_their_own",
    ),
    proved(
        "13.4.1 13.4.2 13.4.5 13.4.6",
        1,
        "No debugging, no repository, no version is told.",
        "asvs/test_requests.py::test_what_is_nobodys_business_is_not_there",
        "access/test_exposure.py::test_each_lack_is_one_sentence",
    ),
    proved(
        "15.1.2 15.2.1",
        1,
        "Everything that runs is listed with its version.",
        "asvs/test_source.py::test_the_bill_of_materials_lists_what_is_pinned_and_each_licence",
    ),
    proved(
        "5.1.1",
        1,
        "Three doors take files, CSV of assignments, places and portfolios: what is none, or too large, is refused.",
        "access/test_exchange.py::test_what_is_no_such_file_is_refused_in_a_sentence",
        "desk/test_intake.py::test_what_is_not_for_this_page_is_refused_in_a_sentence",
        "desk/test_portfolio_hostile.py::test_every_hostile_file_ends_in_a_clear_report",
    ),
)
TABLE = (*AUTHORISATION, *LOGGING, *SIGN_IN, *DATA, *REQUESTS)
