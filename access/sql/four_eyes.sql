-- Granting access takes two people. The triggers run after the row policies and as whoever writes; where row security
-- is not active, the owner or the loader writes, on the server itself, and nothing is checked.

-- Every assignment takes two people, except a caretaker's own building. Place.takes_two says the same in Python.
CREATE OR REPLACE FUNCTION access_requires_two_people(role text, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT access_requires_two_people.role <> 'caretaker' OR q.level <> 'building'
                     FROM access_place q WHERE q.id = access_requires_two_people.place), true)
$$;
REVOKE ALL ON FUNCTION access_requires_two_people FROM PUBLIC;

-- Who approves has been an administrator of the place for thirty days, with an account of thirty days. Those whom the
-- server's own command appointed have no giver and count from the first day.
CREATE OR REPLACE FUNCTION access_is_established_administrator(who uuid, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT access_holds(who, ARRAY['access_administrator'], access_is_established_administrator.place)
       AND EXISTS (
        SELECT FROM access_assignment a
        JOIN access_place q ON q.id = a.place_id
        JOIN access_place h ON h.id = access_is_established_administrator.place AND starts_with(h.path, q.path)
        WHERE a.person_id = who AND a.role = 'access_administrator'
          AND coalesce(a.ended_on - 1, a.last_day) >= loge_today() - 30
          AND (a.given_by_id IS NULL OR a.given_at <= loge_now() - interval '30 days'))
       AND NOT EXISTS (
        SELECT FROM access_accessrequest r
        WHERE r.person_id = who AND r.employed_at_id IS NOT NULL AND r.decision = 'approved'
          AND r.decided_at > loge_now() - interval '30 days')
$$;
REVOKE ALL ON FUNCTION access_is_established_administrator FROM PUBLIC;

-- Assignments that a manager grants alone: stand-ins and on-call duties.
CREATE OR REPLACE FUNCTION access_granted_by_manager_alone(held access_assignment) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT access_holds(loge_person(), ARRAY['sector_manager'], held.place_id)
       AND (held.role = 'caretaker' AND held.reason IN ('stand_in_absence', 'stand_in_vacancy')
            OR held.role = 'on_call' AND held.reason = 'on_call')
$$;
REVOKE ALL ON FUNCTION access_granted_by_manager_alone FROM PUBLIC;

-- A stand-in is for the manager's own staff, a month at most, not far ahead, and not one after the other. A month on
-- call counts like a month of standing in, in the same role.
CREATE OR REPLACE FUNCTION access_check_stand_in(given access_assignment) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM access_person p JOIN access_place e ON e.id = p.employed_at_id
        JOIN access_assignment a ON a.person_id = loge_person() AND a.role = 'sector_manager'
             AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
        JOIN access_place s ON s.id = a.place_id
        WHERE p.id = given.person_id
          AND (starts_with(e.path, s.path) OR e.level IN ('agency', 'sector') AND starts_with(s.path, e.path))) THEN
        RAISE EXCEPTION 'not own staff' USING ERRCODE = 'check_violation', CONSTRAINT = 'stand_in_own_staff';
    END IF;
    IF given.last_day - given.first_day > 30 THEN
        RAISE EXCEPTION 'more than a month' USING ERRCODE = 'check_violation', CONSTRAINT = 'stand_in_of_a_month';
    END IF;
    IF given.first_day > loge_today() + 31 THEN
        RAISE EXCEPTION 'too far ahead' USING ERRCODE = 'check_violation', CONSTRAINT = 'stand_in_not_far_ahead';
    END IF;
    IF EXISTS (
        WITH covered AS (
            SELECT DISTINCT d::date AS day
            FROM access_assignment a
            JOIN access_place q ON q.id = a.place_id
            JOIN access_place h ON h.id = given.place_id AND (starts_with(h.path, q.path) OR starts_with(q.path, h.path))
            CROSS JOIN LATERAL generate_series(greatest(a.first_day, given.first_day - 38),
                least(coalesce(a.ended_on - 1, a.last_day), given.last_day + 38), interval '1 day') AS d
            WHERE a.person_id = given.person_id AND a.role = given.role
              AND a.reason IN ('stand_in_absence', 'stand_in_vacancy', 'on_call'))
        SELECT FROM covered here
        WHERE (SELECT count(*) FROM covered c WHERE c.day BETWEEN here.day AND here.day + 37) > 31) THEN
        RAISE EXCEPTION 'one after the other' USING ERRCODE = 'check_violation', CONSTRAINT = 'stand_in_not_on_and_on';
    END IF;
END $$;
REVOKE ALL ON FUNCTION access_check_stand_in FROM PUBLIC;

