-- Decisions about single views: deferring one, or naming who made it.

-- Asks for the deferral of a view or change, for who answers data subjects.
CREATE OR REPLACE FUNCTION rights_request_deferral(which uuid, ground text, until date) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made uuid := gen_random_uuid();
BEGIN
    IF NOT rights_answers_data_subjects() OR NOT EXISTS (
        SELECT FROM audit_event e WHERE e.id = which AND e.outcome IN ('shown', 'changed')) THEN
        RETURN NULL;
    END IF;
    INSERT INTO rights_lookdeferral (id, event, ground, until, asked_by_id, asked_on)
    VALUES (made, which, rights_request_deferral.ground, rights_request_deferral.until, loge_person(), loge_today());
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION rights_request_deferral FROM PUBLIC;

CREATE OR REPLACE FUNCTION rights_deferral_checks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM audit_event e
               WHERE e.id = NEW.event AND e.actor IN (NEW.asked_by_id, NEW.agreed_by_id)) THEN
        RAISE EXCEPTION 'nobody decides about their own look'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deferral_not_of_ones_own';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION rights_deferral_checks FROM PUBLIC;

CREATE OR REPLACE TRIGGER rights_lookdeferral_check BEFORE INSERT OR UPDATE ON rights_lookdeferral
    FOR EACH ROW EXECUTE FUNCTION rights_deferral_checks();
ALTER TABLE rights_lookdeferral ENABLE ALWAYS TRIGGER rights_lookdeferral_check;

-- Names who made the view with this number on the receipt in preparation. A program has no name to give.
CREATE OR REPLACE FUNCTION rights_name_viewer(number text, shared text[], reason text, weighed text)
    RETURNS TABLE (look uuid, person uuid)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked uuid := (SELECT q.id FROM rights_subjectrequest q WHERE q.prepared_by_id = loge_person()
                   AND q.prepared_until > loge_now() AND q.closed_on IS NULL AND rights_answers_data_subjects());
    found record;
BEGIN
    SELECT e.id, e.actor, count(*) OVER () AS several INTO found
    FROM rights_disclosed_views(shared) s JOIN audit_event e ON e.id = s.id AND e.at = s.at
    WHERE starts_with(s.id::text, number) AND length(number) = 8 AND e.actor IS NOT NULL LIMIT 1;
    IF asked IS NULL OR found.several IS DISTINCT FROM 1 THEN
        RETURN;
    END IF;
    INSERT INTO rights_namedlook (id, request_id, event, person_id, reason, weighed, decided_by_id, decided_on)
    VALUES (gen_random_uuid(), asked, found.id, found.actor, rights_name_viewer.reason, rights_name_viewer.weighed,
            loge_person(), loge_today());
    RETURN QUERY SELECT found.id, found.actor;
END $$;
REVOKE ALL ON FUNCTION rights_name_viewer FROM PUBLIC;
