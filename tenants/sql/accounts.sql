-- May somebody book on this account? Asked by the policy of entries. It locks the account's row until the entry is
-- committed, so that the account is not settled under an entry that is not visible yet.
CREATE OR REPLACE FUNCTION tenants_open_account(which uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    settled date;
BEGIN
    SELECT settled_on INTO settled FROM tenants_account WHERE id = which FOR SHARE;
    IF settled IS NOT NULL THEN
        RAISE EXCEPTION 'account % is settled', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_on_an_open_account';
    END IF;
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION tenants_open_account FROM PUBLIC;

-- Where a person clears receipts today: directorates, agencies and sectors at or below the person's places in the
-- compartment. Receipts without an agency are the organisation's: its accountant sees them, an officer does not.
CREATE OR REPLACE FUNCTION tenants_receipt_places(who uuid, what text) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT DISTINCT b.id FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id AND p.is_active
    JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
    JOIN access_place q ON q.id = a.place_id
    JOIN access_place b ON b.path >= q.path AND b.path < q.path || '~'
    WHERE a.person_id = who AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
      AND (b.level IN ('directorate', 'agency', 'sector') OR (b.level = 'organisation' AND what = 'books'))
$$;
REVOKE ALL ON FUNCTION tenants_receipt_places FROM PUBLIC;
