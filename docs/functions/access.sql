-- The functions of access as they are in force. Written by `./dev functions`; migrations make them.

CREATE OR REPLACE FUNCTION public.access_apart(one uuid, other uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT one <> other AND other NOT IN (SELECT access_makers(one)) AND one NOT IN (SELECT access_makers(other))
$function$;

CREATE OR REPLACE FUNCTION public.access_assignment_checked()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF NOT row_security_active('access_assignment') THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM access_check_grant(NEW);
    ELSE
        PERFORM access_check_change(OLD, NEW);
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.access_benefits_me(who uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT who = loge_person() OR who IN (SELECT access_makers(loge_person()))
$function$;

CREATE OR REPLACE FUNCTION public.access_by_people()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF EXISTS (SELECT FROM access_person p WHERE p.id = loge_person() AND p.is_machine) THEN
        RAISE EXCEPTION 'a program' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.access_by_people_alone()
 RETURNS text[]
 LANGUAGE sql
 IMMUTABLE
AS $function$
    SELECT ARRAY['access_ask', 'access_decide', 'assignments_manage', 'contest_agree', 'contest_suspend', 'contest_weigh',
        'copy_release', 'data_import', 'deferral_agree', 'discreet_change', 'emergency_open', 'emergency_review',
        'evacuation_open', 'identity_check', 'inheritance_sort', 'look_defer', 'looks_answer', 'looks_judge',
        'people_manage', 'places_manage', 'reading_agree', 'rights_confirm', 'stand_ins_grant', 'subject_request_take',
        'subject_requests_answer', 'token_make', 'tokens_manage', 'walls_keep', 'write_off_decide']
$function$;

CREATE OR REPLACE FUNCTION public.access_caretaker_alone(who uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN EXISTS (SELECT FROM access_assignment a WHERE a.person_id = who AND a.role = 'caretaker'
            AND coalesce(a.ended_on - 1, a.last_day) >= loge_today() - 90)
        AND NOT EXISTS (SELECT FROM access_assignment a WHERE a.person_id = who AND a.role <> 'caretaker'
            AND coalesce(a.ended_on - 1, a.last_day) >= loge_today());
END $function$;

CREATE OR REPLACE FUNCTION public.access_check_change(old_row access_assignment, new_row access_assignment)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    administers boolean := access_holds(loge_person(), ARRAY['access_administrator'], new_row.place_id);
    reviews boolean := access_holds(loge_person(), ARRAY['sector_manager'], new_row.place_id)
        AND access_is_managed(new_row.role) AND new_row.end_reason IN ('unused', 'not_confirmed')
        AND new_row.ended_on = greatest(loge_today(), new_row.first_day);
BEGIN
    IF NOT administers AND NOT ((reviews OR access_managers_own(new_row)) AND new_row.last_day <= old_row.last_day) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_in_ones_part';
    END IF;
    IF new_row.last_day > old_row.last_day AND access_takes_two(new_row.role, new_row.place_id) THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_takes_two';
    END IF;
    IF new_row.last_day > old_row.last_day AND new_row.person_id IN (SELECT access_makers(loge_person())) THEN
        RAISE EXCEPTION 'to a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    IF old_row.ended_on IS NOT NULL AND (new_row.ended_on IS NULL OR new_row.ended_on > old_row.ended_on) THEN
        RAISE EXCEPTION 'an end stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_end_stays';
    END IF;
END $function$;

CREATE OR REPLACE FUNCTION public.access_check_decision(old_row access_accessrequest, new_row access_accessrequest)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
    IF old_row.permissions::text[] && access_by_people_alone() THEN
        RAISE EXCEPTION 'gives access' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    IF old_row.asked_at <= loge_now() - interval '14 days' THEN
        RAISE EXCEPTION 'lapsed' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_lapses';
    END IF;
    IF NOT access_in_standing(new_row.decided_by_id, old_row.place_id) THEN
        RAISE EXCEPTION 'too new' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_in_standing';
    END IF;
    IF NOT access_apart(old_row.asked_by_id, new_row.decided_by_id) THEN
        RAISE EXCEPTION 'not apart' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_apart';
    END IF;
END $function$;

CREATE OR REPLACE FUNCTION public.access_check_grant(given access_assignment)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
    ELSIF access_managers_own(given) THEN
        PERFORM access_check_stand_in(given);
    ELSIF access_takes_two(given.role, given.place_id) THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_takes_two';
    ELSIF NOT access_holds(loge_person(), ARRAY['access_administrator'], given.place_id) THEN
        RAISE EXCEPTION 'not in ones part' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_in_ones_part';
    END IF;
END $function$;

CREATE OR REPLACE FUNCTION public.access_check_person(added access_person)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    UPDATE access_accessrequest r SET name = '', email = ''
    WHERE r.person_id = added.id AND r.decision = 'approved' AND r.decided_by_id = loge_person()
      AND r.email <> '' AND r.email = added.email AND r.name = added.name AND r.employed_at_id = added.employed_at_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'takes two' USING ERRCODE = 'check_violation', CONSTRAINT = 'person_takes_two';
    END IF;
END $function$;

CREATE OR REPLACE FUNCTION public.access_check_reopening(reopened access_person)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF reopened.id IN (SELECT access_makers(loge_person())) THEN
        RAISE EXCEPTION 'a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    IF EXISTS (
        SELECT FROM access_assignment a
        WHERE a.person_id = reopened.id AND coalesce(a.ended_on - 1, a.last_day) >= loge_today()
          AND access_takes_two(a.role, a.place_id)) THEN
        RAISE EXCEPTION 'not bare' USING ERRCODE = 'check_violation', CONSTRAINT = 'person_reopened_bare';
    END IF;
END $function$;

CREATE OR REPLACE FUNCTION public.access_check_request(asked access_accessrequest)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
    IF asked.permissions::text[] && access_by_people_alone() THEN
        RAISE EXCEPTION 'gives access' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    IF asked.person_id IN (SELECT access_makers(asked.asked_by_id)) THEN
        RAISE EXCEPTION 'to a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    UPDATE access_accessrequest SET name = '', email = ''
    WHERE decision = '' AND email <> '' AND asked_at <= loge_now() - interval '14 days';
END $function$;

CREATE OR REPLACE FUNCTION public.access_check_stand_in(given access_assignment)
 RETURNS void
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
END $function$;

CREATE OR REPLACE FUNCTION public.access_counts(first_day date, last_day date, ended_on date, from_hour time without time zone, to_hour time without time zone, nightly boolean, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    SELECT public.access_in_force(first_day, last_day, ended_on, on_day)
       AND (from_hour IS NULL OR on_day <> public.loge_today()
            OR public.access_on_duty(first_day, last_day, from_hour, to_hour, nightly))
$function$;

CREATE OR REPLACE FUNCTION public.access_days(first_day date, last_day date, ended_on date)
 RETURNS daterange
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT daterange(first_day, coalesce(ended_on, last_day + 1), '[)')
$function$;

CREATE OR REPLACE FUNCTION public.access_enter(who uuid, everyone boolean, carrying text[], compartment text, reading text, OUT roles text[], OUT today date)
 RETURNS record
 LANGUAGE plpgsql
AS $function$
BEGIN
    today := public.loge_today();
    SELECT coalesce(array_agg(DISTINCT role::text), '{}') INTO roles FROM public.access_assignment
    WHERE person_id = who
      AND public.access_counts(first_day, last_day, ended_on, from_hour, to_hour, nightly, today);
    PERFORM set_config('loge.person', who::text, true), set_config('transaction_read_only', reading, true),
            CASE WHEN everyone OR roles && carrying THEN set_config('role', compartment, true) END;
END $function$;

CREATE OR REPLACE FUNCTION public.access_holds(who uuid, roles text[], place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id
        JOIN access_place h ON h.id = access_holds.place AND starts_with(h.path, q.path)
        WHERE a.person_id = who AND a.role = ANY (roles)
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$function$;

CREATE OR REPLACE FUNCTION public.access_holds_everywhere(what text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$function$;

CREATE OR REPLACE FUNCTION public.access_hours(first_day date, last_day date, ended_on date, from_hour time without time zone, to_hour time without time zone)
 RETURNS tsrange
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT tsrange(first_day + from_hour,
        greatest(first_day + from_hour, least(last_day + to_hour, ended_on::timestamp)), '[)')
$function$;

CREATE OR REPLACE FUNCTION public.access_in_force(first_day date, last_day date, ended_on date, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
    SELECT on_day BETWEEN first_day AND last_day
       AND (ended_on IS NULL OR on_day < ended_on
            OR (on_day = ended_on AND on_day > first_day AND on_day < public.loge_today()))
$function$;

CREATE OR REPLACE FUNCTION public.access_in_standing(who uuid, place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT access_holds(who, ARRAY['access_administrator'], access_in_standing.place)
       AND EXISTS (
        SELECT FROM access_assignment a
        JOIN access_place q ON q.id = a.place_id
        JOIN access_place h ON h.id = access_in_standing.place AND starts_with(h.path, q.path)
        WHERE a.person_id = who AND a.role = 'access_administrator'
          AND coalesce(a.ended_on - 1, a.last_day) >= loge_today() - 30
          AND (a.given_by_id IS NULL OR a.given_at <= loge_now() - interval '30 days'))
       AND NOT EXISTS (
        SELECT FROM access_accessrequest r
        WHERE r.person_id = who AND r.employed_at_id IS NOT NULL AND r.decision = 'approved'
          AND r.decided_at > loge_now() - interval '30 days')
$function$;

CREATE OR REPLACE FUNCTION public.access_inspected_sessions()
 RETURNS TABLE(person uuid, sessions bigint, addresses bigint, devices bigint, first timestamp with time zone, last timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT u.user_id, count(*), count(DISTINCT u.ip), count(DISTINCT u.user_agent), min(u.created_at), max(u.created_at)
    FROM usersessions_usersession u JOIN access_session s ON s.session_key = u.session_key AND s.expire_date > loge_now()
    WHERE access_inspects() GROUP BY u.user_id
    HAVING count(DISTINCT u.ip) > 1 OR count(DISTINCT u.user_agent) > 1
$function$;

CREATE OR REPLACE FUNCTION public.access_inspector_days(who uuid, first_day date, last_day date)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION public.access_inspects()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ SELECT access_holds_everywhere('control') $function$;

CREATE OR REPLACE FUNCTION public.access_is_managed(role text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$
    SELECT role IN ('caretaker', 'officer', 'front_desk', 'accountant', 'on_call')
$function$;

CREATE OR REPLACE FUNCTION public.access_machine_checked()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    kept boolean := true;
BEGIN
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NULL;
    ELSIF TG_TABLE_NAME = 'access_assignment' AND TG_OP = 'INSERT' THEN
        kept := NEW.request_id IS NOT NULL OR NOT EXISTS (SELECT FROM access_person WHERE id = NEW.person_id AND is_machine);
    ELSIF TG_TABLE_NAME = 'access_assignment' THEN
        kept := NEW.last_day <= OLD.last_day OR NOT EXISTS (SELECT FROM access_person WHERE id = NEW.person_id AND is_machine);
    ELSIF TG_TABLE_NAME = 'access_accessrequest' THEN
        kept := NOT EXISTS (SELECT FROM access_person WHERE id = NEW.person_id AND is_machine)
            AND (NEW.permissions = '{}' OR access_holds(loge_person(), ARRAY['access_administrator'], NEW.place_id));
    ELSIF TG_TABLE_NAME = 'access_person' THEN
        kept := EXISTS (SELECT FROM access_accessrequest r WHERE r.person_id = NEW.id AND r.decision = 'approved'
            AND r.employed_at_id IS NOT NULL AND (r.permissions <> '{}') = NEW.is_machine);
    END IF;
    IF NOT kept THEN
        RAISE EXCEPTION 'a machine' USING ERRCODE = 'check_violation', CONSTRAINT = 'machine_holds_what_it_was_asked_for';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.access_makers(who uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH RECURSIVE made(id) AS (
        SELECT who
        UNION
        SELECT maker FROM made
        JOIN access_person p ON p.id = made.id
        JOIN access_accessrequest r ON r.person_id = p.id AND r.employed_at_id IS NOT NULL AND r.decision = 'approved'
             AND (p.is_machine OR r.decided_at > loge_now() - interval '30 days')
        LEFT JOIN access_machinetoken t ON t.machine_id = p.id
        CROSS JOIN LATERAL unnest(ARRAY[r.asked_by_id, r.decided_by_id, t.made_by_id]) AS maker
        WHERE maker IS NOT NULL
    )
    SELECT id FROM made WHERE id <> who
$function$;

CREATE OR REPLACE FUNCTION public.access_managers_own(held access_assignment)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT access_holds(loge_person(), ARRAY['sector_manager'], held.place_id)
       AND (held.role = 'caretaker' AND held.reason IN ('stand_in_absence', 'stand_in_vacancy')
            OR held.role = 'on_call' AND held.reason = 'on_call')
$function$;

CREATE OR REPLACE FUNCTION public.access_on_duty(first_day date, last_day date, from_hour time without time zone, to_hour time without time zone, nightly boolean)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT CASE WHEN nightly THEN EXISTS (
        SELECT FROM (SELECT loge_today() - back AS night, CASE WHEN to_hour <= from_hour THEN 1 ELSE 0 END AS over
                     FROM generate_series(0, 1) AS back) n
        WHERE n.night >= first_day AND n.night + n.over <= last_day
          AND loge_now() >= (n.night + from_hour) AT TIME ZONE 'Europe/Paris'
          AND loge_now() < (n.night + n.over + to_hour) AT TIME ZONE 'Europe/Paris')
    ELSE loge_now() >= (first_day + from_hour) AT TIME ZONE 'Europe/Paris'
        AND loge_now() < (last_day + to_hour) AT TIME ZONE 'Europe/Paris' END
$function$;

CREATE OR REPLACE FUNCTION public.access_people(place uuid, on_day date)
 RETURNS TABLE(person uuid, assignment uuid, role text)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT r.person, r.assignment, r.role FROM access_right r
    WHERE r.building = access_people.place
      AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)
      AND (r.is_active OR on_day < loge_today())
$function$;

CREATE OR REPLACE FUNCTION public.access_person_checked()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF NOT row_security_active('access_person') THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM access_check_person(NEW);
    ELSE
        PERFORM access_check_reopening(NEW);
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.access_place_carry()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    UPDATE access_place SET path = '' WHERE parent_id = NEW.id;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.access_place_path()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    NEW.path := coalesce((SELECT path FROM access_place WHERE id = NEW.parent_id), '/') || NEW.id || '/';
    IF TG_OP = 'UPDATE' AND NEW.path LIKE OLD.path || '_%' THEN
        RAISE EXCEPTION 'a place cannot hang below itself' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION public.access_reach(who uuid, what text, on_day date)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN QUERY
    SELECT DISTINCT r.building FROM access_right r
    JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = what
    WHERE r.person = who
      AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)
      AND (r.is_active OR on_day < loge_today());
END $function$;

CREATE OR REPLACE FUNCTION public.access_request_checked()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF NOT row_security_active('access_accessrequest') THEN
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM access_check_request(NEW);
    ELSE
        PERFORM access_check_decision(OLD, NEW);
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.access_review_checked()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF NOT row_security_active(TG_RELID) OR NEW.signed_by_id = loge_person() AND NEW.signed_on = loge_today()
        AND NEW.statement = access_review_statement() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a review is signed as listed' USING ERRCODE = 'check_violation', CONSTRAINT = 'review_as_listed';
END $function$;

CREATE OR REPLACE FUNCTION public.access_review_days()
 RETURNS TABLE(assignment uuid, person uuid, last date, due date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT a.id, a.person_id, s.last, coalesce(s.last, a.first_day) + 365
    FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id AND p.is_active
    LEFT JOIN LATERAL (
        SELECT max(r.signed_on) AS last FROM access_rightsreview r
        WHERE r.statement -> 'places' @> jsonb_build_array(jsonb_build_object('id', a.place_id, 'role', a.role))
          AND (a.role = 'sector_manager' OR r.signed_by_id = a.person_id)) s ON true
    WHERE a.role IN ('sector_manager', 'access_administrator')
      AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
$function$;

CREATE OR REPLACE FUNCTION public.access_review_list()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH overseeing AS (
        SELECT a.person_id, a.role, q.path FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id
        WHERE a.role IN ('sector_manager', 'access_administrator')
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    ), mine AS (
        SELECT role, path FROM overseeing WHERE person_id = loge_person()
    ), below AS MATERIALIZED (
        SELECT a.id, a.person_id, a.role, q.path FROM access_assignment a JOIN access_place q ON q.id = a.place_id
        WHERE a.person_id <> loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
          AND EXISTS (SELECT FROM mine m WHERE starts_with(q.path, m.path))
    )
    SELECT b.id FROM below b
    WHERE EXISTS (
        SELECT FROM mine m WHERE starts_with(b.path, m.path)
          AND m.role = CASE WHEN access_is_managed(b.role) AND EXISTS (
                  SELECT FROM overseeing o
                  WHERE o.role = 'sector_manager' AND o.person_id <> b.person_id AND starts_with(b.path, o.path))
              THEN 'sector_manager' ELSE 'access_administrator' END)
$function$;

CREATE OR REPLACE FUNCTION public.access_review_statement()
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT jsonb_build_object('signed_on', loge_today(), 'by', jsonb_build_object('id', me.id, 'name', me.name),
        'places', (SELECT jsonb_agg(jsonb_build_object('id', q.id, 'name', q.name, 'role', a.role) ORDER BY q.path, a.role)
            FROM access_assignment a JOIN access_place q ON q.id = a.place_id
            WHERE a.person_id = me.id AND a.role IN ('sector_manager', 'access_administrator')
              AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())),
        'rights', (SELECT coalesce(jsonb_agg(jsonb_build_object('assignment', a.id, 'person', x.name, 'role', a.role,
                'place', q.name, 'first_day', a.first_day, 'last_day', a.last_day,
                'answer', CASE WHEN a.ended_on <= loge_today() THEN 'end' ELSE 'keep' END)
                ORDER BY q.path, x.name, a.role, a.id), '[]')
            FROM access_assignment a JOIN access_person x ON x.id = a.person_id JOIN access_place q ON q.id = a.place_id
            WHERE a.id = ANY (ARRAY (SELECT access_review_list()))
               OR a.ended_on = loge_today() AND a.ended_by_id = me.id AND a.end_reason = 'not_confirmed'))
    FROM access_person me WHERE me.id = loge_person()
$function$;

CREATE OR REPLACE FUNCTION public.access_reviews()
 RETURNS TABLE(assignment uuid, last date, due date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT d.assignment, d.last, d.due FROM access_review_days() d
    WHERE d.person = loge_person() OR access_inspects() OR access_watches_charge(d.assignment)
$function$;

CREATE OR REPLACE FUNCTION public.access_reviews_late()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT count(*) FROM access_review_days() d WHERE d.due < loge_today() AND access_watches_charge(d.assignment)
$function$;

CREATE OR REPLACE FUNCTION public.access_rules(who uuid, place uuid, on_day date)
 RETURNS TABLE(assignment uuid, role text)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 2
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN QUERY
    SELECT r.assignment, r.role FROM access_right r
    WHERE r.person = who AND r.building = access_rules.place
      AND access_counts(r.first_day, r.last_day, r.ended_on, r.from_hour, r.to_hour, r.nightly, on_day)
      AND (r.is_active OR on_day < loge_today());
END $function$;

CREATE OR REPLACE FUNCTION public.access_takes_in()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ SELECT access_holds_everywhere('intake') $function$;

CREATE OR REPLACE FUNCTION public.access_takes_two(role text, place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT coalesce((SELECT access_takes_two.role <> 'caretaker' OR q.level <> 'building'
                     FROM access_place q WHERE q.id = access_takes_two.place), true)
$function$;

CREATE OR REPLACE FUNCTION public.access_token(shown text)
 RETURNS TABLE(token uuid, machine uuid, permissions text[], used boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT t.id, p.id, ARRAY (SELECT one FROM unnest(r.permissions::text[]) one WHERE one <> ALL (access_by_people_alone())),
           t.first_used_at IS NOT NULL
    FROM access_machinetoken t
    JOIN access_person p ON p.id = t.machine_id AND p.is_active AND p.is_machine
    JOIN access_assignment a ON a.person_id = p.id AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    JOIN access_accessrequest r ON r.id = a.request_id
    WHERE t.digest = shown AND t.revoked_at IS NULL
$function$;

CREATE OR REPLACE FUNCTION public.access_token_made()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF NOT row_security_active(TG_RELID) THEN
        RETURN NULL;
    ELSIF NOT EXISTS (
        SELECT FROM access_accessrequest r WHERE r.person_id = NEW.machine_id AND r.decision = 'approved'
           AND NEW.made_by_id = loge_person() AND loge_person() IN (SELECT access_token_makers(r.id))) THEN
        RAISE EXCEPTION 'not a third' USING ERRCODE = 'check_violation', CONSTRAINT = 'token_made_by_a_third';
    ELSIF EXISTS (
        SELECT FROM access_accessrequest r
        WHERE r.person_id = NEW.machine_id AND r.permissions::text[] && access_by_people_alone()) THEN
        RAISE EXCEPTION 'gives access' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.access_token_makers(asked uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH third AS (
        SELECT DISTINCT p.id, a.role FROM access_accessrequest r
        JOIN access_place h ON h.id = r.place_id
        JOIN access_assignment a ON a.role IN ('access_administrator', 'dpo')
             AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
        JOIN access_place q ON q.id = a.place_id AND starts_with(h.path, q.path)
        JOIN access_person p ON p.id = a.person_id AND p.is_active AND NOT p.is_machine
        WHERE r.id = access_token_makers.asked AND r.decision = 'approved' AND r.permissions <> '{}'
          AND access_apart(p.id, r.asked_by_id) AND access_apart(p.id, r.decided_by_id)
    )
    SELECT id FROM third WHERE role = 'access_administrator'
    UNION
    SELECT id FROM third WHERE role = 'dpo' AND NOT EXISTS (SELECT FROM third WHERE role = 'access_administrator')
$function$;

CREATE OR REPLACE FUNCTION public.access_token_used(token uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    UPDATE access_machinetoken SET first_used_at = loge_now() WHERE id = token AND first_used_at IS NULL
$function$;

CREATE OR REPLACE FUNCTION public.access_tokens_to_make()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT r.id FROM access_accessrequest r
    WHERE r.decision = 'approved' AND r.permissions <> '{}' AND r.last_day >= loge_today()
      AND NOT EXISTS (SELECT FROM access_machinetoken t WHERE t.machine_id = r.person_id)
      AND NOT r.permissions::text[] && access_by_people_alone()
      AND loge_person() IN (SELECT access_token_makers(r.id))
$function$;

CREATE OR REPLACE FUNCTION public.access_unused()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT a.id FROM access_assignment a
    WHERE access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
      AND NOT EXISTS (
          SELECT FROM audit_event e
          WHERE e.actor = a.person_id AND e.permission <> '' AND e.at >= a.given_at AND e.at >= a.first_day
      )
$function$;

CREATE OR REPLACE FUNCTION public.access_unused_for(days integer)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT a.id FROM access_assignment a JOIN access_place q ON q.id = a.place_id
    WHERE access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
      AND a.first_day <= loge_today() - days AND a.given_at < (loge_today() - days + 1)::timestamp AT TIME ZONE 'Europe/Paris'
      AND a.reason NOT IN ('stand_in_absence', 'stand_in_vacancy', 'on_call')
      AND NOT EXISTS (SELECT FROM access_keptright k WHERE k.assignment_id = a.id AND k.kept_on > loge_today() - 90)
      AND NOT EXISTS (
          SELECT FROM audit_event e LEFT JOIN access_place p ON p.id = e.place
          WHERE e.actor = a.person_id AND e.role = a.role AND e.outcome IN ('shown', 'changed')
            AND e.at >= (loge_today() - days)::timestamp AT TIME ZONE 'Europe/Paris'
            AND (p.id IS NULL OR starts_with(p.path, q.path)))
$function$;

CREATE OR REPLACE FUNCTION public.access_watches_charge(charge uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT access_watches_reviews() OR EXISTS (
        SELECT FROM access_assignment a
        WHERE a.id = charge AND access_holds(loge_person(), ARRAY['access_administrator'], a.place_id))
$function$;

CREATE OR REPLACE FUNCTION public.access_watches_reviews()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND a.role IN ('dpo', 'access_administrator')
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$function$;
