-- Numbered receipts for cash taken at the counter.

SELECT loge_keep('ledger_cashreceipt', freely => '{issued_at}');

-- Most that may be paid in cash to a professional, in cents: article D112-3 of the code monétaire et financier.
CREATE OR REPLACE FUNCTION ledger_cash_limit() RETURNS bigint
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 100000::bigint $$;

-- The agency that manages a building, or what is above it in a landlord without agencies.
CREATE OR REPLACE FUNCTION ledger_agency_of(building uuid) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT p.id FROM access_place b JOIN access_place p ON b.path >= p.path AND b.path < p.path || '~'
    WHERE b.id = building AND p.level IN ('agency', 'directorate', 'organisation')
    ORDER BY length(p.path) DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION ledger_agency_of FROM PUBLIC;

-- Gives a cash payment the next number of its agency and year. The lock is held until the entry's transaction ends, so a
-- simultaneous payment of the agency waits, and a rollback leaves no gap. Under the lock, all cash of the account on this
-- day is compared with the legal limit, so that a sum cannot be divided into several payments.
CREATE OR REPLACE FUNCTION ledger_number_cash_receipt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    office CONSTANT uuid := ledger_agency_of(NEW.building_id);
    of_year CONSTANT integer := extract(year FROM NEW.booked_on);
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(format('loge cash receipt %s %s', office, of_year), 0));
    IF (SELECT -sum(e.amount_cents) FROM ledger_entry e
        WHERE e.account_id = NEW.account_id AND e.label = 'cash_counter' AND e.booked_on = NEW.booked_on
          AND e.reverses_id IS NULL AND NOT EXISTS (SELECT FROM ledger_entry u WHERE u.reverses_id = e.id)
       ) > ledger_cash_limit() THEN
        RAISE EXCEPTION 'more cash on account % than the law allows', NEW.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cash_within_the_legal_limit';
    END IF;
    INSERT INTO ledger_cashreceipt (id, entry_id, agency_id, year, number, day)
    SELECT gen_random_uuid(), NEW.id, office, of_year, coalesce(max(r.number), 0) + 1, NEW.booked_on
    FROM ledger_cashreceipt r WHERE r.agency_id = office AND r.year = of_year;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION ledger_number_cash_receipt FROM PUBLIC;

-- Imported entries have no author, and get no number. ENABLE ALWAYS, because other triggers do not fire under
-- session_replication_role = replica.
CREATE OR REPLACE TRIGGER ledger_cash_receipts AFTER INSERT ON ledger_entry FOR EACH ROW
    WHEN (NEW.label = 'cash_counter' AND NEW.amount_cents < 0 AND NEW.reverses_id IS NULL AND NEW.posted_by_id IS NOT NULL)
    EXECUTE FUNCTION ledger_number_cash_receipt();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_cash_receipts;
