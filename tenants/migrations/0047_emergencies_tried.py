"""Whoever looks for a household in an emergency has five tries a day, found or not: a miss is a question too."""

from django.db import migrations

CREATE = """
DROP FUNCTION tenants_open_emergency(text, uuid, text, date);
-- The household of a reference, or of a dwelling, where nobody has hidden it and the person asking has no card anyway:
-- open to them for 45 minutes, one at a time, five a day. Answers nothing, whichever of these was wrong. `tried`: the line of
-- the trace that says that they ask, which no rollback takes back; without one nothing opens, and the sixth of a day asks in
-- vain. Those at one moment stand in a row by their lines.
CREATE FUNCTION tenants_open_emergency(wanted text, dwelling uuid, why text, due date, tried uuid)
    RETURNS TABLE (emergency uuid, lease uuid, residence uuid, building uuid) LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    home record;
    made uuid := gen_random_uuid();
    tries bigint;
BEGIN
    -- Two at the same moment would each count the openings before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge emergency ' || loge_person()::text, 0));
    WITH lately AS (
        SELECT e.id, e.at FROM audit_event e WHERE e.actor = loge_person() AND e.kind = 'emergency_tried'
          AND e.at > loge_now() - interval '1 day'
    )
    SELECT count(*) INTO tries FROM lately l JOIN lately mine ON mine.id = tried AND (l.at, l.id) <= (mine.at, mine.id);
    IF NOT tenants_on_call() OR due NOT BETWEEN loge_today() + 1 AND loge_today() + 14
        OR tries NOT BETWEEN 1 AND 5
        OR (SELECT count(*) FROM tenants_emergencyaccess e
            WHERE e.person_id = loge_person() AND e.lease_id IS NOT NULL
              AND e.opened_at > loge_now() - interval '1 day') >= 5 THEN
        RETURN;
    END IF;
    SELECT r.id, r.lease_id, r.unit_id, r.building_id INTO home FROM tenants_residence r
    LEFT JOIN tenants_account a ON a.lease_id = r.lease_id AND a.settled_on IS NULL
    WHERE (CASE WHEN wanted <> '' THEN a.reference = wanted ELSE r.unit_id = dwelling END)
      AND r.moved_in <= loge_today() AND (r.moved_out IS NULL OR r.moved_out >= loge_today())
      AND r.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
      AND r.building_id <> ALL (ARRAY (SELECT access_reach(loge_person(), 'card', loge_today())))
    ORDER BY r.moved_in, r.id LIMIT 1;
    IF home.id IS NULL THEN
        RETURN;
    END IF;
    UPDATE tenants_emergencyaccess SET until = loge_now()
    WHERE person_id = loge_person() AND lease_id IS NOT NULL AND until > loge_now();
    INSERT INTO tenants_emergencyaccess
        (id, person_id, lease_id, unit_id, building_id, reason, opened_at, until, review_by, verdict)
    VALUES (made, loge_person(), home.lease_id, home.unit_id, home.building_id, why, loge_now(),
            loge_now() + interval '45 minutes', due, '');
    RETURN QUERY SELECT made, home.lease_id, home.id, home.building_id;
END $$;
REVOKE ALL ON FUNCTION tenants_open_emergency(text, uuid, text, date, uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0009_leaf_times"), ("tenants", "0046_receipts_behind_walls")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
