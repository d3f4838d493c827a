-- The current time, day and person. Everything else asks these functions, so that each is decided in one place.

CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT now()
$$;

CREATE OR REPLACE FUNCTION loge_today() RETURNS date
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT (public.loge_now() AT TIME ZONE 'Europe/Paris')::date
$$;

-- After a first set_config(..., true) the setting is '' and not NULL: both mean nobody.
CREATE OR REPLACE FUNCTION loge_person() RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT nullif(current_setting('loge.person', true), '')::uuid
$$;

-- Called first by every view: returns the roles held now, and if one of them carries the permission, sets the person
-- and the database role of the compartment until the transaction ends. It gives the caller no right of its own.
CREATE OR REPLACE FUNCTION access_enter(who uuid, everyone boolean, carrying text[], compartment text, reading text,
    OUT roles text[], OUT today date)
    LANGUAGE plpgsql AS $$
BEGIN
    today := public.loge_today();
    SELECT coalesce(array_agg(DISTINCT role::text), '{}') INTO roles FROM public.access_assignment
    WHERE person_id = who
      AND public.access_counts(first_day, last_day, ended_on, from_hour, to_hour, nightly, today);
    PERFORM set_config('loge.person', who::text, true), set_config('transaction_read_only', reading, true),
            CASE WHEN everyone OR roles && carrying THEN set_config('role', compartment, true) END;
END $$;
REVOKE ALL ON FUNCTION access_enter FROM PUBLIC;
