"""Whose receipt is being made, and what of them its maker reads: functions that answer for one person alone."""

from django.db import migrations

CREATE = """
-- Does the person asking answer to those who exercise a right, for the whole organisation?
CREATE FUNCTION tenants_discloses() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'disclosure'
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
-- A demand of one person of a household: the reference, and the whole name, as no other there bears it. At the counter,
-- within one's places, and never of a discreet household; in writing, of any, a settled account and one who left as well.
-- Answers nothing when they do not belong together, whichever was wrong.
CREATE FUNCTION tenants_take_request(wanted text, called text, asks text, proof text, due date, at_counter boolean)
    RETURNS TABLE (request uuid, tenant uuid, place uuid) LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    home record;
    made uuid := gen_random_uuid();
BEGIN
    IF at_counter AND proof NOT IN ('photo', 'licence', 'mandate') OR NOT at_counter AND NOT tenants_discloses() THEN
        RETURN;
    END IF;
    SELECT l.id AS lease, l.building_id AS place, t.id AS tenant, count(*) OVER () AS several INTO home
    FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id
    JOIN tenants_tenant t ON t.id IN (
        SELECT r.tenant_id FROM tenants_residence r WHERE r.lease_id = l.id
        UNION SELECT p.tenant_id FROM tenants_leaseparty p WHERE p.lease_id = l.id)
    WHERE a.reference = wanted AND length(called) >= 2 AND t.name_key = called
      AND (NOT at_counter OR (a.settled_on IS NULL AND tenants_at_counter(l.building_id)
           AND l.id <> ALL (ARRAY (SELECT tenants_hidden()))))
    LIMIT 1;
    IF home.several IS DISTINCT FROM 1 THEN
        RETURN;
    END IF;
    INSERT INTO tenants_subjectrequest (id, tenant_id, kind, proof, opened_on, opened_by_id, due_on, extension, answer)
    VALUES (made, home.tenant, asks, tenants_take_request.proof, loge_today(), loge_person(), due, '', '');
    RETURN QUERY SELECT made, home.tenant, home.place;
END $$;
-- Takes one demand up for ten minutes, and lets go of any other: a receipt is made of one person at a time.
CREATE FUNCTION tenants_prepare_receipt(which uuid) RETURNS timestamptz LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    until timestamptz := loge_now() + interval '10 minutes';
BEGIN
    IF NOT tenants_discloses() OR NOT EXISTS (
        SELECT FROM tenants_subjectrequest WHERE id = which AND kind = 'access' AND closed_on IS NULL) THEN
        RETURN NULL;
    END IF;
    UPDATE tenants_subjectrequest SET prepared_by_id = NULL, prepared_until = NULL
    WHERE prepared_by_id = loge_person() AND id <> which;
    UPDATE tenants_subjectrequest SET prepared_by_id = loge_person(), prepared_until = until WHERE id = which;
    RETURN until;
END $$;
-- Who has asked, by name alone: what else is held of them is read while their receipt is made.
CREATE FUNCTION tenants_requesters() RETURNS TABLE (tenant uuid, name text) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT t.id, btrim(t.first_name || ' ' || t.last_name) FROM tenants_tenant t
    WHERE tenants_discloses() AND t.id IN (SELECT q.tenant_id FROM tenants_subjectrequest q)
$$;
-- The person whose receipt the person asking is making: none, or one. Asked again at each look.
CREATE FUNCTION tenants_disclosed() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
    SET search_path = public, pg_temp AS $$
    SELECT q.tenant_id FROM tenants_subjectrequest q
    WHERE q.prepared_by_id = loge_person() AND q.prepared_until > loge_now() AND q.kind = 'access'
      AND q.closed_on IS NULL AND tenants_discloses()
$$;
-- Leases that the person is or was a party to, or lived under.
CREATE FUNCTION tenants_disclosed_leases() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 2
    SET search_path = public, pg_temp AS $$
    SELECT p.lease_id FROM tenants_leaseparty p WHERE p.tenant_id = ANY (ARRAY (SELECT tenants_disclosed()))
    UNION SELECT r.lease_id FROM tenants_residence r WHERE r.tenant_id = ANY (ARRAY (SELECT tenants_disclosed()))
$$;
-- Accounts that the person owes on, with the days that are theirs. Who was there first has what came before, who is there
-- last what comes after; what was written while only another was a party is that other's, an ex-partner's or an heir's.
-- `alone`: no other party and no other resident was ever on the lease.
CREATE FUNCTION tenants_disclosed_spans() RETURNS TABLE
    (account uuid, lease uuid, first_day date, last_day date, alone boolean) LANGUAGE sql STABLE SECURITY DEFINER ROWS 2
    SET search_path = public, pg_temp AS $$
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
    WHERE p.tenant_id = ANY (ARRAY (SELECT tenants_disclosed())) AND p.capacity <> 'guarantor'
$$;
CREATE FUNCTION tenants_disclosed_account(which uuid, on_day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM tenants_disclosed_spans() s
        WHERE s.account = which AND on_day BETWEEN s.first_day AND s.last_day)
$$;
-- Does a day fall in the time that the person was a party to the lease, or lived under it?
CREATE FUNCTION tenants_disclosed_lease(which uuid, on_day date) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM tenants_leaseparty p WHERE p.lease_id = which
            AND p.tenant_id = ANY (ARRAY (SELECT tenants_disclosed()))
            AND on_day BETWEEN p.first_day AND coalesce(p.last_day, 'infinity'))
        OR EXISTS (SELECT FROM tenants_residence r WHERE r.lease_id = which
            AND r.tenant_id = ANY (ARRAY (SELECT tenants_disclosed()))
            AND on_day BETWEEN r.moved_in AND coalesce(r.moved_out, 'infinity'))
$$;
-- Leases nobody else was ever on: there alone a household's discreet mark is surely this person's own.
CREATE FUNCTION tenants_disclosed_alone() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 2
    SET search_path = public, pg_temp AS $$
    SELECT s.lease FROM tenants_disclosed_spans() s WHERE s.alone
$$;
CREATE FUNCTION tenants_disclosed_accounts() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 2
    SET search_path = public, pg_temp AS $$
    SELECT s.account FROM tenants_disclosed_spans() s
$$;
-- That there are notes on an account of several, and until when: a sentence there may mean another, and is not read here.
CREATE FUNCTION tenants_disclosed_notes() RETURNS TABLE (written_on date, reason text, ends_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.written_on, n.reason, n.ends_on FROM tenants_accountnote n
    JOIN tenants_disclosed_spans() s ON s.account = n.account_id AND NOT s.alone
    WHERE n.written_on BETWEEN s.first_day AND s.last_day ORDER BY n.written_on, n.id
$$;
-- Every look at the person's data that the trace keeps, and every act: when, what kind, why, under which role. Never whose,
-- never who else was on the page. `shared`: kinds that are of an account's parties alike; of the rest, those that name
-- this very person count. Bank details of one among several: to the others their own stayed masked.
CREATE FUNCTION tenants_disclosed_looks(shared text[]) RETURNS TABLE
    (id uuid, at timestamptz, kind text, purpose text, outcome text, role text) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    WITH me AS (SELECT tenants_disclosed() AS tenant), found AS (
        SELECT e.* FROM me JOIN audit_event e ON e.about = me.tenant
        UNION SELECT e.* FROM me JOIN audit_event e ON e.shown @> ARRAY[me.tenant]
        UNION SELECT e.* FROM me JOIN tenants_residence r ON r.tenant_id = me.tenant
            JOIN audit_event e ON e.about = r.id AND e.about_kind = 'residence'
        UNION SELECT e.* FROM tenants_disclosed_spans() s JOIN audit_event e ON e.about = s.account
            AND e.about_kind = 'account' AND e.kind = ANY (shared)
            AND (e.at AT TIME ZONE 'Europe/Paris')::date BETWEEN s.first_day AND s.last_day
    )
    SELECT f.id, f.at, CASE WHEN f.kind = 'bank_details_shown' AND f.facts ->> 'tenant' IS DISTINCT FROM me.tenant::text
            THEN 'identity_opened' ELSE f.kind END, f.purpose, f.outcome, f.role
    FROM found f CROSS JOIN me WHERE f.outcome IN ('shown', 'changed') ORDER BY f.at, f.id
$$;
REVOKE ALL ON FUNCTION tenants_discloses(), tenants_take_request(text, text, text, text, date, boolean),
    tenants_prepare_receipt(uuid), tenants_requesters(), tenants_disclosed(), tenants_disclosed_leases(), tenants_disclosed_spans(),
    tenants_disclosed_account(uuid, date), tenants_disclosed_lease(uuid, date), tenants_disclosed_alone(),
    tenants_disclosed_accounts(), tenants_disclosed_notes(), tenants_disclosed_looks(text[]) FROM PUBLIC;
"""
DROP = """
DROP FUNCTION tenants_disclosed_looks(text[]); DROP FUNCTION tenants_disclosed_notes(); DROP FUNCTION tenants_disclosed_accounts();
DROP FUNCTION tenants_disclosed_alone(); DROP FUNCTION tenants_disclosed_lease(uuid, date);
DROP FUNCTION tenants_disclosed_account(uuid, date); DROP FUNCTION tenants_disclosed_spans();
DROP FUNCTION tenants_disclosed_leases(); DROP FUNCTION tenants_disclosed(); DROP FUNCTION tenants_requesters(); DROP FUNCTION tenants_prepare_receipt(uuid);
DROP FUNCTION tenants_take_request(text, text, text, text, date, boolean); DROP FUNCTION tenants_discloses();
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0027_subject_requests"), ("audit", "0005_purpose")]
    operations = [migrations.RunSQL(CREATE, DROP)]
