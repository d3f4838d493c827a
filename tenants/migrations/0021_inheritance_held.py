"""Who may decide on an inherited line, asked of the person and not of the page; what becomes of it, counted as it goes."""

from typing import Any

from django.db import migrations

from tenants.vocabulary.facts import shipped

CREATE = """
ALTER TABLE tenants_inheritedline ADD CONSTRAINT inherited_stands_in_its_account
    FOREIGN KEY (account_id, building_id) REFERENCES tenants_account (id, building_id) ON UPDATE CASCADE;
-- Does this person hold the role at this place today?
CREATE FUNCTION tenants_has_role_at(who uuid, which text, place uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM access_rules(who, place, loge_today()) r WHERE r.role = which)
$$;
CREATE FUNCTION tenants_triages(who uuid, place uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT tenants_has_role_at(who, 'data_steward', place) OR tenants_has_role_at(who, 'sector_manager', place)
$$;
-- Two people, of two offices: the data steward and a manager of the place, whoever asked first.
CREATE FUNCTION tenants_of_two_offices(one uuid, other uuid, place uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT one <> other AND (
        tenants_has_role_at(one, 'data_steward', place) AND tenants_has_role_at(other, 'sector_manager', place)
        OR tenants_has_role_at(one, 'sector_manager', place) AND tenants_has_role_at(other, 'data_steward', place))
$$;
-- A server's job has no person: it seals again, and moves with a building. A person proposes to keep, or decides, once.
CREATE FUNCTION tenants_inherited_decides() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    aside text[] := '{building_id,sentence,ground,proposed_by_id,outcome,decided_by_id}';
    person uuid := loge_person();
    asked boolean := (NEW.ground, NEW.proposed_by_id) IS DISTINCT FROM (OLD.ground, OLD.proposed_by_id);
    decided boolean := (NEW.outcome, NEW.decided_by_id) IS DISTINCT FROM (OLD.outcome, OLD.decided_by_id);
BEGIN
    IF to_jsonb(OLD) - aside = to_jsonb(NEW) - aside AND NOT (asked AND decided)
        AND (person IS NULL OR NEW.sentence = OLD.sentence)
        AND (NOT asked OR (NEW.proposed_by_id = person AND tenants_triages(person, OLD.building_id)))
        AND (NOT decided OR (NEW.decided_by_id = person AND CASE NEW.outcome
            WHEN 'erased' THEN tenants_triages(person, OLD.building_id)
            WHEN 'replaced' THEN tenants_triages(person, OLD.building_id)
                AND EXISTS (SELECT FROM tenants_accountfact f WHERE f.id = OLD.id AND f.account_id = OLD.account_id)
            WHEN 'kept' THEN tenants_of_two_offices(OLD.proposed_by_id, person, OLD.building_id)
                AND EXISTS (SELECT FROM tenants_accountnote n WHERE n.id = OLD.id AND n.account_id = OLD.account_id)
            ELSE false END))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an inherited line is decided by those who may'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'inherited_by_those_who_may';
END $$;
CREATE FUNCTION tenants_inherited_goes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM tenants_inheritedline WHERE id = NEW.id;
    RETURN NULL;
END $$;
-- Nothing goes uncounted: a decision, or its day, and the counts of its file in the same breath.
CREATE FUNCTION tenants_inherited_counted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    became text := CASE OLD.outcome WHEN '' THEN 'expired' ELSE OLD.outcome END;
BEGIN
    IF OLD.outcome = '' AND OLD.ends_on >= loge_today() THEN
        RAISE EXCEPTION 'an inherited line is decided before it goes'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'inherited_decided_first';
    END IF;
    UPDATE tenants_inheritance SET waiting = waiting - 1,
        replaced = replaced + (became = 'replaced')::int, kept = kept + (became = 'kept')::int,
        erased = erased + (became IN ('erased', 'expired'))::int
    WHERE id = OLD.inheritance_id;
    INSERT INTO tenants_inheritancetally AS t (inheritance_id, agency_id, category, outcome, ground, lines)
    VALUES (OLD.inheritance_id, OLD.agency_id, OLD.category, became, CASE became WHEN 'kept' THEN OLD.ground ELSE '' END, 1)
    ON CONFLICT (inheritance_id, agency_id, category, outcome, ground) DO UPDATE SET lines = t.lines + 1;
    RETURN OLD;
END $$;
-- Do the counts of a file say what its rows say?
CREATE FUNCTION tenants_inheritance_reconciles(which uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT i.waiting = (SELECT count(*) FROM tenants_inheritedline l WHERE l.inheritance_id = which)
        AND i.replaced = coalesce((SELECT sum(lines) FROM tenants_inheritancetally t
                                   WHERE t.inheritance_id = which AND t.outcome = 'replaced'), 0)
        AND i.kept = coalesce((SELECT sum(lines) FROM tenants_inheritancetally t
                               WHERE t.inheritance_id = which AND t.outcome = 'kept'), 0)
        AND i.erased = coalesce((SELECT sum(lines) FROM tenants_inheritancetally t
                                 WHERE t.inheritance_id = which AND t.outcome IN ('erased', 'expired')), 0)
    FROM tenants_inheritance i WHERE i.id = which
$$;
REVOKE ALL ON FUNCTION tenants_has_role_at(uuid, text, uuid), tenants_triages(uuid, uuid),
    tenants_of_two_offices(uuid, uuid, uuid), tenants_inherited_decides(), tenants_inherited_goes(),
    tenants_inherited_counted(), tenants_inheritance_reconciles(uuid) FROM PUBLIC;
CREATE TRIGGER tenants_inheritedline_decide BEFORE UPDATE ON tenants_inheritedline
    FOR EACH ROW EXECUTE FUNCTION tenants_inherited_decides();
CREATE TRIGGER tenants_inheritedline_go AFTER UPDATE ON tenants_inheritedline
    FOR EACH ROW WHEN (NEW.outcome <> '') EXECUTE FUNCTION tenants_inherited_goes();
CREATE TRIGGER tenants_inheritedline_count BEFORE DELETE ON tenants_inheritedline
    FOR EACH ROW EXECUTE FUNCTION tenants_inherited_counted();
ALTER TABLE tenants_inheritedline ENABLE ALWAYS TRIGGER tenants_inheritedline_decide;
ALTER TABLE tenants_inheritedline ENABLE ALWAYS TRIGGER tenants_inheritedline_go;
ALTER TABLE tenants_inheritedline ENABLE ALWAYS TRIGGER tenants_inheritedline_count;
"""
DROP = """
DROP FUNCTION tenants_inherited_decides() CASCADE; DROP FUNCTION tenants_inherited_goes() CASCADE;
DROP FUNCTION tenants_inherited_counted() CASCADE; DROP FUNCTION tenants_inheritance_reconciles(uuid);
DROP FUNCTION tenants_of_two_offices(uuid, uuid, uuid); DROP FUNCTION tenants_triages(uuid, uuid);
DROP FUNCTION tenants_has_role_at(uuid, text, uuid);
"""
# The inventory of texts counts these lines too, and its officer's words are looked for in them.
COUNTED = """
CREATE OR REPLACE FUNCTION tenants_texts_measured() RETURNS TABLE
    (source text, texts bigint, average integer, longest integer, oldest date, newest date, overdue bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.source, count(*), avg(length(t.said))::int, max(length(t.said)), min(t.since), max(t.since),
        CASE t.source WHEN 'tenants.AccountNote.text' THEN
            (SELECT count(*) FROM tenants_accountnote WHERE ends_on < loge_today() OR withdrawn_on < loge_today())
        ELSE 0 END
    FROM tenants_text t WHERE (SELECT tenants_inspects()) AND t.said <> '' GROUP BY t.source
    UNION ALL
    SELECT 'tenants.ContestedSentence.sentence', count(sentence), NULL, NULL,
        min(asked_on) FILTER (WHERE sentence IS NOT NULL), max(asked_on) FILTER (WHERE sentence IS NOT NULL),
        count(*) FILTER (WHERE asked_on + 30 < loge_today())
    FROM tenants_contestedsentence WHERE (SELECT tenants_inspects())
    UNION ALL
    SELECT 'tenants.InheritedLine.sentence', count(*), NULL, NULL, min(first_written_on), max(first_written_on),
        count(*) FILTER (WHERE ends_on < loge_today())
    FROM tenants_inheritedline WHERE (SELECT tenants_inspects())
    UNION ALL
    SELECT 'tenants.BankDetail.holder', count(*), NULL, NULL, min(set_on), max(set_on), 0
    FROM tenants_bankdetail WHERE (SELECT tenants_inspects())
$$;
DROP FUNCTION tenants_sealed_sentences();
CREATE FUNCTION tenants_sealed_sentences() RETURNS TABLE (source text, id uuid, place uuid, sentence bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'tenants.ContestedSentence.sentence', c.id, c.building_id, c.sentence FROM tenants_contestedsentence c
    WHERE (SELECT tenants_inspects()) AND c.sentence IS NOT NULL
    UNION ALL
    SELECT 'tenants.InheritedLine.sentence', l.id, l.building_id, l.sentence FROM tenants_inheritedline l
    WHERE (SELECT tenants_inspects())
$$;
REVOKE ALL ON FUNCTION tenants_texts_measured(), tenants_sealed_sentences() FROM PUBLIC;
"""


def add_code(apps: Any, editor: Any) -> None:
    """The code under which inherited notes stand; a new database has it from its vocabulary already."""
    code = apps.get_model("tenants", "FactCode").objects.using(editor.connection.alias)
    row = next(row for row in shipped() if row["code"] == "old_comment")
    code.get_or_create(code=row["code"], defaults=row)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0020_inheritance")]
    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL(COUNTED, migrations.RunSQL.noop),
        migrations.RunPython(add_code, migrations.RunPython.noop),
    ]
