"""Who explains, who is asked, who judges: one act each, once, and never about oneself."""

from django.db import migrations

READS = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
CREATE = f"""
-- Does the person asking hold the office that reads this desk?
CREATE FUNCTION tenants_reads_questions(desk text) RETURNS boolean {READS} AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a JOIN access_person p ON p.id = a.person_id AND p.is_active
        WHERE a.person_id = loge_person() AND a.role = CASE desk WHEN 'dpo' THEN 'dpo' WHEN 'steward' THEN 'data_steward' END
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
-- Is the person asking a manager of this colleague, or of the place of the look? Nobody is their own.
CREATE FUNCTION tenants_answers_for(who uuid, place uuid) RETURNS boolean {READS} AS $$
    SELECT who <> loge_person() AND (
        access_holds(loge_person(), ARRAY['sector_manager'], (SELECT p.employed_at_id FROM access_person p WHERE p.id = who))
        OR coalesce(access_holds(loge_person(), ARRAY['sector_manager'], tenants_answers_for.place), false))
$$;
-- What the trace says around a look, a quarter of an hour each way, to whoever reads its question: kinds, reasons and
-- places, without the household and without a name. `same`: the same household.
CREATE FUNCTION tenants_lines_around(question uuid) RETURNS TABLE
    (at timestamptz, kind text, purpose text, outcome text, place text, itself boolean, same boolean) {READS} AS $$
    SELECT e.at, e.kind, e.purpose, e.outcome, p.name, e.id = q.event, e.about IS NOT NULL AND e.about = l.about
    FROM tenants_lookquestion q
    LEFT JOIN audit_event l ON l.id = q.event AND l.at = q.at
    JOIN audit_event e ON e.actor = q.person_id
      AND e.at BETWEEN q.at - interval '15 minutes' AND q.at + interval '15 minutes'
    LEFT JOIN access_place p ON p.id = e.place
    WHERE q.id = question AND q.person_id <> loge_person() AND tenants_reads_questions(q.desk)
      AND e.outcome <> 'attempted'
    ORDER BY abs(extract(epoch FROM e.at - q.at)) LIMIT 40
$$;
-- How many wait, for whom they wait: to judge at one's desk, or to answer as a manager. Numbers of the house, nobody's.
CREATE FUNCTION tenants_questions_due() RETURNS bigint {READS} AS $$
    SELECT count(*) FROM tenants_lookquestion q
    WHERE q.verdict = '' AND q.person_id <> loge_person() AND tenants_reads_questions(q.desk)
$$;
CREATE FUNCTION tenants_answers_due() RETURNS bigint {READS} AS $$
    SELECT count(*) FROM tenants_lookquestion q
    WHERE q.verdict = '' AND q.answer = '' AND q.asked_on IS NOT NULL AND tenants_answers_for(q.person_id, q.place_id)
$$;
-- Each act once, signed by who may: the person explains, the desk asks a manager and judges, the manager answers. Misuse is
-- said of nobody who has not been heard, or has not had a week to be.
CREATE FUNCTION tenants_question_keeps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    me uuid := loge_person();
    day date := loge_today();
    reads boolean;
    told text[] := '{{explanation,explained_on}}';
    put text[] := '{{asked_by_id,asked_on}}';
    said text[] := '{{answer,answered_by_id,answered_on}}';
    judged text[] := '{{verdict,judged_by_id,judged_on}}';
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.at < loge_now() - interval '1 year' OR (OLD.verdict NOT IN ('', 'misuse') AND OLD.judged_on < day - 92) THEN
            RETURN OLD;
        END IF;
    ELSE
        new_row := to_jsonb(NEW);
        reads := OLD.person_id <> me AND tenants_reads_questions(OLD.desk);
        IF OLD.verdict = '' AND (
            (new_row - told = old_row - told AND OLD.explanation = '' AND NEW.explanation <> '' AND NEW.explained_on = day
             AND OLD.person_id = me)
            OR (new_row - put = old_row - put AND OLD.asked_on IS NULL AND NEW.asked_on = day AND NEW.asked_by_id = me AND reads)
            OR (new_row - said = old_row - said AND OLD.asked_on IS NOT NULL AND OLD.answer = '' AND NEW.answer <> ''
                AND NEW.answered_on = day AND NEW.answered_by_id = me AND tenants_answers_for(OLD.person_id, OLD.place_id))
            OR (new_row - judged = old_row - judged AND NEW.verdict <> '' AND NEW.judged_on = day AND NEW.judged_by_id = me
                AND reads AND OLD.answered_by_id IS DISTINCT FROM me))
        THEN
            IF NEW.verdict = 'misuse' AND OLD.explanation = '' AND OLD.found_on > day - 7 THEN
                RAISE EXCEPTION 'misuse is said of who was heard' USING ERRCODE = 'check_violation',
                    CONSTRAINT = 'look_heard_first';
            END IF;
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a look is explained, answered for and judged once, by who may (% refused)', TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = 'look_judged_by_another';
END $$;
CREATE TRIGGER tenants_question_keeps BEFORE UPDATE OR DELETE ON tenants_lookquestion
    FOR EACH ROW EXECUTE FUNCTION tenants_question_keeps();
REVOKE ALL ON FUNCTION tenants_reads_questions(text), tenants_answers_for(uuid, uuid), tenants_lines_around(uuid),
    tenants_questions_due(), tenants_answers_due(), tenants_question_keeps() FROM PUBLIC;
"""  # noqa: S608 - of the words above alone
DROP = """
DROP TRIGGER tenants_question_keeps ON tenants_lookquestion;
DROP FUNCTION tenants_question_keeps(), tenants_answers_due(), tenants_questions_due(), tenants_lines_around(uuid),
    tenants_answers_for(uuid, uuid), tenants_reads_questions(text);
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0038_look_rules")]
    operations = [migrations.RunSQL(CREATE, DROP)]
