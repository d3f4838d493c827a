from django.db import migrations

CREATE = """
-- Assignments in force today whose person has not passed a door since: the trace answers with their ids, and nothing of itself.
CREATE FUNCTION access_unused() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM access_assignment a
    WHERE access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
      AND NOT EXISTS (
          SELECT FROM audit_event e
          WHERE e.actor = a.person_id AND e.permission <> '' AND e.at >= a.given_at AND e.at >= a.first_day
      )
$$;
REVOKE ALL ON FUNCTION access_unused() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_reach"), ("audit", "0001_trace")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
