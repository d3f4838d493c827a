-- Has this person this role and no other, today or later? A login that serves one role may change the means of signing
-- in of these people only. For 90 days after the last assignment the person may still sign in, and reaches nothing.
-- With `ever`, the role may have ended at any time: the offices' login never signs in people who have only had it.
-- Policies ask this for each session. A person may have thousands of assignments, so other roles are looked up in the
-- index before and after this one, and with the same plan for everybody.
CREATE OR REPLACE FUNCTION access_has_only(who uuid, wanted text, ever boolean) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    -- Most people never had the role. With min(), PostgreSQL looks the role up in an index. With EXISTS, it may read all
    -- assignments of the person.
    IF (SELECT min(a.role) FROM access_assignment a WHERE a.person_id = who AND a.role >= wanted)
            IS DISTINCT FROM wanted THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT FROM access_assignment a WHERE a.person_id = who AND a.role = wanted
            AND (ever OR coalesce(a.ended_on - 1, a.last_day) >= loge_today() - 90))
        AND NOT EXISTS (SELECT FROM access_assignment a WHERE a.person_id = who AND a.role < wanted
            AND coalesce(a.ended_on - 1, a.last_day) >= loge_today())
        AND NOT EXISTS (SELECT FROM access_assignment a WHERE a.person_id = who AND a.role > wanted
            AND coalesce(a.ended_on - 1, a.last_day) >= loge_today());
END $$;
REVOKE ALL ON FUNCTION access_has_only FROM PUBLIC;

-- People with open sessions from more than one address or device. Counted: an inspector is told neither.
CREATE OR REPLACE FUNCTION access_inspected_sessions()
    RETURNS TABLE (person uuid, sessions bigint, addresses bigint, devices bigint, first timestamptz, last timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.user_id, count(*), count(DISTINCT u.ip), count(DISTINCT u.user_agent), min(u.created_at), max(u.created_at)
    FROM usersessions_usersession u JOIN access_session s ON s.session_key = u.session_key AND s.expire_date > loge_now()
    WHERE access_is_inspector() GROUP BY u.user_id
    HAVING count(DISTINCT u.ip) > 1 OR count(DISTINCT u.user_agent) > 1
$$;
REVOKE ALL ON FUNCTION access_inspected_sessions FROM PUBLIC;
