-- A contact attempt is not edited. The person who recorded it may delete it on the same day, and the nightly job after a
-- year. The building follows the account when a building is divided.
SELECT loge_keep('casework_contactattempt', 'contact_stays_as_recorded', '{building_id}',
    over => 'OLD.made_on + 365 < loge_today() OR OLD.made_on = loge_today() AND OLD.made_by_id = loge_person()');

-- The first accounts to contact today, for people with so many buildings that reading all late accounts takes long: the
-- accounts that have owed for more than a month since the latest days, read one after another until there are `most`.
-- Left out: accounts of former tenants, restricted ones, and those to contact again on a later day. Otherwise as
-- tenants_first_rows(): nothing out of reach, no hidden household, and a last row of NULL if the page must read all.
CREATE OR REPLACE FUNCTION casework_first_to_contact(most integer) RETURNS TABLE (account uuid, building uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 30 SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    longest CONSTANT integer := 2000;
    who uuid := loge_person();
    today date := loge_today();
    places uuid[] := access_assigned_places(who, 'account', 50);
    roles text[] := ARRAY (SELECT c.role FROM access_rolecompartment c WHERE c.compartment = 'account');
    hidden uuid[] := ARRAY (SELECT tenants_hidden_account_ids());
    restricted uuid[] := ARRAY (SELECT tenants_restricted_accounts());
    number integer := 0;
    is_listed boolean;
    walk refcursor;
BEGIN
    -- The conditions are part of an expression, so that PostgreSQL checks them in this order for one row after another.
    OPEN walk FOR SELECT b.account_id, b.building_id,
        b.account_id <> ALL (hidden)
        AND coalesce(b.above && places, access_is_assigned(who, roles, b.above, today))
        AND NOT (b.account_id = ANY (restricted) AND tenants_is_restricted('account', b.account_id, today))
        AND (SELECT l.ends_on IS NULL OR l.ends_on >= today
            FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id WHERE a.id = b.account_id)
        AND NOT EXISTS (SELECT FROM casework_contactattempt c
            WHERE c.account_id = b.account_id AND c.back_on > today
              AND c.made_at = (SELECT max(a.made_at) FROM casework_contactattempt a WHERE a.account_id = b.account_id)
              AND NOT (c.account_id = ANY (restricted) AND tenants_is_restricted('account', c.account_id, c.made_on)))
    FROM (SELECT d.account_id, d.building_id, (SELECT access_ids_in(q.path)
              FROM access_place q WHERE q.id = d.building_id) AS above
          FROM ledger_balance d WHERE d.owed_since <= today - 31 ORDER BY d.owed_since DESC, d.account_id DESC) b;
    FOR walked IN 0..longest LOOP
        FETCH walk INTO account, building, is_listed;
        EXIT WHEN NOT FOUND;
        IF walked = longest THEN
            account := NULL;
            building := NULL;
            RETURN NEXT;
            EXIT;
        END IF;
        CONTINUE WHEN NOT is_listed;
        number := number + 1;
        RETURN NEXT;
        EXIT WHEN number >= most;
    END LOOP;
    CLOSE walk;
END $$;
REVOKE ALL ON FUNCTION casework_first_to_contact FROM PUBLIC;
