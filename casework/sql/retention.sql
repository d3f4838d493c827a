-- Rows that the person wants to stay have no last day once it has passed (tenants/sql/restrictions.sql).
SELECT tenants_create_retention_view('casework_dwellingfact', 'least(ends_on, withdrawn_on)');
SELECT tenants_create_retention_view('casework_cardfact', $$CASE WHEN least(ends_on, withdrawn_on) < loge_today()
    AND tenants_is_preserved('residence', residence_id, written_on) THEN NULL ELSE least(ends_on, withdrawn_on) END$$);
SELECT tenants_create_retention_view('casework_accountfact', $$CASE WHEN least(ends_on, withdrawn_on) < loge_today()
    AND tenants_is_preserved('account', account_id, written_on) THEN NULL ELSE least(ends_on, withdrawn_on) END$$);
SELECT tenants_create_retention_view('casework_accountnote', $$CASE WHEN least(ends_on, withdrawn_on) < loge_today()
    AND tenants_is_preserved('account', account_id, written_on) THEN NULL ELSE least(ends_on, withdrawn_on) END$$);
SELECT tenants_create_retention_view('casework_contestedsentence', $$CASE WHEN asked_on + 29 < loge_today()
    AND tenants_is_preserved('account', account_id, asked_on) THEN NULL ELSE asked_on + 29 END$$);
SELECT tenants_create_retention_view('casework_legacycomment', $$CASE WHEN ends_on < loge_today()
    AND tenants_is_preserved('account', account_id, first_written_on) THEN NULL ELSE ends_on END$$);
SELECT tenants_create_retention_view('casework_contactattempt', $$CASE WHEN made_on + 365 < loge_today()
    AND tenants_is_preserved('account', account_id, made_on) THEN NULL ELSE made_on + 365 END$$);
