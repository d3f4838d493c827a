-- Coded facts and notes: no value outside the vocabulary, whoever writes. An error names the rule only, so that no log
-- holds what somebody tried to write.

-- Does a role that this person holds at this building today write, or read, the code?
CREATE OR REPLACE FUNCTION casework_fact_open(who uuid, scope text, verb text, which text, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM casework_factcode c JOIN access_rules(who, place, loge_today()) r
            ON r.role = ANY (string_to_array(CASE verb WHEN 'write' THEN c.writers ELSE c.readers END, '|'))
        WHERE c.code = which AND c.compartment = scope)
$$;
REVOKE ALL ON FUNCTION casework_fact_open FROM PUBLIC;

-- Does a field's value fit its type? A code of the list with the field's name, a date, a number, or the id of a record.
-- No type takes free text.
CREATE OR REPLACE FUNCTION casework_fact_value_fits(name text, type text, value jsonb) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(CASE type
        WHEN 'code' THEN jsonb_typeof(value) = 'string'
            AND EXISTS (SELECT FROM casework_factterm t WHERE t.list = name AND t.code = value #>> '{}')
        WHEN 'date' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^(19|20|21)\d\d-\d\d-\d\d$'
            AND to_char((value #>> '{}')::date, 'YYYY-MM-DD') = value #>> '{}'
        WHEN 'month' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^(19|20|21)\d\d-(0[1-9]|1[0-2])$'
        WHEN 'time' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^([01]\d|2[0-3]):[0-5]\d$'
        WHEN 'decimal' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^\d{1,9}(\.\d{1,3})?$'
        WHEN 'int' THEN jsonb_typeof(value) = 'number' AND value #>> '{}' ~ '^\d{1,4}$'
        WHEN 'euro' THEN jsonb_typeof(value) = 'number' AND value #>> '{}' ~ '^[1-9]\d{0,7}$'
        WHEN 'contact' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            AND (EXISTS (SELECT FROM tenants_representative r WHERE r.id = (value #>> '{}')::uuid)
                 OR EXISTS (SELECT FROM tenants_tenant t WHERE t.id = (value #>> '{}')::uuid AND t.contact_name <> ''))
        END, false)
$$;
REVOKE ALL ON FUNCTION casework_fact_value_fits FROM PUBLIC;

-- Checks a new fact: its code, its fields, its end, and that the tenant was told of a precaution.
CREATE OR REPLACE FUNCTION casework_fact_checks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known casework_factcode%ROWTYPE;
BEGIN
    SELECT * INTO known FROM casework_factcode
    WHERE code = NEW.code_id AND compartment = TG_ARGV[0] AND retired_on IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such fact' USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_of_the_vocabulary';
    END IF;
    IF jsonb_typeof(NEW.fields) <> 'object'
        OR (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(NEW.fields) k) IS DISTINCT FROM
           (SELECT array_agg(split_part(p, ':', 1) ORDER BY split_part(p, ':', 1))
            FROM unnest(string_to_array(known.fields, ';')) p)
        OR EXISTS (
            SELECT FROM unnest(string_to_array(known.fields, ';')) p
            WHERE NOT casework_fact_value_fits(
                split_part(p, ':', 1), split_part(p, ':', 2), NEW.fields -> split_part(p, ':', 1)))
    THEN
        RAISE EXCEPTION 'a field does not fit' USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_fields_fit';
    END IF;
    IF NEW.written_on > loge_today() OR NEW.ends_on > NEW.written_on + make_interval(months => known.life_months) THEN
        RAISE EXCEPTION 'too long' USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_within_its_life';
    END IF;
    IF known.precaution AND NEW.told_on IS NULL THEN
        RAISE EXCEPTION 'not told' USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_told_first';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION casework_fact_checks FROM PUBLIC;

CREATE OR REPLACE FUNCTION casework_note_checks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM casework_factcode
                   WHERE code = NEW.code_id AND compartment = 'account' AND retired_on IS NULL) THEN
        RAISE EXCEPTION 'no such fact' USING ERRCODE = 'check_violation', CONSTRAINT = 'note_under_a_fact';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION casework_note_checks FROM PUBLIC;

-- Residences with a precaution that the tenant contests, for the manager who answers.
CREATE OR REPLACE FUNCTION casework_contested_precautions() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT f.residence_id FROM casework_cardfact f JOIN casework_factcode c ON c.code = f.code_id AND c.precaution
    WHERE f.contested_on IS NOT NULL AND f.kept_on IS NULL AND f.withdrawn_on IS NULL AND f.ends_on >= loge_today()
        AND f.residence_id <> ALL (ARRAY (SELECT tenants_restricted_residences()))
        AND casework_fact_open(loge_person(), 'card', 'write', f.code_id, f.building_id)
$$;
REVOKE ALL ON FUNCTION casework_contested_precautions FROM PUBLIC;

CREATE OR REPLACE TRIGGER casework_cardfact_check BEFORE INSERT ON casework_cardfact
    FOR EACH ROW EXECUTE FUNCTION casework_fact_checks('card');
ALTER TABLE casework_cardfact ENABLE ALWAYS TRIGGER casework_cardfact_check;
CREATE OR REPLACE TRIGGER casework_dwellingfact_check BEFORE INSERT ON casework_dwellingfact
    FOR EACH ROW EXECUTE FUNCTION casework_fact_checks('dwelling');
ALTER TABLE casework_dwellingfact ENABLE ALWAYS TRIGGER casework_dwellingfact_check;
CREATE OR REPLACE TRIGGER casework_accountfact_check BEFORE INSERT ON casework_accountfact
    FOR EACH ROW EXECUTE FUNCTION casework_fact_checks('account');
ALTER TABLE casework_accountfact ENABLE ALWAYS TRIGGER casework_accountfact_check;
CREATE OR REPLACE TRIGGER casework_accountnote_check BEFORE INSERT ON casework_accountnote
    FOR EACH ROW EXECUTE FUNCTION casework_note_checks();
ALTER TABLE casework_accountnote ENABLE ALWAYS TRIGGER casework_accountnote_check;

-- Facts and notes are not edited: they are withdrawn, contested or upheld, once. The nightly jobs have no person.
SELECT loge_keep(format('casework_%sfact', scope)::regclass, 'fact_stays_as_written', '{building_id}', jsonb_build_object(
    'withdrawn_on, withdrawn_by_id', format($$OLD.withdrawn_on IS NULL AND NEW.withdrawn_on = loge_today()
        AND (loge_person() IS NULL OR NEW.withdrawn_by_id = loge_person()
             AND casework_fact_open(loge_person(), %L, 'write', OLD.code_id, OLD.building_id))$$, scope),
    'contested_on', $$OLD.contested_on IS NULL AND NEW.contested_on = loge_today()$$,
    'kept_on, kept_by_id', format($$OLD.kept_on IS NULL AND OLD.contested_on IS NOT NULL AND NEW.kept_on = loge_today()
        AND NEW.kept_by_id = loge_person()
        AND casework_fact_open(loge_person(), %L, 'write', OLD.code_id, OLD.building_id)$$, scope)),
    over => 'OLD.ends_on < loge_today() OR OLD.withdrawn_on IS NOT NULL')
FROM unnest(ARRAY['card', 'dwelling', 'account']) AS scope;
SELECT loge_keep('casework_accountnote', 'note_stays_as_written', '{building_id}', jsonb_build_object(
    'withdrawn_on, withdrawn_by_id', $$OLD.withdrawn_on IS NULL AND NEW.withdrawn_on = loge_today()
        AND (loge_person() IS NULL OR NEW.withdrawn_by_id = loge_person())$$),
    over => 'OLD.ends_on < loge_today() OR OLD.withdrawn_on IS NOT NULL');

-- Which rows of this app an account has, or its residents and tenants, and whether it is restricted. Most accounts have
-- none, which saves the page several slower queries. A function, because the server keeps the plans of its queries. It
-- runs with the rights of its caller.
CREATE OR REPLACE FUNCTION casework_beside_account(account uuid, lease uuid, preference text,
    OUT facts boolean, OUT notes boolean, OUT attempts boolean, OUT preferences boolean, OUT representatives boolean,
    OUT restricted boolean)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    facts := EXISTS (SELECT FROM casework_accountfact f WHERE f.account_id = account);
    notes := EXISTS (SELECT FROM casework_accountnote n WHERE n.account_id = account);
    attempts := EXISTS (SELECT FROM casework_contactattempt a WHERE a.account_id = account);
    preferences := EXISTS (SELECT FROM tenants_residence r JOIN casework_cardfact f ON f.residence_id = r.id
        WHERE r.lease_id = lease AND f.code_id = preference);
    representatives := EXISTS (SELECT FROM tenants_leaseparty p
        JOIN tenants_representative q ON q.tenant_id = p.tenant_id WHERE p.lease_id = lease);
    restricted := tenants_is_restricted('account', account, loge_today());
END $$;
REVOKE ALL ON FUNCTION casework_beside_account FROM PUBLIC;
