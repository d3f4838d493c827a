"""Of whoever reads sealed lines, the officer who watches writes nothing, and a manager learns no other sector's counts."""

from django.db import migrations

CREATE = """
-- Asked by the policies, of the person in whose name they run.
CREATE FUNCTION tenants_sorts_line(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM tenants_inheritedline l
        WHERE l.id = which AND tenants_triages(loge_person(), l.building_id))
$$;
CREATE FUNCTION tenants_keeps_line(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM tenants_inheritedline l
        WHERE l.id = which AND tenants_of_two_offices(l.proposed_by_id, loge_person(), l.building_id))
$$;
-- What a certificate is compared with is everybody's count; it is told to who answers for the whole landlord.
ALTER FUNCTION tenants_destruction_statement(uuid) RENAME TO tenants_destruction_counted;
CREATE FUNCTION tenants_destruction_statement(which uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT tenants_destruction_counted(which) WHERE tenants_weighs()
$$;
CREATE OR REPLACE FUNCTION tenants_certificate_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.issued_on = loge_today()
        AND NEW.statement IS NOT DISTINCT FROM tenants_destruction_counted(NEW.inheritance_id)
        AND NEW.statement IS NOT NULL
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a certificate states what was counted, once (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_as_counted';
END $$;
REVOKE ALL ON FUNCTION tenants_sorts_line(uuid), tenants_keeps_line(uuid), tenants_destruction_counted(uuid),
    tenants_destruction_statement(uuid) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0024_certificates_held")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
