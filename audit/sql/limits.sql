-- How many other accounts the current person was shown in the last hour, for the hourly limit. The upper limit of the time
-- leaves out no event: it saves reading the partitions of later months. plpgsql, so that its plan is kept for the session.
-- enable_seqscan is off, because PostgreSQL would otherwise plan to read a whole month while the month has few events, and
-- use the same plan when it has many.
CREATE OR REPLACE FUNCTION audit_accounts_opened_last_hour(but_for uuid) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    who uuid := nullif(current_setting('loge.person', true), '')::uuid;
BEGIN
    RETURN (
        SELECT count(DISTINCT about) FROM audit_event
        WHERE actor = who AND at > now() - interval '1 hour' AND at < now() + interval '1 hour'
          AND about_kind = 'account' AND outcome = 'shown' AND about <> but_for);
END $$;
REVOKE ALL ON FUNCTION audit_accounts_opened_last_hour FROM PUBLIC;
