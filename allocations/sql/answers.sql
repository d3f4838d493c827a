-- Changes to an offer that was sent: its notification can be corrected until midnight, and the candidate can renounce.

-- The notification starts the delay to answer. So it is recorded once: it can be corrected on the same day, but not after
-- an answer. The database sets the day on which it was recorded.
CREATE OR REPLACE FUNCTION allocations_check_notification() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.answer <> '' THEN
        PERFORM allocations_refuse('offer_answered_once');
    ELSIF TG_OP = 'UPDATE' AND OLD.notified_on IS NOT NULL
        AND OLD.notification_recorded_on IS DISTINCT FROM loge_today() THEN
        PERFORM allocations_refuse('notification_stays');
    END IF;
    -- The last day moves by weekends and holidays only, never by a week.
    IF NEW.answer_by > NEW.notified_on + NEW.delay_days + 7 THEN
        PERFORM allocations_refuse('answer_by_follows_the_delay');
    END IF;
    NEW.notification_recorded_on := CASE WHEN NEW.notified_on IS NOT NULL THEN loge_today() END;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_notification FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_offer_notified ON allocations_offer;
CREATE TRIGGER allocations_offer_notified BEFORE INSERT ON allocations_offer
    FOR EACH ROW WHEN (NEW.notified_on IS NOT NULL OR NEW.notification_recorded_on IS NOT NULL)
    EXECUTE FUNCTION allocations_check_notification();
DROP TRIGGER IF EXISTS allocations_notification_stays ON allocations_offer;
CREATE TRIGGER allocations_notification_stays
    BEFORE UPDATE OF delivery, notified_on, notification_recorded_on, answer_by, post_days ON allocations_offer
    FOR EACH ROW WHEN ((OLD.delivery, OLD.notified_on, OLD.notification_recorded_on, OLD.answer_by, OLD.post_days)
        IS DISTINCT FROM (NEW.delivery, NEW.notified_on, NEW.notification_recorded_on, NEW.answer_by, NEW.post_days))
    EXECUTE FUNCTION allocations_check_notification();

-- The day of an answer does not change either. (allocations_apply_answer() refuses another answer.)
CREATE OR REPLACE FUNCTION allocations_check_answered() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM allocations_refuse('offer_answered_once');
END $$;
REVOKE ALL ON FUNCTION allocations_check_answered FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_answer_stays ON allocations_offer;
CREATE TRIGGER allocations_answer_stays BEFORE UPDATE OF answered_on ON allocations_offer
    FOR EACH ROW WHEN (OLD.answer <> '' AND OLD.answered_on IS DISTINCT FROM NEW.answered_on)
    EXECUTE FUNCTION allocations_check_answered();

-- A candidate who had accepted renounces the dwelling before the lease is signed. An officer of the dwelling's place records
-- this once. The hand-over is cancelled, the next rank gets its turn as after a refusal, and the application stays open.
CREATE OR REPLACE FUNCTION allocations_apply_renunciation() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mine record;
BEGIN
    IF OLD.renounced_on IS NOT NULL THEN
        PERFORM allocations_refuse('renounced_once');
    ELSIF NEW.renounced_on > loge_today() THEN
        PERFORM allocations_refuse('renounced_after_accepting');
    END IF;
    -- A hand-over or a signature at the same moment waits for these locks, or ends first.
    SELECT c.state, c.vacancy_id, v.building_id INTO mine FROM allocations_candidacy c
    JOIN allocations_vacancy v ON v.id = c.vacancy_id WHERE c.id = NEW.candidacy_id FOR UPDATE OF c;
    PERFORM FROM allocations_handover h WHERE h.candidacy_id = NEW.candidacy_id FOR UPDATE;
    IF mine.state <> 'accepted'
        OR EXISTS (SELECT FROM allocations_handover h WHERE h.candidacy_id = NEW.candidacy_id AND h.signed_on IS NOT NULL)
    THEN
        PERFORM allocations_refuse('renounced_before_the_lease');
    ELSIF mine.building_id <> ALL (ARRAY (SELECT access_reach(loge_person(), 'pool', loge_today()))) THEN
        PERFORM allocations_refuse('renounced_at_the_dwellings_place');
    END IF;
    DELETE FROM allocations_handover WHERE candidacy_id = NEW.candidacy_id;
    UPDATE allocations_candidacy SET state = 'renounced' WHERE id = NEW.candidacy_id;
    PERFORM allocations_free_vacancy(mine.vacancy_id);
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_apply_renunciation FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_offer_renounced ON allocations_offer;
CREATE TRIGGER allocations_offer_renounced AFTER UPDATE OF renounced_on ON allocations_offer
    FOR EACH ROW WHEN (NEW.renounced_on IS NOT NULL OR OLD.renounced_on IS NOT NULL)
    EXECUTE FUNCTION allocations_apply_renunciation();

-- The next candidate of a vacancy whose sheet is not prepared: its candidacy and number, no name. For an officer of the
-- dwelling's place who has prepared the sheet of another candidate.
CREATE OR REPLACE FUNCTION allocations_next_sheet(of_candidacy uuid) RETURNS TABLE (candidacy uuid, number integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT o.id, o.number::integer FROM allocations_candidacy c
    JOIN allocations_vacancy v ON v.id = c.vacancy_id AND v.state = 'shortlisted'
        AND v.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'pool', loge_today())))
    JOIN allocations_candidacy o ON o.vacancy_id = c.vacancy_id AND o.id <> c.id AND o.state = 'designated'
    JOIN allocations_application a ON a.id = o.application_id AND a.state <> 'closed'
    WHERE c.id = of_candidacy AND NOT EXISTS (SELECT FROM allocations_sheet s WHERE s.candidacy_id = o.id)
    ORDER BY o.number < c.number, o.number LIMIT 1;
END $$;
REVOKE ALL ON FUNCTION allocations_next_sheet FROM PUBLIC;
