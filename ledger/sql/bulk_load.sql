-- A bulk load of an empty landlord. Foreign keys and indexes of the loaded tables are dropped before the rows
-- are copied and created again afterwards, in one transaction: creating them once costs far less than maintaining them
-- row by row. PostgreSQL checks all rows when it creates a constraint. Check constraints, NOT NULL and all triggers of
-- our own stay in force while the rows are copied, except those that keep balances and search keys: these are filled last.

-- The statements that create the dropped objects again. It has rows only inside the transaction of a bulk load.
CREATE TABLE IF NOT EXISTS ledger_bulkload (place integer PRIMARY KEY, statement text NOT NULL);
ALTER TABLE ledger_bulkload ENABLE ROW LEVEL SECURITY;

-- The tables that a bulk load fills or that refer to them within this app.
CREATE OR REPLACE FUNCTION ledger_bulk_tables() RETURNS regclass[]
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT ARRAY['tenants_tenant', 'tenants_identity', 'tenants_helpcode', 'tenants_lease', 'tenants_leaseunit',
        'tenants_leaseparty', 'tenants_residence', 'tenants_searchkey', 'tenants_account', 'tenants_discreetmark',
        'ledger_bankdetail', 'ledger_entry', 'ledger_balance', 'ledger_clearing', 'ledger_writeoff',
        'ledger_cashreceipt']::regclass[]
$$;
REVOKE ALL ON FUNCTION ledger_bulk_tables FROM PUBLIC;

-- Whether no table that a bulk load fills has a row.
CREATE OR REPLACE FUNCTION ledger_bulk_tables_are_empty() RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    loaded regclass;
    has_rows boolean;
BEGIN
    FOREACH loaded IN ARRAY ledger_bulk_tables() LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', loaded) INTO has_rows;
        IF has_rows THEN
            RETURN false;
        END IF;
    END LOOP;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION ledger_bulk_tables_are_empty FROM PUBLIC;

-- The foreign keys and indexes of the loaded tables, and the triggers that keep balances and search keys: for the trigger
-- of balances, PostgreSQL would keep a copy of all entries. An index stays if a foreign key of another table depends on
-- it, as on the primary key of leases. Search keys are filled first, before their indexes are created. Of two
-- constraints that refuse a row, PostgreSQL names the older one: `place` is the order of creation, so that the same one
-- is named afterwards. The table of balances comes last: to fill it, PostgreSQL needs the indexes of entries, and it is
-- faster before the table's own indexes and foreign key exist.
CREATE OR REPLACE FUNCTION ledger_bulk_parts()
    RETURNS TABLE (place integer, creates text, drops text)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH keys AS (
        SELECT oid, conrelid, conname, contype, conindid FROM pg_constraint WHERE contype IN ('f', 'p', 'u', 'x')
    ), parts AS (
        SELECT true AS is_key, c.oid, c.conrelid::regclass AS loaded, c.conname AS name, true AS is_constraint,
               pg_get_constraintdef(c.oid) AS definition
        FROM keys c WHERE c.contype = 'f' AND c.conrelid = ANY (ledger_bulk_tables())
        UNION ALL
        SELECT false, i.indexrelid, i.indrelid::regclass, coalesce(c.conname, x.relname), c.oid IS NOT NULL,
               coalesce(pg_get_constraintdef(c.oid), pg_get_indexdef(i.indexrelid))
        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
        LEFT JOIN keys c ON c.conindid = i.indexrelid AND c.contype <> 'f'
        WHERE i.indrelid = ANY (ledger_bulk_tables()) AND NOT EXISTS (
            SELECT FROM keys f WHERE f.contype = 'f' AND f.conindid = i.indexrelid
                                 AND f.conrelid <> ALL (ledger_bulk_tables()))
    )
    SELECT row_number() OVER (ORDER BY loaded = 'ledger_balance'::regclass, is_key, oid)::integer, creates, drops
    FROM (
        SELECT is_key, oid, loaded,
               CASE WHEN is_constraint THEN format('ALTER TABLE %s ADD CONSTRAINT %I %s', loaded, name, definition)
                    ELSE definition END AS creates,
               CASE WHEN is_constraint THEN format('ALTER TABLE %s DROP CONSTRAINT %I', loaded, name)
                    ELSE format('DROP INDEX %I', name) END AS drops
        FROM parts
        UNION ALL
        SELECT false, 0, 'ledger_balance', 'SELECT ledger_fill_balances(), ledger_keep_balances()',
               'DROP TRIGGER ledger_balances ON ledger_entry'
        UNION ALL
        SELECT false, 0, 'tenants_searchkey', 'SELECT tenants_fill_search_keys(), tenants_keep_search_keys()',
               'DROP TRIGGER tenants_search_keys ON tenants_tenant;
                DROP TRIGGER tenants_search_keys ON tenants_leaseparty;
                DROP TRIGGER tenants_search_keys ON tenants_residence'
    ) statements
