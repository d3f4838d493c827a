"""One building's evacuation list, opened and reviewed like a household's card in an emergency."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

HOUSEHOLD = """
CREATE OR REPLACE FUNCTION tenants_open_emergency(wanted text, dwelling uuid, why text, due date)
    RETURNS TABLE (emergency uuid, lease uuid, residence uuid, building uuid) LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    home record;
    made uuid := gen_random_uuid();
BEGIN
    -- Two at the same moment would each count the openings before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge emergency ' || loge_person()::text, 0));
    IF NOT tenants_on_call() OR due NOT BETWEEN loge_today() + 1 AND loge_today() + 14
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
"""
CREATE = """
-- A building of the person asking, at this hour: open to them for 45 minutes, one at a time, five a day, counted apart from
-- households. Null, whichever of these was wrong.
CREATE FUNCTION tenants_open_evacuation(wanted uuid, why text, due date) RETURNS uuid LANGUAGE plpgsql VOLATILE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made uuid := gen_random_uuid();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('loge evacuation ' || loge_person()::text, 0));
    IF due NOT BETWEEN loge_today() + 1 AND loge_today() + 14
        OR wanted <> ALL (ARRAY (SELECT access_reach(loge_person(), 'evacuation', loge_today())))
        OR (SELECT count(*) FROM tenants_emergencyaccess e
            WHERE e.person_id = loge_person() AND e.lease_id IS NULL AND e.opened_at > loge_now() - interval '1 day') >= 5
    THEN
        RETURN NULL;
    END IF;
    UPDATE tenants_emergencyaccess SET until = loge_now()
    WHERE person_id = loge_person() AND lease_id IS NULL AND until > loge_now();
    INSERT INTO tenants_emergencyaccess (id, person_id, building_id, reason, opened_at, until, review_by, verdict)
    VALUES (made, loge_person(), wanted, why, loge_now(), loge_now() + interval '45 minutes', due, '');
    RETURN made;
END $$;
-- Buildings open to the person asking: none, or one. Asked again at each look, so that a duty that ended shuts it.
CREATE FUNCTION tenants_evacuations() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 1
    SET search_path = public, pg_temp AS $$
    SELECT e.building_id FROM tenants_emergencyaccess e
    WHERE e.person_id = loge_person() AND e.lease_id IS NULL AND e.until > loge_now()
      AND e.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'evacuation', loge_today())))
$$;
-- Leases of which such a list says the door and nothing else: every discreet one, whoever is named in it, for a list is
-- printed and goes round; and those behind a wall.
CREATE FUNCTION tenants_unsaid() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 20
    SET search_path = public, pg_temp AS $$
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m WHERE loge_today() BETWEEN m.first_day AND m.last_day
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id
    UNION
    SELECT tenants_hidden()
$$;
REVOKE ALL ON FUNCTION tenants_open_evacuation(uuid, text, date), tenants_evacuations(), tenants_unsaid() FROM PUBLIC;
-- A building's row has no lease to stand in.
ALTER TABLE tenants_emergencyaccess ADD CONSTRAINT emergency_stands_in_a_building
    FOREIGN KEY (building_id) REFERENCES buildings_building (place_id);
"""
DROP = """
ALTER TABLE tenants_emergencyaccess DROP CONSTRAINT emergency_stands_in_a_building;
DROP FUNCTION tenants_unsaid(); DROP FUNCTION tenants_evacuations();
DROP FUNCTION tenants_open_evacuation(uuid, text, date);
"""
_LEASE: dict[str, Any] = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+"}


class Migration(migrations.Migration):
    dependencies = [("buildings", "0007_evacuation"), ("tenants", "0039_look_questions_held")]
    operations = [
        migrations.AlterField(
            "emergencyaccess",
            "lease",
            models.ForeignKey(db_constraint=False, null=True, to="tenants.lease", **_LEASE),
        ),
        migrations.AlterField(
            "emergencyaccess",
            "unit",
            models.ForeignKey(db_index=False, null=True, to="buildings.unit", **_LEASE),
        ),
        migrations.AddConstraint(
            "emergencyaccess",
            models.CheckConstraint(
                condition=Q(lease__isnull=False, unit__isnull=False)
                | Q(lease__isnull=True, unit__isnull=True, reason__in=("fire", "gas", "water", "rescuers")),
                name="emergency_of_a_household_or_a_building",
                violation_error_message="Un accès exceptionnel est d’un foyer, ou d’un immeuble qu’on évacue.",
            ),
        ),
        migrations.RunSQL(HOUSEHOLD, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, DROP),
    ]
