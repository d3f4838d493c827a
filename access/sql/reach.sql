-- Who reaches which building: the one definition, read by the row policies, by guardian's view and by every page.

-- The days of an assignment, as a range.
CREATE OR REPLACE FUNCTION access_days(first_day date, last_day date, ended_on date) RETURNS daterange
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT daterange(first_day, coalesce(ended_on, last_day + 1), '[)')
$$;

-- The hours of an on-call duty as a range of local times, cut where the duty was ended.
CREATE OR REPLACE FUNCTION access_hours(first_day date, last_day date, ended_on date, from_hour time, to_hour time)
    RETURNS tsrange
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT tsrange(first_day + from_hour,
        greatest(first_day + from_hour, least(last_day + to_hour, ended_on::timestamp)), '[)')
$$;

-- An end takes effect at once today. On a past day the assignment still counts on the day that it ended.
CREATE OR REPLACE FUNCTION access_in_force(first_day date, last_day date, ended_on date, on_day date) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT on_day BETWEEN first_day AND last_day
       AND (ended_on IS NULL OR on_day < ended_on
            OR (on_day = ended_on AND on_day > first_day AND on_day < public.loge_today()))
$$;

-- Is it one of the hours of a duty now? Either one stretch from the first day to the last, or every night: a night
-- belongs to the day on which it begins. Hours are local times in Paris, also when the clocks change.
CREATE OR REPLACE FUNCTION access_on_duty(first_day date, last_day date, from_hour time, to_hour time, nightly boolean)
    RETURNS boolean
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN nightly THEN EXISTS (
        SELECT FROM (SELECT loge_today() - back AS night, CASE WHEN to_hour <= from_hour THEN 1 ELSE 0 END AS over
                     FROM generate_series(0, 1) AS back) n
        WHERE n.night >= first_day AND n.night + n.over <= last_day
          AND loge_now() >= (n.night + from_hour) AT TIME ZONE 'Europe/Paris'
          AND loge_now() < (n.night + n.over + to_hour) AT TIME ZONE 'Europe/Paris')
    ELSE loge_now() >= (first_day + from_hour) AT TIME ZONE 'Europe/Paris'
        AND loge_now() < (last_day + to_hour) AT TIME ZONE 'Europe/Paris' END
$$;

-- Does an assignment count on a day? Today means now, hours included; another day counts if it has an hour of it.
CREATE OR REPLACE FUNCTION access_counts(first_day date, last_day date, ended_on date, from_hour time, to_hour time,
    nightly boolean, on_day date) RETURNS boolean
    LANGUAGE sql STABLE AS $$
    SELECT public.access_in_force(first_day, last_day, ended_on, on_day)
       AND (from_hour IS NULL OR on_day <> public.loge_today()
            OR public.access_on_duty(first_day, last_day, from_hour, to_hour, nightly))
$$;

-- The ids in the path of a place: its own and those of the places above it.
CREATE OR REPLACE FUNCTION access_ids_in(path text) RETURNS uuid[]
    LANGUAGE sql IMMUTABLE AS $$
    SELECT string_to_array(trim(path, '/'), '/')::uuid[]
$$;

-- Each assignment with each building at or below its place.
CREATE OR REPLACE VIEW access_right AS
    SELECT a.id AS assignment, a.person_id AS person, a.role::text AS role, b.id AS building, a.place_id AS place,
           a.first_day, a.last_day, a.ended_on, p.is_active, a.from_hour, a.to_hour, a.nightly
    FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id
    JOIN access_place q ON q.id = a.place_id
    JOIN access_place b ON b.level = 'building' AND b.path >= q.path AND b.path < q.path || '~';

-- Closed accounts reach nothing today; questions about a past day still get the answer of that day.
-- plpgsql where policies call a function for every query: it keeps the plan of its query for the session, while SQL
-- functions are planned anew in each statement before PostgreSQL 18.

-- The buildings that a person reaches in a compartment on a day. One plan serves all calls: with many places, to plan a
-- call takes three times as long as to run it.
CREATE OR REPLACE FUNCTION access_reach(who uuid, what text, on_day date) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    SELECT DISTINCT r.building FROM access_right r
    JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = what
    WHERE r.person = who
      AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)
      AND (r.is_active OR on_day < loge_today());
END $$;
REVOKE ALL ON FUNCTION access_reach FROM PUBLIC;

