"""Who is on call opens a household in an emergency at the hours of the duty, and at no other."""

from django.db import migrations

BODY = """
CREATE OR REPLACE FUNCTION tenants_on_call() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'emergency'
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        WHERE a.person_id = loge_person() AND {})
$$;
"""
HOURS = "access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, loge_today())"
DAYS = "access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())"


class Migration(migrations.Migration):
    dependencies = [("access", "0010_on_call"), ("tenants", "0034_cases")]
    operations = [migrations.RunSQL(BODY.format(HOURS), BODY.format(DAYS))]
