-- Requests of data subjects.

-- Does the current person answer data subjects, for the whole organisation?
CREATE OR REPLACE FUNCTION rights_answers_data_subjects() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT access_holds_everywhere('disclosure') $$;
REVOKE ALL ON FUNCTION rights_answers_data_subjects FROM PUBLIC;

-- Records the request of one person of a household, given by reference and whole name, which nobody else there may
-- share. Without a reference, the household is that of the card that is open to the current person, at the counter
-- only. At the counter: within one's places and never of a discreet household. In writing: of anybody, also of a
-- settled account or a former resident. No row if they do not belong together, whichever was wrong; a row of NULLs if
-- the contested view has another number than those that the person's receipt shows: the counter learns nothing else
-- about it.
CREATE OR REPLACE FUNCTION rights_take_request(wanted text, called text, asks text, proof text, due date,
    at_counter boolean, look text, matter text, shared text[], tried uuid) RETURNS TABLE (request uuid, tenant uuid,
    place uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    home record;
    made uuid := gen_random_uuid();
BEGIN
    IF at_counter AND proof NOT IN ('photo', 'licence', 'mandate') OR NOT at_counter AND NOT rights_answers_data_subjects()
       OR NOT tenants_may_attempt(tried, wanted) THEN
        RETURN;
    END IF;
    SELECT l.id AS lease, l.building_id AS place, t.id AS tenant, count(*) OVER () AS several INTO home
    FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id
    JOIN tenants_tenant t ON t.id IN (
        SELECT r.tenant_id FROM tenants_residence r WHERE r.lease_id = l.id
        UNION SELECT p.tenant_id FROM tenants_leaseparty p WHERE p.lease_id = l.id)
    WHERE a.id = tenants_attempted_account(wanted) AND (at_counter OR wanted <> '') AND length(called) >= 2 AND t.name_key = called
      AND (NOT at_counter OR (a.settled_on IS NULL AND tenants_is_within_counter(l.building_id)
           AND l.id <> ALL (ARRAY (SELECT tenants_hidden()))))
    LIMIT 1;
    IF home.several IS DISTINCT FROM 1 THEN
        RETURN;
    END IF;
    IF asks = 'contest' AND NOT EXISTS (
        SELECT FROM rights_views_of_person(home.tenant, shared) s
        WHERE length(rights_take_request.look) = 8 AND starts_with(s.id::text, rights_take_request.look)) THEN
        RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::uuid;
        RETURN;
    END IF;
    INSERT INTO rights_subjectrequest
        (id, tenant_id, kind, proof, look, matter, opened_on, opened_by_id, due_on, extension, answer)
    VALUES (made, home.tenant, asks, rights_take_request.proof, rights_take_request.look, rights_take_request.matter,
            loge_today(), loge_person(), due, '', '');
    RETURN QUERY SELECT made, home.tenant, home.place;
END $$;
REVOKE ALL ON FUNCTION rights_take_request FROM PUBLIC;

-- Takes up one request for ten minutes and releases any other: answers are prepared one person at a time. A released
-- request keeps `prepared_until`, because only a report that was prepared can be handed over.
CREATE OR REPLACE FUNCTION rights_prepare_receipt(which uuid) RETURNS timestamptz
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    until timestamptz := loge_now() + interval '10 minutes';
BEGIN
    IF NOT rights_answers_data_subjects() OR NOT EXISTS (
        SELECT FROM rights_subjectrequest q WHERE q.id = which AND q.kind IN ('access', 'portability', 'erasure') AND q.closed_on IS NULL
        AND NOT EXISTS (
        SELECT FROM tenants_leaseparty p
        WHERE p.tenant_id = q.tenant_id AND p.lease_id = ANY (ARRAY (SELECT tenants_hidden_by_walls()))
        UNION ALL
        SELECT FROM tenants_residence r
        WHERE r.tenant_id = q.tenant_id AND r.lease_id = ANY (ARRAY (SELECT tenants_hidden_by_walls())))) THEN
        RETURN NULL;
    END IF;
    UPDATE rights_subjectrequest SET prepared_by_id = NULL
    WHERE prepared_by_id = loge_person() AND id <> which;
    UPDATE rights_subjectrequest SET prepared_by_id = loge_person(), prepared_until = until WHERE id = which;
    RETURN until;
END $$;
REVOKE ALL ON FUNCTION rights_prepare_receipt FROM PUBLIC;

-- The names of those who have made a request.
CREATE OR REPLACE FUNCTION rights_requesters() RETURNS TABLE (tenant uuid, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.id, btrim(t.first_name || ' ' || t.last_name) FROM tenants_tenant t
    WHERE rights_answers_data_subjects() AND t.id IN (SELECT q.tenant_id FROM rights_subjectrequest q)
$$;
REVOKE ALL ON FUNCTION rights_requesters FROM PUBLIC;

-- Requests by right over twelve whole months: asked, answered, in time, upheld, median days. Frozen at the end of the
-- last month, so that who looks every day does not learn what somebody asked yesterday.
CREATE OR REPLACE FUNCTION rights_request_figures()
    RETURNS TABLE (kind text, asked bigint, answered bigint, in_time bigint, upheld bigint, days integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH month AS (SELECT date_trunc('month', loge_today())::date AS began), stood AS (
        SELECT q.kind, q.opened_on, q.due_on, CASE WHEN q.closed_on < month.began THEN q.closed_on END AS closed_on,
            CASE WHEN q.closed_on < month.began THEN q.answer ELSE '' END AS answer
        FROM rights_subjectrequest q CROSS JOIN month
        WHERE q.opened_on < month.began AND q.opened_on >= month.began - interval '1 year'
    )
    SELECT q.kind, count(*), count(*) FILTER (WHERE q.answer NOT IN ('', 'withdrawn')),
        count(*) FILTER (WHERE q.closed_on <= q.due_on AND q.answer <> 'withdrawn'),
        count(*) FILTER (WHERE q.answer IN ('upheld', 'partly', 'erased')),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY q.closed_on - q.opened_on) FILTER (WHERE q.answer NOT IN ('', 'withdrawn'))
    FROM stood q GROUP BY q.kind
$$;
REVOKE ALL ON FUNCTION rights_request_figures FROM PUBLIC;
