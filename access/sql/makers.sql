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

-- A program never changes who may do what, through whatever function or role it comes.
CREATE OR REPLACE FUNCTION access_refuse_programs() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM access_person p WHERE p.id = loge_person() AND p.is_machine) THEN
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
