"""A manager's yearly list looks at the own part of the landlord first: who else oversees is asked of those rights alone."""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION access_review_list() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 50
    SET search_path = public, pg_temp AS $$
    WITH overseeing AS (
        SELECT a.person_id, a.role, q.path FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id
        WHERE a.role IN ('sector_manager', 'access_administrator')
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    ), mine AS (
        SELECT role, path FROM overseeing WHERE person_id = loge_person()
    ), below AS MATERIALIZED (
        SELECT a.id, a.person_id, a.role, q.path FROM access_assignment a JOIN access_place q ON q.id = a.place_id
        WHERE a.person_id <> loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
          AND EXISTS (SELECT FROM mine m WHERE starts_with(q.path, m.path))
    )
    SELECT b.id FROM below b
    WHERE EXISTS (
        SELECT FROM mine m WHERE starts_with(b.path, m.path)
          AND m.role = CASE WHEN access_is_managed(b.role) AND EXISTS (
                  SELECT FROM overseeing o
                  WHERE o.role = 'sector_manager' AND o.person_id <> b.person_id AND starts_with(b.path, o.path))
              THEN 'sector_manager' ELSE 'access_administrator' END)
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0020_watched_everywhere")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
