-- Rows for the national register (SNE): decisions of closed sessions, which leave once the minutes are signed, and closings.

-- The motive for which a commission last declared an application inadmissible, or NULL. Internal.
CREATE OR REPLACE FUNCTION allocations_inadmissible_for(wanted uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.motive FROM allocations_decision d
    JOIN allocations_candidacy c ON c.id = d.candidacy_id AND c.application_id = wanted
    JOIN allocations_agendaitem i ON i.id = c.item_id
    JOIN allocations_session n ON n.id = i.session_id AND n.state IN ('closed', 'signed')
    WHERE d.kind = 'e' AND d.outcome = 'adopted' ORDER BY n.closed_at DESC, d.id LIMIT 1
$$;
REVOKE ALL ON FUNCTION allocations_inadmissible_for FROM PUBLIC;

-- Stores the decisions of a session when it closes, since an application may be deleted before the minutes are signed.
CREATE OR REPLACE FUNCTION allocations_queue_decisions() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO allocations_registryrow (id, kind, number, outcome, motive, day, postcode, city, session_id)
    SELECT gen_random_uuid(), 'decision', a.number, d.kind, d.motive, (NEW.held_at AT TIME ZONE 'Europe/Paris')::date,
        coalesce(k.postcode, ''), coalesce(k.city, ''), NEW.id
    FROM allocations_agendaitem i
    JOIN allocations_vacancy v ON v.id = i.vacancy_id
    JOIN allocations_candidacy c ON c.item_id = i.id
    JOIN allocations_decision d ON d.candidacy_id = c.id AND d.outcome = 'adopted'
    JOIN allocations_application a ON a.id = c.application_id AND a.number IS NOT NULL
    LEFT JOIN LATERAL (SELECT x.postcode, x.city FROM buildings_address x WHERE x.building_id = v.building_id
                       ORDER BY x.street, x.number, x.id LIMIT 1) k ON true
    WHERE i.session_id = NEW.id;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_queue_decisions FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_closed_queues_decisions ON allocations_session;
CREATE TRIGGER allocations_closed_queues_decisions AFTER UPDATE OF state ON allocations_session
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state = 'open') EXECUTE FUNCTION allocations_queue_decisions();

-- Stores a closing. It cannot be undone, so it may leave at once. An application without a number is not in the register.
CREATE OR REPLACE FUNCTION allocations_queue_closing() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO allocations_registryrow (id, kind, number, outcome, motive, day, postcode, city)
    SELECT gen_random_uuid(), 'closing', NEW.number, NEW.closing_motive,
        CASE NEW.closing_motive WHEN 'inadmissible' THEN allocations_inadmissible_for(NEW.id) ELSE '' END,
        NEW.closed_on, '', ''
    WHERE NEW.number IS NOT NULL;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION allocations_queue_closing FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_closing_queued ON allocations_application;
CREATE TRIGGER allocations_closing_queued AFTER UPDATE OF state ON allocations_application
    FOR EACH ROW WHEN (NEW.state = 'closed' AND OLD.state <> 'closed') EXECUTE FUNCTION allocations_queue_closing();

-- How many rows may leave now, for a manager. The count is not split by kind or motive (decision 52).
CREATE OR REPLACE FUNCTION allocations_rows_to_send() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM allocations_registryrow r LEFT JOIN allocations_session n ON n.id = r.session_id
    WHERE r.run_id IS NULL AND (r.session_id IS NULL OR n.state = 'signed') AND access_holds_everywhere('steering')
$$;
REVOKE ALL ON FUNCTION allocations_rows_to_send FROM PUBLIC;

-- A row leaves once, and is erased 31 days later. A row that nobody sends is erased 92 days after its day, so that
-- outcomes do not collect. A run does not change.
SELECT loge_keep('allocations_registryrow', 'registry_row_leaves_once', changes => jsonb_build_object(
    'run_id, sent_on', 'OLD.run_id IS NULL'), over => 'coalesce(OLD.sent_on + 31, OLD.day + 92) < loge_today()');
SELECT loge_keep('allocations_registryrun', 'registry_run_stays');

-- A decision does not leave before its minutes are signed, whoever sends it.
CREATE OR REPLACE FUNCTION allocations_check_sent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.session_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM allocations_session n WHERE n.id = NEW.session_id AND n.state = 'signed') THEN
        PERFORM allocations_refuse('registry_row_of_signed_minutes');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_sent FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_sent_when_signed ON allocations_registryrow;
CREATE TRIGGER allocations_sent_when_signed BEFORE UPDATE OF run_id ON allocations_registryrow
    FOR EACH ROW WHEN (NEW.run_id IS NOT NULL) EXECUTE FUNCTION allocations_check_sent();

SELECT tenants_create_retention_view('allocations_registryrow', 'coalesce(sent_on + 31, day + 92)');