-- The most days that an inspector would have in any 365 days that include some of these. An assignment that was ended
-- early counts until its end.
CREATE OR REPLACE FUNCTION access_inspector_days(who uuid, first_day date, last_day date) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH covered AS (
        SELECT d::date AS day FROM access_assignment a
        CROSS JOIN LATERAL generate_series(greatest(a.first_day, access_inspector_days.first_day - 364),
            least(coalesce(a.ended_on - 1, a.last_day), access_inspector_days.last_day + 364), interval '1 day') AS d
        WHERE a.person_id = who AND a.role = 'inspector'
        UNION
        SELECT d::date FROM generate_series(
            access_inspector_days.first_day, access_inspector_days.last_day, interval '1 day') AS d)
    SELECT coalesce(max((SELECT count(*) FROM covered c WHERE c.day BETWEEN here.day AND here.day + 364)), 0)::integer
    FROM covered here
$$;
REVOKE ALL ON FUNCTION access_inspector_days FROM PUBLIC;

-- A new assignment is exactly what two people agreed on, a caretaker's own building, or a stand-in.
CREATE OR REPLACE FUNCTION access_check_grant(given access_assignment) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF given.role = 'inspector' AND access_inspector_days(given.person_id, given.first_day, given.last_day) > 60 THEN
        RAISE EXCEPTION 'too many days of a year' USING ERRCODE = 'check_violation', CONSTRAINT = 'inspector_sixty_days_a_year';
    END IF;
    IF given.person_id IN (SELECT access_makers(loge_person())) THEN
        RAISE EXCEPTION 'to a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    IF given.request_id IS NOT NULL THEN
        IF NOT EXISTS (
            SELECT FROM access_accessrequest r
            WHERE r.id = given.request_id AND r.decision = 'approved' AND r.decided_by_id = loge_person()
              AND r.person_id = given.person_id AND r.role = given.role AND r.place_id = given.place_id
              AND r.reason = given.reason AND given.first_day = greatest(r.first_day, loge_today())
              AND given.last_day = r.last_day) THEN
            RAISE EXCEPTION 'not as approved' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_as_approved';
        END IF;
    ELSIF access_granted_by_manager_alone(given) THEN
        PERFORM access_check_stand_in(given);
    ELSIF access_requires_two_people(given.role, given.place_id) THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_takes_two';
    ELSIF NOT access_holds(loge_person(), ARRAY['access_administrator'], given.place_id) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_in_ones_part';
    END IF;
END $$;
REVOKE ALL ON FUNCTION access_check_grant FROM PUBLIC;

-- What two people granted is not extended by one. An end stays, once written. A manager ends at once what the review of
-- rights ends, for the manager's own people.
CREATE OR REPLACE FUNCTION access_check_change(old_row access_assignment, new_row access_assignment) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    administers boolean := access_holds(loge_person(), ARRAY['access_administrator'], new_row.place_id);
    reviews boolean := access_holds(loge_person(), ARRAY['sector_manager'], new_row.place_id)
        AND access_is_managed(new_row.role) AND new_row.end_reason IN ('unused', 'not_confirmed')
        AND new_row.ended_on = greatest(loge_today(), new_row.first_day);
BEGIN
    IF NOT administers AND NOT ((reviews OR access_granted_by_manager_alone(new_row)) AND new_row.last_day <= old_row.last_day) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_in_ones_part';
    END IF;
    IF new_row.last_day > old_row.last_day AND access_requires_two_people(new_row.role, new_row.place_id) THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_takes_two';
    END IF;
    IF new_row.last_day > old_row.last_day AND new_row.person_id IN (SELECT access_makers(loge_person())) THEN
        RAISE EXCEPTION 'to a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    IF old_row.ended_on IS NOT NULL AND (new_row.ended_on IS NULL OR new_row.ended_on > old_row.ended_on) THEN
        RAISE EXCEPTION 'an end stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_end_stays';
    END IF;
END $$;
REVOKE ALL ON FUNCTION access_check_change FROM PUBLIC;

CREATE OR REPLACE FUNCTION access_assignment_checked() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT row_security_active('access_assignment') THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM access_check_grant(NEW);
    ELSE
        PERFORM access_check_change(OLD, NEW);
    END IF;
    RETURN NULL;
END $$;

-- Somebody asks for their own part of the organisation only. Requests that have lapsed lose name and address.
CREATE OR REPLACE FUNCTION access_check_request(asked access_accessrequest) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    askers text[] := ARRAY['sector_manager', 'access_administrator'];
BEGIN
    IF NOT access_holds(asked.asked_by_id, askers, asked.place_id)
       OR asked.employed_at_id IS NOT NULL AND NOT access_holds(asked.asked_by_id, askers, asked.employed_at_id) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_in_ones_part';
    END IF;
    IF (asked.person_id IS NULL) <> (asked.employed_at_id IS NOT NULL AND asked.name <> '' AND asked.email <> '') THEN
        RAISE EXCEPTION 'for one person' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_stays_as_asked';
    END IF;
    IF asked.permissions::text[] && access_permissions_of_people_only() THEN
        RAISE EXCEPTION 'gives access' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    IF asked.person_id IN (SELECT access_makers(asked.asked_by_id)) THEN
        RAISE EXCEPTION 'to a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    UPDATE access_accessrequest SET name = '', email = ''
    WHERE decision = '' AND email <> '' AND asked_at <= loge_now() - interval '14 days';
