from django.db import migrations

CREATE = """
-- How many accounts other than this one the person asking has been shown in the last hour. A door asks before it opens.
CREATE FUNCTION audit_opened_lately(but_for uuid) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT about) FROM audit_event
    WHERE actor = nullif(current_setting('loge.person', true), '')::uuid AND at > now() - interval '1 hour'
      AND about_kind = 'account' AND outcome = 'shown' AND about <> but_for
$$;
REVOKE ALL ON FUNCTION audit_opened_lately(uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_reading")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION audit_opened_lately(uuid)")]
