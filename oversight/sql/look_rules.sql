-- The rules about unexplained views. Each takes a day and returns events to ask about; three days are left to an
-- explanation where one may come later. `watch_looks` runs them every night.

-- Repeated failed sign-ins, or sessions ended because of guesses.
CREATE OR REPLACE FUNCTION oversight_rule_blocked(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH failed AS (
        SELECT e.id, e.at, e.kind, e.actor, e.role, e.place, e.kind = 'sessions_ended' OR 5 <= count(*) OVER (
            PARTITION BY e.actor, e.kind ORDER BY e.at RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW) AS enough
        FROM audit_event e
        WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1) AND e.actor IS NOT NULL
          AND (e.kind = 'sign_in_failed' OR e.kind = 'sessions_ended' AND e.facts ->> 'reason' = 'guesses')
    )
    SELECT DISTINCT ON (f.actor) f.id, f.at, f.kind, f.actor, f.role, f.place FROM failed f WHERE f.enough
    ORDER BY f.actor, f.at
$$;
REVOKE ALL ON FUNCTION oversight_rule_blocked FROM PUBLIC;

-- An assignment of three days or less that was used to view files, neither requested nor for a replacement.
CREATE OR REPLACE FUNCTION oversight_rule_brief_access(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM access_assignment a
    JOIN audit_event e ON e.about = a.id AND e.kind = 'assignment_granted' AND e.actor IS NOT NULL
    WHERE a.ended_on = on_day AND a.ended_on - a.first_day <= 3
      AND a.reason NOT IN ('stand_in_absence', 'stand_in_vacancy', 'on_call')
      AND NOT EXISTS (
          SELECT FROM access_accessrequest r WHERE r.person_id = a.person_id AND r.role = a.role AND r.place_id = a.place_id
            AND r.decision = 'approved' AND r.decided_at >= tenants_midnight(on_day - 20))
      AND EXISTS (
          SELECT FROM audit_event l WHERE l.actor = a.person_id AND l.outcome = 'shown' AND l.about IS NOT NULL
            AND l.role = a.role AND l.at >= tenants_midnight(a.first_day) AND l.at < tenants_midnight(on_day + 1))
$$;
REVOKE ALL ON FUNCTION oversight_rule_brief_access FROM PUBLIC;

-- 25 households in ten minutes with next to no work done, or the hourly limit reached.
CREATE OR REPLACE FUNCTION oversight_rule_burst(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH opened AS (
        SELECT DISTINCT ON (f.person, f.lease) f.* FROM oversight_household_views(on_day) f
        WHERE f.lease IS NOT NULL ORDER BY f.person, f.lease, f.at
    ), running AS (
        SELECT o.*, count(*) OVER (PARTITION BY o.person ORDER BY o.at
                                   RANGE BETWEEN interval '10 minutes' PRECEDING AND CURRENT ROW) AS many FROM opened o
    ), found AS (
        SELECT r.event, r.at, r.kind, r.person, r.role, r.place FROM running r
        WHERE r.many >= 25 AND 5 > (
            SELECT count(DISTINCT e.about) FROM audit_event e
            WHERE e.actor = r.person AND e.outcome = 'changed' AND e.at >= r.at - interval '10 minutes'
              AND e.at < r.at + interval '50 minutes')
        UNION ALL
        SELECT e.id, e.at, e.kind, e.actor, e.role, e.place FROM oversight_events_of_day(on_day, '{limit_reached}') e
    )
    SELECT DISTINCT ON (f.person) f.event, f.at, f.kind, f.person, f.role, f.place FROM found f ORDER BY f.person, f.at
$$;
REVOKE ALL ON FUNCTION oversight_rule_burst FROM PUBLIC;

-- A household with the name of a colleague.
CREATE OR REPLACE FUNCTION oversight_rule_colleague(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH staff AS MATERIALIZED (
        SELECT tenants_fold_name(p.name) AS whole FROM access_person p WHERE p.is_active AND NOT p.is_machine
    )
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM oversight_views_by_name(on_day - 3) l
    WHERE EXISTS (SELECT FROM oversight_names_at(l.lease, on_day - 3) n JOIN staff s ON s.whole = n.whole)
$$;
REVOKE ALL ON FUNCTION oversight_rule_colleague FROM PUBLIC;

-- Names tried at the counter and missed: five in an hour, ten in a day, or the same reference on three days in
-- fourteen.
CREATE OR REPLACE FUNCTION oversight_rule_guessed(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH missed AS (
        SELECT e.*, count(*) OVER (PARTITION BY e.actor ORDER BY e.at
                                   RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW) AS of_hour,
               count(*) OVER (PARTITION BY e.actor ORDER BY e.at) AS of_day
        FROM oversight_events_of_day(on_day, '{identity_missed}') e
    )
    SELECT DISTINCT ON (m.actor) m.id, m.at, m.kind, m.actor, m.role, m.place FROM missed m
    WHERE m.of_hour >= 5 OR m.of_day >= 10 OR m.about IS NOT NULL AND 3 <= (
        SELECT count(DISTINCT (o.at AT TIME ZONE 'Europe/Paris')::date) FROM audit_event o
        WHERE o.about = m.about AND o.actor = m.actor AND o.kind = 'identity_missed'
          AND o.at >= tenants_midnight(on_day - 13) AND o.at < tenants_midnight(on_day + 1))
    ORDER BY m.actor, m.at
$$;
REVOKE ALL ON FUNCTION oversight_rule_guessed FROM PUBLIC;

-- A program that shows more than twice what it showed on its busiest day of the month before.
CREATE OR REPLACE FUNCTION oversight_rule_program(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH grown AS (
        SELECT p.id FROM access_person p
        WHERE p.is_machine AND oversight_rows_shown_to(p.id, on_day) >= 25
          AND oversight_rows_shown_to(p.id, on_day) > 2 * (
              SELECT max(oversight_rows_shown_to(p.id, d::date)) FROM generate_series(on_day - 31, on_day - 1, interval '1 day') d)
    )
    SELECT DISTINCT ON (e.actor) e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM grown g JOIN audit_event e ON e.actor = g.id AND e.outcome = 'shown'
    WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
    ORDER BY e.actor, e.at
$$;
REVOKE ALL ON FUNCTION oversight_rule_program FROM PUBLIC;

-- Files asked for and refused: five in an hour, or the same one on three days in fourteen.
CREATE OR REPLACE FUNCTION oversight_rule_refused(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS (
        SELECT DISTINCT ON (t.person, t.asked) t.* FROM oversight_refusals_of(on_day, on_day) t
        WHERE t.kind = 'refused' ORDER BY t.person, t.asked, t.at
    ), running AS (
        SELECT a.*, count(*) OVER (PARTITION BY a.person ORDER BY a.at
                                   RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW) AS many FROM asked a
    )
    SELECT DISTINCT ON (r.person) r.event, r.at, r.kind, r.person, r.role, r.place FROM running r
    WHERE (r.many >= 5 OR 3 <= (
              SELECT count(DISTINCT o.day) FROM oversight_refusals_of(on_day - 13, on_day) o
              WHERE o.person = r.person AND o.asked = r.asked))
      AND NOT EXISTS (
          SELECT FROM access_assignment a
          WHERE a.person_id = r.person AND coalesce(a.ended_on, a.last_day + 1) BETWEEN on_day - 7 AND on_day)
    ORDER BY r.person, r.at
$$;
REVOKE ALL ON FUNCTION oversight_rule_refused FROM PUBLIC;

-- An account, a lease or an identity opened on four days in two weeks; a card, with which a caretaker works, on eight
-- days in four weeks, spread over three, and three times as often as is ordinary under that role in that building.
CREATE OR REPLACE FUNCTION oversight_rule_returning(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM (
        SELECT DISTINCT ON (f.person, f.lease, f.kind = 'card_opened') f.*, f.kind = 'card_opened' AS card,
               on_day - CASE f.kind WHEN 'card_opened' THEN 30 ELSE 16 END AS since
        FROM oversight_household_views(on_day - 3) f
        WHERE f.lease IS NOT NULL ORDER BY f.person, f.lease, f.kind = 'card_opened', f.at) l
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT (e.at AT TIME ZONE 'Europe/Paris')::date) AS days,
               min((e.at AT TIME ZONE 'Europe/Paris')::date) AS first
        FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT oversight_ids_of_household(l.lease))) AND e.actor = l.person AND e.outcome = 'shown'
          AND (e.kind = 'card_opened') = l.card
          AND e.permission NOT IN ('identity_check', 'checked_card_view', 'emergency_open', 'evacuation_open')
          AND e.at >= tenants_midnight(l.since) AND e.at < tenants_midnight(on_day - 2)) s
    WHERE CASE WHEN l.card
          THEN s.days >= 8 AND s.first <= on_day - 3 - 20
              AND s.days >= 3 * oversight_ordinary_days(l.place, l.role, l.lease, on_day - 3)
              AND NOT oversight_has_open_matter(l.lease, on_day - 17)
              AND NOT EXISTS (
                  SELECT FROM tenants_residence r JOIN tenants_helpcode h ON h.tenant_id = r.tenant_id
                  WHERE r.lease_id = l.lease AND h.ended_on IS NULL AND h.renew_by >= on_day - 3)
          ELSE s.days >= 4 AND NOT oversight_has_arrears(l.lease, on_day - 3) AND NOT oversight_has_arrears(l.lease, l.since) END
      AND NOT oversight_has_open_matter(l.lease, on_day - 3)
      AND NOT oversight_changed_household(l.person, l.lease, l.since - 1, on_day)
      -- An entry put right, by whomever, is a matter that is going on.
      AND NOT EXISTS (
          SELECT FROM audit_event e
          WHERE e.about = ANY (ARRAY (SELECT oversight_ids_of_household(l.lease))) AND e.outcome = 'changed'
            AND e.kind IN ('adjustment_posted', 'entry_reversed')
            AND e.at >= tenants_midnight(l.since) AND e.at < tenants_midnight(on_day + 1))
      AND NOT oversight_asked_recently('returning', l.person, l.lease, on_day - 3)
$$;
REVOKE ALL ON FUNCTION oversight_rule_returning FROM PUBLIC;

-- The rights of the same colleague read on three days in fourteen, and no right changed.
CREATE OR REPLACE FUNCTION oversight_rule_rights_of_person(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (e.actor, e.about) e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM oversight_events_of_day(on_day, '{rights_read}') e
    WHERE e.about IS NOT NULL AND e.about <> e.actor AND e.facts ->> 'question' IN ('person', 'reach')
      AND 3 <= (
          SELECT count(DISTINCT (o.at AT TIME ZONE 'Europe/Paris')::date) FROM audit_event o
          WHERE o.about = e.about AND o.actor = e.actor AND o.kind = 'rights_read'
            AND o.at >= tenants_midnight(on_day - 13) AND o.at < tenants_midnight(on_day + 1))
      AND NOT EXISTS (
          SELECT FROM audit_event c WHERE c.outcome = 'changed'
            AND (c.about = e.about OR c.facts ->> 'person' = e.about::text)
            AND c.at >= tenants_midnight(on_day - 14) AND c.at < tenants_midnight(on_day + 1))
    ORDER BY e.actor, e.about, e.at
$$;
REVOKE ALL ON FUNCTION oversight_rule_rights_of_person FROM PUBLIC;

-- A household with one's own last name, unless the name is frequent.
CREATE OR REPLACE FUNCTION oversight_rule_surname(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT l.event, l.at, l.kind, l.person, l.role, l.place FROM oversight_views_by_name(on_day - 3) l
    JOIN access_person p ON p.id IN (SELECT oversight_people_behind(l.person))
    WHERE EXISTS (
        SELECT FROM oversight_names_at(l.lease, on_day - 3) n
        WHERE trim(n.last) <> '' AND tenants_fold_name(p.name) LIKE '%' || n.last
          AND (SELECT count(DISTINCT r.lease_id) FROM tenants_residence r
               WHERE r.name_key >= ltrim(n.last) AND r.name_key < ltrim(rtrim(n.last) || '!') AND r.moved_out IS NULL) <= 25)
$$;
REVOKE ALL ON FUNCTION oversight_rule_surname FROM PUBLIC;

-- The audit log of a household read without a request or a question about it.
CREATE OR REPLACE FUNCTION oversight_rule_trace_of_account(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (e.actor, one.which) e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM oversight_events_of_day(on_day, '{history_read,evidence_taken}') e
    CROSS JOIN LATERAL unnest(CASE e.kind WHEN 'evidence_taken' THEN e.shown ELSE ARRAY[e.about] END) AS one(which)
    CROSS JOIN LATERAL (
        SELECT coalesce(oversight_household('account', one.which, NULL, on_day),
                        oversight_household('lease', one.which, NULL, on_day),
                        oversight_household('tenant', one.which, NULL, on_day)) AS lease) h
    WHERE e.facts ->> 'scope' IN ('account', 'subject') AND h.lease IS NOT NULL AND e.role <> 'inspector'
      AND NOT EXISTS (
          SELECT FROM rights_subjectrequest s WHERE s.opened_on BETWEEN on_day - 62 AND on_day
            AND s.tenant_id = ANY (ARRAY (SELECT oversight_ids_of_household(h.lease))))
      AND NOT EXISTS (
          SELECT FROM oversight_lookquestion q JOIN audit_event l ON l.id = q.event AND l.at = q.at
          WHERE q.found_on >= on_day - 62 AND l.about = ANY (ARRAY (SELECT oversight_ids_of_household(h.lease))))
      AND NOT EXISTS (
          SELECT FROM tenants_emergencyaccess m WHERE m.lease_id = h.lease AND m.opened_at >= tenants_midnight(on_day - 31))
    ORDER BY e.actor, one.which, e.at
$$;
REVOKE ALL ON FUNCTION oversight_rule_trace_of_account FROM PUBLIC;

-- The audit log of a colleague read, and the reason given is not confirmed.
CREATE OR REPLACE FUNCTION oversight_rule_trace_of_person(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (e.actor, e.facts ->> 'person') e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM oversight_events_of_day(on_day, '{person_looks_read,evidence_taken}') e
    WHERE e.facts ->> 'person' IS NOT NULL
      -- A web process may write any code here. Without this condition, it could stop the rules of a day.
      AND NOT CASE WHEN e.facts ->> 'person' !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN false
      ELSE CASE e.facts ->> 'reason'
        WHEN 'security_alert' THEN EXISTS (
            SELECT FROM oversight_lookquestion q WHERE q.person_id = (e.facts ->> 'person')::uuid AND q.found_on >= on_day - 31)
            OR EXISTS (
                SELECT FROM audit_event r WHERE r.actor = (e.facts ->> 'person')::uuid
                  AND (r.outcome IN ('refused', 'missing') OR r.kind IN ('limit_reached', 'sessions_ended'))
                  AND r.at >= tenants_midnight(on_day - 14) AND r.at < e.at)
        WHEN 'control' THEN EXISTS (
            SELECT FROM audit_event r WHERE r.kind IN ('words_counted', 'reading_asked', 'backup_taken', 'exhibit_shown')
              AND r.at >= tenants_midnight(on_day - 14) AND r.at < tenants_midnight(on_day + 1))
        WHEN 'left_post' THEN EXISTS (
            SELECT FROM access_assignment a WHERE a.person_id = (e.facts ->> 'person')::uuid
              AND coalesce(a.ended_on, a.last_day + 1) BETWEEN on_day - 62 AND on_day)
        WHEN 'emergency' THEN EXISTS (
            SELECT FROM tenants_emergencyaccess m WHERE m.person_id = (e.facts ->> 'person')::uuid
              AND m.opened_at >= tenants_midnight(on_day - 31) AND m.opened_at < e.at)
        ELSE EXISTS (SELECT FROM rights_subjectrequest s WHERE s.opened_on BETWEEN on_day - 62 AND on_day)
    END END
    ORDER BY e.actor, e.facts ->> 'person', e.at
$$;
REVOKE ALL ON FUNCTION oversight_rule_trace_of_person FROM PUBLIC;

-- The file does not confirm the reason that was given.
CREATE OR REPLACE FUNCTION oversight_rule_unborne(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH looks AS MATERIALIZED (
        SELECT f.*, oversight_purpose_confirmed(f.purpose, f.lease, on_day - 3) AS borne FROM oversight_household_views(on_day - 3) f
        WHERE f.lease IS NOT NULL AND f.kind <> 'card_opened'
    )
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM (
        SELECT DISTINCT ON (f.person, f.lease) f.* FROM looks f WHERE NOT f.borne ORDER BY f.person, f.lease, f.at) l
    -- A reason put right: the same file the same day, for another that stands or leaves nothing in a file.
    WHERE NOT EXISTS (
        SELECT FROM looks o WHERE o.person = l.person AND o.lease = l.lease
          AND (o.borne OR o.purpose IN ('tenant_asked', 'accounting', 'repair', 'correspondence')))
      AND NOT (l.purpose = 'payment' AND EXISTS (
          SELECT FROM audit_event c WHERE c.actor = l.person AND c.kind = 'receipt_cleared' AND c.outcome = 'changed'
            AND c.at >= tenants_midnight(on_day - 3) AND c.at < tenants_midnight(on_day - 2)))
      AND NOT oversight_has_open_matter(l.lease, on_day - 3)
      AND NOT oversight_changed_household(l.person, l.lease, on_day - 5, on_day)
      AND NOT oversight_is_wrong_row_of_list(l.person, l.lease, l.purpose, l.at, on_day - 3)
$$;
REVOKE ALL ON FUNCTION oversight_rule_unborne FROM PUBLIC;

-- The same wall met again.
CREATE OR REPLACE FUNCTION oversight_rule_walled(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (t.person, t.asked) t.event, t.at, t.kind, t.person, t.role, t.place
    FROM oversight_refusals_of(on_day, on_day) t
    WHERE t.kind = 'wall_met' AND EXISTS (
        SELECT FROM audit_event e
        WHERE e.actor = t.person AND e.kind = 'wall_met' AND coalesce(e.about::text, e.facts ->> 'reference') = t.asked
          AND e.at >= tenants_midnight(on_day - 31) AND e.at < t.at - interval '10 minutes')
    ORDER BY t.person, t.asked, t.at
$$;
REVOKE ALL ON FUNCTION oversight_rule_walled FROM PUBLIC;

-- More than ten counts of words in a day without any reading asked for.
CREATE OR REPLACE FUNCTION oversight_rule_words_probed(on_day date)
    RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH counted AS (
        SELECT e.*, row_number() OVER (PARTITION BY e.actor ORDER BY e.at) AS nth
        FROM oversight_events_of_day(on_day, '{words_counted}') e
    )
    SELECT c.id, c.at, c.kind, c.actor, c.role, c.place FROM counted c
    WHERE c.nth = 11 AND NOT EXISTS (
        SELECT FROM oversight_inspection i WHERE i.asked_by_id = c.actor AND i.asked_on BETWEEN on_day - 7 AND on_day)
$$;
REVOKE ALL ON FUNCTION oversight_rule_words_probed FROM PUBLIC;
