"""Who holds a compartment for the whole landlord: asked in one place, by whatever is told to nobody else."""

from django.db import migrations

CREATE = """
CREATE FUNCTION access_holds_everywhere(what text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
REVOKE ALL ON FUNCTION access_holds_everywhere(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION access_takes_in() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$ SELECT access_holds_everywhere('intake') $$;
CREATE OR REPLACE FUNCTION access_inspects() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$ SELECT access_holds_everywhere('control') $$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0018_inspected_year")]
    operations = [migrations.RunSQL(CREATE)]