-- The assignments by which a person reaches a building on a day: the rows of access_right for this building. Looks up the
-- assignments at the building and the places above it, whose ids are in its path. OFFSET 0 makes PostgreSQL look them up one
-- place at a time, whatever it expects. It expects few assignments, and could otherwise choose to read all of the person.
CREATE OR REPLACE FUNCTION access_rules(who uuid, place uuid, on_day date) RETURNS TABLE (assignment uuid, role text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 2 SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN QUERY
    SELECT a.id, a.role::text FROM access_place b
    CROSS JOIN unnest(access_ids_in(b.path)) AS above
    CROSS JOIN LATERAL (
        SELECT a.id, a.role FROM access_assignment a WHERE a.person_id = who AND a.place_id = above
          AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, on_day)
        OFFSET 0) a
    JOIN access_person p ON p.id = who
    WHERE b.id = place AND b.level = 'building' AND (p.is_active OR on_day < loge_today());
END $$;
REVOKE ALL ON FUNCTION access_rules FROM PUBLIC;

-- The places of a person's assignments of today, or NULL if there are `most` or more. An empty array if the person may not
-- sign in. The person reaches a building if one of these places is in its path. For functions that check many buildings.
CREATE OR REPLACE FUNCTION access_assigned_places(who uuid, what text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    today date := loge_today();
    places uuid[] := ARRAY (
        SELECT a.place_id FROM access_assignment a
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
        WHERE a.person_id = who AND EXISTS (SELECT FROM access_person p WHERE p.id = who AND p.is_active)
          AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, today)
        LIMIT most);
BEGIN
    RETURN CASE WHEN cardinality(places) < most THEN places END;
END $$;
REVOKE ALL ON FUNCTION access_assigned_places FROM PUBLIC;

-- Has the person an assignment in one of these roles at one of the places `above` today? For a person for whom
-- access_assigned_places() returned NULL: it has checked that the person may sign in. Only functions of the owner call
-- this one, so it has their search path.
CREATE OR REPLACE FUNCTION access_is_assigned(who uuid, roles text[], above uuid[], today date) RETURNS boolean
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- One place at a time, as in access_rules.
    RETURN EXISTS (
        SELECT FROM unnest(above) AS place
        CROSS JOIN LATERAL (
            SELECT FROM access_assignment a WHERE a.person_id = who AND a.place_id = place AND a.role = ANY (roles)
              AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, today)
            OFFSET 0) a);
END $$;
REVOKE ALL ON FUNCTION access_is_assigned FROM PUBLIC;

-- The buildings that a person reaches today: what the row policies ask. If the transaction is narrowed to the buildings of
-- its page, by the setting `loge.building`, only these (ids with commas between them). Any SQL may write the setting, so it
-- may leave buildings out and never add one. For the same reason, a condition that a person does NOT reach a building must
-- call access_reach. Looks up the assignments as access_rules does. With access_right instead, PostgreSQL may read all
-- buildings below an assignment for each building.
CREATE OR REPLACE FUNCTION access_reach_on_page(who uuid, what text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    pages uuid[] := string_to_array(nullif(current_setting('loge.building', true), ''), ',')::uuid[];
    today date := loge_today();
    places uuid[];
    page uuid;
BEGIN
    IF pages IS NULL THEN
        RETURN QUERY SELECT access_reach(who, what, today);
        RETURN;
    END IF;
    -- Most people have few assignments. To read these once is faster than to look up some for each building.
    IF cardinality(pages) > 4 THEN
        places := access_assigned_places(who, what, 50);
    END IF;
    IF places IS NOT NULL THEN
        RETURN QUERY
        SELECT b.id FROM access_place b
        WHERE b.id = ANY (pages) AND b.level = 'building' AND access_ids_in(b.path) && places;
        RETURN;
    END IF;
    -- One building after another, because almost every page is about one.
    FOREACH page IN ARRAY pages LOOP
        IF EXISTS (
            SELECT FROM access_place b
            CROSS JOIN unnest(access_ids_in(b.path)) AS above
            CROSS JOIN LATERAL (
                SELECT a.role FROM access_assignment a WHERE a.person_id = who AND a.place_id = above
                  AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, today)
                OFFSET 0) a
            JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
            JOIN access_person p ON p.id = who AND p.is_active
            WHERE b.id = page AND b.level = 'building') THEN
            RETURN NEXT page;
        END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION access_reach_on_page FROM PUBLIC;

