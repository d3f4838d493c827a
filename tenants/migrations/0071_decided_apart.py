"""Whoever decides as the second of two is no account that the first has made lately, nor the other way round."""

from django.db import migrations

CREATE = """
-- The two columns named are the first and the second of two; access_apart follows who made whose account.
CREATE FUNCTION tenants_decided_apart() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    one uuid := to_jsonb(NEW) ->> TG_ARGV[0];
    other uuid := to_jsonb(NEW) ->> TG_ARGV[1];
BEGIN
    IF one <> other AND NOT access_apart(one, other) THEN
        RAISE EXCEPTION 'not apart' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_apart';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER tenants_apart AFTER UPDATE OF agreed_by_id ON tenants_lookdeferral
    FOR EACH ROW EXECUTE FUNCTION tenants_decided_apart('asked_by_id', 'agreed_by_id');
CREATE TRIGGER tenants_apart AFTER UPDATE OF agreed_by_id ON tenants_inspection
    FOR EACH ROW EXECUTE FUNCTION tenants_decided_apart('asked_by_id', 'agreed_by_id');
CREATE TRIGGER tenants_apart AFTER UPDATE OF decided_by_id ON tenants_contestedsentence
    FOR EACH ROW EXECUTE FUNCTION tenants_decided_apart('proposed_by_id', 'decided_by_id');
CREATE TRIGGER tenants_apart_from_writer AFTER UPDATE OF decided_by_id ON tenants_contestedsentence
    FOR EACH ROW EXECUTE FUNCTION tenants_decided_apart('asked_by_id', 'decided_by_id');
CREATE TRIGGER tenants_apart AFTER UPDATE OF reviewed_by_id ON tenants_emergencyaccess
    FOR EACH ROW EXECUTE FUNCTION tenants_decided_apart('person_id', 'reviewed_by_id');
CREATE TRIGGER tenants_apart AFTER UPDATE OF judged_by_id ON tenants_lookquestion
    FOR EACH ROW EXECUTE FUNCTION tenants_decided_apart('person_id', 'judged_by_id');
CREATE TRIGGER tenants_apart AFTER UPDATE OF decided_by_id ON tenants_inheritedline
    FOR EACH ROW WHEN (NEW.outcome = 'kept') EXECUTE FUNCTION tenants_decided_apart('proposed_by_id', 'decided_by_id');
CREATE TRIGGER tenants_apart AFTER INSERT ON tenants_copyrelease
    FOR EACH ROW EXECUTE FUNCTION tenants_decided_apart('asked_by_id', 'released_by_id');
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0070_intake_tried")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
