-- Emergency access to one household, and evacuation lists of one building.

-- Does the current person hold a role that opens households in an emergency, at this hour?
CREATE OR REPLACE FUNCTION tenants_on_call() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'emergency'
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        WHERE a.person_id = loge_person()
          AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, loge_today()))
$$;
REVOKE ALL ON FUNCTION tenants_on_call FROM PUBLIC;

-- Opens the household of a reference or of a dwelling for 45 minutes, one at a time, five a day, unless it is hidden or
-- the person reaches its card anyway. Returns nothing, whichever of these was wrong. `tried` is the event of the try,
-- which no rollback removes: without it nothing opens, and after five in a day neither. Simultaneous tries are in
-- order.
CREATE OR REPLACE FUNCTION tenants_open_emergency(wanted text, dwelling uuid, why text, due date, tried uuid)
    RETURNS TABLE (emergency uuid, lease uuid, residence uuid, building uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    home record;
    made uuid := gen_random_uuid();
    tries bigint;
BEGIN
    -- Two at the same moment would each count the openings before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge emergency ' || loge_person()::text, 0));
    WITH lately AS (
        SELECT e.id, e.at FROM audit_event e WHERE e.actor = loge_person() AND e.kind = 'emergency_tried'
          AND e.at > loge_now() - interval '1 day'
    )
    SELECT count(*) INTO tries FROM lately l JOIN lately mine ON mine.id = tried AND (l.at, l.id) <= (mine.at, mine.id);
    IF NOT tenants_on_call() OR due NOT BETWEEN loge_today() + 1 AND loge_today() + 14
        OR tries NOT BETWEEN 1 AND 5
        OR (SELECT count(*) FROM tenants_emergencyaccess e
            WHERE e.person_id = loge_person() AND e.lease_id IS NOT NULL
              AND e.opened_at > loge_now() - interval '1 day') >= 5 THEN
        RETURN;
    END IF;
    SELECT r.id, r.lease_id, r.unit_id, r.building_id INTO home FROM tenants_residence r
    LEFT JOIN tenants_account a ON a.lease_id = r.lease_id AND a.settled_on IS NULL
    WHERE (CASE WHEN wanted <> '' THEN a.reference = wanted ELSE r.unit_id = dwelling END)
      AND r.moved_in <= loge_today() AND (r.moved_out IS NULL OR r.moved_out >= loge_today())
      AND r.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
      AND r.building_id <> ALL (ARRAY (SELECT access_reach(loge_person(), 'card', loge_today())))
    ORDER BY r.moved_in, r.id LIMIT 1;
    IF home.id IS NULL THEN
        RETURN;
    END IF;
    UPDATE tenants_emergencyaccess SET until = loge_now()
    WHERE person_id = loge_person() AND lease_id IS NOT NULL AND until > loge_now();
    INSERT INTO tenants_emergencyaccess
        (id, person_id, lease_id, unit_id, building_id, reason, opened_at, until, review_by, verdict)
    VALUES (made, loge_person(), home.lease_id, home.unit_id, home.building_id, why, loge_now(),
            loge_now() + interval '45 minutes', due, '');
    RETURN QUERY SELECT made, home.lease_id, home.id, home.building_id;
END $$;
REVOKE ALL ON FUNCTION tenants_open_emergency FROM PUBLIC;

-- The lease open to the current person, if any. Checked at each view, as in tenants_identity_checked_lease.
CREATE OR REPLACE FUNCTION tenants_emergency_lease() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT e.lease_id FROM tenants_emergencyaccess e
    WHERE e.person_id = loge_person() AND e.until > loge_now() AND tenants_on_call()
      AND e.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
$$;
REVOKE ALL ON FUNCTION tenants_emergency_lease FROM PUBLIC;

-- How many openings wait for the current manager's review, and how many are late. Never one's own.
CREATE OR REPLACE FUNCTION tenants_emergencies_due() RETURNS TABLE (waiting bigint, late bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*), count(*) FILTER (WHERE review_by < loge_today()) FROM tenants_emergencyaccess
    WHERE verdict = '' AND person_id <> loge_person() AND tenants_holds_at('sector_manager', building_id)
$$;
REVOKE ALL ON FUNCTION tenants_emergencies_due FROM PUBLIC;

-- For the letter to the household: the roles held that day, never the agent's name, and whether it still lives there.
CREATE OR REPLACE FUNCTION tenants_emergency_notice(opened uuid) RETURNS TABLE (roles text[], at_home boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ARRAY (
        SELECT a.role::text FROM access_assignment a
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'emergency'
        WHERE a.person_id = e.person_id AND access_in_force(
            a.first_day, a.last_day, a.ended_on, (e.opened_at AT TIME ZONE 'Europe/Paris')::date)
    ), EXISTS (
        SELECT FROM tenants_residence r WHERE r.lease_id = e.lease_id AND r.unit_id = e.unit_id
        AND r.moved_in <= loge_today() AND (r.moved_out IS NULL OR r.moved_out >= loge_today())
    )
    FROM tenants_emergencyaccess e
    WHERE e.id = opened AND e.lease_id IS NOT NULL
      AND e.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'contests', loge_today())))
