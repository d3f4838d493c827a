-- Restriction of processing (GDPR article 18): data of a tenant that may only be stored, from the decision until it is
-- lifted. An account is restricted on the days on which the tenant is a party to its lease: the first party has what came
-- before the others, the last one what comes after, as in an access report. Guarantors do not count.

-- Is this account, residence or dwelling restricted on this day, on one of these grounds (NULL: on any)? A dwelling is
-- restricted if the tenant lives there or holds its lease. No role may call it, because its answers tell the ground.
-- plpgsql, so that its plan is kept for the session.
CREATE OR REPLACE FUNCTION tenants_is_restricted_on(what text, which uuid, on_day date, grounds text[]) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF what = 'residence' THEN
        RETURN EXISTS (SELECT FROM tenants_residence v JOIN tenants_restriction r ON r.tenant_id = v.tenant_id
            WHERE v.id = which AND r.lifted_on IS NULL AND (grounds IS NULL OR r.ground = ANY (grounds)));
    ELSIF what = 'unit' THEN
        RETURN EXISTS (SELECT FROM tenants_residence v JOIN tenants_restriction r ON r.tenant_id = v.tenant_id
            WHERE v.unit_id = which AND r.lifted_on IS NULL AND coalesce(v.moved_out, 'infinity') >= on_day)
        OR EXISTS (SELECT FROM tenants_leaseunit u JOIN tenants_leaseparty p ON p.lease_id = u.lease_id
            JOIN tenants_restriction r ON r.tenant_id = p.tenant_id
            WHERE u.unit_id = which AND r.lifted_on IS NULL AND p.capacity <> 'guarantor'
              AND coalesce(least(u.last_day, p.last_day), 'infinity') >= on_day);
    END IF;
    RETURN EXISTS (
        SELECT FROM tenants_account a JOIN tenants_leaseparty p ON p.lease_id = a.lease_id AND p.capacity <> 'guarantor'
        JOIN tenants_restriction r ON r.tenant_id = p.tenant_id AND r.lifted_on IS NULL
        WHERE a.id = which AND (grounds IS NULL OR r.ground = ANY (grounds))
          AND (on_day >= p.first_day OR NOT EXISTS (
            SELECT FROM tenants_leaseparty o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id
                AND o.capacity <> 'guarantor' AND o.first_day < p.first_day))
          AND (on_day <= coalesce(p.last_day, 'infinity') OR NOT EXISTS (
            SELECT FROM tenants_leaseparty o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id
                AND o.capacity <> 'guarantor' AND coalesce(o.last_day, 'infinity') > p.last_day)));
END $$;
REVOKE ALL ON FUNCTION tenants_is_restricted_on FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenants_is_restricted(what text, which uuid, on_day date) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN tenants_is_restricted_on(what, which, on_day, NULL);
END $$;
REVOKE ALL ON FUNCTION tenants_is_restricted FROM PUBLIC;

-- Is it restricted on a ground for which the person wants the data to stay: unlawful processing, legal claims, or a ground
-- that a restored database does not know? For the jobs of the night only.
CREATE OR REPLACE FUNCTION tenants_is_preserved(what text, which uuid, on_day date) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN tenants_is_restricted_on(what, which, on_day, ARRAY['unlawful', 'claims', '']);
END $$;
REVOKE ALL ON FUNCTION tenants_is_preserved FROM PUBLIC;

-- The accounts on which a restricted tenant is or was a party. Policies call it once per statement, and then ask about the
-- day of each row of these accounts only.
CREATE OR REPLACE FUNCTION tenants_restricted_accounts() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT a.id FROM tenants_restriction r
        JOIN tenants_leaseparty p ON p.tenant_id = r.tenant_id AND p.capacity <> 'guarantor'
        JOIN tenants_account a ON a.lease_id = p.lease_id
        WHERE r.lifted_on IS NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_restricted_accounts FROM PUBLIC;

-- The accounts that are restricted today. Lists of accounts to contact and exports leave them out.
CREATE OR REPLACE FUNCTION tenants_accounts_restricted_today() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT account FROM tenants_restricted_accounts() account
        WHERE tenants_is_restricted('account', account, loge_today());
END $$;
REVOKE ALL ON FUNCTION tenants_accounts_restricted_today FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenants_restricted_residences() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT v.id FROM tenants_restriction r JOIN tenants_residence v ON v.tenant_id = r.tenant_id
        WHERE r.lifted_on IS NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_restricted_residences FROM PUBLIC;

