-- No fact, note, contested sentence or contact attempt is recorded about restricted data, and those that the person wants
-- to stay are not deleted (tenants/sql/restrictions.sql). Legacy comments arrive only by an import, which stores them.
SELECT tenants_guard_restricted('casework_cardfact', 'residence', 'written_on');
SELECT tenants_guard_restricted('casework_accountfact', 'account', 'written_on');
SELECT tenants_guard_restricted('casework_accountnote', 'account', 'written_on');
SELECT tenants_guard_restricted('casework_contestedsentence', 'account', 'asked_on');
SELECT tenants_guard_restricted('casework_contactattempt', 'account', 'made_on');
SELECT tenants_guard_restricted('casework_legacycomment', 'account', 'first_written_on', refusing => false);
