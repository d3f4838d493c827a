-- The last day on which a row is kept, table by table: what an inspector is given counts of.

-- Makes the view <table>_ends, where `last_day` is SQL over the table's columns, and the union of these views. The row
-- is deleted the night after that day. Called again, it replaces the view.
CREATE OR REPLACE FUNCTION tenants_create_retention_view(target regclass, last_day text) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW %I AS SELECT %L::text AS source, (%s)::date AS last_day FROM %s',
        target::text || '_ends', target, last_day, target);
    EXECUTE 'CREATE OR REPLACE VIEW tenants_ends AS ' || (
        SELECT string_agg(format('SELECT source, last_day FROM %I', viewname), ' UNION ALL ' ORDER BY viewname)
        FROM pg_views WHERE schemaname = 'public' AND viewname ~ '_ends$' AND viewname <> 'tenants_ends');
END $$;
REVOKE ALL ON FUNCTION tenants_create_retention_view FROM PUBLIC;

-- No night deletes help codes and identity checks: their last day is the last on which a page shows them.
SELECT tenants_create_retention_view('tenants_helpcode', 'coalesce(ended_on, renew_by)');
SELECT tenants_create_retention_view('tenants_identitycheck', $$until AT TIME ZONE 'Europe/Paris'$$);
SELECT tenants_create_retention_view('tenants_emergencyaccess', $$(opened_at AT TIME ZONE 'Europe/Paris')::date + 366$$);
SELECT tenants_create_retention_view('tenants_leasechange', 'day');
