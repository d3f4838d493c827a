-- Counts what waits for the current person, in tables of several compartments, with one call.

-- Runs each query with the database role beside it, then returns to the role of the caller. The function gives no right
-- of its own: PostgreSQL refuses a role that the login may not take, and the row policies of each role apply.
CREATE OR REPLACE FUNCTION access_count_waiting(roles text[], queries text[])
    RETURNS TABLE (query integer, kind text, day date, number bigint)
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    before text := current_setting('role');
BEGIN
    FOR i IN 1 .. cardinality(queries) LOOP
        PERFORM set_config('role', roles[i], true);
        RETURN QUERY EXECUTE format(
            'SELECT $1, q.kind::text, q.day::date, q.number::bigint FROM (%s) q (kind, day, number)', queries[i]) USING i;
    END LOOP;
    PERFORM set_config('role', before, true);
END $$;
REVOKE ALL ON FUNCTION access_count_waiting FROM PUBLIC;
