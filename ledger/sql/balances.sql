-- Balances of accounts, so that lists need not sum entries. A trigger on entries is the only writer. An account whose
-- entries add up to zero has no row, so a settled account has none.

-- What of a debt of `owed` cents is unpaid. Payments settle the oldest charge first, so the latest charges are unpaid:
-- `owed_since` is the day of the oldest of them, or -infinity if all charges together are less than the debt. Charges
-- of less than a month are not arrears yet: `recent_days` are their days in order, and `recent_cents` the sum of all
-- charges since each of these days. All are null if nothing is owed. Entries that were reversed are no charges, nor are
-- their reversals. ledger/arrears.py uses the same month.
CREATE OR REPLACE FUNCTION ledger_unpaid(which uuid, owed bigint,
    OUT owed_since date, OUT recent_days date[], OUT recent_cents bigint[])
    LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
DECLARE
    month_ago CONSTANT date := loge_today() - 31;
    covered bigint := 0;
    charges refcursor;
    charged record;
BEGIN
    IF owed <= 0 THEN
        RETURN;
    END IF;
    -- One row at a time: a FOR loop would read ten days at once, and two are usually enough.
    OPEN charges FOR
        SELECT e.effective_on AS day, sum(e.amount_cents)::bigint AS cents FROM ledger_entry e
        WHERE e.account_id = which AND e.kind <> 'payment' AND e.amount_cents > 0 AND e.reverses_id IS NULL
          -- As NOT EXISTS, PostgreSQL would often read the reversals of all accounts instead of looking each one up.
          AND (SELECT u.id FROM ledger_entry u WHERE u.reverses_id = e.id) IS NULL
        GROUP BY e.effective_on ORDER BY e.effective_on DESC;
    LOOP
        FETCH charges INTO charged;
        EXIT WHEN NOT FOUND;
        EXIT WHEN charged.day <= month_ago AND owed_since IS NOT NULL;
        covered := covered + charged.cents;
        IF covered >= owed AND owed_since IS NULL THEN
            owed_since := charged.day;
        END IF;
        IF charged.day > month_ago THEN
            recent_days := charged.day || recent_days;
            recent_cents := covered || recent_cents;
        END IF;
    END LOOP;
    CLOSE charges;
    owed_since := coalesce(owed_since, '-infinity');
END $$;
REVOKE ALL ON FUNCTION ledger_unpaid FROM PUBLIC;

-- The balance of one account as its entries have it, to fill the table after a load: PostgreSQL may compute many of them
-- in several processes.
CREATE OR REPLACE FUNCTION ledger_summed_balance(which uuid, OUT building_id uuid, OUT balance_cents bigint,
    OUT owed_since date, OUT recent_days date[], OUT recent_cents bigint[])
    LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1000 SET search_path = public, pg_temp AS $$
BEGIN
    SELECT e.building_id, sum(e.amount_cents) INTO building_id, balance_cents FROM ledger_entry e
    WHERE e.account_id = which GROUP BY e.building_id;
    SELECT u.owed_since, u.recent_days, u.recent_cents INTO owed_since, recent_days, recent_cents
    FROM ledger_unpaid(which, balance_cents) u;
END $$;
REVOKE ALL ON FUNCTION ledger_summed_balance FROM PUBLIC;

-- The balances as the entries have them, for the check of the night, in one pass over the index of entries: in any other
-- order, PostgreSQL would read pages of entries at random, and from the disk if they do not fit into memory.
CREATE OR REPLACE FUNCTION ledger_summed_balances() RETURNS TABLE (account_id uuid, building_id uuid,
    balance_cents bigint, owed_since date, recent_days date[], recent_cents bigint[])
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT s.account_id, s.building_id, s.cents, u.owed_since, u.recent_days, u.recent_cents
    FROM (SELECT e.account_id, e.building_id, sum(e.amount_cents)::bigint AS cents FROM ledger_entry e
          GROUP BY e.account_id, e.building_id HAVING sum(e.amount_cents) <> 0
          ORDER BY e.account_id) s
    CROSS JOIN LATERAL ledger_unpaid(s.account_id, s.cents) u
