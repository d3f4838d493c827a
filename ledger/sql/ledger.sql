-- Entries, receipts and accounts.

-- Entries are only added. The building follows the account when a building is divided; mirror_cents is generated after
-- the trigger, from amount_cents, which is compared.
SELECT loge_keep('ledger_entry', freely => '{building_id, mirror_cents}');
SELECT loge_keep('ledger_receipt'), loge_keep('ledger_clearing');

-- Settles an account. A function, because the settled row is hidden from who settles it, which an UPDATE under row
-- security may not do. It checks everything again under the row's lock.
CREATE OR REPLACE FUNCTION ledger_settle_account(which uuid) RETURNS date
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ended date;
BEGIN
    PERFORM FROM tenants_account WHERE id = which AND settled_on IS NULL
        AND building_id = ANY (ARRAY (SELECT access_reach_on_page(loge_person(), 'account')))
        AND lease_id <> ALL (ARRAY (SELECT tenants_hidden())) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % is not open' , which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_settled_once';
    END IF;
    SELECT l.ends_on INTO ended FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id WHERE a.id = which;
    IF ended IS NULL OR ended >= loge_today() THEN
        RAISE EXCEPTION 'the lease of account % goes on', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_settled_after_its_lease';
    END IF;
    IF (SELECT coalesce(sum(amount_cents), 0) FROM ledger_entry WHERE account_id = which) <> 0 THEN
        RAISE EXCEPTION 'the balance of account % is not zero', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_settled_at_zero';
    END IF;
    UPDATE tenants_account SET settled_on = loge_today() WHERE id = which;
    RETURN loge_today();
END $$;
REVOKE ALL ON FUNCTION ledger_settle_account FROM PUBLIC;

-- Receipts not cleared, or cleared by an entry that was reversed since. Ids only: who clears may not see the account.
CREATE OR REPLACE FUNCTION ledger_uncleared_receipts() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT r.id FROM ledger_receipt r WHERE NOT EXISTS (
        SELECT FROM ledger_clearing c WHERE c.receipt_id = r.id
        AND NOT EXISTS (SELECT FROM ledger_entry e WHERE e.reverses_id = c.entry_id))
$$;
REVOKE ALL ON FUNCTION ledger_uncleared_receipts FROM PUBLIC;

-- May this receipt be cleared by this entry? Asked by the policy of clearings. It locks the receipt's row, so that of
-- two simultaneous clearings one is refused.
CREATE OR REPLACE FUNCTION ledger_may_clear(which uuid, by_entry uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM ledger_receipt WHERE id = which FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM ledger_uncleared_receipts() w WHERE w = which) THEN
        RAISE EXCEPTION 'receipt % is cleared already', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_cleared_once';
    END IF;
    RETURN EXISTS (
        SELECT FROM ledger_entry e JOIN ledger_receipt r ON r.id = which
        WHERE e.id = by_entry AND e.kind = 'payment' AND e.amount_cents = -r.amount_cents AND e.reverses_id IS NULL);
END $$;
REVOKE ALL ON FUNCTION ledger_may_clear FROM PUBLIC;

-- Removes this function as it was before it had the parameter `tenants`.
DROP FUNCTION IF EXISTS ledger_beside_account(uuid, uuid, uuid);
-- Does an account have write-off requests, do its tenants have former names, has its lease further units? Most accounts
-- have none, and the page then skips these queries. A function, because the server keeps the plans of its queries:
-- planning one takes longer than running it. It runs with the rights of its caller.
CREATE OR REPLACE FUNCTION ledger_beside_account(account uuid, lease uuid, main_unit uuid, tenants uuid[],
    OUT write_offs boolean, OUT former_names boolean, OUT other_units boolean)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    write_offs := EXISTS (SELECT FROM ledger_writeoff w WHERE w.account_id = account);
    -- By the tenants, not by their lease: where they have none, no policy looks up a reach.
    former_names := EXISTS (SELECT FROM tenants_formername f WHERE f.tenant_id = ANY (tenants));
    other_units := EXISTS (SELECT FROM tenants_leaseunit u WHERE u.lease_id = lease AND u.unit_id <> main_unit);
END $$;
REVOKE ALL ON FUNCTION ledger_beside_account FROM PUBLIC;