-- Some of the buildings that a person reaches today, at most `most`. A building is repeated if two assignments lead to it.
-- The inner LIMIT makes PostgreSQL look up the buildings one place at a time. With access_right, it may read all buildings.
CREATE OR REPLACE FUNCTION access_some_buildings(who uuid, what text, most integer) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    today date := loge_today();
BEGIN
    RETURN ARRAY (
        SELECT b.id FROM access_assignment a
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
        JOIN access_place q ON q.id = a.place_id
        CROSS JOIN LATERAL (
            SELECT b.id FROM access_place b
            WHERE b.level = 'building' AND b.path >= q.path AND b.path < q.path || '~' LIMIT most) b
        WHERE a.person_id = who AND EXISTS (SELECT FROM access_person p WHERE p.id = who AND p.is_active)
          AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, today)
        LIMIT most);
END $$;
REVOKE ALL ON FUNCTION access_some_buildings FROM PUBLIC;

-- The first buildings, by name, that the current person reaches today. Of many buildings, sorting all would take longer
-- than everything else on a page: then one building after another is checked in the order of names.
CREATE OR REPLACE FUNCTION loge_first_buildings(what text, most integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    many CONSTANT integer := 1000;
    who uuid := loge_person();
    today date := loge_today();
    few uuid[] := access_some_buildings(who, what, many);
    places uuid[];
    roles text[];
    paths text[];
BEGIN
    IF cardinality(few) < many THEN
        RETURN QUERY SELECT q.id FROM access_place q WHERE q.id = ANY (few) ORDER BY q.name, q.id LIMIT most;
        RETURN;
    END IF;
    places := access_assigned_places(who, what, 50);
    IF places IS NULL THEN
        roles := ARRAY (SELECT c.role FROM access_rolecompartment c WHERE c.compartment = what);
    ELSE
        paths := ARRAY (SELECT q.path FROM access_place q WHERE q.id = ANY (places));
    END IF;
    -- In a subquery with LIMIT, so that PostgreSQL reads the buildings in the order of names and stops after the first.
    RETURN QUERY
    SELECT b.id FROM access_place b
    CROSS JOIN LATERAL (
        SELECT WHERE coalesce(b.path ^@ ANY (paths), access_is_assigned(who, roles, access_ids_in(b.path), today))
        LIMIT 1) reached
    WHERE b.level = 'building' ORDER BY b.name, b.id LIMIT most;
END $$;
REVOKE ALL ON FUNCTION loge_first_buildings FROM PUBLIC;

-- Does the current person reach more than `number` buildings today?
CREATE OR REPLACE FUNCTION loge_reaches_more(what text, number integer) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    who uuid := loge_person();
    today date := loge_today();
    several uuid[] := access_some_buildings(who, what, number + 1);
BEGIN
    -- Two assignments may lead to one building.
    RETURN cardinality(several) > number AND (
        (SELECT count(DISTINCT building) FROM unnest(several) building) > number
        OR (SELECT count(*) FROM access_reach(who, what, today)) > number);
END $$;
REVOKE ALL ON FUNCTION loge_reaches_more FROM PUBLIC;

-- Who reached a building on a day, and by which assignment.
CREATE OR REPLACE FUNCTION access_people(place uuid, on_day date)
    RETURNS TABLE (person uuid, assignment uuid, role text)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT r.person, r.assignment, r.role FROM access_right r
    WHERE r.building = access_people.place
      AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)
      AND (r.is_active OR on_day < loge_today())
$$;
REVOKE ALL ON FUNCTION access_people FROM PUBLIC;

-- Does a person hold one of these roles today, at a place or above it?
CREATE OR REPLACE FUNCTION access_holds(who uuid, roles text[], place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id
        JOIN access_place h ON h.id = access_holds.place AND starts_with(h.path, q.path)
        WHERE a.person_id = who AND a.role = ANY (roles)
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
REVOKE ALL ON FUNCTION access_holds FROM PUBLIC;

-- Does the current person hold a role of this compartment today, for the whole organisation?
CREATE OR REPLACE FUNCTION access_holds_everywhere(what text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
REVOKE ALL ON FUNCTION access_holds_everywhere FROM PUBLIC;

-- May the current person import files? The only condition of that compartment's policies.
CREATE OR REPLACE FUNCTION access_imports_files() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT access_holds_everywhere('intake') $$;
REVOKE ALL ON FUNCTION access_imports_files FROM PUBLIC;

-- Is the current person an inspector of the whole organisation? The only condition of that compartment's policies.
CREATE OR REPLACE FUNCTION access_is_inspector() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT access_holds_everywhere('control') $$;
REVOKE ALL ON FUNCTION access_is_inspector FROM PUBLIC;