$$;
REVOKE ALL ON FUNCTION ledger_summed_balances FROM PUBLIC;

-- Adds the new entries of a statement to the balances. The first statement locks the rows until the commit, in one
-- order: a simultaneous entry on an account waits. The second one begins under these locks, and so reads the entries of
-- transactions that it had to wait for.
CREATE OR REPLACE FUNCTION ledger_add_to_balances() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_balance AS b (account_id, building_id, balance_cents)
    SELECT account_id, building_id, sum(amount_cents) FROM booked GROUP BY account_id, building_id ORDER BY account_id
    ON CONFLICT (account_id) DO UPDATE SET balance_cents = b.balance_cents + excluded.balance_cents;
    DELETE FROM ledger_balance WHERE balance_cents = 0 AND account_id IN (SELECT account_id FROM booked);
    UPDATE ledger_balance b SET (owed_since, recent_days, recent_cents)
        = (SELECT u.owed_since, u.recent_days, u.recent_cents FROM ledger_unpaid(b.account_id, b.balance_cents) u)
    WHERE b.account_id IN (SELECT account_id FROM booked);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION ledger_add_to_balances FROM PUBLIC;

-- Attaches the trigger. ENABLE ALWAYS, because others do not fire under session_replication_role = replica.
CREATE OR REPLACE FUNCTION ledger_keep_balances() RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    CREATE OR REPLACE TRIGGER ledger_balances AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS booked
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_add_to_balances();
    ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_balances;
END $$;
REVOKE ALL ON FUNCTION ledger_keep_balances FROM PUBLIC;

-- Replaces all balances by what the entries say. The lock waits for entries that are being booked, and new ones wait.
CREATE OR REPLACE FUNCTION ledger_fill_balances() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
    SET min_parallel_table_scan_size = '1MB' SET parallel_setup_cost = 0 SET parallel_tuple_cost = 0 AS $$
BEGIN
    LOCK TABLE ledger_entry IN SHARE ROW EXCLUSIVE MODE;
    DELETE FROM ledger_balance;
    -- PostgreSQL uses several processes to fill a new table, but not to insert. It expects that all calls of a function
    -- together cost as much as one, so it would use one process without the settings above. Accounts are read in the
    -- order of the table: it is mostly the order of their entries, which need not fit into memory.
    CREATE TEMPORARY TABLE ledger_summed ON COMMIT DROP AS
        SELECT a.id, b.* FROM tenants_account a CROSS JOIN LATERAL ledger_summed_balance(a.id) b
        WHERE b.balance_cents <> 0;
    INSERT INTO ledger_balance (account_id, building_id, balance_cents, owed_since, recent_days, recent_cents)
    SELECT id, building_id, balance_cents, owed_since, recent_days, recent_cents FROM pg_temp.ledger_summed;
    DROP TABLE pg_temp.ledger_summed;
END $$;
REVOKE ALL ON FUNCTION ledger_fill_balances FROM PUBLIC;

-- The accounts whose balance differs from their entries. Recorded charges that are a month old by now do not count.
CREATE OR REPLACE FUNCTION ledger_differing_balances() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account_id FROM ledger_balance b FULL JOIN ledger_summed_balances() s USING (account_id)
    WHERE (b.building_id, b.balance_cents, b.owed_since) IS DISTINCT FROM (s.building_id, s.balance_cents, s.owed_since)
       OR b.recent_cents[width_bucket(loge_today() - 31, b.recent_days) + 1] IS DISTINCT FROM s.recent_cents[1]
$$;
REVOKE ALL ON FUNCTION ledger_differing_balances FROM PUBLIC;

SELECT ledger_keep_balances();
