-- The front desk: which agency manages a reference, and the card of a visitor who has shown an identity document.

-- The agency that manages a reference, and the account's id for the audit log. None for a settled account.
CREATE OR REPLACE FUNCTION tenants_managing_agency(wanted text) RETURNS TABLE (account uuid, agency uuid)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT a.id, p.id FROM tenants_account a
    JOIN access_place b ON b.id = a.building_id
    JOIN access_place p ON b.path >= p.path AND b.path < p.path || '~'
    WHERE a.reference = wanted AND a.settled_on IS NULL AND p.level IN ('agency', 'directorate', 'organisation')
      AND EXISTS (SELECT FROM access_reach(loge_person(), 'counter', loge_today()))
    ORDER BY length(p.path) DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION tenants_managing_agency FROM PUBLIC;

-- Is this building within the current person's counter?
CREATE OR REPLACE FUNCTION tenants_is_within_counter(place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_rules(loge_person(), place, loge_today()) r
        JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = 'counter'
    )
$$;
REVOKE ALL ON FUNCTION tenants_is_within_counter FROM PUBLIC;

-- The lease whose card is open to the current person, if any. Checked at each view, so that an assignment that ended or
-- a new discreet mark closes it.
CREATE OR REPLACE FUNCTION tenants_identity_checked_lease() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT c.lease_id FROM tenants_identitycheck c JOIN tenants_lease l ON l.id = c.lease_id
    WHERE c.person_id = loge_person() AND c.until > loge_now() AND tenants_is_within_counter(l.building_id)
      AND c.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
$$;
REVOKE ALL ON FUNCTION tenants_identity_checked_lease FROM PUBLIC;

-- The account that a try is about, for the audit log: of any agency, settled or not. An empty reference means the
-- household whose card is open to the current person.
CREATE OR REPLACE FUNCTION tenants_attempted_account(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM tenants_account a WHERE a.reference = wanted
    UNION ALL
    SELECT a.id FROM tenants_account a WHERE wanted = '' AND a.lease_id IN (SELECT tenants_identity_checked_lease())
    LIMIT 1
$$;
REVOKE ALL ON FUNCTION tenants_attempted_account FROM PUBLIC;

-- Tries of today in Paris that opened nothing, before `mine`: of the same person, or about an account by anybody.
CREATE OR REPLACE FUNCTION tenants_failed_attempts(mine audit_event, account uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM audit_event e
    WHERE CASE WHEN account IS NULL THEN e.actor = mine.actor ELSE e.about = account END
      AND e.kind = 'identity_tried' AND e.outcome = 'attempted'
      AND e.at >= tenants_midnight(loge_today()) AND (e.at, e.id) < (mine.at, mine.id)
      AND NOT EXISTS (
          SELECT FROM audit_event d
          WHERE d.actor = e.actor AND d.request = e.request AND d.at >= e.at
            AND d.outcome = 'changed' AND d.kind IN ('identity_checked', 'subject_request_taken'))
$$;
REVOKE ALL ON FUNCTION tenants_failed_attempts FROM PUBLIC;

-- May this try about an account or an application get an answer? `tried` is its event, written before on the audit
-- log's own connection. Five failed tries about one of them in a day, and twenty by one person, end the answers.
CREATE OR REPLACE FUNCTION tenants_may_attempt_about(tried uuid, subject uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine audit_event;
BEGIN
    -- Two at the same moment would each count the misses before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge identity ' || loge_person()::text, 0));
    PERFORM pg_advisory_xact_lock(hashtextextended('loge identity ' || subject::text, 0)) WHERE subject IS NOT NULL;
    SELECT * INTO mine FROM audit_event e
    WHERE e.actor = loge_person() AND e.id = tried AND e.kind = 'identity_tried' AND e.outcome = 'attempted'
      AND e.about IS NOT DISTINCT FROM subject AND e.at >= tenants_midnight(loge_today());
    RETURN FOUND AND tenants_failed_attempts(mine, NULL) < 20
        AND (subject IS NULL OR tenants_failed_attempts(mine, subject) < 5);
END $$;
REVOKE ALL ON FUNCTION tenants_may_attempt_about FROM PUBLIC;

-- The same for an account, by its reference.
CREATE OR REPLACE FUNCTION tenants_may_attempt(tried uuid, wanted text) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT tenants_may_attempt_about(tried, tenants_attempted_account(wanted))
$$;
REVOKE ALL ON FUNCTION tenants_may_attempt FROM PUBLIC;

-- Opens the cards of a household to the current person for ten minutes. A person has one check at a time. Called by the
-- functions that have compared what a visitor said.
CREATE OR REPLACE FUNCTION tenants_open_checked_card(household uuid, paper text) RETURNS void
    LANGUAGE sql SET search_path = public, pg_temp AS $$
    DELETE FROM tenants_identitycheck WHERE until < loge_now();
    INSERT INTO tenants_identitycheck (person_id, lease_id, document, until)
    VALUES (loge_person(), household, paper, loge_now() + interval '10 minutes')
    ON CONFLICT (person_id) DO UPDATE SET lease_id = excluded.lease_id, document = excluded.document, until = excluded.until
$$;
REVOKE ALL ON FUNCTION tenants_open_checked_card FROM PUBLIC;

-- Opens the card of a residence to the current person, if reference and name belong together within the counter. Returns
-- the residence, or NULL whichever of them was wrong.
CREATE OR REPLACE FUNCTION tenants_check_identity(wanted text, called text, paper text, tried uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    home record;
BEGIN
    IF NOT tenants_may_attempt(tried, wanted) THEN
        RETURN NULL;
    END IF;
    SELECT r.id, r.lease_id INTO home FROM tenants_account a JOIN tenants_residence r ON r.lease_id = a.lease_id
    WHERE a.reference = wanted AND a.settled_on IS NULL
      AND length(called) >= 2 AND starts_with(r.name_key || ' ', called || ' ')
      AND r.moved_in <= loge_today() + 14 AND (r.moved_out IS NULL OR r.moved_out >= loge_today()
           OR (NOT r.transferred AND r.moved_out >= loge_today() - 7))
      AND r.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
      AND tenants_is_within_counter(r.building_id)
    ORDER BY r.moved_in, r.id LIMIT 1;
    IF home.id IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM tenants_open_checked_card(home.lease_id, paper);
    RETURN home.id;
END $$;
REVOKE ALL ON FUNCTION tenants_check_identity FROM PUBLIC;