$$;
REVOKE ALL ON FUNCTION ledger_bulk_parts FROM PUBLIC;

-- Begins a bulk load, or returns false if a loaded table has rows. The first check comes before the locks, so that they
-- never stop the work of a landlord with residents.
CREATE OR REPLACE FUNCTION ledger_begin_bulk_load() RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    loaded regclass;
    statement text;
BEGIN
    IF NOT ledger_bulk_tables_are_empty() THEN
        RETURN false;
    END IF;
    FOREACH loaded IN ARRAY ledger_bulk_tables() LOOP
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', loaded);
    END LOOP;
    IF NOT ledger_bulk_tables_are_empty() THEN
        RETURN false;
    END IF;
    -- The largest tables get new, empty files. Of rows that are added in the transaction that created the files,
    -- PostgreSQL writes no log if wal_level is minimal, and COPY may store them frozen, as VACUUM would leave them.
    CLUSTER ledger_entry USING ledger_entry_pkey;
    CLUSTER tenants_searchkey USING tenants_searchkey_pkey;
    SET CONSTRAINTS ledger_bulk_load_ended DEFERRED;
    INSERT INTO ledger_bulkload (place, statement) SELECT place, creates FROM ledger_bulk_parts();
    -- Foreign keys come last in the list, and must be dropped before the indexes on which they depend.
    FOR statement IN SELECT drops FROM ledger_bulk_parts() ORDER BY place DESC LOOP
        EXECUTE statement;
    END LOOP;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION ledger_begin_bulk_load FROM PUBLIC;

-- Collects statistics of the loaded tables that have grown since their last statistics. Autovacuum does not see the rows
-- of an open transaction. Without statistics, PostgreSQL would read 1 in 200 of all entries to sum those of one account,
-- and join all entries with each other to check the few reversals.
CREATE OR REPLACE FUNCTION ledger_analyse_bulk_load() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    loaded regclass;
BEGIN
    FOR loaded IN
        SELECT c.oid::regclass FROM pg_class c
        WHERE c.oid = ANY (ledger_bulk_tables() || ARRAY['access_place', 'access_person', 'access_assignment',
                'buildings_building', 'buildings_address', 'buildings_unit', 'buildings_unitterms',
                'tenants_sourcekey']::regclass[])
          AND pg_relation_size(c.oid) > 1.1 * c.relpages * current_setting('block_size')::integer
    LOOP
        EXECUTE format('ANALYZE %s', loaded);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION ledger_analyse_bulk_load FROM PUBLIC;

-- Creates again what ledger_begin_bulk_load() dropped, and thereby checks all rows. Indexes are sorted in small parts, which
-- fit better into the processor's caches: with 512 MB, indexes of entries took a fifth longer. Compiling queries (jit) would
-- take longer than it saves. The server's log gets the duration of each long step.
CREATE OR REPLACE FUNCTION ledger_end_bulk_load() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    SET maintenance_work_mem = '128MB' SET work_mem = '512MB' SET jit = off AS $$
DECLARE
    step text;
    began timestamptz;
BEGIN
    PERFORM ledger_analyse_bulk_load();
    FOR step IN SELECT statement FROM ledger_bulkload ORDER BY place LOOP
        began := clock_timestamp();
        EXECUTE step;
        IF clock_timestamp() > began + interval '1 second' THEN
            RAISE LOG 'bulk load: % for %', clock_timestamp() - began, step;
        END IF;
    END LOOP;
    DELETE FROM ledger_bulkload;
END $$;
REVOKE ALL ON FUNCTION ledger_end_bulk_load FROM PUBLIC;

-- A transaction that has begun a bulk load cannot commit before it has ended it.
CREATE OR REPLACE FUNCTION ledger_check_bulk_load() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM ledger_bulkload) THEN
        RAISE EXCEPTION 'a bulk load was not ended'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bulk_load_ended';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS ledger_bulk_load_ended ON ledger_bulkload;
CREATE CONSTRAINT TRIGGER ledger_bulk_load_ended AFTER INSERT ON ledger_bulkload DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_bulk_load();
