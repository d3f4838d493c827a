-- Tables whose rows are only added, or changed as a rule allows: one trigger function, and one function that attaches it.

-- The trigger. An UPDATE passes if it changes nothing but the columns named after the rule; anything else is refused. A
-- rule is named like a constraint and has its sentence beside the constraints'. No name where no page leads to a
-- refusal.
CREATE OR REPLACE FUNCTION loge_only() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 1 AND to_jsonb(OLD) - TG_ARGV[1:] = to_jsonb(NEW) - TG_ARGV[1:] THEN
        RETURN NEW;
    ELSIF TG_NARGS > 0 AND TG_ARGV[0] <> '' THEN
        RAISE EXCEPTION '% keeps its rows as its rule says (% refused)', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RAISE EXCEPTION '% is only ever added to (% refused)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

-- Attaches loge_only to `target`. Called again, it replaces the rule. Only the columns of `freely` may change, and
-- those of `changes`: its keys are columns that change together, as 'ended_on, ended_by_id', and its values say when
-- they may. A row may be deleted when `over` holds. Conditions are SQL over OLD and NEW, must be true (NULL refuses),
-- and run with the rights of whoever writes: a function in one needs a grant. The triggers are ENABLE ALWAYS, because
-- others do not fire under session_replication_role = replica.
CREATE OR REPLACE FUNCTION loge_keep(target regclass, rule text DEFAULT '', freely text[] DEFAULT '{}',
    changes jsonb DEFAULT '{}', over text DEFAULT 'false') RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
END $$;
REVOKE ALL ON FUNCTION loge_keep FROM PUBLIC;

-- Attaches loge_only to a table of the audit log. Partitions inherit row triggers but not TRUNCATE triggers, and an
-- inherited trigger is not ENABLE ALWAYS: each partition gets its own.
CREATE OR REPLACE FUNCTION audit_seal_table(target regclass) RETURNS void
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = target AND tgname = 'audit_keep_rows') THEN
        EXECUTE format('CREATE TRIGGER audit_keep_rows BEFORE UPDATE OR DELETE ON %s
                        FOR EACH ROW EXECUTE FUNCTION public.loge_only()', target);
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_keep_rows', target);
    EXECUTE format('CREATE TRIGGER audit_keep_table BEFORE TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION public.loge_only()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_keep_table', target);
END $$;
REVOKE ALL ON FUNCTION audit_seal_table FROM PUBLIC;
