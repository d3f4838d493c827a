"""Who is kept from a household makes no receipt of its people either: it tells more of them than any page."""

from django.db import migrations

DEFINED = "SECURITY DEFINER SET search_path = public, pg_temp"
# Somebody who lives or lived there, or holds or held the lease.
WALLED = """EXISTS (
        SELECT FROM tenants_leaseparty p WHERE p.tenant_id = {0} AND p.lease_id = ANY (ARRAY (SELECT tenants_walled()))
        UNION ALL
        SELECT FROM tenants_residence r WHERE r.tenant_id = {0} AND r.lease_id = ANY (ARRAY (SELECT tenants_walled())))"""


def _functions(besides: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION tenants_prepare_receipt(which uuid) RETURNS timestamptz LANGUAGE plpgsql VOLATILE {DEFINED} AS $$
DECLARE
    until timestamptz := loge_now() + interval '10 minutes';
BEGIN
    IF NOT tenants_discloses() OR NOT EXISTS (
        SELECT FROM tenants_subjectrequest q WHERE q.id = which AND q.kind = 'access' AND q.closed_on IS NULL{besides}) THEN
        RETURN NULL;
    END IF;
    UPDATE tenants_subjectrequest SET prepared_by_id = NULL, prepared_until = NULL
    WHERE prepared_by_id = loge_person() AND id <> which;
    UPDATE tenants_subjectrequest SET prepared_by_id = loge_person(), prepared_until = until WHERE id = which;
    RETURN until;
END $$;
CREATE OR REPLACE FUNCTION tenants_disclosed() RETURNS SETOF uuid LANGUAGE sql STABLE {DEFINED} ROWS 1 AS $$
    SELECT q.tenant_id FROM tenants_subjectrequest q
    WHERE q.prepared_by_id = loge_person() AND q.prepared_until > loge_now() AND q.kind = 'access'
      AND q.closed_on IS NULL AND tenants_discloses(){besides}
$$;
"""  # noqa: S608 - of the words above alone


class Migration(migrations.Migration):
    dependencies = [("tenants", "0045_ways_around_rules")]
    operations = [
        migrations.RunSQL(_functions(f"\n      AND NOT {WALLED.format('q.tenant_id')}"), _functions("")),
    ]
