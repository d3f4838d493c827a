-- The first rows of lists, for people with so many buildings that reading a whole list takes long. Each list has the order
-- of an index of days, in which this function reads one row after another until it has `most` of them. The list "former"
-- has accounts whose lease has ended and that are not settled, with the lease that ended last first. "arriving" and
-- "leaving" have the leases of people who move in the next 14 days, or left in the last 7, with the first day first.
-- Returns nothing out of the person's reach and no hidden household. A page reads its rows again, under the policies. If
-- a list does not have `most` rows among the first 2,000 rows of the landlord, its last row is NULL: the page must then
-- read the whole list, which is faster for a person with few of the landlord's buildings.
CREATE OR REPLACE FUNCTION tenants_first_rows(lists text[], most integer)
    RETURNS TABLE (list text, row_id uuid, building uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 30 SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    longest CONSTANT integer := 2000;
    who uuid := loge_person();
    today date := loge_today();
    places uuid[] := access_assigned_places(who, 'account', 50);
    roles text[] := ARRAY (SELECT c.role FROM access_rolecompartment c WHERE c.compartment = 'account');
    hidden uuid[] := ARRAY (SELECT tenants_hidden());
    above uuid[];
    ids uuid[];
    lease uuid;
    walk refcursor;
BEGIN
    FOREACH list IN ARRAY lists LOOP
        IF list = 'former' THEN
            -- The account of a settled lease is NULL. As a join, PostgreSQL could read all accounts first.
            OPEN walk FOR SELECT (SELECT a.id FROM tenants_account a WHERE a.lease_id = l.id AND a.settled_on IS NULL),
                l.id, l.building_id,
                (SELECT access_ids_in(b.path) FROM access_place b WHERE b.id = l.building_id)
            FROM tenants_lease l WHERE l.ends_on < today ORDER BY l.ends_on DESC, l.id DESC;
        ELSIF list = 'arriving' THEN
            OPEN walk FOR SELECT r.lease_id, r.lease_id, r.building_id,
                (SELECT access_ids_in(b.path) FROM access_place b WHERE b.id = r.building_id)
            FROM tenants_residence r WHERE r.moved_in > today AND r.moved_in <= today + 14 ORDER BY r.moved_in, r.id;
        ELSE
            OPEN walk FOR SELECT r.lease_id, r.lease_id, r.building_id,
                (SELECT access_ids_in(b.path) FROM access_place b WHERE b.id = r.building_id)
            FROM tenants_residence r WHERE r.moved_out BETWEEN today - 7 AND today + 14 ORDER BY r.moved_out, r.id;
        END IF;
        ids := '{}';
        FOR walked IN 0..longest LOOP
            FETCH walk INTO row_id, lease, building, above;
            EXIT WHEN NOT FOUND;
            IF walked = longest THEN
                row_id := NULL;
                building := NULL;
                RETURN NEXT;
                EXIT;
            END IF;
            CONTINUE WHEN row_id IS NULL OR row_id = ANY (ids) OR lease = ANY (hidden);
            CONTINUE WHEN NOT coalesce(above && places, access_is_assigned(who, roles, above, today));
            ids := ids || row_id;
            RETURN NEXT;
            EXIT WHEN cardinality(ids) >= most;
        END LOOP;
        CLOSE walk;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION tenants_first_rows FROM PUBLIC;
