-- The yearly review of rights, and assignments that are not used.

-- Roles whose holders have a manager, who confirms them. An access administrator confirms the others.
CREATE OR REPLACE FUNCTION access_is_managed(role text) RETURNS boolean
    LANGUAGE sql IMMUTABLE AS $$
    SELECT role IN ('caretaker', 'officer', 'front_desk', 'accountant', 'on_call')
$$;

-- The assignments that the current person confirms: a manager, those of the staff at or below the manager's places; an
-- administrator, those that no manager confirms. Nobody confirms their own.
CREATE OR REPLACE FUNCTION access_review_list() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    WITH mine AS (
        SELECT a.role, q.path FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id
        WHERE a.person_id = loge_person() AND a.role IN ('sector_manager', 'access_administrator')
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    ), managing AS MATERIALIZED (
        -- PostgreSQL reads all managers only for an administrator.
        SELECT a.person_id, q.path FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id
        WHERE a.role = 'sector_manager' AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    ), places AS (
        -- A range of paths, and not starts_with(), so that PostgreSQL looks them up in an index.
        SELECT DISTINCT q.id, q.path FROM mine m JOIN access_place q ON q.path >= m.path AND q.path < m.path || '~'
    ), below AS MATERIALIZED (
        SELECT a.id, a.person_id, a.role, q.path FROM places q JOIN access_assignment a ON a.place_id = q.id
        WHERE a.person_id <> loge_person() AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
    )
    SELECT b.id FROM below b
    WHERE EXISTS (
        SELECT FROM mine m WHERE starts_with(b.path, m.path)
          AND CASE WHEN m.role = 'sector_manager' THEN access_is_managed(b.role)
              ELSE NOT access_is_managed(b.role) OR NOT EXISTS (
                  SELECT FROM managing o WHERE o.person_id <> b.person_id AND starts_with(b.path, o.path)) END)
$$;
REVOKE ALL ON FUNCTION access_review_list FROM PUBLIC;

-- What the current person signs today: places and roles, and each assignment of the list with its answer.
CREATE OR REPLACE FUNCTION access_review_statement() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
$$;
REVOKE ALL ON FUNCTION access_review_statement FROM PUBLIC;

-- A review is inserted as the database states it, in the name and on the day of who signs.
CREATE OR REPLACE FUNCTION access_review_checked() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT row_security_active(TG_RELID) OR NEW.signed_by_id = loge_person() AND NEW.signed_on = loge_today()
        AND NEW.statement = access_review_statement() THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a review is signed as listed' USING ERRCODE = 'check_violation', CONSTRAINT = 'review_as_listed';
END $$;
REVOKE ALL ON FUNCTION access_review_checked FROM PUBLIC;

CREATE OR REPLACE TRIGGER access_review_checked BEFORE INSERT ON access_rightsreview
    FOR EACH ROW EXECUTE FUNCTION access_review_checked();
ALTER TABLE access_rightsreview ENABLE ALWAYS TRIGGER access_review_checked;
SELECT loge_keep('access_rightsreview', 'review_as_listed');

-- For each manager and administrator: when the list was last signed, and when it is due.
CREATE OR REPLACE FUNCTION access_review_days() RETURNS TABLE (assignment uuid, person uuid, last date, due date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id, a.person_id, s.last, coalesce(s.last, a.first_day) + 365
    FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id AND p.is_active
    LEFT JOIN LATERAL (
        SELECT max(r.signed_on) AS last FROM access_rightsreview r
        WHERE r.statement -> 'places' @> jsonb_build_array(jsonb_build_object('id', a.place_id, 'role', a.role))
          AND (a.role = 'sector_manager' OR r.signed_by_id = a.person_id)) s ON true
    WHERE a.role IN ('sector_manager', 'access_administrator')
      AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
$$;
REVOKE ALL ON FUNCTION access_review_days FROM PUBLIC;

-- Is the current person the data-protection officer or an administrator of the whole organisation?
CREATE OR REPLACE FUNCTION access_supervises_reviews() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND a.role IN ('dpo', 'access_administrator')
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
REVOKE ALL ON FUNCTION access_supervises_reviews FROM PUBLIC;

-- May the current person know when the list of this assignment is due?
CREATE OR REPLACE FUNCTION access_may_see_review_date(charge uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT access_supervises_reviews() OR EXISTS (
        SELECT FROM access_assignment a
        WHERE a.id = charge AND access_holds(loge_person(), ARRAY['access_administrator'], a.place_id))
$$;
REVOKE ALL ON FUNCTION access_may_see_review_date FROM PUBLIC;

-- When each list is due, for its holder, for those who supervise it, and for inspectors.
CREATE OR REPLACE FUNCTION access_reviews() RETURNS TABLE (assignment uuid, last date, due date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.assignment, d.last, d.due FROM access_review_days() d
    WHERE d.person = loge_person() OR access_is_inspector() OR access_may_see_review_date(d.assignment)
$$;
REVOKE ALL ON FUNCTION access_reviews FROM PUBLIC;

-- How many lists that the current person supervises are late.
CREATE OR REPLACE FUNCTION access_reviews_late() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM access_review_days() d WHERE d.due < loge_today() AND access_may_see_review_date(d.assignment)
$$;
REVOKE ALL ON FUNCTION access_reviews_late FROM PUBLIC;

-- Assignments in force whose person has passed no permission check since. Ids only, nothing of the audit log.
CREATE OR REPLACE FUNCTION access_unused() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM access_assignment a
    WHERE access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
      AND NOT EXISTS (
          SELECT FROM audit_event e
          WHERE e.actor = a.person_id AND e.permission <> '' AND e.at >= a.given_at AND e.at >= a.first_day
      )
$$;
REVOKE ALL ON FUNCTION access_unused FROM PUBLIC;

-- Assignments in force that were not used for so many days: whether, and never how often. Stand-ins and on-call duties
-- end by themselves; an assignment that somebody confirmed is left out for 90 days.
CREATE OR REPLACE FUNCTION access_unused_for(days integer) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
$$;
REVOKE ALL ON FUNCTION access_unused_for FROM PUBLIC;
