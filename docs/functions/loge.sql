-- The functions of loge as they are in force. Written by `./dev functions`; migrations make them.

CREATE OR REPLACE FUNCTION public.loge_keep(target regclass, rule text DEFAULT ''::text, freely text[] DEFAULT '{}'::text[], changes jsonb DEFAULT '{}'::jsonb, over text DEFAULT 'false'::text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    columns text[] := freely;
    guards text[];
    guard text;
    change record;
BEGIN
    FOR guard IN SELECT tgname FROM pg_trigger WHERE tgrelid = target AND starts_with(tgname, 'loge_keeps') LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', guard, target);
    END LOOP;
    FOR change IN SELECT string_to_array(key, ', ') AS names, value AS allowed FROM jsonb_each_text(changes) LOOP
        columns := columns || change.names;
        guards := guards || (
            SELECT format('UPDATE OF %s ON %s FOR EACH ROW WHEN (ROW(%s) IS DISTINCT FROM ROW(%s) AND (%s) IS NOT TRUE)',
                string_agg(format('%I', name), ', '), target, string_agg(format('NEW.%I', name), ', '),
                string_agg(format('OLD.%I', name), ', '), change.allowed)
            FROM unnest(change.names) name);
    END LOOP;
    guards := guards || ARRAY[format('DELETE ON %s FOR EACH ROW WHEN ((%s) IS NOT TRUE)', target, over),
        format('TRUNCATE ON %s', target)];
    EXECUTE format('CREATE TRIGGER loge_keeps BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION loge_only(%s)', target,
        (SELECT string_agg(quote_literal(given), ', ') FROM unnest(rule || columns) given));
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER loge_keeps', target);
    FOR i IN 1 .. cardinality(guards) LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE %s EXECUTE FUNCTION loge_only(%L)', 'loge_keeps_' || i, guards[i], rule);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', target, 'loge_keeps_' || i);
    END LOOP;
END $function$;

CREATE OR REPLACE FUNCTION public.loge_now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT now()
$function$;

CREATE OR REPLACE FUNCTION public.loge_only()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 1 AND to_jsonb(OLD) - TG_ARGV[1:] = to_jsonb(NEW) - TG_ARGV[1:] THEN
        RETURN NEW;
    ELSIF TG_NARGS > 0 AND TG_ARGV[0] <> '' THEN
        RAISE EXCEPTION '% keeps its rows as its rule says (% refused)', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RAISE EXCEPTION '% is only ever added to (% refused)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $function$;

CREATE OR REPLACE FUNCTION public.loge_person()
 RETURNS uuid
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
    SELECT nullif(current_setting('loge.person', true), '')::uuid
$function$;

CREATE OR REPLACE FUNCTION public.loge_reach(what text)
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN QUERY SELECT access_reach(loge_person(), what, loge_today());
END $function$;

CREATE OR REPLACE FUNCTION public.loge_today()
 RETURNS date
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT (public.loge_now() AT TIME ZONE 'Europe/Paris')::date
$function$;
