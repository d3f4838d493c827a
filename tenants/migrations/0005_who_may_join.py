"""A key says that a row exists, never that whoever writes may see it: two questions the policies ask beside the building."""

from django.db import migrations

CREATE = """
-- May the person asking bring this tenant under a lease? Somebody in no book yet, or of a household they see already:
-- else an id would be enough to bring a tenant of another agency, or a discreet one, into one's own world.
CREATE FUNCTION tenants_may_join(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    WITH households AS (
        SELECT lease_id, building_id FROM tenants_leaseparty WHERE tenant_id = who
        UNION ALL
        SELECT lease_id, building_id FROM tenants_residence WHERE tenant_id = who
    )
    SELECT NOT EXISTS (SELECT FROM households) OR EXISTS (
        SELECT FROM households
        WHERE building_id = ANY (ARRAY (SELECT loge_reach('account')))
          AND lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
    )
$$;
-- May the person asking name somebody to a discreet mark? Its first name, or one of those named already.
CREATE FUNCTION tenants_may_name(mark uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = mark)
        OR EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = mark AND n.person_id = loge_person())
$$;
REVOKE ALL ON FUNCTION tenants_may_join(uuid), tenants_may_name(uuid) FROM PUBLIC;
"""
DROP = "DROP FUNCTION tenants_may_name(uuid); DROP FUNCTION tenants_may_join(uuid);"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0004_lean_keys")]
    operations = [migrations.RunSQL(CREATE, DROP)]
