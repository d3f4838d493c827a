-- The current time, day and person. Everything else asks these functions, so that each is decided in one place. Their
-- bodies are expressions that PostgreSQL binds when it creates them, so no search path can change what they mean. Without
-- SET, PostgreSQL inserts the expression into the query that calls them; a call would take ten times as long.

CREATE OR REPLACE FUNCTION loge_now() RETURNS timestamptz
    LANGUAGE sql STABLE
    RETURN now();

CREATE OR REPLACE FUNCTION loge_today() RETURNS date
    LANGUAGE sql STABLE
    RETURN (public.loge_now() AT TIME ZONE 'Europe/Paris')::date;

-- After a first set_config(..., true) the setting is '' and not NULL: both mean nobody.
CREATE OR REPLACE FUNCTION loge_person() RETURNS uuid
    LANGUAGE sql STABLE
    RETURN nullif(current_setting('loge.person', true), '')::uuid;

-- Called first by every view: returns the roles held now, and if one of them carries the permission, sets the person
-- and the database role of the compartment until the transaction ends. It gives the caller no right of its own. With
-- the rights of the compartment, it then calls the function `narrowing`, which narrows the transaction to the object
-- with this key (see access_reach_on_page). '' narrows nothing.
CREATE OR REPLACE FUNCTION access_enter(who uuid, everyone boolean, carrying text[], compartment text,
    narrowing text, key text, reading text, OUT roles text[], OUT today date)
    LANGUAGE plpgsql AS $$
DECLARE
    given text := '';
BEGIN
    PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    today := public.loge_today();
    roles := '{}';
    -- Looks up one role after another in an index, instead of reading all assignments of the person. EXISTS alone may read
    -- all of them. So the assignment that ends last is tried first: an index finds it at once, and nearly always it counts.
    LOOP
        given := (SELECT min(a.role) FROM public.access_assignment a WHERE a.person_id = who AND a.role > given);
        EXIT WHEN given IS NULL;
        IF (SELECT public.access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, today)
                FROM public.access_assignment a WHERE a.person_id = who AND a.role = given
                ORDER BY a.last_day DESC LIMIT 1)
            OR EXISTS (SELECT FROM public.access_assignment a WHERE a.person_id = who AND a.role = given
                AND public.access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, today)) THEN
            roles := roles || given;
        END IF;
    END LOOP;
    PERFORM set_config('loge.person', who::text, true), set_config('transaction_read_only', reading, true),
            CASE WHEN everyone OR roles && carrying THEN set_config('role', compartment, true) END;
    IF narrowing <> '' AND roles && carrying THEN
        EXECUTE format('SELECT public.%I(%L)', narrowing, key);
    ELSE
        -- The prepared statements of a narrowed page concern one object, so one plan serves all objects. Other
        -- statements may have to read one row or a million.
        PERFORM set_config('plan_cache_mode', 'auto', true);
    END IF;
END $$;
REVOKE ALL ON FUNCTION access_enter FROM PUBLIC;
