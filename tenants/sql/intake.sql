-- Are today's imported files within so many files and lines, with those whose events were written just before? Files
-- of the portfolio and files of housing applications count together.
CREATE OR REPLACE FUNCTION tenants_intake_within(files bigint, lines bigint) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    tried record;
BEGIN
    -- Two at the same moment would each count the files before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge intake ' || loge_person()::text, 0));
    SELECT count(*) AS files, coalesce(sum(e.count), 0) AS lines INTO tried FROM audit_event e
    WHERE e.actor = loge_person() AND e.kind IN ('portfolio_tried', 'applications_tried')
        AND e.at >= tenants_midnight(loge_today());
    RETURN tried.files BETWEEN 1 AND tenants_intake_within.files AND tried.lines <= tenants_intake_within.lines;
END $$;
REVOKE ALL ON FUNCTION tenants_intake_within FROM PUBLIC;
