-- Contested refusals of a sentence.

-- Does the current person read sealed sentences, as a steward or data-protection officer of the whole organisation?
CREATE OR REPLACE FUNCTION casework_reads_sealed_sentences() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT access_holds_everywhere('sealed') $$;
REVOKE ALL ON FUNCTION casework_reads_sealed_sentences FROM PUBLIC;

-- How many answers wait, are proposed and are late: at a manager's places, or everywhere for the steward and the
-- data-protection officer. Numbers only, so that a home page may show them.
CREATE OR REPLACE FUNCTION casework_contests_due() RETURNS TABLE (waiting bigint, proposed bigint, late bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*), count(*) FILTER (WHERE proposal <> ''), count(*) FILTER (WHERE answer_by < loge_today())
    FROM casework_contestedsentence
    WHERE outcome = '' AND suspended_on IS NULL
        AND (account_id <> ALL (ARRAY (SELECT tenants_restricted_accounts()))
             OR NOT tenants_is_restricted('account', account_id, asked_on))
        AND ((SELECT casework_reads_sealed_sentences()) OR tenants_holds_at('sector_manager', building_id))
$$;
REVOKE ALL ON FUNCTION casework_contests_due FROM PUBLIC;

-- A sentence that is not allowed is deleted with the decision.
CREATE OR REPLACE FUNCTION casework_delete_refused_sentence() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.sentence := NULL;
    RETURN NEW;
END $$;

-- The steward proposes; a manager of the place decides or sends back; neither may be the data-protection officer, who
-- alone advises, suspends and resumes. The sentence is only ever deleted.
SELECT loge_keep('casework_contestedsentence', 'contest_by_those_who_may', '{building_id}', jsonb_build_object(
    'sentence', $$NEW.sentence IS NULL AND NEW.outcome <> ''
        AND (loge_person() IS NULL OR NOT tenants_holds_at('dpo', OLD.building_id)
             AND tenants_holds_at('data_steward', OLD.building_id))$$,
    'proposal, wording, proposed_by_id', $$OLD.outcome = '' AND OLD.suspended_on IS NULL
        AND NOT tenants_holds_at('dpo', OLD.building_id)
        AND (NEW.proposed_by_id = loge_person() AND tenants_holds_at('data_steward', OLD.building_id)
             OR NEW.proposal = '' AND NEW.wording = '' AND NEW.proposed_by_id IS NULL
                AND tenants_holds_at('sector_manager', OLD.building_id))$$,
    'outcome, decided_on, decided_by_id', $$OLD.outcome = '' AND OLD.suspended_on IS NULL AND NEW.proposal = OLD.proposal
        AND NEW.decided_by_id = loge_person() AND NEW.decided_on = loge_today()
        AND NOT tenants_holds_at('dpo', OLD.building_id) AND tenants_holds_at('sector_manager', OLD.building_id)$$,
    'suspended_on, suspended_by_id', $$OLD.outcome = '' AND tenants_holds_at('dpo', OLD.building_id)
        AND (NEW.suspended_on IS NULL AND NEW.suspended_by_id IS NULL
             OR OLD.suspended_on IS NULL AND NEW.suspended_on = loge_today() AND NEW.suspended_by_id = loge_person())$$,
    'advice, advised_on, advised_by_id', $$OLD.outcome = '' AND NEW.advice <> '' AND NEW.advised_on = loge_today()
        AND NEW.advised_by_id = loge_person() AND tenants_holds_at('dpo', OLD.building_id)$$),
    over => 'OLD.asked_on + 30 <= loge_today()');
-- Triggers fire in the order of their names: this one comes after loge_keeps, which checks what was written.
CREATE OR REPLACE TRIGGER casework_contestedsentence_forget BEFORE UPDATE ON casework_contestedsentence
    FOR EACH ROW WHEN (NEW.outcome NOT IN ('', 'allow_once')) EXECUTE FUNCTION casework_delete_refused_sentence();
ALTER TABLE casework_contestedsentence ENABLE ALWAYS TRIGGER casework_contestedsentence_forget;