END $$;
REVOKE ALL ON FUNCTION access_check_request FROM PUBLIC;

-- Decided by an administrator of the place who is apart from who asked; the request itself does not change.
CREATE OR REPLACE FUNCTION access_check_decision(old_row access_accessrequest, new_row access_accessrequest)
    RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    newcomer boolean := old_row.employed_at_id IS NOT NULL AND new_row.decision = 'approved';
BEGIN
    IF (newcomer AND (new_row.person_id IS NULL OR (new_row.name, new_row.email) <> (old_row.name, old_row.email)))
       OR (NOT newcomer AND (new_row.person_id IS DISTINCT FROM old_row.person_id OR new_row.name || new_row.email <> ''))
    THEN
        RAISE EXCEPTION 'as asked' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_stays_as_asked';
    END IF;
    IF new_row.decision = 'withdrawn' THEN
        RETURN;
    END IF;
    IF NOT access_holds(new_row.decided_by_id, ARRAY['access_administrator'], old_row.place_id)
       OR newcomer AND NOT access_holds(new_row.decided_by_id, ARRAY['access_administrator'], old_row.employed_at_id) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_in_ones_part';
    END IF;
    IF new_row.decision = 'refused' THEN
        RETURN;
    END IF;
    IF old_row.permissions::text[] && access_permissions_of_people_only() THEN
        RAISE EXCEPTION 'gives access' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    IF old_row.asked_at <= loge_now() - interval '14 days' THEN
        RAISE EXCEPTION 'lapsed' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_lapses';
    END IF;
    IF NOT access_is_established_administrator(new_row.decided_by_id, old_row.place_id) THEN
        RAISE EXCEPTION 'too new' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_in_standing';
    END IF;
    IF NOT access_apart(old_row.asked_by_id, new_row.decided_by_id) THEN
        RAISE EXCEPTION 'not apart' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_apart';
    END IF;
END $$;
REVOKE ALL ON FUNCTION access_check_decision FROM PUBLIC;

CREATE OR REPLACE FUNCTION access_request_checked() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT row_security_active('access_accessrequest') THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM access_check_request(NEW);
    ELSE
        PERFORM access_check_decision(OLD, NEW);
    END IF;
    RETURN NULL;
END $$;

-- A new account is one that an approved request names; the request then loses name and address.
CREATE OR REPLACE FUNCTION access_check_person(added access_person) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE access_accessrequest r SET name = '', email = ''
    WHERE r.person_id = added.id AND r.decision = 'approved' AND r.decided_by_id = loge_person()
      AND r.email <> '' AND r.email = added.email AND r.name = added.name AND r.employed_at_id = added.employed_at_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'person_takes_two';
    END IF;
END $$;
REVOKE ALL ON FUNCTION access_check_person FROM PUBLIC;

-- A closed account is reopened without assignments that take two people, and not for a maker of one's own.
CREATE OR REPLACE FUNCTION access_check_reopening(reopened access_person) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF reopened.id IN (SELECT access_makers(loge_person())) THEN
        RAISE EXCEPTION 'a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    IF EXISTS (
        SELECT FROM access_assignment a
        WHERE a.person_id = reopened.id AND coalesce(a.ended_on - 1, a.last_day) >= loge_today()
          AND access_requires_two_people(a.role, a.place_id)) THEN
        RAISE EXCEPTION 'not bare' USING ERRCODE = 'check_violation', CONSTRAINT = 'person_reopened_bare';
    END IF;
END $$;
REVOKE ALL ON FUNCTION access_check_reopening FROM PUBLIC;

CREATE OR REPLACE FUNCTION access_person_checked() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT row_security_active('access_person') THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM access_check_person(NEW);
    ELSE
        PERFORM access_check_reopening(NEW);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER access_assignment_checked AFTER INSERT OR UPDATE ON access_assignment
    FOR EACH ROW EXECUTE FUNCTION access_assignment_checked();
CREATE OR REPLACE TRIGGER access_request_checked AFTER INSERT OR UPDATE ON access_accessrequest
    FOR EACH ROW EXECUTE FUNCTION access_request_checked();
CREATE OR REPLACE TRIGGER access_person_added AFTER INSERT ON access_person
    FOR EACH ROW EXECUTE FUNCTION access_person_checked();
CREATE OR REPLACE TRIGGER access_person_reopened AFTER UPDATE OF is_active ON access_person
    FOR EACH ROW WHEN (NEW.is_active AND NOT OLD.is_active) EXECUTE FUNCTION access_person_checked();
