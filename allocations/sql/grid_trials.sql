-- Trials of a draft grid. Whoever could try many drafts could compare their counts, so trials are limited: one a day, by
-- a unique constraint, and eight in thirty days.

CREATE OR REPLACE FUNCTION allocations_limit_trials() RETURNS trigger
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM allocations_gridtrial
        WHERE asked_on > NEW.asked_on - interval '30 days' AND asked_on <= NEW.asked_on) >= 8 THEN
        RAISE EXCEPTION 'eight trials in thirty days' USING ERRCODE = 'check_violation', CONSTRAINT = 'grid_trials_limited';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS allocations_trials_limited ON allocations_gridtrial;
CREATE TRIGGER allocations_trials_limited BEFORE INSERT ON allocations_gridtrial
    FOR EACH ROW EXECUTE FUNCTION allocations_limit_trials();

-- A trial is computed once, and neither a trial nor its counts are deleted.
SELECT loge_keep('allocations_gridtrial', 'grid_trial_stays', changes => jsonb_build_object(
    'computed_on, compared_with, digest', 'OLD.computed_on IS NULL'));
SELECT loge_keep('allocations_gridtrialcount', 'grid_trial_stays');
