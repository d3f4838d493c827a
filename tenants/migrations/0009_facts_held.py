"""The vocabulary of facts in its tables, and a database that takes no fact outside it, whoever writes."""

from typing import Any

from django.db import migrations

from tenants.vocabulary.facts import shipped, terms

PINS = [
    ("tenants_cardfact", "card_fact_stands_in_its_residence", "residence_id", "tenants_residence"),
    ("tenants_dwellingfact", "dwelling_fact_stands_in_its_unit", "unit_id", "buildings_unit"),
    ("tenants_accountfact", "account_fact_stands_in_its_account", "account_id", "tenants_account"),
]
PIN = "ALTER TABLE {0} ADD CONSTRAINT {1} FOREIGN KEY ({2}, building_id) REFERENCES {3} (id, building_id) ON UPDATE CASCADE"

CREATE = """
-- Does a role this person holds at this building today write, or read, the code?
CREATE FUNCTION tenants_fact_open(who uuid, scope text, verb text, which text, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM tenants_factcode c JOIN access_rules(who, place, loge_today()) r
            ON r.role = ANY (string_to_array(CASE verb WHEN 'write' THEN c.writers ELSE c.readers END, '|'))
        WHERE c.code = which AND c.compartment = scope)
$$;
REVOKE ALL ON FUNCTION tenants_fact_open(uuid, text, text, text, uuid) FROM PUBLIC;

-- One value of a fact: a code of the list named like its field, a date, a number, a record. There is no type for words.
CREATE FUNCTION tenants_fact_value_fits(name text, type text, value jsonb) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(CASE type
        WHEN 'code' THEN jsonb_typeof(value) = 'string'
            AND EXISTS (SELECT FROM tenants_factterm t WHERE t.list = name AND t.code = value #>> '{}')
        WHEN 'date' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^(19|20|21)\\d\\d-\\d\\d-\\d\\d$'
            AND to_char((value #>> '{}')::date, 'YYYY-MM-DD') = value #>> '{}'
        WHEN 'month' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^(19|20|21)\\d\\d-(0[1-9]|1[0-2])$'
        WHEN 'time' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^([01]\\d|2[0-3]):[0-5]\\d$'
        WHEN 'decimal' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^\\d{1,9}(\\.\\d{1,3})?$'
        WHEN 'int' THEN jsonb_typeof(value) = 'number' AND value #>> '{}' ~ '^\\d{1,4}$'
        WHEN 'euro' THEN jsonb_typeof(value) = 'number' AND value #>> '{}' ~ '^[1-9]\\d{0,7}$'
        WHEN 'contact' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            AND (EXISTS (SELECT FROM tenants_representative r WHERE r.id = (value #>> '{}')::uuid)
                 OR EXISTS (SELECT FROM tenants_tenant t WHERE t.id = (value #>> '{}')::uuid AND t.contact_name <> ''))
        END, false)
$$;
REVOKE ALL ON FUNCTION tenants_fact_value_fits(text, text, jsonb) FROM PUBLIC;

-- What is refused is named by its rule alone: what somebody tried to write stands in no log.
CREATE FUNCTION tenants_fact_checks() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    known tenants_factcode%ROWTYPE;
BEGIN
    SELECT * INTO known FROM tenants_factcode
    WHERE code = NEW.code_id AND compartment = TG_ARGV[0] AND retired_on IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such fact' USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_of_the_vocabulary';
    END IF;
    IF jsonb_typeof(NEW.fields) <> 'object'
        OR (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(NEW.fields) k) IS DISTINCT FROM
           (SELECT array_agg(split_part(p, ':', 1) ORDER BY split_part(p, ':', 1))
            FROM unnest(string_to_array(known.fields, ';')) p)
        OR EXISTS (
            SELECT FROM unnest(string_to_array(known.fields, ';')) p
            WHERE NOT tenants_fact_value_fits(
                split_part(p, ':', 1), split_part(p, ':', 2), NEW.fields -> split_part(p, ':', 1)))
    THEN
        RAISE EXCEPTION 'a field does not fit' USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_fields_fit';
    END IF;
    IF NEW.written_on > loge_today() OR NEW.ends_on > NEW.written_on + make_interval(months => known.life_months) THEN
        RAISE EXCEPTION 'too long' USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_within_its_life';
    END IF;
    IF known.precaution AND NEW.told_on IS NULL THEN
        RAISE EXCEPTION 'not told' USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_told_first';
    END IF;
    RETURN NEW;
END $$;

-- Nothing is edited: a fact is withdrawn, or said to be contested, once. Its building follows when a building is re-cut.
CREATE FUNCTION tenants_fact_keeps() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    aside text[] := '{building_id,withdrawn_on,withdrawn_by_id,contested_on}';
    person uuid := loge_person();
BEGIN
    IF TG_OP = 'DELETE' AND (OLD.ends_on < loge_today() OR OLD.withdrawn_on IS NOT NULL) THEN
        RETURN OLD;
    ELSIF TG_OP = 'UPDATE' AND to_jsonb(OLD) - aside = to_jsonb(NEW) - aside
        AND (OLD.withdrawn_on IS NOT DISTINCT FROM NEW.withdrawn_on
             OR (OLD.withdrawn_on IS NULL AND NEW.withdrawn_on = loge_today()
                 AND (person IS NULL OR (NEW.withdrawn_by_id = person
                      AND tenants_fact_open(person, TG_ARGV[0], 'write', OLD.code_id, OLD.building_id)))))
        AND (OLD.withdrawn_by_id IS NOT DISTINCT FROM NEW.withdrawn_by_id OR OLD.withdrawn_on IS NULL)
        AND (OLD.contested_on IS NOT DISTINCT FROM NEW.contested_on
             OR (OLD.contested_on IS NULL AND NEW.contested_on = loge_today()))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a fact is never edited, and erased once it is over (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'fact_stays_as_written';
END $$;
REVOKE ALL ON FUNCTION tenants_fact_checks(), tenants_fact_keeps() FROM PUBLIC;
"""
HELD = """
CREATE TRIGGER {0}_check BEFORE INSERT ON {0} FOR EACH ROW EXECUTE FUNCTION tenants_fact_checks('{1}');
ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_check;
CREATE TRIGGER {0}_keep BEFORE UPDATE OR DELETE ON {0} FOR EACH ROW EXECUTE FUNCTION tenants_fact_keeps('{1}');
ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_keep;
"""
DROP = """
DROP FUNCTION tenants_fact_checks() CASCADE; DROP FUNCTION tenants_fact_keeps() CASCADE;
DROP FUNCTION tenants_fact_value_fits(text, text, jsonb); DROP FUNCTION tenants_fact_open(uuid, text, text, text, uuid);
"""


def load(apps: Any, editor: Any) -> None:
    """The vocabulary as it is shipped; what the landlord adds or retires afterwards stands beside it."""
    alias = editor.connection.alias
    code, term = apps.get_model("tenants", "FactCode"), apps.get_model("tenants", "FactTerm")
    code.objects.using(alias).bulk_create([code(**row) for row in shipped()])
    term.objects.using(alias).bulk_create([term(list=name, code=word) for name, word in terms()])


class Migration(migrations.Migration):
    dependencies = [("tenants", "0008_facts"), ("access", "0005_four_eyes")]
    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL([HELD.format(table, table[8:-4]) for table, *_ in PINS], migrations.RunSQL.noop),
        migrations.RunSQL([PIN.format(*pin) for pin in PINS], migrations.RunSQL.noop),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]
