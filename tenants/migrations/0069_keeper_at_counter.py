"""Which agency keeps a reference is told to who holds a counter today, and of a discreet household as of any other.

Words are counted without the households that `tenants_unsaid` names already: one function of the two goes.
"""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION tenants_keeper(wanted text) RETURNS TABLE (account uuid, agency uuid)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT a.id, p.id FROM tenants_account a
    JOIN access_place b ON b.id = a.building_id
    JOIN access_place p ON b.path >= p.path AND b.path < p.path || '~'
    WHERE a.reference = wanted AND a.settled_on IS NULL AND p.level IN ('agency', 'directorate', 'organisation')
      AND EXISTS (SELECT FROM access_reach(loge_person(), 'counter', loge_today()))
    ORDER BY length(p.path) DESC LIMIT 1
$$;
CREATE OR REPLACE FUNCTION tenants_not_counted() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    WITH apart AS (SELECT tenants_unsaid() AS lease)
    SELECT a.id FROM tenants_account a JOIN apart ON apart.lease = a.lease_id
    UNION SELECT p.tenant_id FROM tenants_leaseparty p JOIN apart ON apart.lease = p.lease_id
    UNION SELECT r.tenant_id FROM tenants_residence r JOIN apart ON apart.lease = r.lease_id
$$;
DROP FUNCTION IF EXISTS tenants_discreet_leases();
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0068_identity_tried")]
    operations = [migrations.RunSQL(CREATE)]
