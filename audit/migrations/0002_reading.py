from django.db import migrations

CREATE = """
-- The officer reads the newest lines first, page after page.
CREATE INDEX audit_event_newest ON audit_event (at DESC, id DESC);

-- Lines that fell into no month. Months are made ahead, so any at all means that nobody has made them lately.
CREATE FUNCTION audit_overflow() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM audit_event_other
$$;
REVOKE ALL ON FUNCTION audit_overflow() FROM PUBLIC;
"""
UNDO = "DROP FUNCTION audit_overflow(); DROP INDEX audit_event_newest"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_trace")]
    operations = [migrations.RunSQL(CREATE, UNDO)]
