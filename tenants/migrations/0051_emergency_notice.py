"""What the letter to a household says of an opening in an emergency: the roles it may have been made in, and whether they live there."""

from django.db import migrations

CREATE = """
-- For a manager of the place. The roles as they were held that day: the letter names no agent.
CREATE FUNCTION tenants_emergency_notice(opened uuid) RETURNS TABLE (roles text[], at_home boolean) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ARRAY (
        SELECT a.role::text FROM access_assignment a
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'emergency'
        WHERE a.person_id = e.person_id AND access_in_force(
            a.first_day, a.last_day, a.ended_on, (e.opened_at AT TIME ZONE 'Europe/Paris')::date)
    ), EXISTS (
        SELECT FROM tenants_residence r WHERE r.lease_id = e.lease_id AND r.unit_id = e.unit_id
        AND r.moved_in <= loge_today() AND (r.moved_out IS NULL OR r.moved_out >= loge_today())
    )
    FROM tenants_emergencyaccess e
    WHERE e.id = opened AND e.lease_id IS NOT NULL
      AND e.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'contests', loge_today())))
$$;
REVOKE ALL ON FUNCTION tenants_emergency_notice(uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0050_figures_by_month")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
