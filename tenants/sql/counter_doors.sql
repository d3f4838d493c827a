-- The front desk without a reference: the card of a visitor who says a name, an address and a door.

-- Does a typed part of a door mean this door or this staircase? The same rules as Part.is_door() of tenants/search.py.
CREATE OR REPLACE FUNCTION tenants_is_door(part text, door text, staircase text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    WITH split AS (
        SELECT coalesce(m[1], '') AS letters, coalesce(m[2], m[3], '') AS digits
        FROM regexp_match(part, '^(?:([a-z]{0,3})([0-9]{0,6})|([0-9]{1,6}[a-z]{0,2}))$') m WHERE m IS NOT NULL
    ), typed AS (
        SELECT letters, CASE WHEN digits = '' THEN '' ELSE coalesce(nullif(ltrim(digits, '0'), ''), '0') END AS number FROM split
    )
    SELECT coalesce(bool_or(CASE
        WHEN letters = '' AND number = '' THEN false
        WHEN letters = '' THEN lower(door) ~ ('(^|[^0-9])0*' || number || '($|[^0-9a-z])')
        WHEN number = '' THEN letters = lower(staircase) OR lower(door) ~ ('(^|[^a-z])' || letters || '($|[^a-z])')
        ELSE (lower(staircase) = letters AND lower(door) ~ ('^0*' || number || '$'))
            OR lower(door) ~ ('(^|[^0-9a-z])' || letters || '[^0-9a-z]*0*' || number || '($|[^0-9a-z])')
    END), false) FROM typed
$$;

-- The dwelling at a typed address and door, or NULL if none or several match. Each word must be of the building, each
-- part of the door must match. Without a part, the building must have a single dwelling. Dwellings within the current
-- person's counter come before all others, so that the same address in another town does not matter. An address of more
-- than twenty buildings is too short.
CREATE OR REPLACE FUNCTION tenants_dwelling_at(words text[], door_parts text[]) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH places AS MATERIALIZED (
        SELECT k.building_id FROM buildings_searchkey k WHERE k.key = ANY (words)
        GROUP BY k.building_id HAVING count(*) = (SELECT count(DISTINCT w) FROM unnest(words) w)
        LIMIT 21
    ), doors AS MATERIALIZED (
        SELECT u.id, u.building_id FROM buildings_unit u
        WHERE u.kind = 'dwelling' AND u.building_id = ANY (ARRAY (SELECT building_id FROM places))
          AND NOT EXISTS (SELECT FROM unnest(door_parts) p WHERE NOT tenants_is_door(p, u.door, u.staircase))
    ), near AS MATERIALIZED (
        SELECT building_id, tenants_is_within_counter(building_id) AS here FROM (SELECT DISTINCT building_id FROM doors) d
    )
    SELECT min(id::text)::uuid FROM doors JOIN near USING (building_id)
    WHERE here = (SELECT bool_or(here) FROM near) HAVING count(*) = 1 AND (SELECT count(*) FROM places) <= 20
$$;
REVOKE ALL ON FUNCTION tenants_dwelling_at FROM PUBLIC;

-- The account of the household that such a try is about, for the audit log: of any agency, hidden or not.
CREATE OR REPLACE FUNCTION tenants_attempted_account_at(words text[], door_parts text[]) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM tenants_residence r JOIN tenants_account a ON a.lease_id = r.lease_id
    WHERE r.unit_id = (SELECT tenants_dwelling_at(words, door_parts)) AND a.settled_on IS NULL
      AND r.moved_in <= loge_today() + 14 AND (r.moved_out IS NULL OR r.moved_out >= loge_today() - 7)
    ORDER BY r.moved_in, r.id LIMIT 1
$$;
REVOKE ALL ON FUNCTION tenants_attempted_account_at FROM PUBLIC;

-- Opens the card of a residence to the current person, if the address and the door lead to one dwelling within the
-- counter, and the name to one household in it. Returns the residence, or NULL whichever of them was wrong. The limits
-- of tries are those of the reference.
CREATE OR REPLACE FUNCTION tenants_check_identity_at(
    words text[], door_parts text[], called text, paper text, tried uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    homes uuid[];
    households uuid[];
BEGIN
    IF NOT tenants_may_attempt_about(tried, tenants_attempted_account_at(words, door_parts)) THEN
        RETURN NULL;
    END IF;
    SELECT array_agg(r.id ORDER BY r.moved_in, r.id), array_agg(DISTINCT r.lease_id) INTO homes, households
    FROM tenants_residence r JOIN tenants_account a ON a.lease_id = r.lease_id
    WHERE r.unit_id = (SELECT tenants_dwelling_at(words, door_parts)) AND a.settled_on IS NULL
      AND length(called) >= 2 AND starts_with(r.name_key || ' ', called || ' ')
      AND r.moved_in <= loge_today() + 14 AND (r.moved_out IS NULL OR r.moved_out >= loge_today()
           OR (NOT r.transferred AND r.moved_out >= loge_today() - 7))
      AND r.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
      AND tenants_is_within_counter(r.building_id);
    IF cardinality(households) IS DISTINCT FROM 1 THEN
        RETURN NULL;
    END IF;
    PERFORM tenants_open_checked_card(households[1], paper);
    RETURN homes[1];
END $$;
REVOKE ALL ON FUNCTION tenants_check_identity_at FROM PUBLIC;
