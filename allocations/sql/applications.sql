-- Rules over several rows of an application.

-- An assessed income of a later year counts only if it is at least 10 % lower than that of N-2 (integers).
CREATE OR REPLACE FUNCTION allocations_income_dropped() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM allocations_income later
        LEFT JOIN allocations_income base ON base.application_id = later.application_id
            AND base.signing_year = later.signing_year AND base.basis = 'n2' AND base.proof <> ''
        WHERE later.application_id = coalesce(NEW.application_id, OLD.application_id)
          AND later.basis <> 'n2' AND later.proof <> ''
          AND (base.id IS NULL OR 10 * later.rfr_cents > 9 * base.rfr_cents)) THEN
        RAISE EXCEPTION 'income has not dropped by a tenth'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'income_drop_ten_percent';
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER IF EXISTS allocations_income_drop ON allocations_income;
CREATE CONSTRAINT TRIGGER allocations_income_drop AFTER INSERT OR UPDATE OR DELETE ON allocations_income
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION allocations_income_dropped();

-- The motive of a closing must hold on its day: a warning delivered a month ago, a term that has passed, or a decision of
-- the commission.
CREATE OR REPLACE FUNCTION allocations_check_closing() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.closing_motive IN ('no_answer', 'inadmissible') AND NOT EXISTS (
        SELECT FROM allocations_closingwarning w
        WHERE w.application_id = NEW.id AND w.motive = NEW.closing_motive AND w.withdrawn_on IS NULL
          AND w.delivered_on + interval '1 month' < NEW.closed_on) THEN
        RAISE EXCEPTION 'no warning was delivered a month ago'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_after_a_warning';
    END IF;
    IF NEW.closing_motive = 'not_renewed' AND NEW.renew_by >= NEW.closed_on THEN
        RAISE EXCEPTION 'the term has not passed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closing_after_the_term';
    END IF;
    -- The national register asks for the motive of the commission.
    IF NEW.closing_motive = 'inadmissible' AND allocations_inadmissible_for(NEW.id) IS NULL THEN
        PERFORM allocations_refuse('closing_after_the_commission');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_check_closing FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_closing ON allocations_application;
CREATE TRIGGER allocations_closing BEFORE INSERT OR UPDATE OF state, closing_motive, closed_on
    ON allocations_application FOR EACH ROW WHEN (NEW.state = 'closed') EXECUTE FUNCTION allocations_check_closing();

-- A closed application is not changed any more: it is deleted in the following night.
SELECT loge_keep('allocations_application', 'application_closed_stays', changes => jsonb_build_object(
    'number, kept_at_id, file_digest, renew_by, certified_on, reminded_on, state, housing, rooms_from, rooms_to,'
    ' equipment, closed_on, closed_by_id, closing_motive', 'OLD.state <> ''closed'''), over => 'true');

-- A document that is asked for again keeps the last day of the one that was seen before, until another is seen.
CREATE OR REPLACE FUNCTION allocations_keep_expiry() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.expired_on := CASE WHEN NEW.seen_on IS NOT NULL OR TG_OP = 'INSERT' THEN NULL
                           ELSE coalesce(OLD.valid_until, OLD.expired_on) END;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION allocations_keep_expiry FROM PUBLIC;
DROP TRIGGER IF EXISTS allocations_document_expiry ON allocations_supportingdocument;
CREATE TRIGGER allocations_document_expiry BEFORE INSERT OR UPDATE ON allocations_supportingdocument
    FOR EACH ROW EXECUTE FUNCTION allocations_keep_expiry();
