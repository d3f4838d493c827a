"""An organisation that stands surety for many households is of none of them: what hides one hides no other."""

from django.db import migrations

DEFINED = "SECURITY DEFINER SET search_path = public, pg_temp"
# To a lease, those on which one of its holders is a holder too: a parking space would give the name away. Who guarantees,
# which a landlord's file knows as one for hundreds of leases, is left out on both sides.
OTHERS = """
    JOIN tenants_leaseparty p ON p.lease_id = {0} AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'"""
HOUSEHOLD = f"""
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked {OTHERS.format("marked.lease_id")}"""  # noqa: S608 - of the words above alone
DISCREET = """SELECT m.lease_id FROM tenants_discreetmark m
        WHERE loge_today() BETWEEN m.first_day AND m.last_day"""
NOT_NAMED = """
          AND NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = m.id AND n.person_id = loge_person())"""
WALLED = "SELECT w.lease_id FROM tenants_conflictwall w WHERE w.person_id = loge_person() AND w.ended_on IS NULL"
CREATE = f"""
-- What a discreet mark hides, and what stands behind a wall for the person asking. Planned once: see 0044.
CREATE OR REPLACE FUNCTION tenants_hidden() RETURNS SETOF uuid LANGUAGE plpgsql STABLE {DEFINED} ROWS 20 AS $$
BEGIN RETURN QUERY WITH marked AS (
        {DISCREET}{NOT_NAMED}
        UNION ALL
        {WALLED}
    ){HOUSEHOLD};
END $$;
CREATE OR REPLACE FUNCTION tenants_marked() RETURNS SETOF uuid LANGUAGE sql STABLE {DEFINED} ROWS 20 AS $$
    WITH marked AS (
        {DISCREET}{NOT_NAMED}
    ){HOUSEHOLD}
$$;
CREATE OR REPLACE FUNCTION tenants_walled() RETURNS SETOF uuid LANGUAGE sql STABLE {DEFINED} ROWS 1 AS $$
    WITH marked AS (
        {WALLED}
    ){HOUSEHOLD}
$$;
-- Leases of which an evacuation list says the door and nothing else: see 0040.
CREATE OR REPLACE FUNCTION tenants_unsaid() RETURNS SETOF uuid LANGUAGE sql STABLE {DEFINED} ROWS 20 AS $$
    WITH marked AS (
        {DISCREET}
    ){HOUSEHOLD}
    UNION
    SELECT tenants_hidden()
$$;
-- Who was kept apart from a household on a day, or let in to it beside the rule of places: as at the doors.
CREATE OR REPLACE FUNCTION tenants_inspected_apart(which uuid, on_day date) RETURNS TABLE
    (way text, person uuid, first_day date, last_day date) LANGUAGE sql STABLE {DEFINED} ROWS 5 AS $$
    WITH theirs AS (
        SELECT which AS lease WHERE (SELECT access_inspects())
        UNION
        SELECT other.lease_id FROM (SELECT which AS lease_id WHERE (SELECT access_inspects())) asked
        {OTHERS.format("asked.lease_id")}
    ), marks AS (
        SELECT m.* FROM tenants_discreetmark m JOIN theirs ON theirs.lease = m.lease_id
        WHERE on_day BETWEEN m.first_day AND m.last_day
    )
    SELECT 'wall', w.person_id, w.set_on, w.ended_on FROM tenants_conflictwall w JOIN theirs ON theirs.lease = w.lease_id
    WHERE w.set_on <= on_day AND (w.ended_on IS NULL OR w.ended_on > on_day)
    UNION ALL
    SELECT 'discreet', NULL, m.first_day, m.last_day FROM marks m
    UNION ALL
    SELECT 'named', n.person_id, m.first_day, m.last_day FROM marks m JOIN tenants_discreetname n ON n.mark_id = m.id
    UNION ALL
    SELECT 'emergency', e.person_id, (e.opened_at AT TIME ZONE 'Europe/Paris')::date, (e.until AT TIME ZONE 'Europe/Paris')::date
    FROM tenants_emergencyaccess e
    WHERE e.lease_id = which AND (SELECT access_inspects())
      AND on_day BETWEEN (e.opened_at AT TIME ZONE 'Europe/Paris')::date AND (e.until AT TIME ZONE 'Europe/Paris')::date
$$;
"""  # noqa: S608 - of the words above alone


class Migration(migrations.Migration):
    dependencies = [("tenants", "0060_late_without_what_was_undone")]
    operations = [migrations.RunSQL(CREATE)]
