"""The number of a contested look is looked up before a demand is taken in: it is one that this person's receipt prints."""

from django.db import migrations

# What a receipt says is worked out for whom it is made; the same is now asked of whoever contests.
OF_WHOM = """
-- Accounts that a person owes on, with the days that are theirs. Who was there first has what came before, who is there
-- last what comes after; what was written while only another was a party is that other's, an ex-partner's or an heir's.
-- `alone`: no other party and no other resident was ever on the lease.
CREATE FUNCTION tenants_spans_of(whose uuid) RETURNS TABLE
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
    WHERE p.tenant_id = whose AND p.capacity <> 'guarantor'
$$;
CREATE OR REPLACE FUNCTION tenants_disclosed_spans() RETURNS TABLE
    (account uuid, lease uuid, first_day date, last_day date, alone boolean) LANGUAGE sql STABLE SECURITY DEFINER ROWS 2
    SET search_path = public, pg_temp AS $$
    SELECT s.* FROM tenants_disclosed() me (tenant) CROSS JOIN LATERAL tenants_spans_of(me.tenant) s
$$;
-- Every look at a person's data that the trace keeps, and every act: when, what kind, why, under which role. Never whose,
-- never who else was on the page. `shared`: kinds that are of an account's parties alike; of the rest, those that name
-- this very person count. Left out until its day: what two people deferred. Bank details of one among several: to the
-- others their own stayed masked.
CREATE FUNCTION tenants_looks_of(whose uuid, shared text[]) RETURNS TABLE
    (id uuid, at timestamptz, kind text, purpose text, outcome text, role text) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    WITH found AS (
        SELECT e.* FROM audit_event e WHERE e.about = whose
        UNION SELECT e.* FROM audit_event e WHERE e.shown @> ARRAY[whose]
        UNION SELECT e.* FROM tenants_residence r JOIN audit_event e ON e.about = r.id AND e.about_kind = 'residence'
            WHERE r.tenant_id = whose
        UNION SELECT e.* FROM tenants_spans_of(whose) s JOIN audit_event e ON e.about = s.account
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
        SELECT FROM tenants_lookdeferral d
        WHERE d.event = f.id AND d.agreed_on IS NOT NULL AND d.until >= loge_today())
$$;
-- Of the receipt in hand. `name`: where it was decided, in this receipt.
CREATE OR REPLACE FUNCTION tenants_disclosed_looks(shared text[]) RETURNS TABLE
    (id uuid, at timestamptz, kind text, purpose text, outcome text, role text, name text) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT f.*, p.name FROM tenants_disclosed() me (tenant) CROSS JOIN LATERAL tenants_looks_of(me.tenant, shared) f
    LEFT JOIN (tenants_namedlook n JOIN tenants_subjectrequest q ON q.id = n.request_id
               AND q.prepared_by_id = loge_person() AND q.prepared_until > loge_now()) ON n.event = f.id
    LEFT JOIN access_person p ON p.id = n.person_id
    ORDER BY f.at, f.id
$$;
REVOKE ALL ON FUNCTION tenants_spans_of(uuid), tenants_looks_of(uuid, text[]) FROM PUBLIC;
"""
TAKE = """
DROP FUNCTION tenants_take_request(text, text, text, text, date, boolean, text, text);
-- A demand of one person of a household: the reference, and the whole name, as no other there bears it. At the counter,
-- within one's places, and never of a discreet household; in writing, of any, a settled account and one who left as well.
-- Answers nothing when they do not belong together, whichever was wrong; and a row of nothing when no look that this
-- person's receipt prints has the number contested. That is all a counter learns of it, of a number of eight signs that
-- whoever stands there has on paper. Which part: not looked up.
CREATE FUNCTION tenants_take_request(wanted text, called text, asks text, proof text, due date, at_counter boolean,
    look text, matter text, shared text[])
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
    IF asks = 'contest' AND NOT EXISTS (
        SELECT FROM tenants_looks_of(home.tenant, shared) s
        WHERE length(tenants_take_request.look) = 8 AND starts_with(s.id::text, tenants_take_request.look)) THEN
        RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::uuid;
        RETURN;
    END IF;
    INSERT INTO tenants_subjectrequest
        (id, tenant_id, kind, proof, look, matter, opened_on, opened_by_id, due_on, extension, answer)
    VALUES (made, home.tenant, asks, tenants_take_request.proof, tenants_take_request.look, tenants_take_request.matter,
            loge_today(), loge_person(), due, '', '');
    RETURN QUERY SELECT made, home.tenant, home.place;
END $$;
REVOKE ALL ON FUNCTION tenants_take_request(text, text, text, text, date, boolean, text, text, text[]) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0051_emergency_notice")]
    operations = [
        migrations.RunSQL(OF_WHOM, migrations.RunSQL.noop),
        migrations.RunSQL(TAKE, migrations.RunSQL.noop),
    ]
