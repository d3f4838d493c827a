"""What is contested, corrected or objected to, taken in with its number or its part; and what became of all, in figures."""

from django.db import migrations

CREATE = """
DROP FUNCTION tenants_take_request(text, text, text, text, date, boolean);
-- A demand of one person of a household: the reference, and the whole name, as no other there bears it. At the counter,
-- within one's places, and never of a discreet household; in writing, of any, a settled account and one who left as well.
-- Answers nothing when they do not belong together, whichever was wrong. Which look, or which part: not looked up here,
-- so that a counter learns of neither.
CREATE FUNCTION tenants_take_request(
    wanted text, called text, asks text, proof text, due date, at_counter boolean, look text, matter text)
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
    INSERT INTO tenants_subjectrequest
        (id, tenant_id, kind, proof, look, matter, opened_on, opened_by_id, due_on, extension, answer)
    VALUES (made, home.tenant, asks, tenants_take_request.proof, tenants_take_request.look, tenants_take_request.matter,
            loge_today(), loge_person(), due, '', '');
    RETURN QUERY SELECT made, home.tenant, home.place;
END $$;
-- Counts of a year by right, for everyone: how many asked, were answered, in time, found right, in how many days (the
-- median). Of nobody, and of no place.
CREATE FUNCTION tenants_request_figures() RETURNS TABLE
    (kind text, asked bigint, answered bigint, in_time bigint, upheld bigint, days integer) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT q.kind, count(*), count(*) FILTER (WHERE q.closed_on IS NOT NULL AND q.answer <> 'withdrawn'),
        count(*) FILTER (WHERE q.closed_on <= q.due_on AND q.answer <> 'withdrawn'),
        count(*) FILTER (WHERE q.answer IN ('upheld', 'partly')),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY q.closed_on - q.opened_on) FILTER (WHERE q.answer NOT IN ('', 'withdrawn'))
    FROM tenants_subjectrequest q WHERE q.opened_on > loge_today() - 366 GROUP BY q.kind
$$;
REVOKE ALL ON FUNCTION tenants_take_request(text, text, text, text, date, boolean, text, text), tenants_request_figures()
    FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0033_case_answers")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
