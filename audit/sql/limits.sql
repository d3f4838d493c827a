-- How many other accounts the current person was shown in the last hour, for the hourly limit.
CREATE OR REPLACE FUNCTION audit_accounts_opened_last_hour(but_for uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT about) FROM audit_event
    WHERE actor = nullif(current_setting('loge.person', true), '')::uuid AND at > now() - interval '1 hour'
      AND about_kind = 'account' AND outcome = 'shown' AND about <> but_for
$$;
REVOKE ALL ON FUNCTION audit_accounts_opened_last_hour FROM PUBLIC;
