-- Sealed grounds: the queue of cases, taking one, and the boolean that is all that others learn.

-- Cases that nobody has taken, where the current person examines: no name and no number.
CREATE OR REPLACE FUNCTION allocations_ground_queue() RETURNS TABLE (ground_case uuid, referred_on date)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 50 SET search_path = public, pg_temp AS $$
    SELECT c.id, c.referred_on FROM allocations_groundcase c
    JOIN allocations_application a ON a.id = c.application_id AND a.state <> 'closed'
    WHERE c.examiner_id IS NULL AND allocations_works_at(loge_person(), 'grounds', a.kept_at_id)
    ORDER BY 2, 1 LIMIT 50
$$;
REVOKE ALL ON FUNCTION allocations_ground_queue FROM PUBLIC;

-- Gives a case of the queue to the current person. Returns the application, or NULL if it is not in the queue.
CREATE OR REPLACE FUNCTION allocations_take_case(wanted uuid) RETURNS uuid
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE allocations_groundcase SET examiner_id = loge_person(), taken_on = loge_today()
    WHERE id = wanted AND examiner_id IS NULL AND id IN (SELECT ground_case FROM allocations_ground_queue())
    RETURNING application_id
$$;
REVOKE ALL ON FUNCTION allocations_take_case FROM PUBLIC;

-- Is a priority recognised today in an application that is open to the current person? Whether it is sealed is not told.
CREATE OR REPLACE FUNCTION allocations_priority_recognised(wanted uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT wanted = ANY (ARRAY (SELECT loge_occasions('applicants'))) AND EXISTS (
        SELECT FROM allocations_priority p WHERE p.application_id = wanted AND p.ends_on >= loge_today()
        UNION ALL
        SELECT FROM allocations_ground g WHERE g.application_id = wanted AND g.ends_on >= loge_today())
$$;
REVOKE ALL ON FUNCTION allocations_priority_recognised FROM PUBLIC;

-- How many grounds of each code are recognised today. A code of fewer than five is left out.
CREATE OR REPLACE FUNCTION allocations_ground_counts() RETURNS TABLE (code text, times bigint)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT g.code, count(*) FROM allocations_ground g
    WHERE g.ends_on >= loge_today() AND access_holds_everywhere('steering') GROUP BY g.code HAVING count(*) >= 5
$$;
REVOKE ALL ON FUNCTION allocations_ground_counts FROM PUBLIC;

-- The officer refers an application to the examiner, and learns nothing about the answer.
SELECT loge_keep('allocations_ground', 'ground_stays_as_decided', changes => jsonb_build_object(
    'ends_on', 'NEW.decided_by_id = loge_person()'), over => 'true');
