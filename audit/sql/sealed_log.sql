-- What monitoring and the checks ask of the sealed log.

-- How far the sealed log is behind: its size, when it was last signed and cosigned, the age in seconds of the oldest
-- event without a leaf and of the oldest checkpoint without a cosignature. The bound is computed first and written into
-- the query: the planner then reads the end of an index only.
CREATE OR REPLACE FUNCTION audit_seal_state(OUT size bigint, OUT signed_at timestamptz, OUT cosigned_at timestamptz,
    OUT behind double precision, OUT unseen double precision)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    since timestamptz;
    oldest timestamptz;
BEGIN
    SELECT l.number + 1, greatest(l.at - interval '1 minute', now() - interval '1 day') INTO size, since
        FROM audit_leaf l ORDER BY l.number DESC LIMIT 1;
    size := coalesce(size, 0);
    EXECUTE format('SELECT e.at FROM audit_event e WHERE e.at > %L AND NOT EXISTS
        (SELECT FROM audit_leaf l WHERE l.event = e.id AND l.at = e.at) ORDER BY e.at LIMIT 1',
        coalesce(since, now() - interval '1 day')) INTO oldest;
    behind := coalesce(extract(epoch FROM clock_timestamp() - oldest), 0);
    SELECT c.at INTO signed_at FROM audit_checkpoint c ORDER BY c.size DESC LIMIT 1;
    SELECT max(w.at) INTO cosigned_at FROM audit_cosignature w;
    SELECT extract(epoch FROM clock_timestamp() - c.at) INTO unseen FROM audit_checkpoint c
        WHERE c.size > (SELECT coalesce(max(w.size), 0) FROM audit_cosignature w) ORDER BY c.size LIMIT 1;
    unseen := coalesce(unseen, 0);
END $$;
REVOKE ALL ON FUNCTION audit_seal_state FROM PUBLIC;

-- Leaves signed ten minutes or more after the time of their event, since a moment: the sealer was stopped, a
-- transaction was long, or the event was backdated. `backdated` where that is certain: the transaction of the event has
-- a later number than the one that signed the checkpoint before, and a time minutes before it. Numbers wrap at 2^32; in
-- a restored database they are those of the restore, recognised by the last leaf, which was not written with its
-- checkpoint.
CREATE OR REPLACE FUNCTION audit_late_leaves(since timestamptz, OUT number bigint, OUT at timestamptz,
    OUT signed_at timestamptz, OUT signed_before timestamptz, OUT backdated boolean) RETURNS SETOF record
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.number, l.at, c.at, c.before, coalesce(l.at < c.before - interval '5 minutes' AND age(e.xmin) < age(c.number)
        AND EXISTS (SELECT FROM audit_leaf n WHERE n.number = c.first - 1 AND n.xmin = c.number), false)
    FROM (SELECT p.at, p.size, lag(p.at) OVER w AS before, lag(p.xmin) OVER w AS number,
              lag(p.size, 1, CASE WHEN since = '-infinity' THEN 0 ELSE p.size END) OVER w AS first
          FROM audit_checkpoint p WHERE p.at >= since WINDOW w AS (ORDER BY p.size)) c
    JOIN audit_leaf l ON l.number >= c.first AND l.number < c.size
        AND (l.at < c.at - interval '10 minutes' OR l.at < c.before - interval '5 minutes')
    LEFT JOIN audit_event e ON e.id = l.event AND e.at = l.at
    ORDER BY l.number
$$;
REVOKE ALL ON FUNCTION audit_late_leaves FROM PUBLIC;

-- Destroys the keys of pseudonyms and returns how many. Each digest is also listed, so that the same keys are destroyed
-- again in an older copy of the database.
CREATE OR REPLACE FUNCTION audit_destroy_pseudonym_keys(digests text[]) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    destroyed integer;
BEGIN
    DELETE FROM audit_pseudonym WHERE encode(sha256(whose::text::bytea), 'hex') = ANY (digests);
    GET DIAGNOSTICS destroyed = ROW_COUNT;
    INSERT INTO audit_erasure (digest) SELECT DISTINCT unnest(digests) ON CONFLICT (digest) DO NOTHING;
    RETURN destroyed;
END $$;
REVOKE ALL ON FUNCTION audit_destroy_pseudonym_keys FROM PUBLIC;
