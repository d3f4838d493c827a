-- The functions of audit as they are in force. Written by `./dev functions`; migrations make them.

CREATE OR REPLACE FUNCTION public.audit_drop_months(before date)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
DECLARE
    part record;
    unsealed boolean;
    dropped integer := 0;
BEGIN
    IF before > (now() - interval '12 months')::date THEN
        RAISE EXCEPTION 'the trace is kept for at least 12 months';
    END IF;
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'audit_event'::regclass AND c.relname ~ '^audit_event_[0-9]{6}$'
          AND (to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month') <= before
        ORDER BY 1
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event = e.id))',
                       part.relname) INTO unsealed;
        IF unsealed AND EXISTS (SELECT FROM audit_leaf) THEN
            RAISE EXCEPTION 'a month whose lines have no leaf yet is kept: %', part.relname;
        END IF;
        EXECUTE format('DROP TABLE %I', part.relname);
        DELETE FROM audit_salt WHERE month = to_date(right(part.relname, 6), 'YYYYMM');
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $function$;

CREATE OR REPLACE FUNCTION public.audit_forget(digests text[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    destroyed integer;
BEGIN
    DELETE FROM audit_pseudonym WHERE encode(sha256(whose::text::bytea), 'hex') = ANY (digests);
    GET DIAGNOSTICS destroyed = ROW_COUNT;
    INSERT INTO audit_erasure (digest) SELECT DISTINCT unnest(digests) ON CONFLICT (digest) DO NOTHING;
    RETURN destroyed;
END $function$;

CREATE OR REPLACE FUNCTION public.audit_late_leaves(since timestamp with time zone, OUT number bigint, OUT at timestamp with time zone, OUT signed_at timestamp with time zone, OUT signed_before timestamp with time zone, OUT backdated boolean)
 RETURNS SETOF record
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT l.number, l.at, c.at, c.before, coalesce(l.at < c.before - interval '5 minutes' AND age(e.xmin) < age(c.number)
        AND EXISTS (SELECT FROM audit_leaf n WHERE n.number = c.first - 1 AND n.xmin = c.number), false)
    FROM (SELECT p.at, p.size, lag(p.at) OVER w AS before, lag(p.xmin) OVER w AS number,
              lag(p.size, 1, CASE WHEN since = '-infinity' THEN 0 ELSE p.size END) OVER w AS first
          FROM audit_checkpoint p WHERE p.at >= since WINDOW w AS (ORDER BY p.size)) c
    JOIN audit_leaf l ON l.number >= c.first AND l.number < c.size
        AND (l.at < c.at - interval '10 minutes' OR l.at < c.before - interval '5 minutes')
    LEFT JOIN audit_event e ON e.id = l.event AND e.at = l.at
    ORDER BY l.number
$function$;

CREATE OR REPLACE FUNCTION public.audit_make_months(ahead integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
AS $function$
DECLARE
    month date := date_trunc('month', now())::date;
    made integer := 0;
    name text;
BEGIN
    FOR i IN 0..ahead LOOP
        name := 'audit_event_' || to_char(month, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)',
                           name, month, month + interval '1 month');
            PERFORM audit_seal_table(name::regclass);
            made := made + 1;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $function$;

CREATE OR REPLACE FUNCTION public.audit_opened_lately(but_for uuid)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT count(DISTINCT about) FROM audit_event
    WHERE actor = nullif(current_setting('loge.person', true), '')::uuid AND at > now() - interval '1 hour'
      AND about_kind = 'account' AND outcome = 'shown' AND about <> but_for
$function$;

CREATE OR REPLACE FUNCTION public.audit_overflow()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT count(*) FROM audit_event_other
$function$;

CREATE OR REPLACE FUNCTION public.audit_seal_state(OUT size bigint, OUT signed_at timestamp with time zone, OUT cosigned_at timestamp with time zone, OUT behind double precision, OUT unseen double precision)
 RETURNS record
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    since timestamptz;
    oldest timestamptz;
BEGIN
    SELECT l.number + 1, greatest(l.at - interval '1 minute', now() - interval '1 day') INTO size, since
        FROM audit_leaf l ORDER BY l.number DESC LIMIT 1;
    size := coalesce(size, 0);
    EXECUTE format('SELECT e.at FROM audit_event e WHERE e.at > %L AND NOT EXISTS
        (SELECT FROM audit_leaf l WHERE l.event = e.id) ORDER BY e.at LIMIT 1', coalesce(since, now() - interval '1 day'))
        INTO oldest;
    behind := coalesce(extract(epoch FROM clock_timestamp() - oldest), 0);
    SELECT c.at INTO signed_at FROM audit_checkpoint c ORDER BY c.size DESC LIMIT 1;
    SELECT max(w.at) INTO cosigned_at FROM audit_cosignature w;
    SELECT extract(epoch FROM clock_timestamp() - c.at) INTO unseen FROM audit_checkpoint c
        WHERE c.size > (SELECT coalesce(max(w.size), 0) FROM audit_cosignature w) ORDER BY c.size LIMIT 1;
    unseen := coalesce(unseen, 0);
END $function$;

CREATE OR REPLACE FUNCTION public.audit_seal_table(target regclass)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = target AND tgname = 'audit_keep_rows') THEN
        EXECUTE format('CREATE TRIGGER audit_keep_rows BEFORE UPDATE OR DELETE ON %s
                        FOR EACH ROW EXECUTE FUNCTION public.loge_only()', target);
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_keep_rows', target);
    EXECUTE format('CREATE TRIGGER audit_keep_table BEFORE TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION public.loge_only()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_keep_table', target);
END $function$;
