-- Occasions: who may see which application now, and the functions that open one. Nothing else opens an application.

-- Does a person hold a role of this compartment today, at a place or above it?
CREATE OR REPLACE FUNCTION allocations_works_at(who uuid, what text, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
        JOIN access_place q ON q.id = a.place_id
        JOIN access_place k ON k.id = allocations_works_at.place AND starts_with(k.path, q.path)
        WHERE a.person_id = who
          AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, loge_today()))
$$;
REVOKE ALL ON FUNCTION allocations_works_at FROM PUBLIC;

-- The applications that a person's open occasions let them see in a compartment. An occasion ends with the role.
CREATE OR REPLACE FUNCTION allocations_occasions(who uuid, what text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
BEGIN
    IF what = 'applicants' THEN
        RETURN QUERY
        SELECT DISTINCT o.application_id FROM allocations_occasion o
        JOIN allocations_application a ON a.id = o.application_id
        WHERE o.person_id = who AND o.ends_at > loge_now() AND (allocations_works_at(who, what, a.kept_at_id)
            -- A candidate of a dwelling of the person's places may be registered elsewhere.
            OR o.reason IN ('designated', 'due') AND EXISTS (
                SELECT FROM allocations_candidacy c JOIN allocations_vacancy v ON v.id = c.vacancy_id
                WHERE c.application_id = o.application_id
                  AND v.building_id = ANY (ARRAY (SELECT access_reach(who, 'pool', loge_today())))));
    ELSIF what = 'grounds' THEN
        -- An examiner's case is an occasion until the day of its answer has passed.
        RETURN QUERY
        SELECT c.application_id FROM allocations_groundcase c
        JOIN allocations_application a ON a.id = c.application_id AND a.state <> 'closed'
        WHERE c.examiner_id = who AND (c.answer NOT IN ('recognised', 'refused') OR c.answered_on = loge_today())
          AND allocations_works_at(who, what, a.kept_at_id);
    END IF;
END $$;
REVOKE ALL ON FUNCTION allocations_occasions FROM PUBLIC;

-- The same for the current person: what the row policies ask.
CREATE OR REPLACE FUNCTION loge_occasions(what text) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT allocations_occasions(loge_person(), what);
END $$;
REVOKE ALL ON FUNCTION loge_occasions FROM PUBLIC;

-- Guardian's permission tables for applications are views over the open occasions: nothing is granted beside them.
CREATE OR REPLACE VIEW allocations_user_permission AS
    SELECT md5(p.id::text || perm.id || application)::uuid AS id,
           p.id AS user_id, perm.id AS permission_id, application AS content_object_id
    FROM access_person p
    CROSS JOIN auth_permission perm
    JOIN django_content_type t ON t.id = perm.content_type_id AND t.app_label = 'allocations' AND t.model = 'application'
    CROSS JOIN LATERAL allocations_occasions(p.id, left(perm.codename, -6)) AS application
    WHERE perm.codename LIKE '%\_reach';
CREATE OR REPLACE VIEW allocations_group_permission AS
    SELECT NULL::uuid AS id, NULL::integer AS group_id, NULL::integer AS permission_id, NULL::uuid AS content_object_id
    WHERE false;

-- Opens an application to the current person until a moment. Internal: its callers check the reason.
CREATE OR REPLACE FUNCTION allocations_open(application uuid, why text, until timestamptz) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO allocations_occasion (id, application_id, person_id, reason, opened_at, ends_at)
    VALUES (gen_random_uuid(), allocations_open.application, loge_person(), why, loge_now(), until)
$$;
REVOKE ALL ON FUNCTION allocations_open FROM PUBLIC;

-- The application with a number, for the audit log: open or closed, of any place.
CREATE OR REPLACE FUNCTION allocations_attempted_application(wanted text) RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.id FROM allocations_application a WHERE a.number = wanted
$$;
REVOKE ALL ON FUNCTION allocations_attempted_application FROM PUBLIC;

-- Opens an application for thirty minutes if the whole number and the name of an applicant belong together. Returns its
-- id, or NULL whichever of them was wrong. A closed application opens on its last day only.
CREATE OR REPLACE FUNCTION allocations_open_at_desk(wanted text, called text, tried uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_id uuid := allocations_attempted_application(wanted);
BEGIN
    IF NOT tenants_may_attempt_about(tried, found_id) THEN
        RETURN NULL;
    END IF;
    SELECT a.id INTO found_id FROM allocations_application a
    WHERE a.id = found_id AND coalesce(a.closed_on, loge_today()) = loge_today()
      AND allocations_works_at(loge_person(), 'applicants', a.kept_at_id)
      AND length(called) >= 2
      AND EXISTS (SELECT FROM allocations_applicant p
                  WHERE p.application_id = a.id AND starts_with(p.name_key || ' ', called || ' '));
    IF found_id IS NOT NULL THEN
        PERFORM allocations_open(found_id, 'desk', loge_now() + interval '30 minutes');
    END IF;
    RETURN found_id;
END $$;
REVOKE ALL ON FUNCTION allocations_open_at_desk FROM PUBLIC;

-- Opens an application that the current person registered today, until midnight.
CREATE OR REPLACE FUNCTION allocations_open_taken(application uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM allocations_application a WHERE a.id = application
                   AND a.registered_by_id = loge_person() AND a.registered_on = loge_today()) THEN
        RETURN false;
    END IF;
    PERFORM allocations_open(application, 'taken', tenants_midnight(loge_today() + 1));
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION allocations_open_taken FROM PUBLIC;

-- What is due now in the open applications kept where the current person works, and in those of candidates for a dwelling
-- of the person's places: no number and no name. The national register reminds the applicants whom files brought, so
-- certificates and renewals are those of our own desks. An offer is due when its delay ends within 3 days, or when no
-- notification is recorded 15 days after it was sent; a condition, when its document is missing within 7 days of its day.
CREATE OR REPLACE FUNCTION allocations_due() RETURNS TABLE (application uuid, task text, due_on date)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
DECLARE
    places uuid[] := ARRAY (SELECT k.id FROM access_place k WHERE k.level IN ('organisation', 'directorate', 'agency')
                            AND allocations_works_at(loge_person(), 'applicants', k.id));
    buildings uuid[] := ARRAY (SELECT access_reach(loge_person(), 'pool', loge_today()));
    day date := loge_today();
BEGIN
    RETURN QUERY
    WITH candidates AS (
        SELECT c.id, c.application_id, c.state FROM allocations_candidacy c
        JOIN allocations_vacancy v ON v.id = c.vacancy_id AND v.building_id = ANY (buildings)
        JOIN allocations_application a ON a.id = c.application_id AND a.state <> 'closed'
        WHERE c.state IN ('offered', 'conditional')
    ), ours AS (
        SELECT a.* FROM allocations_application a
        WHERE a.kept_at_id = ANY (places) AND a.registered_by_id IS NOT NULL AND a.state <> 'closed'
    ), late (application_id, task, since) AS (
        SELECT d.application_id, 'documents', d.due_on FROM allocations_supportingdocument d
        WHERE d.seen_on IS NULL AND d.due_on < day
        UNION ALL
        SELECT d.application_id, 'expired_document', d.valid_until FROM allocations_supportingdocument d
        WHERE d.valid_until < day
        UNION ALL
        SELECT w.application_id, 'delivery', w.sent_on + 15 FROM allocations_closingwarning w
        WHERE w.withdrawn_on IS NULL AND w.delivered_on IS NULL AND w.sent_on < day - 15
        UNION ALL
        SELECT w.application_id, 'closing', (w.delivered_on + interval '1 month')::date
        FROM allocations_closingwarning w
        WHERE w.withdrawn_on IS NULL AND w.delivered_on + interval '1 month' < day
    )
    SELECT o.id, 'certificate', (o.filed_on + interval '1 month')::date FROM ours o
    WHERE o.certified_on IS NULL AND o.number IS NOT NULL
    UNION ALL
    SELECT o.id, 'reminder', (o.renew_by - interval '1 month')::date FROM ours o
    WHERE o.reminded_on IS NULL AND o.renew_by BETWEEN day AND day + interval '2 months'
    UNION ALL
    SELECT o.id, 'not_renewed', o.renew_by FROM ours o WHERE o.renew_by < day
    UNION ALL
    SELECT c.application_id, 'offer_answer', coalesce(f.answer_by, f.sent_on + 15)
    FROM candidates c JOIN allocations_offer f ON f.candidacy_id = c.id
    WHERE f.answer = '' AND coalesce(f.answer_by - 3, f.sent_on + 15) <= day
    UNION ALL
    SELECT c.application_id, 'condition', d.document_by
    FROM candidates c JOIN allocations_decision d ON d.candidacy_id = c.id AND d.outcome = 'adopted'
    WHERE c.state = 'conditional' AND d.document_by - 7 <= day AND NOT EXISTS (
        SELECT FROM allocations_supportingdocument s WHERE s.application_id = c.application_id
        AND s.kind = d.missing_document AND s.seen_on <= d.document_by)
    UNION ALL
    SELECT l.application_id, l.task, min(l.since) FROM late l
    JOIN allocations_application a ON a.id = l.application_id AND a.kept_at_id = ANY (places) AND a.state <> 'closed'
    GROUP BY 1, 2
    ORDER BY 3, 1, 2 LIMIT 50;
END $$;
REVOKE ALL ON FUNCTION allocations_due FROM PUBLIC;

-- Opens an application until midnight because something of the list above is due in it.
CREATE OR REPLACE FUNCTION allocations_open_due(application uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM allocations_due() d WHERE d.application = allocations_open_due.application) THEN
        RETURN false;
    END IF;
    PERFORM allocations_open(application, 'due', tenants_midnight(loge_today() + 1));
    RETURN true;
END $$;
REVOKE ALL ON FUNCTION allocations_open_due FROM PUBLIC;
