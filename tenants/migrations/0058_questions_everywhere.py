"""Questions about looks are read by the officer and the steward of the whole landlord, and by none of a part."""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION tenants_reads_questions(desk text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND a.role = CASE desk WHEN 'dpo' THEN 'dpo' WHEN 'steward' THEN 'data_steward' END
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0057_everywhere")]
    operations = [migrations.RunSQL(CREATE)]
