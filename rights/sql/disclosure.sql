-- What the answer in preparation may read: data of one person, on the days that are theirs.

-- The person whose access report or file the current person prepares, if any. Checked at each view.
CREATE OR REPLACE FUNCTION rights_disclosed() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT q.tenant_id FROM rights_subjectrequest q
    WHERE q.prepared_by_id = loge_person() AND q.prepared_until > loge_now() AND q.kind IN ('access', 'portability', 'erasure')
      AND q.closed_on IS NULL AND rights_answers_data_subjects()
      AND NOT EXISTS (
        SELECT FROM tenants_leaseparty p
        WHERE p.tenant_id = q.tenant_id AND p.lease_id = ANY (ARRAY (SELECT tenants_hidden_by_walls()))
        UNION ALL
        SELECT FROM tenants_residence r
        WHERE r.tenant_id = q.tenant_id AND r.lease_id = ANY (ARRAY (SELECT tenants_hidden_by_walls())))
$$;
REVOKE ALL ON FUNCTION rights_disclosed FROM PUBLIC;

-- Does the current person prepare an answer that needs all data? A file for data portability needs only the data that
-- the person provided.
CREATE OR REPLACE FUNCTION rights_discloses_all() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM rights_subjectrequest q
        WHERE q.prepared_by_id = loge_person() AND q.prepared_until > loge_now() AND q.closed_on IS NULL
          AND q.kind <> 'portability' AND rights_answers_data_subjects())
$$;
REVOKE ALL ON FUNCTION rights_discloses_all FROM PUBLIC;

