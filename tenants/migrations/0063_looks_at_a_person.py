"""One name, one meaning: `tenants_looks_of` a day is what rules read, `tenants_looks_at` a person what a receipt prints."""

from django.db import migrations

CREATE = """
ALTER FUNCTION tenants_looks_of(uuid, text[]) RENAME TO tenants_looks_at;
-- Of the receipt in hand. `name`: where it was decided, in this receipt.
CREATE OR REPLACE FUNCTION tenants_disclosed_looks(shared text[]) RETURNS TABLE
    (id uuid, at timestamptz, kind text, purpose text, outcome text, role text, name text) LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT f.*, p.name FROM tenants_disclosed() me (tenant) CROSS JOIN LATERAL tenants_looks_at(me.tenant, shared) f
    LEFT JOIN (tenants_namedlook n JOIN tenants_subjectrequest q ON q.id = n.request_id
               AND q.prepared_by_id = loge_person() AND q.prepared_until > loge_now()) ON n.event = f.id
    LEFT JOIN access_person p ON p.id = n.person_id
    ORDER BY f.at, f.id
$$;
-- A demand of one person of a household: the reference, and the whole name, as no other there bears it. At the counter,
-- within one's places, and never of a discreet household; in writing, of any, a settled account and one who left as well.
-- Answers nothing when they do not belong together, whichever was wrong; and a row of nothing when no look that this
-- person's receipt prints has the number contested. That is all a counter learns of it, of a number of eight signs that
-- whoever stands there has on paper. Which part: not looked up.
CREATE OR REPLACE FUNCTION tenants_take_request(wanted text, called text, asks text, proof text, due date, at_counter boolean,
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
        SELECT FROM tenants_looks_at(home.tenant, shared) s
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
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0062_discretion_before_it_began")]
    operations = [migrations.RunSQL(CREATE)]
