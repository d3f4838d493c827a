-- Counting words in texts, and reading the lines found once a second person agrees.

-- Is the current person the data-protection officer of the whole organisation?
CREATE OR REPLACE FUNCTION tenants_inspects() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT access_holds_everywhere('inspection') $$;
REVOKE ALL ON FUNCTION tenants_inspects FROM PUBLIC;
