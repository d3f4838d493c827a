"""What a certificate of destruction states is the database's own count, of a file that nothing waits of."""

from django.db import migrations

CREATE = """
CREATE FUNCTION tenants_destruction_statement(which uuid) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('file', i.fingerprint, 'read_on', i.finished_on, 'issued_on', loge_today(),
        'imported', i.imported, 'noted', i.noted, 'replaced', i.replaced, 'erased', i.erased, 'kept', i.kept,
        'outcomes', coalesce((SELECT jsonb_agg(jsonb_build_object('agency', a.name, 'category', t.category,
            'outcome', t.outcome, 'ground', t.ground, 'lines', t.lines)
            ORDER BY a.name, a.id, t.category, t.outcome, t.ground)
            FROM tenants_inheritancetally t JOIN access_place a ON a.id = t.agency_id WHERE t.inheritance_id = which), '[]'))
    FROM tenants_inheritance i
    WHERE i.id = which AND i.waiting = 0 AND i.finished_on IS NOT NULL AND tenants_inheritance_reconciles(which)
$$;
CREATE FUNCTION tenants_certificate_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.issued_on = loge_today()
        AND NEW.statement IS NOT DISTINCT FROM tenants_destruction_statement(NEW.inheritance_id)
        AND NEW.statement IS NOT NULL
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a certificate states what was counted, once (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_as_counted';
END $$;
REVOKE ALL ON FUNCTION tenants_destruction_statement(uuid), tenants_certificate_checks() FROM PUBLIC;
CREATE TRIGGER tenants_destructioncertificate_check BEFORE INSERT OR UPDATE OR DELETE ON tenants_destructioncertificate
    FOR EACH ROW EXECUTE FUNCTION tenants_certificate_checks();
ALTER TABLE tenants_destructioncertificate ENABLE ALWAYS TRIGGER tenants_destructioncertificate_check;
"""
DROP = "DROP FUNCTION tenants_certificate_checks() CASCADE; DROP FUNCTION tenants_destruction_statement(uuid);"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0023_certificates")]
    operations = [migrations.RunSQL(CREATE, DROP)]
