"""Whoever made a look neither asks for its deferral nor agrees to it."""

from django.db import migrations

CREATE = """
CREATE FUNCTION tenants_deferral_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM audit_event e
               WHERE e.id = NEW.event AND e.actor IN (NEW.asked_by_id, NEW.agreed_by_id)) THEN
        RAISE EXCEPTION 'nobody decides about their own look'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deferral_not_of_ones_own';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tenants_lookdeferral_check BEFORE INSERT OR UPDATE ON tenants_lookdeferral
    FOR EACH ROW EXECUTE FUNCTION tenants_deferral_checks();
ALTER TABLE tenants_lookdeferral ENABLE ALWAYS TRIGGER tenants_lookdeferral_check;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0058_questions_everywhere")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
