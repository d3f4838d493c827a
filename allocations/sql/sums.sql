-- Sum of the integers in an array, 0 for an empty one: for the check that a total is the sum of its lines.
CREATE OR REPLACE FUNCTION allocations_sum(numbers integer[]) RETURNS integer
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(n), 0)::integer FROM unnest(numbers) n
$$;