-- The account of the page, if a restricted tenant is or was a party to it (`restricted`) or if not; NULL otherwise.
-- Policies compare a row with it first, so that the page of one account does not compute all restricted accounts.
-- Whatever `loge.lease` contains, an account that this function calls unrestricted is unrestricted.
CREATE OR REPLACE FUNCTION tenants_page_account(restricted boolean) RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    account uuid := tenants_account_on_page();
BEGIN
    IF account IS NOT NULL AND restricted = EXISTS (
        SELECT FROM tenants_account a JOIN tenants_leaseparty p ON p.lease_id = a.lease_id AND p.capacity <> 'guarantor'
        JOIN tenants_restriction r ON r.tenant_id = p.tenant_id AND r.lifted_on IS NULL WHERE a.id = account) THEN
        RETURN account;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_page_account FROM PUBLIC;

-- A trigger that refuses a new row about a restricted account, residence or dwelling (the first argument). An import by
-- the server, which acts for no person, may store what no page then shows.
CREATE OR REPLACE FUNCTION tenants_refuse_restricted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF loge_person() IS NOT NULL
       AND tenants_is_restricted(TG_ARGV[0], (row_to_json(NEW) ->> (TG_ARGV[0] || '_id'))::uuid, loge_today()) THEN
        RAISE EXCEPTION 'processing is restricted' USING ERRCODE = 'check_violation', CONSTRAINT = 'processing_restricted';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION tenants_refuse_restricted FROM PUBLIC;

-- A trigger by which the jobs of the night skip rows that the person wants to stay. The second argument is the column of
-- the row's day. A function of the owner may delete them, at the person's own request: only the owner may truncate.
CREATE OR REPLACE FUNCTION tenants_preserve_restricted() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    about uuid := row_to_json(OLD) ->> (TG_ARGV[0] || '_id');
    on_day date := row_to_json(OLD) ->> TG_ARGV[1];
BEGIN
    IF NOT has_table_privilege(TG_RELID, 'TRUNCATE') AND tenants_is_restricted(TG_ARGV[0], about, on_day) THEN
        -- Apart, because PostgreSQL refuses the whole condition to a role that may not call one of its functions.
        IF tenants_is_preserved(TG_ARGV[0], about, on_day) THEN
            RETURN NULL;
        END IF;
    END IF;
    RETURN OLD;
END $$;
REVOKE ALL ON FUNCTION tenants_preserve_restricted FROM PUBLIC;

-- Attaches the two triggers to a table of casework. The trigger of deletions fires before those that count them.
CREATE OR REPLACE FUNCTION tenants_guard_restricted(target regclass, what text, day text, refusing boolean DEFAULT true)
    RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER casework_a_preserved BEFORE DELETE ON %s
        FOR EACH ROW EXECUTE FUNCTION tenants_preserve_restricted(%L, %L)', target, what, day);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER casework_a_preserved', target);
    IF refusing THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER casework_a_restricted BEFORE INSERT ON %s
            FOR EACH ROW EXECUTE FUNCTION tenants_refuse_restricted(%L)', target, what);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER casework_a_restricted', target);
    END IF;
END $$;
REVOKE ALL ON FUNCTION tenants_guard_restricted FROM PUBLIC;

CREATE OR REPLACE TRIGGER tenants_a_restricted BEFORE INSERT ON tenants_reminderdoor
    FOR EACH ROW EXECUTE FUNCTION tenants_refuse_restricted('unit');
ALTER TABLE tenants_reminderdoor ENABLE ALWAYS TRIGGER tenants_a_restricted;
-- A door that was visited today is not to be visited again.
CREATE OR REPLACE TRIGGER tenants_a_restricted_again BEFORE UPDATE OF done_on ON tenants_reminderdoor
    FOR EACH ROW WHEN (OLD.done_on IS NOT NULL AND NEW.done_on IS NULL) EXECUTE FUNCTION tenants_refuse_restricted('unit');
ALTER TABLE tenants_reminderdoor ENABLE ALWAYS TRIGGER tenants_a_restricted_again;

-- While it lasts, telephone, email and chosen contact are set aside in a table that no role reads (recital 67). Running
-- errands lose the doors of the tenant that are still to be visited.
CREATE OR REPLACE FUNCTION tenants_begin_restriction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Whoever changes this contact, or lifts another restriction, waits here or has been waited for.
    PERFORM FROM tenants_tenant t WHERE t.id = NEW.tenant_id FOR NO KEY UPDATE;
    INSERT INTO tenants_setasidecontact (tenant_id, channel, phone, email, contact_name)
    SELECT t.id, t.channel, t.phone, t.email, t.contact_name FROM tenants_tenant t WHERE t.id = NEW.tenant_id
    ON CONFLICT (tenant_id) DO NOTHING;
    UPDATE tenants_tenant SET channel = 'letter', phone = '', email = '', contact_name = '' WHERE id = NEW.tenant_id;
    DELETE FROM tenants_reminderdoor d USING tenants_reminder m
    WHERE m.id = d.reminder_id AND m.last_day >= loge_today() AND d.done_on IS NULL
      AND tenants_is_restricted('unit', d.unit_id, loge_today())
      AND d.unit_id IN (SELECT v.unit_id FROM tenants_residence v WHERE v.tenant_id = NEW.tenant_id
        UNION SELECT u.unit_id FROM tenants_leaseunit u JOIN tenants_leaseparty p ON p.lease_id = u.lease_id
            WHERE p.tenant_id = NEW.tenant_id);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_begin_restriction FROM PUBLIC;
