"""One guard for whatever is only ever added to, or changed as its rule says; and one function that sets it on a table."""

from django.db import migrations

CREATE = """
-- Lets an UPDATE pass that touches the columns named after the rule alone; anything else it is called for, it refuses. A
-- rule is named as a constraint is, and has its sentence beside them; where no page leads to a refusal it has no name.
CREATE FUNCTION loge_only() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 1 AND to_jsonb(OLD) - TG_ARGV[1:] = to_jsonb(NEW) - TG_ARGV[1:] THEN
        RETURN NEW;
    ELSIF TG_NARGS > 0 AND TG_ARGV[0] <> '' THEN
        RAISE EXCEPTION '% keeps its rows as its rule says (% refused)', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_ARGV[0];
    END IF;
    RAISE EXCEPTION '% is only ever added to (% refused)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

-- Called by migrations; called again, it sets the rule anew. Nothing in `target` changes but the columns of `freely`, and
-- those of `changes`, whose keys are columns that change together, as 'ended_on, ended_by_id', and whose values say when
-- they may. A row goes when `over`. Conditions are SQL over OLD and NEW, hold only where true, and run with the rights of
-- whoever writes: a function in one is opened to them in a locks.py. Always on: a trigger that is not sleeps under
-- session_replication_role = replica.
CREATE FUNCTION loge_keep(target regclass, rule text DEFAULT '', freely text[] DEFAULT '{}', changes jsonb DEFAULT '{}',
    over text DEFAULT 'false') RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
REVOKE ALL ON FUNCTION loge_keep(regclass, text, text[], jsonb, text) FROM PUBLIC;
"""
# The trace and its sealed log keep their own two names: each partition of the trace has its guards, and months come.
TRACE = """
CREATE OR REPLACE FUNCTION audit_seal_table(target regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
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
DO $$
DECLARE
    kept regclass[] := ARRAY (SELECT tgrelid FROM pg_trigger WHERE tgname = 'audit_keep_table'
        ORDER BY tgrelid <> 'audit_event'::regclass, tgrelid);
BEGIN
    FOR i IN 1 .. cardinality(kept) LOOP
        EXECUTE format('DROP TRIGGER audit_keep_table ON %s', kept[i]);
        IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = kept[i] AND tgname = 'audit_keep_rows'
                   AND tgparentid = 0) THEN
            EXECUTE format('DROP TRIGGER audit_keep_rows ON %s', kept[i]);
        END IF;
    END LOOP;
    FOR i IN 1 .. cardinality(kept) LOOP
        PERFORM audit_seal_table(kept[i]);
    END LOOP;
END $$;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0010_log_names")]
    operations = [migrations.RunSQL(CREATE), migrations.RunSQL(TRACE)]