$$;
REVOKE ALL ON FUNCTION tenants_emergency_notice FROM PUBLIC;

-- Who gets a message about one's own opening: managers of the place and data-protection officers.
CREATE OR REPLACE FUNCTION tenants_emergency_recipients(opened uuid) RETURNS TABLE (email varchar)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT p.email FROM tenants_emergencyaccess e
    CROSS JOIN LATERAL access_people(e.building_id, loge_today()) r
    JOIN access_person p ON p.id = r.person
    WHERE e.id = opened AND e.person_id = loge_person() AND r.role IN ('sector_manager', 'dpo')
      AND p.id <> loge_person() AND NOT p.is_machine
$$;
REVOKE ALL ON FUNCTION tenants_emergency_recipients FROM PUBLIC;

-- Opens the evacuation list of a building that the person reaches at this hour, for 45 minutes, one at a time, five a
-- day, counted apart from households.
CREATE OR REPLACE FUNCTION tenants_open_evacuation(wanted uuid, why text, due date) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made uuid := gen_random_uuid();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('loge evacuation ' || loge_person()::text, 0));
    IF due NOT BETWEEN loge_today() + 1 AND loge_today() + 14
        OR wanted <> ALL (ARRAY (SELECT access_reach(loge_person(), 'evacuation', loge_today())))
        OR (SELECT count(*) FROM tenants_emergencyaccess e
            WHERE e.person_id = loge_person() AND e.lease_id IS NULL AND e.opened_at > loge_now() - interval '1 day') >= 5
    THEN
        RETURN NULL;
    END IF;
    UPDATE tenants_emergencyaccess SET until = loge_now()
    WHERE person_id = loge_person() AND lease_id IS NULL AND until > loge_now();
    INSERT INTO tenants_emergencyaccess (id, person_id, building_id, reason, opened_at, until, review_by, verdict)
    VALUES (made, loge_person(), wanted, why, loge_now(), loge_now() + interval '45 minutes', due, '');
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION tenants_open_evacuation FROM PUBLIC;

-- The building whose evacuation list is open to the current person, if any.
CREATE OR REPLACE FUNCTION tenants_evacuated_building() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT e.building_id FROM tenants_emergencyaccess e
    WHERE e.person_id = loge_person() AND e.lease_id IS NULL AND e.until > loge_now()
      AND e.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'evacuation', loge_today())))
$$;
REVOKE ALL ON FUNCTION tenants_evacuated_building FROM PUBLIC;

SELECT loge_keep('tenants_emergencyaccess', 'emergency_reviewed_by_another', '{building_id}', jsonb_build_object(
    'until', 'NEW.until <= OLD.until',
    'verdict, reviewed_by_id, reviewed_on', $$OLD.verdict = '' AND NEW.verdict IN ('justified', 'unjustified')
        AND NEW.reviewed_by_id = loge_person() AND NEW.reviewed_on = loge_today() AND loge_person() <> OLD.person_id
        AND tenants_holds_at('sector_manager', OLD.building_id)$$),
    over => $$OLD.opened_at < loge_now() - interval '1 year'$$);
