-- Which accounts were made by whom: two accounts of one human are not two people.

-- Who asked for, approved or made an account, and who made those accounts in turn: within the last thirty days for a
-- person, at any time for a program.
CREATE OR REPLACE FUNCTION access_makers(who uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
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
$$;
REVOKE ALL ON FUNCTION access_makers FROM PUBLIC;

-- Neither person made the account of the other, directly or through accounts that they made.
CREATE OR REPLACE FUNCTION access_apart(one uuid, other uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT one <> other AND other NOT IN (SELECT access_makers(one)) AND one NOT IN (SELECT access_makers(other))
$$;
REVOKE ALL ON FUNCTION access_apart FROM PUBLIC;

-- Does an act for this account benefit the current person: is it theirs, or that of a maker of theirs?
CREATE OR REPLACE FUNCTION access_benefits_current_person(who uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT who = loge_person() OR who IN (SELECT access_makers(loge_person()))
$$;
REVOKE ALL ON FUNCTION access_benefits_current_person FROM PUBLIC;

-- Permissions that no token carries: BY_PEOPLE_ALONE in access/permissions.py. A test compares the two.
CREATE OR REPLACE FUNCTION access_permissions_of_people_only() RETURNS text[]
    LANGUAGE sql IMMUTABLE AS $$
    SELECT ARRAY['access_ask', 'access_decide', 'application_close', 'application_open', 'assignments_manage',
        'candidate_designate', 'candidate_nominate', 'claim_agree', 'claim_read', 'committee_sit', 'contest_agree',
        'contest_suspend', 'contest_weigh', 'contingent_view', 'copy_release', 'data_import', 'deferral_agree',
        'discreet_change', 'emergency_open', 'emergency_review', 'evacuation_open', 'flow_keep', 'grid_adopt',
        'grid_draft', 'ground_cases_list', 'ground_decide', 'identity_check', 'inheritance_sort', 'legal_figures_keep',
        'look_defer', 'looks_answer', 'looks_judge', 'offer_send', 'people_manage', 'places_manage', 'reading_agree',
        'rights_confirm', 'session_chair', 'session_convene', 'sheet_prepare', 'shortlist_run', 'stand_ins_grant',
        'subject_request_take', 'subject_requests_answer', 'token_make', 'tokens_manage', 'vacancy_orient',
        'walls_keep', 'write_off_decide']
$$;
REVOKE ALL ON FUNCTION access_permissions_of_people_only FROM PUBLIC;

-- The people who administer the accesses of the whole organisation today.
CREATE OR REPLACE FUNCTION access_administrators() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    SELECT DISTINCT p.id FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id AND p.is_active AND NOT p.is_machine
    JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
    WHERE a.role = 'access_administrator' AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
$$;
REVOKE ALL ON FUNCTION access_administrators FROM PUBLIC;

-- Does this person administer all accesses, and would fewer than two others remain? Two give access to anybody. Waits
-- for departures in other transactions, which would each leave two administrators and together fewer.
CREATE OR REPLACE FUNCTION access_would_lock_out(who uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('loge administrators'));
    RETURN who IN (SELECT access_administrators()) AND (SELECT count(*) FROM access_administrators() o WHERE o <> who) < 2;
END $$;
REVOKE ALL ON FUNCTION access_would_lock_out FROM PUBLIC;

-- Does a change only take away: an assignment that the current person ends today because of a departure, or a sign-in
-- that is closed?
CREATE OR REPLACE FUNCTION access_takes_away(named text, old_row jsonb, new_row jsonb) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE named
        WHEN 'access_assignment' THEN
            old_row - ARRAY['ended_on', 'end_reason', 'ended_by_id'] = new_row - ARRAY['ended_on', 'end_reason', 'ended_by_id']
            AND new_row ->> 'end_reason' = 'departure' AND (new_row ->> 'ended_by_id')::uuid = loge_person()
            AND (new_row ->> 'ended_on')::date = greatest(loge_today(), (new_row ->> 'first_day')::date)
            AND (new_row ->> 'ended_on')::date <= coalesce((old_row ->> 'ended_on')::date, 'infinity')
        WHEN 'access_person' THEN
            old_row - 'is_active' = new_row - 'is_active' AND NOT (new_row ->> 'is_active')::boolean
        ELSE false END
$$;

-- A program never changes who may do what, through whatever function or role it comes. The one exception is a token
-- with the permission people_deprovision: it takes away from people of its part of the organisation, but two
-- administrators must remain.
CREATE OR REPLACE FUNCTION access_refuse_programs() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    whose uuid;
BEGIN
    IF EXISTS (SELECT FROM access_person p WHERE p.id = loge_person() AND p.is_machine) THEN
        IF TG_OP = 'UPDATE' AND access_takes_away(TG_TABLE_NAME, to_jsonb(OLD), to_jsonb(NEW))
           AND EXISTS (SELECT FROM access_accessrequest r WHERE r.person_id = loge_person() AND r.decision = 'approved'
                       AND 'people_deprovision' = ANY (r.permissions::text[])) THEN
            PERFORM pg_advisory_xact_lock(hashtext('loge administrators'));
            whose := CASE TG_TABLE_NAME WHEN 'access_person' THEN to_jsonb(NEW) ->> 'id' ELSE to_jsonb(NEW) ->> 'person_id' END;
            IF (SELECT count(*) FROM access_administrators()) < 2 AND EXISTS (
                SELECT FROM access_assignment a JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
                WHERE a.person_id = whose AND a.role = 'access_administrator'
                  AND coalesce(a.ended_on, a.last_day + 1) >= loge_today()) THEN
                RAISE EXCEPTION 'locked out' USING ERRCODE = 'check_violation', CONSTRAINT = 'administrators_remain';
            ELSIF EXISTS (SELECT FROM access_person p WHERE p.id = whose AND NOT p.is_machine AND (TG_TABLE_NAME <> 'access_person'
                          OR access_holds(loge_person(), ARRAY['access_administrator'], p.employed_at_id))) THEN
                RETURN NULL;
            END IF;
        END IF;
        RAISE EXCEPTION 'a program' USING ERRCODE = 'check_violation', CONSTRAINT = 'by_people_alone';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION access_refuse_programs FROM PUBLIC;

CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_assignment
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_accessrequest
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_machinetoken
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_person
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_place
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_keptright
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
CREATE OR REPLACE TRIGGER access_a_people AFTER INSERT OR UPDATE ON access_rightsreview
    FOR EACH ROW EXECUTE FUNCTION access_refuse_programs();
