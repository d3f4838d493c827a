"""An inspector is let in for sixty days of any year at most; who is signed in at two places at once is counted for her."""

from django.db import migrations

CREATE = """
-- The most days of that role in any 365 that hold some of these: what was ended early counts until its end.
CREATE FUNCTION access_inspector_days(who uuid, first_day date, last_day date) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH covered AS (
        SELECT d::date AS day FROM access_assignment a
        CROSS JOIN LATERAL generate_series(greatest(a.first_day, access_inspector_days.first_day - 364),
            least(coalesce(a.ended_on - 1, a.last_day), access_inspector_days.last_day + 364), interval '1 day') AS d
        WHERE a.person_id = who AND a.role = 'inspector'
        UNION
        SELECT d::date FROM generate_series(access_inspector_days.first_day, access_inspector_days.last_day, interval '1 day') AS d)
    SELECT coalesce(max((SELECT count(*) FROM covered c WHERE c.day BETWEEN here.day AND here.day + 364)), 0)::integer
    FROM covered here
$$;
-- Open sessions of one person from more than one address or device. Counted: neither is told to whoever inspects.
CREATE FUNCTION access_inspected_sessions() RETURNS TABLE
    (person uuid, sessions bigint, addresses bigint, devices bigint, first timestamptz, last timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.user_id, count(*), count(DISTINCT u.ip), count(DISTINCT u.user_agent), min(u.created_at), max(u.created_at)
    FROM usersessions_usersession u JOIN django_session s ON s.session_key = u.session_key AND s.expire_date > loge_now()
    WHERE access_inspects() GROUP BY u.user_id
    HAVING count(DISTINCT u.ip) > 1 OR count(DISTINCT u.user_agent) > 1
$$;
REVOKE ALL ON FUNCTION access_inspector_days(uuid, date, date), access_inspected_sessions() FROM PUBLIC;
"""
# Whoever gives it: two who agreed to the letter agreed on too much.
CHECK = """DO $$
DECLARE body text := pg_get_functiondef('access_check_grant(access_assignment)'::regprocedure);
BEGIN
    IF strpos(body, 'BEGIN' || chr(10)) = 0 THEN
        RAISE EXCEPTION 'access_check_grant is not as expected';
    END IF;
    EXECUTE replace(body, 'BEGIN' || chr(10), 'BEGIN
    IF given.role = ''inspector'' AND access_inspector_days(given.person_id, given.first_day, given.last_day) > 60 THEN
        RAISE EXCEPTION ''too many days of a year'' USING ERRCODE = ''check_violation'', CONSTRAINT = ''inspector_sixty_days_a_year'';
    END IF;
');
END $$"""
UNCHECK = """DO $$
DECLARE body text := pg_get_functiondef('access_check_grant(access_assignment)'::regprocedure);
BEGIN
    EXECUTE regexp_replace(body, 'BEGIN\\n    IF given\\.role = ''inspector''.*?END IF;\\n', 'BEGIN' || chr(10));
END $$"""
DROP = "DROP FUNCTION access_inspector_days(uuid, date, date), access_inspected_sessions()"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0017_reviews_kept"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]
    operations = [migrations.RunSQL(CREATE, DROP), migrations.RunSQL(CHECK, UNCHECK)]
