-- Questions about unexplained views: asked by the rules, explained by the person, answered by a manager, then judged.

-- The last days that the rules have not been run for, oldest first: the audit log says which were.
CREATE OR REPLACE FUNCTION oversight_days_to_watch(back integer) RETURNS SETOF date
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d::date FROM generate_series(loge_today() - back, loge_today() - 1, interval '1 day') d
    WHERE NOT EXISTS (
        SELECT FROM audit_event e
        WHERE e.actor IS NULL AND e.machine = 'watch_looks' AND e.kind = 'looks_watched'
          AND e.at >= tenants_midnight(loge_today() - back - 1) AND e.facts ->> 'day' = d::date::text)
    ORDER BY 1
$$;
REVOKE ALL ON FUNCTION oversight_days_to_watch FROM PUBLIC;

-- Who judges a question: the data-protection officer, unless it is about one, or about a program of theirs.
CREATE OR REPLACE FUNCTION oversight_question_desk(who uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN EXISTS (
        SELECT FROM access_assignment a WHERE a.person_id IN (SELECT oversight_people_behind(who)) AND a.role = 'dpo'
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())) THEN 'steward' ELSE 'dpo' END
$$;
REVOKE ALL ON FUNCTION oversight_question_desk FROM PUBLIC;

-- Runs one rule for one past day and returns how many questions are new. Running it again adds none.
CREATE OR REPLACE FUNCTION oversight_ask_about(rule text, on_day date) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    asked integer;
BEGIN
    IF rule !~ '^[a-z_]{1,32}$' OR on_day >= loge_today() THEN
        RETURN 0;
    END IF;
    EXECUTE format('INSERT INTO oversight_lookquestion (id, event, rule, kind, at, person_id, role, place_id, desk, found_on,
            explanation, answer, verdict)
        SELECT gen_random_uuid(), f.event, $1, f.kind, f.at, f.person, f.role,
               (SELECT p.id FROM access_place p WHERE p.id = f.place), oversight_question_desk(f.person), loge_today(), '''', '''', ''''
        FROM %I($2) f ON CONFLICT (event, rule) DO NOTHING', 'oversight_rule_' || rule) USING rule, on_day;
    GET DIAGNOSTICS asked = ROW_COUNT;
    RETURN asked;
END $$;
REVOKE ALL ON FUNCTION oversight_ask_about FROM PUBLIC;

-- Does the current person hold the office that judges at this desk?
CREATE OR REPLACE FUNCTION oversight_reads_questions(desk text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND a.role = CASE desk WHEN 'dpo' THEN 'dpo' WHEN 'steward' THEN 'data_steward' END
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$$;
REVOKE ALL ON FUNCTION oversight_reads_questions FROM PUBLIC;

-- Is the current person a manager of this colleague, or of the place of the view? Never of themselves.
CREATE OR REPLACE FUNCTION oversight_answers_for(who uuid, place uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT who <> loge_person() AND (
        access_holds(loge_person(), ARRAY['sector_manager'], (SELECT p.employed_at_id FROM access_person p WHERE p.id = who))
        OR coalesce(access_holds(loge_person(), ARRAY['sector_manager'], oversight_answers_for.place), false))
$$;
REVOKE ALL ON FUNCTION oversight_answers_for FROM PUBLIC;

-- How many questions wait for the current person's judgement.
CREATE OR REPLACE FUNCTION oversight_questions_due() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM oversight_lookquestion q
    WHERE q.verdict = '' AND q.person_id <> loge_person() AND oversight_reads_questions(q.desk)
$$;
REVOKE ALL ON FUNCTION oversight_questions_due FROM PUBLIC;

-- How many questions wait for the current person's answer as a manager.
CREATE OR REPLACE FUNCTION oversight_answers_due() RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM oversight_lookquestion q
    WHERE q.verdict = '' AND q.answer = '' AND q.asked_on IS NOT NULL AND oversight_answers_for(q.person_id, q.place_id)
$$;
REVOKE ALL ON FUNCTION oversight_answers_due FROM PUBLIC;

-- The events around a view, a quarter of an hour each way, for who judges: kinds, reasons and places, without the
-- household or a name. `same`: about the same household.
CREATE OR REPLACE FUNCTION oversight_events_around(question uuid)
    RETURNS TABLE (at timestamptz, kind text, purpose text, outcome text, place text, itself boolean, same boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.at, e.kind, e.purpose, e.outcome, p.name, e.id = q.event, e.about IS NOT NULL AND e.about = l.about
    FROM oversight_lookquestion q
    LEFT JOIN audit_event l ON l.id = q.event AND l.at = q.at
    JOIN audit_event e ON e.actor = q.person_id
      AND e.at BETWEEN q.at - interval '15 minutes' AND q.at + interval '15 minutes'
    LEFT JOIN access_place p ON p.id = e.place
    WHERE q.id = question AND q.person_id <> loge_person() AND oversight_reads_questions(q.desk)
      AND e.outcome <> 'attempted'
    ORDER BY abs(extract(epoch FROM e.at - q.at)) LIMIT 40
$$;
REVOKE ALL ON FUNCTION oversight_events_around FROM PUBLIC;

-- Each column group is written once, before the verdict. Who answered as a manager does not judge.
SELECT loge_keep('oversight_lookquestion', 'look_judged_by_another', changes => jsonb_build_object(
    'explanation, explained_on', $$OLD.verdict = '' AND OLD.explanation = '' AND NEW.explanation <> ''
        AND NEW.explained_on = loge_today() AND OLD.person_id = loge_person()$$,
    'asked_by_id, asked_on', $$OLD.verdict = '' AND OLD.asked_on IS NULL AND NEW.asked_on = loge_today()
        AND NEW.asked_by_id = loge_person() AND OLD.person_id <> loge_person() AND oversight_reads_questions(OLD.desk)$$,
    'answer, answered_by_id, answered_on', $$OLD.verdict = '' AND OLD.asked_on IS NOT NULL AND OLD.answer = ''
        AND NEW.answer <> '' AND NEW.answered_on = loge_today() AND NEW.answered_by_id = loge_person()
        AND oversight_answers_for(OLD.person_id, OLD.place_id)$$,
    'verdict, judged_by_id, judged_on', $$OLD.verdict = '' AND NEW.verdict <> '' AND NEW.judged_on = loge_today()
        AND NEW.judged_by_id = loge_person() AND NEW.answered_by_id IS DISTINCT FROM loge_person()
        AND OLD.person_id <> loge_person() AND oversight_reads_questions(OLD.desk)$$),
    over => $$OLD.at < loge_now() - interval '1 year'
        OR OLD.verdict NOT IN ('', 'misuse') AND OLD.judged_on < loge_today() - 92$$);
-- The same values written again would be a second event in the audit log.
CREATE OR REPLACE TRIGGER oversight_lookquestion_again BEFORE UPDATE ON oversight_lookquestion FOR EACH ROW
    WHEN (OLD.* IS NOT DISTINCT FROM NEW.*) EXECUTE FUNCTION loge_only('look_judged_by_another');
ALTER TABLE oversight_lookquestion ENABLE ALWAYS TRIGGER oversight_lookquestion_again;
-- Misuse is not decided before the person has explained, or a week has passed. By its name it fires after loge_keeps, so
-- that who may not judge gets that error first.
CREATE OR REPLACE TRIGGER oversight_lookquestion_heard BEFORE UPDATE ON oversight_lookquestion FOR EACH ROW
    WHEN (NEW.verdict = 'misuse' AND OLD.verdict = '' AND OLD.explanation = '' AND OLD.found_on > loge_today() - 7)
    EXECUTE FUNCTION loge_only('look_heard_first');
ALTER TABLE oversight_lookquestion ENABLE ALWAYS TRIGGER oversight_lookquestion_heard;
