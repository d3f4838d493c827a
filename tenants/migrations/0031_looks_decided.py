"""A look told later, and a look told with a name: two decisions, each its own row, read by the function of the looks."""

from django.db import migrations

CREATE = """
DROP FUNCTION tenants_disclosed_looks(text[]);
-- Every look at the person's data that the trace keeps, and every act: when, what kind, why, under which role. Never whose,
-- never who else was on the page. `shared`: kinds that are of an account's parties alike; of the rest, those that name
-- this very person count. Left out until its day: what two people deferred. `name`: where it was decided, in this receipt.
-- Bank details of one among several: to the others their own stayed masked.
CREATE FUNCTION tenants_disclosed_looks(shared text[]) RETURNS TABLE
    (id uuid, at timestamptz, kind text, purpose text, outcome text, role text, name text) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    WITH me AS (SELECT tenants_disclosed() AS tenant), found AS (
        SELECT e.* FROM me JOIN audit_event e ON e.about = me.tenant
        UNION SELECT e.* FROM me JOIN audit_event e ON e.shown @> ARRAY[me.tenant]
        UNION SELECT e.* FROM me JOIN tenants_residence r ON r.tenant_id = me.tenant
            JOIN audit_event e ON e.about = r.id AND e.about_kind = 'residence'
        UNION SELECT e.* FROM tenants_disclosed_spans() s JOIN audit_event e ON e.about = s.account
            AND e.about_kind = 'account' AND e.kind = ANY (shared)
            AND (e.at AT TIME ZONE 'Europe/Paris')::date BETWEEN s.first_day AND s.last_day
        UNION SELECT e.* FROM tenants_disclosed_leases() l (id) JOIN audit_event e ON e.about = l.id
            AND e.about_kind = 'lease' AND e.kind = ANY (shared)
            AND tenants_disclosed_lease(l.id, (e.at AT TIME ZONE 'Europe/Paris')::date)
    )
    SELECT f.id, f.at, CASE WHEN f.kind = 'bank_details_shown' AND f.facts ->> 'tenant' IS DISTINCT FROM me.tenant::text
            THEN 'identity_opened' ELSE f.kind END, f.purpose, f.outcome, f.role, p.name
    FROM found f CROSS JOIN me
    LEFT JOIN (tenants_namedlook n JOIN tenants_subjectrequest q ON q.id = n.request_id
               AND q.prepared_by_id = loge_person() AND q.prepared_until > loge_now()) ON n.event = f.id
    LEFT JOIN access_person p ON p.id = n.person_id
    WHERE f.outcome IN ('shown', 'changed') AND NOT EXISTS (
        SELECT FROM tenants_lookdeferral d
        WHERE d.event = f.id AND d.agreed_on IS NOT NULL AND d.until >= loge_today())
    ORDER BY f.at, f.id
$$;
-- Asked by who answers to people's rights, of a line of the trace that showed or changed something.
CREATE FUNCTION tenants_defer_look(which uuid, ground text, until date) RETURNS uuid LANGUAGE plpgsql VOLATILE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made uuid := gen_random_uuid();
BEGIN
    IF NOT tenants_discloses() OR NOT EXISTS (
        SELECT FROM audit_event e WHERE e.id = which AND e.outcome IN ('shown', 'changed')) THEN
        RETURN NULL;
    END IF;
    INSERT INTO tenants_lookdeferral (id, event, ground, until, asked_by_id, asked_on)
    VALUES (made, which, tenants_defer_look.ground, tenants_defer_look.until, loge_person(), loge_today());
    RETURN made;
END $$;
-- Of the receipt in hand: the look under a number, and who made it. A machine has no name to tell.
CREATE FUNCTION tenants_name_look(number text, shared text[], reason text, weighed text)
    RETURNS TABLE (look uuid, person uuid) LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked uuid := (SELECT q.id FROM tenants_subjectrequest q WHERE q.prepared_by_id = loge_person()
                   AND q.prepared_until > loge_now() AND q.closed_on IS NULL AND tenants_discloses());
    found record;
BEGIN
    SELECT e.id, e.actor, count(*) OVER () AS several INTO found
    FROM tenants_disclosed_looks(shared) s JOIN audit_event e ON e.id = s.id AND e.at = s.at
    WHERE starts_with(s.id::text, number) AND length(number) = 8 AND e.actor IS NOT NULL LIMIT 1;
    IF asked IS NULL OR found.several IS DISTINCT FROM 1 THEN
        RETURN;
    END IF;
    INSERT INTO tenants_namedlook (id, request_id, event, person_id, reason, weighed, decided_by_id, decided_on)
    VALUES (gen_random_uuid(), asked, found.id, found.actor, tenants_name_look.reason, tenants_name_look.weighed,
            loge_person(), loge_today());
    RETURN QUERY SELECT found.id, found.actor;
END $$;
REVOKE ALL ON FUNCTION tenants_disclosed_looks(text[]), tenants_defer_look(uuid, text, date),
    tenants_name_look(text, text[], text, text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0030_look_decisions")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