-- The accounts of a person with the days that are theirs: the first party has what came before the others, the last one
-- what comes after; days on which only another was a party are that other's, an ex-partner's or an heir's. `alone`:
-- nobody else was ever party to the lease or lived there.
CREATE OR REPLACE FUNCTION rights_spans_of(whose uuid)
    RETURNS TABLE (account uuid, lease uuid, first_day date, last_day date, alone boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT a.id, p.lease_id,
        CASE WHEN EXISTS (SELECT FROM tenants_leaseparty o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id
                          AND o.capacity <> 'guarantor' AND o.first_day < p.first_day) THEN p.first_day
             ELSE '-infinity' END,
        CASE WHEN EXISTS (SELECT FROM tenants_leaseparty o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id
                          AND o.capacity <> 'guarantor'
                          AND coalesce(o.last_day, 'infinity') > coalesce(p.last_day, 'infinity')) THEN p.last_day
             ELSE 'infinity' END,
        NOT EXISTS (SELECT FROM tenants_leaseparty o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id)
            AND NOT EXISTS (SELECT FROM tenants_residence o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id)
    FROM tenants_leaseparty p JOIN tenants_account a ON a.lease_id = p.lease_id
    WHERE p.tenant_id = whose AND p.capacity <> 'guarantor'
$$;
REVOKE ALL ON FUNCTION rights_spans_of FROM PUBLIC;

CREATE OR REPLACE FUNCTION rights_disclosed_spans()
    RETURNS TABLE (account uuid, lease uuid, first_day date, last_day date, alone boolean)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT s.* FROM rights_disclosed() me (tenant) CROSS JOIN LATERAL rights_spans_of(me.tenant) s
$$;
REVOKE ALL ON FUNCTION rights_disclosed_spans FROM PUBLIC;

CREATE OR REPLACE FUNCTION rights_disclosed_accounts() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT s.account FROM rights_disclosed_spans() s
$$;
REVOKE ALL ON FUNCTION rights_disclosed_accounts FROM PUBLIC;

-- Is this day of the account the person's own?
CREATE OR REPLACE FUNCTION rights_disclosed_account(which uuid, on_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM rights_disclosed_spans() s
        WHERE s.account = which AND on_day BETWEEN s.first_day AND s.last_day)
$$;
REVOKE ALL ON FUNCTION rights_disclosed_account FROM PUBLIC;

-- Leases that nobody else was ever on: only there is a discreet mark certainly the person's own.
CREATE OR REPLACE FUNCTION rights_disclosed_sole_leases() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT s.lease FROM rights_disclosed_spans() s WHERE s.alone AND rights_discloses_all()
$$;
REVOKE ALL ON FUNCTION rights_disclosed_sole_leases FROM PUBLIC;

-- Leases that the person is or was a party to, or lived under.
CREATE OR REPLACE FUNCTION rights_disclosed_leases() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp AS $$
    SELECT p.lease_id FROM tenants_leaseparty p WHERE p.tenant_id = ANY (ARRAY (SELECT rights_disclosed()))
    UNION SELECT r.lease_id FROM tenants_residence r WHERE r.tenant_id = ANY (ARRAY (SELECT rights_disclosed()))
$$;
REVOKE ALL ON FUNCTION rights_disclosed_leases FROM PUBLIC;

-- Was the person a party to the lease, or living under it, on a day?
CREATE OR REPLACE FUNCTION rights_disclosed_lease(which uuid, on_day date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM tenants_leaseparty p WHERE p.lease_id = which
            AND p.tenant_id = ANY (ARRAY (SELECT rights_disclosed()))
            AND on_day BETWEEN p.first_day AND coalesce(p.last_day, 'infinity'))
        OR EXISTS (SELECT FROM tenants_residence r WHERE r.lease_id = which
            AND r.tenant_id = ANY (ARRAY (SELECT rights_disclosed()))
            AND on_day BETWEEN r.moved_in AND coalesce(r.moved_out, 'infinity'))
$$;
REVOKE ALL ON FUNCTION rights_disclosed_lease FROM PUBLIC;

-- Notes on accounts of several people: their existence and end only, because a sentence there may be about another.
CREATE OR REPLACE FUNCTION rights_disclosed_notes() RETURNS TABLE (written_on date, reason text, ends_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.written_on, n.reason, n.ends_on FROM casework_accountnote n
    JOIN rights_disclosed_spans() s ON s.account = n.account_id AND NOT s.alone
    WHERE n.written_on BETWEEN s.first_day AND s.last_day AND rights_discloses_all() ORDER BY n.written_on, n.id
$$;
REVOKE ALL ON FUNCTION rights_disclosed_notes FROM PUBLIC;

-- Every view and change of a person's data in the audit log: when, what, why, under which role; never who else was on
-- the page. `shared`: events about an account or lease that concern its parties alike; other events must name this
-- person. Deferred ones are left out until their day. Somebody else's bank details appear as an opened identity,
-- because the person's own stayed masked.
CREATE OR REPLACE FUNCTION rights_views_of_person(whose uuid, shared text[])
    RETURNS TABLE (id uuid, at timestamptz, kind text, purpose text, outcome text, role text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH found AS (
        SELECT e.* FROM audit_event e WHERE e.about = whose
        UNION SELECT e.* FROM audit_event e WHERE e.shown @> ARRAY[whose]
        UNION SELECT e.* FROM tenants_residence r JOIN audit_event e ON e.about = r.id AND e.about_kind = 'residence'
            WHERE r.tenant_id = whose
        UNION SELECT e.* FROM rights_spans_of(whose) s JOIN audit_event e ON e.about = s.account
            AND e.about_kind = 'account' AND e.kind = ANY (shared)
            AND (e.at AT TIME ZONE 'Europe/Paris')::date BETWEEN s.first_day AND s.last_day
        UNION SELECT e.* FROM (
                SELECT p.lease_id, p.first_day, p.last_day FROM tenants_leaseparty p WHERE p.tenant_id = whose
                UNION SELECT r.lease_id, r.moved_in, r.moved_out FROM tenants_residence r WHERE r.tenant_id = whose
            ) l JOIN audit_event e ON e.about = l.lease_id AND e.about_kind = 'lease' AND e.kind = ANY (shared)
            AND (e.at AT TIME ZONE 'Europe/Paris')::date BETWEEN l.first_day AND coalesce(l.last_day, 'infinity')
    )
    SELECT f.id, f.at, CASE WHEN f.kind = 'bank_details_shown' AND f.facts ->> 'tenant' IS DISTINCT FROM whose::text
            THEN 'identity_opened' ELSE f.kind END, f.purpose, f.outcome, f.role
    FROM found f WHERE f.outcome IN ('shown', 'changed') AND NOT EXISTS (
        SELECT FROM rights_lookdeferral d
        WHERE d.event = f.id AND d.agreed_on IS NOT NULL AND d.until >= loge_today())
$$;
REVOKE ALL ON FUNCTION rights_views_of_person FROM PUBLIC;

-- The same for the receipt in preparation, with the names that were disclosed in it.
CREATE OR REPLACE FUNCTION rights_disclosed_views(shared text[])
    RETURNS TABLE (id uuid, at timestamptz, kind text, purpose text, outcome text, role text, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT f.*, p.name FROM rights_disclosed() me (tenant) CROSS JOIN LATERAL rights_views_of_person(me.tenant, shared) f
    LEFT JOIN (rights_namedlook n JOIN rights_subjectrequest q ON q.id = n.request_id
               AND q.prepared_by_id = loge_person() AND q.prepared_until > loge_now()) ON n.event = f.id
    LEFT JOIN access_person p ON p.id = n.person_id
    WHERE rights_discloses_all()
    ORDER BY f.at, f.id
$$;
REVOKE ALL ON FUNCTION rights_disclosed_views FROM PUBLIC;