CREATE OR REPLACE TRIGGER tenants_begin_restriction AFTER INSERT ON tenants_restriction
    FOR EACH ROW WHEN (NEW.lifted_on IS NULL) EXECUTE FUNCTION tenants_begin_restriction();
ALTER TABLE tenants_restriction ENABLE ALWAYS TRIGGER tenants_begin_restriction;

CREATE OR REPLACE FUNCTION tenants_lift_restriction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Two restrictions lifted at the same moment wait for each other: the second one puts the contact back.
    PERFORM FROM tenants_tenant t WHERE t.id = NEW.tenant_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM tenants_restriction r WHERE r.tenant_id = NEW.tenant_id AND r.lifted_on IS NULL) THEN
        UPDATE tenants_tenant t SET channel = s.channel, phone = s.phone, email = s.email, contact_name = s.contact_name
        FROM tenants_setasidecontact s WHERE s.tenant_id = t.id AND t.id = NEW.tenant_id;
        DELETE FROM tenants_setasidecontact WHERE tenant_id = NEW.tenant_id;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION tenants_lift_restriction FROM PUBLIC;
CREATE OR REPLACE TRIGGER tenants_lift_restriction AFTER UPDATE OF lifted_on ON tenants_restriction
    FOR EACH ROW WHEN (OLD.lifted_on IS NULL AND NEW.lifted_on IS NOT NULL) EXECUTE FUNCTION tenants_lift_restriction();
ALTER TABLE tenants_restriction ENABLE ALWAYS TRIGGER tenants_lift_restriction;

-- A contact that arrives meanwhile, by an import of the landlord's file, is set aside too. An employee, who may have
-- opened the form before the restriction began, changes nothing.
CREATE OR REPLACE FUNCTION tenants_set_contact_aside() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM tenants_restriction r WHERE r.tenant_id = NEW.id AND r.lifted_on IS NULL) THEN
        IF loge_person() IS NOT NULL THEN
            RAISE EXCEPTION 'processing is restricted' USING ERRCODE = 'check_violation', CONSTRAINT = 'processing_restricted';
        END IF;
        UPDATE tenants_setasidecontact SET phone = coalesce(nullif(NEW.phone, ''), phone),
            email = coalesce(nullif(NEW.email, ''), email),
            contact_name = coalesce(nullif(NEW.contact_name, ''), contact_name),
            channel = coalesce(nullif(NEW.channel, 'letter'), channel)
        WHERE tenant_id = NEW.id;
        NEW.phone := '';
        NEW.email := '';
        NEW.contact_name := '';
        NEW.channel := 'letter';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION tenants_set_contact_aside FROM PUBLIC;
CREATE OR REPLACE TRIGGER tenants_a_set_aside BEFORE UPDATE OF channel, phone, email, contact_name ON tenants_tenant
    FOR EACH ROW WHEN (NEW.channel <> 'letter' OR NEW.phone <> '' OR NEW.email <> '' OR NEW.contact_name <> '')
    EXECUTE FUNCTION tenants_set_contact_aside();
ALTER TABLE tenants_tenant ENABLE ALWAYS TRIGGER tenants_a_set_aside;

-- The contacts that were set aside of the household whose card the current person has opened in an emergency.
CREATE OR REPLACE FUNCTION tenants_emergency_contacts()
    RETURNS TABLE (tenant uuid, channel text, phone text, email text, contact_name text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT s.tenant_id, s.channel, s.phone, s.email, s.contact_name FROM tenants_setasidecontact s
    WHERE s.tenant_id IN (SELECT v.tenant_id FROM tenants_residence v
        WHERE v.lease_id = ANY (ARRAY (SELECT tenants_emergency_lease())))
$$;
REVOKE ALL ON FUNCTION tenants_emergency_contacts FROM PUBLIC;

-- A restriction ends by being lifted, once and on a day after the person was informed (article 18(3)). A ground that a
-- restored database does not know is added once. The row goes three years after it was lifted.
SELECT loge_keep('tenants_restriction', 'restriction_informed_then_lifted', '{}', jsonb_build_object(
    'ground', $$OLD.ground = ''$$,
    'informed_on', $$OLD.lifted_on IS NULL AND NEW.lifted_on IS NULL AND NEW.informed_on BETWEEN OLD.begun_on AND loge_today()$$,
    'lifted_on', $$OLD.lifted_on IS NULL AND NEW.lifted_on = loge_today() AND OLD.informed_on < loge_today()$$),
    over => 'OLD.lifted_on + 1096 < loge_today()');
SELECT tenants_create_retention_view('tenants_restriction', 'lifted_on + 1096');
