"""The requirements of OWASP ASVS 5.0.0, each with the tests that prove it, or the reason why no test does.

The ids of requirements are those of the standard. The sentences are Loge's own, and say what Loge guarantees.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A row of the ASVS table: requirements that one guarantee of Loge meets.

    `ids` identifies the requirements ("8.1.1 8.1.2"), `level` is the lowest of their levels. `holds` says what is
    guaranteed. `proofs` are tests as "file::test" under tests/. Without proofs, `otherwise` says why there is no test.
    """

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
        "Permissions are data in the repository, and every URL has its row.",
        "architecture/test_doors.py::test_every_url_has_a_door_or_a_reason",
        "architecture/test_reference.py::test_reference_pages_are_those_of_the_code",
        "matrix/test_who_may.py::test_every_door_has_a_row",
    ),
    proved(
        "8.2.1",
        1,
        "An action is allowed only to roles with its permission.",
        "matrix/test_who_may.py::test_each_person_gets_the_expected_outcome_at_every_door",
        "tenants/test_leases.py::test_post_without_access_changes_nothing",
    ),
    proved(
        "8.2.2",
        1,
        "Only objects within today's reach are found.",
        "noninterference/test_noninterference.py::test_pages_do_not_depend_on_data_out_of_reach",
        "noninterference/test_holes.py::test_at_least_ten_holes_are_planted",
        "access/test_dates.py::test_every_day_gives_the_reach_of_the_model",
    ),
    proved(
        "8.2.3",
        2,
        "A role reads only the columns of its compartment: a caretaker reads no account, and no list shows an IBAN.",
        "noninterference/test_noninterference.py::test_caretaker_pages_do_not_depend_on_debts_and_calls_about_them",
        "database/test_policies.py::test_caretakers_role_has_no_privilege_on_accounts",
        "ledger/test_identity.py::test_iban_is_masked_until_requested_and_the_request_is_recorded",
    ),
    proved(
        "8.2.4",
        3,
        "Reach depends on the day, at every request and also within a session.",
        "access/test_dates.py::test_every_day_gives_the_reach_of_the_model",
        "access/test_assignments.py::test_an_end_takes_effect_between_two_requests_of_one_session",
    ),
    proved(
        "8.3.1",
        1,
        "The server decides: what a page does not offer is refused to a raw client.",
        "noninterference/test_noninterference.py::test_writes_to_hidden_and_missing_ids_get_the_same_answer",
        "access/test_assignments.py::test_other_roles_cannot_grant_through_the_action",
    ),
    proved(
        "8.3.2",
        3,
        "A changed assignment takes effect at the next request.",
        "access/test_assignments.py::test_an_end_takes_effect_between_two_requests_of_one_session",
        "database/test_pooler.py::test_interleaved_people_never_see_each_others_rows",
    ),
    otherwise(
        "8.3.3",
        3,
        "Work in the background.",
        "There is none: everything is done before the response.",
    ),
    otherwise(
        "8.4.1",
        2,
        "Several landlords in one database.",
        "A database contains one landlord; two on a server have one database each (LOGE_INSTANCE).",
    ),
    proved(
        "8.4.2",
        3,
        "There is no admin console beside the doors, and no superuser.",
        "architecture/test_size.py::test_no_admin_no_thread_locals_no_generic_relations",
        "access/test_one_answer.py::test_nobody_is_a_superuser",
    ),
)
LOGGING = (
    proved(
        "16.1.1",
        2,
        "What is logged, where and with which fields is documented, and compared with the code.",
        "architecture/test_logs.py::test_the_page_lists_every_field_and_logger",
        "architecture/test_reference.py::test_reference_pages_name_every_entry",
    ),
    proved(
        "16.2.1",
        2,
        "An audit event has the time, the person, the action, the subject, the place, the role and the outcome.",
        "audit/test_events.py::test_every_kind_has_a_sentence_and_names_for_its_facts",
        "access/test_door.py::test_an_officer_opens_an_account_of_her_agency_and_it_is_recorded",
    ),
    proved(
        "16.2.2",
        2,
        "The time of an event is the database's, in UTC.",
        "audit/test_append_only.py::test_audit_log_login_inserts_with_the_time_of_the_database",
        "audit/test_append_only.py::test_writing_logins_cannot_set_the_time_or_read_the_audit_log",
    ),
    proved(
        "16.2.3",
        2,
        "There are two sinks: the table of audit events, and standard error.",
        "housing/test_logs.py::test_every_log_handler_uses_our_formatter",
        "architecture/test_logs.py::test_nothing_uses_print",
    ),
    proved(
        "16.2.5",
        2,
        "No log and no audit event contains what somebody typed.",
        "housing/test_logs.py::test_no_typed_text_reaches_the_log",
        "audit/test_events.py::test_facts_are_ids_codes_numbers_and_dates",
        "ledger/test_accounts.py::test_search_terms_are_not_stored_in_the_audit_log",
    ),
    proved(
        "16.3.1",
        2,
        "Every sign-in, also a failed one, is an audit event with its method.",
        "access/test_second_factor.py::test_codes_are_stored_encrypted_and_required_from_then_on",
        "audit/test_fail_closed.py::test_sign_in_answers_503_without_an_audit_log",
    ),
    proved(
        "16.3.2",
        2,
        "Every decision and every view is recorded, also refused ones.",
        "audit/test_completeness.py::test_completeness_check_passes_for_recorded_requests",
        "audit/test_completeness.py::test_an_unrecorded_refusal_is_reported",
        "audit/test_completeness.py::test_residents_missing_from_a_list_event_are_reported",
    ),
    proved(
        "16.3.3",
        2,
        "Attempted bypasses are logged: refused doors, unknown hosts, forms without a CSRF token, rate limits.",
        "asvs/test_requests.py::test_attempted_bypasses_are_logged",
        "access/test_limit.py::test_past_the_limit_an_account_is_refused_and_it_is_recorded",
    ),
    proved(
        "16.3.4",
        2,
        "An unexpected error is logged, and leaves an audit event of a failed attempt.",
        "housing/test_logs.py::test_an_error_is_logged_by_class_and_frames_without_its_text",
        "audit/test_endings.py::test_an_exception_is_recorded_as_a_failed_attempt",
    ),
    proved(
        "16.4.1",
        2,
        "No text can inject a log line.",
        "housing/test_logs.py::test_no_text_breaks_a_log_line_or_is_quoted_in_it",
    ),
    proved(
        "16.4.2",
        2,
        "The audit log is append-only, and is read only by roles with the permission.",
        "audit/test_append_only.py::test_no_role_changes_deletes_or_truncates_the_audit_log",
        "audit/test_append_only.py::test_superuser_with_disabled_triggers_cannot_change_the_audit_log",
        "oversight/test_audit_pages.py::test_other_roles_cannot_read_the_audit_log",
    ),
    proved(
        "16.4.3",
        2,
        "The audit log reaches separate systems: witnesses cosign it, files are published, silence is reported.",
        "audit/test_witnesses.py::test_growth_is_cosigned_and_a_rewritten_log_is_not",
        "audit/test_publishing.py::test_a_published_log_is_never_rolled_back_or_replaced",
        "housing/test_health.py::test_deep_check_fails_without_a_recent_cosignature",
    ),
    proved(
        "16.5.1",
        2,
        "Error pages help the user and disclose nothing about the server.",
        "asvs/test_requests.py::test_error_pages_disclose_nothing_about_the_server",
        "audit/test_endings.py::test_an_error_page_contains_no_names",
    ),
    proved(
        "16.5.2 16.5.3",
        2,
        "Without the audit log nothing is shown and nothing changes.",
        "audit/test_fail_closed.py::test_every_door_answers_503_without_an_audit_log",
        "audit/test_fail_closed.py::test_refusals_answer_503_without_an_audit_log",
    ),
    proved(
        "16.5.4",
        3,
        "An interrupted request leaves nothing half done, and the next request is answered.",
        "ledger/test_entries.py::test_connection_killed_before_commit_leaves_neither_entry_nor_event",
        "audit/test_fail_closed.py::test_the_same_requests_succeed_once_the_audit_log_is_back",
    ),
)
SIGN_IN = (
    proved(
        "7.1.1",
        2,
        "Idle and absolute session limits are documented, and are those of the code.",
        "access/test_sessions.py::test_the_limits_are_documented",
    ),
    proved(
        "7.2.3 7.2.4",
        1,
        "A session key is random with at least 128 bits, and new at sign-in.",
        "asvs/test_sessions.py::test_session_key_is_random_and_new_at_sign_in",
    ),
    proved(
        "7.3.1 7.3.2",
        2,
        "A session locks after 15 idle minutes, and ends after an idle hour, or after ten hours in any case.",
        "access/test_sessions.py::test_after_a_quarter_of_an_hour_the_same_person_unlocks_the_session",
        "access/test_sessions.py::test_a_session_ends_after_an_hour_without_activity_or_ten_hours",
        "access/test_sessions.py::test_a_locked_session_ends_after_too_many_attempts",
    ),
    proved(
        "7.4.1 7.4.2",
        1,
        "Signing out, closing a sign-in and changing a password end sessions on the server.",
        "asvs/test_sessions.py::test_sign_out_and_password_change_end_the_session_on_the_server",
        "access/test_people.py::test_closing_a_sign_in_ends_the_session_at_its_next_request",
    ),
    proved(
        "7.4.3 7.4.5 7.5.2",
        2,
        "A person lists and ends their own sessions; an administrator ends another person's, with a reason.",
        "access/test_sessions.py::test_a_person_ends_own_sessions_and_an_administrator_all_of_them",
    ),
    proved(
        "7.5.1 7.5.3",
        2,
        "Recent authentication is required for factors, passwords, bank details, granting access and full exports.",
        "access/test_second_factor.py::test_changing_sign_in_methods_needs_a_fresh_proof",
        "access/test_second_factor.py::test_doors_that_give_access_or_export_need_a_fresh_proof",
    ),
    proved(
        "6.1.1 6.3.1",
        1,
        "Guessing is rate-limited, from one network and from two hundred, and locks nobody out.",
        "access/test_sessions.py::test_guessing_is_slowed_without_locking_the_person_out",
        "access/test_sessions.py::test_a_forwarded_address_is_ignored_if_the_peer_is_not_a_proxy",
        "housing/test_shared_cache.py::test_a_cached_counter_survives_a_rollback",
    ),
    proved(
        "6.2.1 6.2.4 6.2.5 6.2.8 6.2.9",
        1,
        "A password has at least fourteen characters, of any kind, is compared whole, and is not a common one.",
        "asvs/test_sessions.py::test_password_is_long_and_compared_whole",
    ),
    proved(
        "6.2.11 6.2.12",
        2,
        "Passwords made of the landlord's names, and leaked passwords, are refused.",
        "access/test_sessions.py::test_passwords_of_known_names_and_leaked_ones_are_refused",
    ),
    proved(
        "6.3.3",
        2,
        "Everybody has a second factor: no door opens without one.",
        "access/test_second_factor.py::test_without_a_second_factor_every_door_redirects_to_choosing_one",
        "access/test_second_factor.py::test_codes_are_stored_encrypted_and_required_from_then_on",
        "e2e/test_keys.py::test_caretaker_signs_in_with_a_passkey",
    ),
    proved(
        "6.3.4",
        2,
        "There is one sign-in flow, also for the OpenID directory; the demonstration's is disabled elsewhere.",
        "asvs/test_sessions.py::test_there_is_one_sign_in_flow",
    ),
    proved(
        "6.3.8",
        3,
        "Sign-in does not disclose whether a person exists: not by text, by timing or by e-mail.",
        "access/test_sessions.py::test_an_unknown_address_costs_as_much_work_and_gets_the_same_page",
        "access/test_sessions.py::test_an_email_is_sent_after_the_response",
        "access/test_sign_in.py::test_a_password_reset_is_answered_alike_for_an_unknown_address",
    ),
    proved(
        "6.4.3",
        2,
        "A password reset does not bypass the second factor; a lost factor is removed with a reason and a notice.",
        "access/test_second_factor.py::test_a_password_reset_does_not_bypass_the_second_factor",
        "access/test_second_factor.py::test_a_manager_of_people_resets_lost_sign_in_methods_with_a_reason_and_an_email",
    ),
    proved(
        "6.5.1",
        2,
        "A one-time code is accepted once, also when it is sent twice at the same time.",
        "access/test_second_factor.py::test_a_code_sent_twice_at_the_same_moment_counts_once",
        "housing/test_shared_cache.py::test_concurrent_add_succeeds_once",
    ),
    proved(
        "6.8.1 6.8.2 6.8.4 10.5.1",
        2,
        "OpenID tokens are checked: signature, audience, browser, issuer and subject, and the configured assurance.",
        "access/test_directory.py::test_any_wrong_field_signs_nobody_in",
        "access/test_directory.py::test_an_answer_works_once_and_only_in_the_browser_that_asked",
        "access/test_directory.py::test_the_directorys_second_factor_counts_only_if_configured",
    ),
)
DATA = (
    proved(
        "14.1.1 14.1.2",
        2,
        "Every column has a data class; a new column without one fails a test.",
        "architecture/test_fields.py::test_every_field_has_a_data_class",
        "architecture/test_words.py::test_every_text_column_is_screened_or_has_a_reason",
    ),
    proved(
        "14.2.1",
        1,
        "URLs contain opaque ids; search words are sent by POST.",
        "tenants/test_residents.py::test_search_ignores_terms_in_the_address",
        "asvs/test_requests.py::test_no_url_contains_a_name",
    ),
    proved(
        "14.2.2 14.3.2",
        2,
        "No page is cached anywhere.",
        "housing/test_headers.py::test_every_response_forbids_caching_and_has_a_strict_csp",
    ),
    proved(
        "14.2.4 14.2.6 14.2.7",
        2,
        "Little is stored, numbers are masked, and data is deleted at the end of its retention period.",
        "ledger/test_identity.py::test_iban_is_masked_until_requested_and_the_request_is_recorded",
        "tenants/test_cards.py::test_card_is_404_a_week_after_the_departure",
        "audit/test_months.py::test_months_past_retention_are_deleted_and_recorded",
    ),
    proved(
        "14.3.1 14.3.3",
        1,
        "The browser stores nothing after sign-out: its data is cleared, pages are not cached, storage is disabled.",
        "access/test_sessions.py::test_signing_out_and_locking_clear_the_browsers_cache",
        "e2e/test_main_job.py::test_main_tasks_on_real_buildings",
    ),
    proved(
        "11.1.1 11.1.2",
        2,
        "Keys are listed with purpose, holder and renewal, and are rotated without loss.",
        "architecture/test_keys.py::test_the_page_lists_exactly_the_purposes_of_the_code",
        "privacy/test_keys.py::test_a_rotation_keeps_every_key_and_the_mode",
        "privacy/test_encryption.py::test_values_of_an_old_key_still_decrypt",
    ),
    proved(
        "11.3.2 11.3.3 11.3.4",
        1,
        "A ciphertext decrypts only in its own row, whole and unchanged, and no nonce is used twice.",
        "privacy/test_encryption.py::test_a_value_does_not_decrypt_in_another_place",
        "privacy/test_encryption.py::test_any_flipped_bit_is_detected",
        "privacy/test_encryption.py::test_a_nonce_is_never_used_twice",
    ),
    proved(
        "11.4.2",
        2,
        "Passwords are hashed with a slow, memory-hard function.",
        "asvs/test_sessions.py::test_default_hasher_is_slow",
    ),
)
REQUESTS = (
    proved(
        "4.1.3 15.3.4",
        2,
        "Headers that claim an address or a host change nothing, and are not stored.",
        "asvs/test_requests.py::test_forwarded_headers_change_nothing",
        "housing/test_metrics.py::test_only_listed_networks_read_the_metrics",
    ),
    proved(
        "4.1.4",
        3,
        "Methods that a URL does not list are refused.",
        "asvs/test_requests.py::test_unlisted_methods_get_405",
    ),
    proved(
        "2.2.1 2.2.2",
        1,
        "Input is validated on the server against closed lists and limits.",
        "formats/test_money.py::test_any_text_gives_a_plausible_amount_or_a_sentence",
        "access/test_typed_days.py::test_an_invalid_day_is_refused_with_a_reason",
        "tenants/test_constraints.py::test_broken_rule_is_refused_under_its_name_with_a_sentence",
    ),
    proved(
        "2.3.3 2.3.4",
        2,
        "Actions are atomic, and the same payment is booked once.",
        "ledger/test_entries.py::test_same_payment_sent_by_twelve_threads_books_once",
        "tenants/test_leases.py::test_failed_transfer_writes_nothing",
    ),
    proved(
        "2.3.5",
        3,
        "Two people are needed for a write-off, for access to more than a building, and for an import of assignments.",
        "ledger/test_write_offs.py::test_requester_cannot_decide_but_can_withdraw",
        "ledger/test_write_offs.py::test_pieces_by_any_person_under_any_label_add_up",
        "ledger/test_write_offs.py::test_second_sign_in_of_the_requester_is_no_second_person",
        "database/test_write_offs.py::test_write_off_is_booked_once_by_its_approver_as_requested",
        "access/test_four_eyes.py::test_one_requests_another_approves_and_both_are_recorded",
    ),
    proved(
        "2.4.1",
        2,
        "Above a number of accounts per hour the door refuses, with an audit event.",
        "access/test_limit.py::test_past_the_limit_an_account_is_refused_and_it_is_recorded",
    ),
    proved(
        "3.3.1 3.3.2 3.3.3 3.3.4",
        1,
        "Cookies are bound to the host, unreadable to scripts, and Secure where there is HTTPS.",
        "asvs/test_sessions.py::test_cookies_have_the_host_prefix_over_https",
        "asvs/test_sessions.py::test_cookies_are_httponly_samesite_and_secure",
    ),
    proved(
        "3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.4.8",
        1,
        "Every response, also errors and files, has a CSP, forbids framing and forbids MIME sniffing.",
        "asvs/test_requests.py::test_every_response_has_the_security_headers",
        "housing/test_headers.py::test_every_response_forbids_caching_and_has_a_strict_csp",
    ),
    proved(
        "3.5.1 3.5.2 3.5.3",
        1,
        "Cross-site forms are refused, and a GET changes nothing.",
        "asvs/test_requests.py::test_get_changes_nothing",
        "asvs/test_requests.py::test_form_without_csrf_token_is_refused",
    ),
    proved(
        "1.2.4",
        1,
        "SQL is never built from input.",
        "asvs/test_source.py::test_sql_is_not_built_from_input",
    ),
    proved(
        "1.2.10",
        2,
        "No cell of an exported file runs as a formula.",
        "ledger/test_exports.py::test_name_like_a_formula_is_quoted",
        "access/test_exchange.py::test_no_cell_of_the_export_is_a_formula",
    ),
    proved(
        "15.3.1 15.3.3",
        1,
        "A form accepts its own fields and no others.",
        "asvs/test_requests.py::test_extra_form_fields_are_not_stored",
    ),
    proved(
        "15.4.2",
        3,
        "An action whose right is withdrawn between the check and the write is not done.",
        "asvs/test_requests.py::test_entry_is_refused_when_the_assignment_ends_after_the_check",
        "ledger/test_entries.py::test_concurrent_payment_and_settling_leave_no_settled_account_with_a_balance",
    ),
    proved(
        "13.2.2",
        2,
        "The application's database login owns nothing, inherits nothing and cannot bypass row-level security.",
        "database/test_policies.py::test_web_logins_read_no_resident_table_without_a_role",
        "database/test_policies.py::test_startup_refuses_a_login_that_inherits",
        "asvs/test_source.py::test_application_logins_have_no_privileges_of_their_own",
    ),
    proved(
        "13.4.1 13.4.2 13.4.5 13.4.6",
        1,
        "Debug pages, the repository and versions are not exposed.",
        "asvs/test_requests.py::test_no_internal_path_or_version_is_exposed",
        "access/test_deploy_checks.py::test_each_problem_has_one_message",
    ),
    proved(
        "15.1.2 15.2.1",
        1,
        "All components are listed with their versions.",
        "asvs/test_source.py::test_sbom_lists_pinned_packages_and_licences",
    ),
    proved(
        "5.1.1",
        1,
        "Three doors accept files (CSV of assignments, places, portfolios); other or too large files are refused.",
        "access/test_exchange.py::test_a_file_of_another_kind_is_refused_with_a_reason",
        "exchange/test_intake.py::test_unexpected_files_are_refused",
        "exchange/test_portfolio_hostile.py::test_hostile_files_are_reported",
    ),
)
TABLE = (*AUTHORISATION, *LOGGING, *SIGN_IN, *DATA, *REQUESTS)
