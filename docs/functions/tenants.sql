-- The functions of tenants as they are in force. Written by `./dev functions`; migrations make them.

CREATE OR REPLACE FUNCTION public.tenants_account_place(wanted text)
 RETURNS TABLE(account uuid, building uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT id, building_id FROM tenants_account WHERE reference = wanted
$function$;

CREATE OR REPLACE FUNCTION public.tenants_alone_up_to()
 RETURNS bigint
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$SELECT 15000::bigint$function$;

CREATE OR REPLACE FUNCTION public.tenants_answers_due()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT count(*) FROM tenants_lookquestion q
    WHERE q.verdict = '' AND q.answer = '' AND q.asked_on IS NOT NULL AND tenants_answers_for(q.person_id, q.place_id)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_answers_for(who uuid, place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT who <> loge_person() AND (
        access_holds(loge_person(), ARRAY['sector_manager'], (SELECT p.employed_at_id FROM access_person p WHERE p.id = who))
        OR coalesce(access_holds(loge_person(), ARRAY['sector_manager'], tenants_answers_for.place), false))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_ask_about(rule text, on_day date)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    asked integer;
BEGIN
    IF rule !~ '^[a-z_]{1,32}$' OR on_day >= loge_today() THEN
        RETURN 0;
    END IF;
    EXECUTE format('INSERT INTO tenants_lookquestion (id, event, rule, kind, at, person_id, role, place_id, desk, found_on,
            explanation, answer, verdict)
        SELECT gen_random_uuid(), f.event, $1, f.kind, f.at, f.person, f.role,
               (SELECT p.id FROM access_place p WHERE p.id = f.place), tenants_question_desk(f.person), loge_today(), '''', '''', ''''
        FROM %I($2) f ON CONFLICT (event, rule) DO NOTHING', 'tenants_rule_' || rule) USING rule, on_day;
    GET DIAGNOSTICS asked = ROW_COUNT;
    RETURN asked;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_ask_inspection(asked text[], key bytea)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    wanted text[];
    apart uuid[];
    which uuid := gen_random_uuid();
    found jsonb;
BEGIN
    IF NOT tenants_inspects() THEN
        RETURN NULL;
    END IF;
    wanted := tenants_taken_words(asked, key);
    IF (SELECT sum(c.found) FROM tenants_words_counted(asked, key) c) > 200 THEN
        RAISE EXCEPTION 'too many lines' USING ERRCODE = 'check_violation', CONSTRAINT = 'inspection_of_few_lines';
    END IF;
    apart := ARRAY (SELECT tenants_not_counted());
    SELECT coalesce(jsonb_agg(jsonb_build_array(h.source, h.key)), '[]') INTO found FROM (
        SELECT t.source, t.key FROM tenants_text t
        WHERE string_to_array(tenants_folded(t.said), ' ') && wanted AND (t.about IS NULL OR t.about <> ALL (apart))
        ORDER BY t.since DESC NULLS LAST, t.source, t.key LIMIT 1000) h;
    INSERT INTO tenants_inspection (id, asked_by_id, asked_on, words, lines, hits, ends_on)
    VALUES (which, loge_person(), loge_today(), cardinality(wanted), jsonb_array_length(found), found, loge_today() + 7);
    RETURN which;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_asked_lately(which text, who uuid, lease uuid, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM tenants_lookquestion q JOIN audit_event e ON e.id = q.event AND e.at = q.at
        WHERE q.rule = which AND q.person_id = who AND e.about = ANY (ARRAY (SELECT tenants_named_by(lease)))
          AND q.at >= tenants_midnight(on_day - 31) AND q.at < tenants_midnight(on_day + 1))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_at_counter(place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM access_rules(loge_person(), place, loge_today()) r
        JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = 'counter'
    )
$function$;

CREATE OR REPLACE FUNCTION public.tenants_behind(who uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 3
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT who
    UNION
    SELECT maker FROM access_person p CROSS JOIN LATERAL access_makers(p.id) AS maker WHERE p.id = who AND p.is_machine
$function$;

CREATE OR REPLACE FUNCTION public.tenants_being_settled(lease uuid, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM tenants_lease l JOIN tenants_account a ON a.lease_id = l.id
        WHERE l.id = lease AND l.ends_on BETWEEN on_day - 366 AND on_day + 120
          AND (l.notice_on IS NULL OR l.notice_on <= on_day + 3) AND (a.settled_on IS NULL OR a.settled_on >= on_day - 14))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_borne_out(purpose text, lease uuid, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT CASE purpose
        WHEN 'arrears' THEN tenants_owes(lease, on_day) OR tenants_late(lease, on_day - 14)
        WHEN 'payment' THEN tenants_owes(lease, on_day) OR EXISTS (
            SELECT FROM tenants_account a JOIN tenants_entry n ON n.account_id = a.id AND n.kind = 'payment'
            WHERE a.lease_id = tenants_borne_out.lease
              AND (n.effective_on BETWEEN on_day - 10 AND on_day + 3 OR n.booked_on BETWEEN on_day - 10 AND on_day + 3))
        WHEN 'moving' THEN tenants_being_settled(lease, on_day) OR EXISTS (
            SELECT FROM tenants_lease l WHERE l.id = lease AND (l.starts_on BETWEEN on_day - 60 AND on_day + 60
                OR l.ends_on BETWEEN on_day - 60 AND on_day + 120 OR l.notice_on BETWEEN on_day - 60 AND on_day + 3))
        WHEN 'closing' THEN tenants_being_settled(lease, on_day)
        WHEN 'lease' THEN EXISTS (
            SELECT FROM tenants_lease l WHERE l.id = lease AND (l.starts_on BETWEEN on_day - 60 AND on_day + 60
                OR l.ends_on BETWEEN on_day - 60 AND on_day + 120))
            OR EXISTS (SELECT FROM audit_event e WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(lease)))
                AND e.outcome = 'changed' AND e.kind IN ('lease_signed', 'notice_given', 'resident_moved',
                    'representative_set', 'discreet_set', 'discreet_ended')
                AND e.at >= tenants_midnight(on_day - 14) AND e.at < tenants_midnight(on_day + 4))
    END
$function$;

CREATE OR REPLACE FUNCTION public.tenants_busy_programs(on_day date)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT p.id FROM access_person p WHERE p.is_machine AND 25 <= (
        SELECT count(DISTINCT e.about) FROM audit_event e
        WHERE e.actor = p.id AND e.outcome = 'shown'
          AND e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_certificate_checks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF NEW.issued_on = loge_today() AND NEW.statement = tenants_destruction_counted(NEW.inheritance_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a certificate states what was counted'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'certificate_as_counted';
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_challenged()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT DISTINCT f.residence_id FROM tenants_cardfact f JOIN tenants_factcode c ON c.code = f.code_id AND c.precaution
    WHERE f.contested_on IS NOT NULL AND f.kept_on IS NULL AND f.withdrawn_on IS NULL AND f.ends_on >= loge_today()
        AND tenants_fact_open(loge_person(), 'card', 'write', f.code_id, f.building_id)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_check_identity(wanted text, called text, paper text, tried uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    home record;
BEGIN
    IF NOT tenants_may_try(tried, wanted) THEN
        RETURN NULL;
    END IF;
    SELECT r.id, r.lease_id INTO home FROM tenants_account a JOIN tenants_residence r ON r.lease_id = a.lease_id
    WHERE a.reference = wanted AND a.settled_on IS NULL
      AND length(called) >= 2 AND starts_with(r.name_key || ' ', called || ' ')
      AND r.moved_in <= loge_today() + 14 AND (r.moved_out IS NULL OR r.moved_out >= loge_today()
           OR (NOT r.transferred AND r.moved_out >= loge_today() - 7))
      AND r.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
      AND tenants_at_counter(r.building_id)
    ORDER BY r.moved_in, r.id LIMIT 1;
    IF home.id IS NULL THEN
        RETURN NULL;
    END IF;
    DELETE FROM tenants_identitycheck WHERE until < loge_now();
    INSERT INTO tenants_identitycheck (person_id, lease_id, document, until)
    VALUES (loge_person(), home.lease_id, paper, loge_now() + interval '10 minutes')
    ON CONFLICT (person_id) DO UPDATE SET lease_id = excluded.lease_id, document = excluded.document, until = excluded.until;
    RETURN home.id;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_checked()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT c.lease_id FROM tenants_identitycheck c JOIN tenants_lease l ON l.id = c.lease_id
    WHERE c.person_id = loge_person() AND c.until > loge_now() AND tenants_at_counter(l.building_id)
      AND c.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_contest_forgets()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
BEGIN
    NEW.sentence := NULL;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_contests_due()
 RETURNS TABLE(waiting bigint, proposed bigint, late bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT count(*), count(*) FILTER (WHERE proposal <> ''), count(*) FILTER (WHERE answer_by < loge_today())
    FROM tenants_contestedsentence
    WHERE outcome = '' AND suspended_on IS NULL
        AND ((SELECT tenants_weighs()) OR tenants_holds_at('sector_manager', building_id))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_copies_asked()
 RETURNS TABLE(event uuid, at timestamp with time zone, person uuid, account uuid, reference text, until timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT e.id, e.at, e.actor, a.id, a.reference, c.until
    FROM audit_event e JOIN tenants_account a ON a.id = e.about LEFT JOIN tenants_copyrelease c ON c.event = e.id
    WHERE e.kind = 'copy_asked' AND e.outcome = 'shown' AND e.at > loge_now() - interval '7 days'
      AND (SELECT tenants_inspects())
    ORDER BY e.at DESC, e.id
$function$;

CREATE OR REPLACE FUNCTION public.tenants_counts_texts()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT tenants_inspects() OR access_inspects()
$function$;

CREATE OR REPLACE FUNCTION public.tenants_days_to_watch(back integer)
 RETURNS SETOF date
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT d::date FROM generate_series(loge_today() - back, loge_today() - 1, interval '1 day') d
    WHERE NOT EXISTS (
        SELECT FROM audit_event e
        WHERE e.actor IS NULL AND e.machine = 'watch_looks' AND e.kind = 'looks_watched'
          AND e.at >= tenants_midnight(loge_today() - back - 1) AND e.facts ->> 'day' = d::date::text)
    ORDER BY 1
$function$;

CREATE OR REPLACE FUNCTION public.tenants_decided_apart()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    one uuid := to_jsonb(NEW) ->> TG_ARGV[0];
    other uuid := to_jsonb(NEW) ->> TG_ARGV[1];
BEGIN
    IF one <> other AND NOT access_apart(one, other) THEN
        RAISE EXCEPTION 'not apart' USING ERRCODE = 'check_violation', CONSTRAINT = 'request_decided_apart';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_defer_look(which uuid, ground text, until date)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    made uuid := gen_random_uuid();
BEGIN
    IF NOT tenants_discloses() OR NOT EXISTS (
        SELECT FROM audit_event e WHERE e.id = which AND e.outcome IN ('shown', 'changed')) THEN
        RETURN NULL;
    END IF;
    INSERT INTO tenants_lookdeferral (id, event, ground, until, asked_by_id, asked_on)
    VALUES (made, which, tenants_defer_look.ground, tenants_defer_look.until, loge_person(), loge_today());
    RETURN made;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_deferral_checks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF EXISTS (SELECT FROM audit_event e
               WHERE e.id = NEW.event AND e.actor IN (NEW.asked_by_id, NEW.agreed_by_id)) THEN
        RAISE EXCEPTION 'nobody decides about their own look'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'deferral_not_of_ones_own';
    END IF;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_desks(who uuid, what text)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT DISTINCT b.id FROM access_assignment a
    JOIN access_person p ON p.id = a.person_id AND p.is_active
    JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = what
    JOIN access_place q ON q.id = a.place_id
    JOIN access_place b ON b.path >= q.path AND b.path < q.path || '~'
    WHERE a.person_id = who AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())
      AND (b.level IN ('directorate', 'agency', 'sector') OR (b.level = 'organisation' AND what = 'books'))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_destruction_counted(which uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT jsonb_build_object('file', i.fingerprint, 'read_on', i.finished_on, 'issued_on', loge_today(),
        'imported', i.imported, 'noted', i.noted, 'replaced', i.replaced, 'erased', i.erased, 'kept', i.kept,
        'outcomes', coalesce((SELECT jsonb_agg(jsonb_build_object('agency', a.name, 'category', t.category,
            'outcome', t.outcome, 'ground', t.ground, 'lines', t.lines)
            ORDER BY a.name, a.id, t.category, t.outcome, t.ground)
            FROM tenants_inheritancetally t JOIN access_place a ON a.id = t.agency_id WHERE t.inheritance_id = which), '[]'))
    FROM tenants_inheritance i
    WHERE i.id = which AND i.waiting = 0 AND i.finished_on IS NOT NULL AND tenants_inheritance_reconciles(which)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_destruction_statement(which uuid)
 RETURNS jsonb
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT tenants_destruction_counted(which) WHERE tenants_weighs()
$function$;

CREATE OR REPLACE FUNCTION public.tenants_did_something(who uuid, lease uuid, since date, until date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(lease))) AND e.actor = who AND e.outcome = 'changed'
          AND e.at >= tenants_midnight(since) AND e.at < tenants_midnight(until + 1))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_disclosed()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT q.tenant_id FROM tenants_subjectrequest q
    WHERE q.prepared_by_id = loge_person() AND q.prepared_until > loge_now() AND q.kind = 'access'
      AND q.closed_on IS NULL AND tenants_discloses()
      AND NOT EXISTS (
        SELECT FROM tenants_leaseparty p
        WHERE p.tenant_id = q.tenant_id AND p.lease_id = ANY (ARRAY (SELECT tenants_walled()))
        UNION ALL
        SELECT FROM tenants_residence r
        WHERE r.tenant_id = q.tenant_id AND r.lease_id = ANY (ARRAY (SELECT tenants_walled())))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_disclosed_account(which uuid, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (SELECT FROM tenants_disclosed_spans() s
        WHERE s.account = which AND on_day BETWEEN s.first_day AND s.last_day)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_disclosed_accounts()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 2
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT s.account FROM tenants_disclosed_spans() s
$function$;

CREATE OR REPLACE FUNCTION public.tenants_disclosed_alone()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 2
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT s.lease FROM tenants_disclosed_spans() s WHERE s.alone
$function$;

CREATE OR REPLACE FUNCTION public.tenants_disclosed_lease(which uuid, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (SELECT FROM tenants_leaseparty p WHERE p.lease_id = which
            AND p.tenant_id = ANY (ARRAY (SELECT tenants_disclosed()))
            AND on_day BETWEEN p.first_day AND coalesce(p.last_day, 'infinity'))
        OR EXISTS (SELECT FROM tenants_residence r WHERE r.lease_id = which
            AND r.tenant_id = ANY (ARRAY (SELECT tenants_disclosed()))
            AND on_day BETWEEN r.moved_in AND coalesce(r.moved_out, 'infinity'))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_disclosed_leases()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 2
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT p.lease_id FROM tenants_leaseparty p WHERE p.tenant_id = ANY (ARRAY (SELECT tenants_disclosed()))
    UNION SELECT r.lease_id FROM tenants_residence r WHERE r.tenant_id = ANY (ARRAY (SELECT tenants_disclosed()))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_disclosed_looks(shared text[])
 RETURNS TABLE(id uuid, at timestamp with time zone, kind text, purpose text, outcome text, role text, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT f.*, p.name FROM tenants_disclosed() me (tenant) CROSS JOIN LATERAL tenants_looks_at(me.tenant, shared) f
    LEFT JOIN (tenants_namedlook n JOIN tenants_subjectrequest q ON q.id = n.request_id
               AND q.prepared_by_id = loge_person() AND q.prepared_until > loge_now()) ON n.event = f.id
    LEFT JOIN access_person p ON p.id = n.person_id
    ORDER BY f.at, f.id
$function$;

CREATE OR REPLACE FUNCTION public.tenants_disclosed_notes()
 RETURNS TABLE(written_on date, reason text, ends_on date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT n.written_on, n.reason, n.ends_on FROM tenants_accountnote n
    JOIN tenants_disclosed_spans() s ON s.account = n.account_id AND NOT s.alone
    WHERE n.written_on BETWEEN s.first_day AND s.last_day ORDER BY n.written_on, n.id
$function$;

CREATE OR REPLACE FUNCTION public.tenants_disclosed_spans()
 RETURNS TABLE(account uuid, lease uuid, first_day date, last_day date, alone boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 2
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT s.* FROM tenants_disclosed() me (tenant) CROSS JOIN LATERAL tenants_spans_of(me.tenant) s
$function$;

CREATE OR REPLACE FUNCTION public.tenants_discloses()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ SELECT access_holds_everywhere('disclosure') $function$;

CREATE OR REPLACE FUNCTION public.tenants_emergencies()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT e.lease_id FROM tenants_emergencyaccess e
    WHERE e.person_id = loge_person() AND e.until > loge_now() AND tenants_on_call()
      AND e.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_emergencies_due()
 RETURNS TABLE(waiting bigint, late bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT count(*), count(*) FILTER (WHERE review_by < loge_today()) FROM tenants_emergencyaccess
    WHERE verdict = '' AND person_id <> loge_person() AND tenants_holds_at('sector_manager', building_id)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_emergency_notice(opened uuid)
 RETURNS TABLE(roles text[], at_home boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT ARRAY (
        SELECT a.role::text FROM access_assignment a
        JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'emergency'
        WHERE a.person_id = e.person_id AND access_in_force(
            a.first_day, a.last_day, a.ended_on, (e.opened_at AT TIME ZONE 'Europe/Paris')::date)
    ), EXISTS (
        SELECT FROM tenants_residence r WHERE r.lease_id = e.lease_id AND r.unit_id = e.unit_id
        AND r.moved_in <= loge_today() AND (r.moved_out IS NULL OR r.moved_out >= loge_today())
    )
    FROM tenants_emergencyaccess e
    WHERE e.id = opened AND e.lease_id IS NOT NULL
      AND e.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'contests', loge_today())))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_emergency_told(opened uuid)
 RETURNS TABLE(email character varying)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT DISTINCT p.email FROM tenants_emergencyaccess e
    CROSS JOIN LATERAL access_people(e.building_id, loge_today()) r
    JOIN access_person p ON p.id = r.person
    WHERE e.id = opened AND e.person_id = loge_person() AND r.role IN ('sector_manager', 'dpo')
      AND p.id <> loge_person() AND NOT p.is_machine
$function$;

CREATE OR REPLACE FUNCTION public.tenants_evacuations()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT e.building_id FROM tenants_emergencyaccess e
    WHERE e.person_id = loge_person() AND e.lease_id IS NULL AND e.until > loge_now()
      AND e.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), 'evacuation', loge_today())))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_fact_checks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_fact_open(who uuid, scope text, verb text, which text, place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM tenants_factcode c JOIN access_rules(who, place, loge_today()) r
            ON r.role = ANY (string_to_array(CASE verb WHEN 'write' THEN c.writers ELSE c.readers END, '|'))
        WHERE c.code = which AND c.compartment = scope)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_fact_value_fits(name text, type text, value jsonb)
 RETURNS boolean
 LANGUAGE sql
 STABLE
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT coalesce(CASE type
        WHEN 'code' THEN jsonb_typeof(value) = 'string'
            AND EXISTS (SELECT FROM tenants_factterm t WHERE t.list = name AND t.code = value #>> '{}')
        WHEN 'date' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^(19|20|21)\d\d-\d\d-\d\d$'
            AND to_char((value #>> '{}')::date, 'YYYY-MM-DD') = value #>> '{}'
        WHEN 'month' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^(19|20|21)\d\d-(0[1-9]|1[0-2])$'
        WHEN 'time' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^([01]\d|2[0-3]):[0-5]\d$'
        WHEN 'decimal' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^\d{1,9}(\.\d{1,3})?$'
        WHEN 'int' THEN jsonb_typeof(value) = 'number' AND value #>> '{}' ~ '^\d{1,4}$'
        WHEN 'euro' THEN jsonb_typeof(value) = 'number' AND value #>> '{}' ~ '^[1-9]\d{0,7}$'
        WHEN 'contact' THEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
            AND (EXISTS (SELECT FROM tenants_representative r WHERE r.id = (value #>> '{}')::uuid)
                 OR EXISTS (SELECT FROM tenants_tenant t WHERE t.id = (value #>> '{}')::uuid AND t.contact_name <> ''))
        END, false)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_folded(said text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
    SELECT ' ' || btrim(regexp_replace(regexp_replace(
        lower(normalize(replace(replace(replace(translate(said, 'ŒÆıłŁø', 'œæillo'), 'œ', 'oe'), 'æ', 'ae'), 'ß', 'ss'), NFKD)),
        '[̀-ͯ]', '', 'g'), '[^a-z0-9]+', ' ', 'g')) || ' '
$function$;

CREATE OR REPLACE FUNCTION public.tenants_has_role_at(who uuid, which text, place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (SELECT FROM access_rules(who, place, loge_today()) r WHERE r.role = which)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_hidden()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN QUERY
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m
        WHERE loge_today() BETWEEN m.first_day AND m.last_day
          AND NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = m.id AND n.person_id = loge_person())
        UNION ALL
        SELECT w.lease_id FROM tenants_conflictwall w WHERE w.person_id = loge_person() AND w.ended_on IS NULL
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor';
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_hidden_accounts()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN QUERY SELECT a.id FROM tenants_account a WHERE a.lease_id IN (SELECT tenants_hidden());
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_holds_at(which text, place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (SELECT FROM access_rules(loge_person(), place, loge_today()) r WHERE r.role = which)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_household(what text, which uuid, place uuid, on_day date)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT CASE what
        WHEN 'account' THEN (SELECT a.lease_id FROM tenants_account a WHERE a.id = which)
        WHEN 'lease' THEN (SELECT l.id FROM tenants_lease l WHERE l.id = which)
        WHEN 'residence' THEN (SELECT r.lease_id FROM tenants_residence r WHERE r.id = which)
        WHEN 'tenant' THEN (
            SELECT r.lease_id FROM tenants_residence r WHERE r.tenant_id = which
            ORDER BY r.building_id IS NOT DISTINCT FROM place DESC, coalesce(r.moved_out >= on_day, true) DESC,
                     r.moved_in DESC LIMIT 1)
    END
$function$;

CREATE OR REPLACE FUNCTION public.tenants_household_of_text(about uuid, otherwise text)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT coalesce(
        (SELECT a.lease_id::text FROM tenants_account a WHERE a.id = about),
        (SELECT r.lease_id::text FROM tenants_residence r WHERE r.tenant_id = about ORDER BY r.moved_in DESC, r.id LIMIT 1),
        (SELECT p.lease_id::text FROM tenants_leaseparty p WHERE p.tenant_id = about ORDER BY p.id LIMIT 1),
        otherwise)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inheritance_reconciles(which uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT i.waiting = (SELECT count(*) FROM tenants_inheritedline l WHERE l.inheritance_id = which)
        AND i.replaced = coalesce((SELECT sum(lines) FROM tenants_inheritancetally t
                                   WHERE t.inheritance_id = which AND t.outcome = 'replaced'), 0)
        AND i.kept = coalesce((SELECT sum(lines) FROM tenants_inheritancetally t
                               WHERE t.inheritance_id = which AND t.outcome = 'kept'), 0)
        AND i.erased = coalesce((SELECT sum(lines) FROM tenants_inheritancetally t
                                 WHERE t.inheritance_id = which AND t.outcome IN ('erased', 'expired')), 0)
    FROM tenants_inheritance i WHERE i.id = which
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inherited_counted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
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
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_inherited_goes()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    DELETE FROM tenants_inheritedline WHERE id = NEW.id;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected(wanted text, on_day date)
 RETURNS TABLE(account uuid, lease uuid, building uuid, residents bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT a.id, a.lease_id, a.building_id,
        (SELECT count(*) FROM tenants_residence r
         WHERE r.lease_id = a.lease_id AND r.moved_in <= on_day AND (r.moved_out IS NULL OR r.moved_out >= on_day))
    FROM tenants_account a WHERE a.reference = wanted AND (SELECT access_inspects())
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected_apart(which uuid, on_day date)
 RETURNS TABLE(way text, person uuid, first_day date, last_day date)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 5
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH theirs AS (
        SELECT which AS lease WHERE (SELECT access_inspects())
        UNION
        SELECT other.lease_id FROM (SELECT which AS lease_id WHERE (SELECT access_inspects())) asked
        JOIN tenants_leaseparty p ON p.lease_id = asked.lease_id AND p.capacity <> 'guarantor'
        JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
    ), marks AS (
        SELECT m.* FROM tenants_discreetmark m JOIN theirs ON theirs.lease = m.lease_id
        WHERE on_day BETWEEN m.first_day AND m.last_day
    )
    SELECT 'wall', w.person_id, w.set_on, w.ended_on FROM tenants_conflictwall w JOIN theirs ON theirs.lease = w.lease_id
    WHERE w.set_on <= on_day AND (w.ended_on IS NULL OR w.ended_on > on_day)
    UNION ALL
    SELECT 'discreet', NULL, m.first_day, m.last_day FROM marks m
    UNION ALL
    SELECT 'named', n.person_id, m.first_day, m.last_day FROM marks m JOIN tenants_discreetname n ON n.mark_id = m.id
    UNION ALL
    SELECT 'emergency', e.person_id, (e.opened_at AT TIME ZONE 'Europe/Paris')::date,
        (e.until AT TIME ZONE 'Europe/Paris')::date
    FROM tenants_emergencyaccess e
    WHERE e.lease_id = which AND (SELECT access_inspects())
      AND on_day BETWEEN (e.opened_at AT TIME ZONE 'Europe/Paris')::date AND (e.until AT TIME ZONE 'Europe/Paris')::date
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected_contests()
 RETURNS TABLE(asked_on date, answer_by date, categories text, proposal text, weighed_as text, outcome text, decided_as text, decided_on date, suspended_on date, advice text, sealed boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT c.asked_on, c.answer_by, c.categories, c.proposal,
        CASE WHEN c.proposal <> '' THEN
            (SELECT e.role FROM audit_event e WHERE e.about = c.account_id AND e.kind = 'contest_weighed'
             AND e.facts ->> 'contest' = c.id::text ORDER BY e.at DESC LIMIT 1) END,
        c.outcome,
        CASE WHEN c.outcome <> '' THEN
            (SELECT e.role FROM audit_event e WHERE e.about = c.account_id AND e.kind = 'contest_decided'
             AND e.facts ->> 'contest' = c.id::text ORDER BY e.at DESC LIMIT 1) END,
        c.decided_on, c.suspended_on, c.advice, c.sentence IS NOT NULL
    FROM tenants_contestedsentence c WHERE (SELECT access_inspects()) ORDER BY c.asked_on DESC, c.id
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected_copy(wanted text)
 RETURNS TABLE(source text, line text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH theirs AS (
        SELECT a.id AS account, a.lease_id AS lease FROM tenants_account a
        WHERE a.reference = wanted AND (SELECT access_inspects()) AND EXISTS (
            SELECT FROM tenants_copyrelease c
            WHERE c.lease_id = a.lease_id AND c.asked_by_id = loge_person() AND c.until > loge_now())
    ), people AS (
        SELECT p.tenant_id AS person FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION SELECT r.tenant_id FROM tenants_residence r JOIN theirs ON theirs.lease = r.lease_id
    ), homes AS (
        SELECT r.* FROM tenants_residence r JOIN people ON people.person = r.tenant_id
    ), facts AS (
        SELECT 'tenants_cardfact' AS source, f.code_id, to_jsonb(f) AS line FROM tenants_cardfact f JOIN homes ON homes.id = f.residence_id
        UNION ALL SELECT 'tenants_dwellingfact', f.code_id, to_jsonb(f) FROM tenants_dwellingfact f JOIN theirs ON theirs.lease = f.lease_id
        UNION ALL SELECT 'tenants_accountfact', f.code_id, to_jsonb(f) FROM tenants_accountfact f JOIN theirs ON theirs.account = f.account_id
        UNION ALL SELECT 'tenants_accountnote', n.code_id, to_jsonb(n) FROM tenants_accountnote n JOIN theirs ON theirs.account = n.account_id
    ), requests AS (
        SELECT s.* FROM tenants_subjectrequest s JOIN people ON people.person = s.tenant_id
    )
    SELECT found.source, found.line::text FROM (
        SELECT 'tenants_tenant' AS source, to_jsonb(t) AS line FROM tenants_tenant t JOIN people ON people.person = t.id
        UNION ALL SELECT 'tenants_representative', to_jsonb(q) FROM tenants_representative q JOIN people ON people.person = q.tenant_id
        UNION ALL SELECT 'tenants_identity', to_jsonb(i) FROM tenants_identity i JOIN people ON people.person = i.tenant_id
        UNION ALL SELECT 'tenants_bankdetail', to_jsonb(b) FROM tenants_bankdetail b JOIN people ON people.person = b.tenant_id
        UNION ALL SELECT 'tenants_helpcode', to_jsonb(h) FROM tenants_helpcode h JOIN people ON people.person = h.tenant_id
        UNION ALL SELECT 'tenants_lease', to_jsonb(l) FROM tenants_lease l JOIN theirs ON theirs.lease = l.id
        UNION ALL SELECT 'tenants_leaseunit', to_jsonb(u) FROM tenants_leaseunit u JOIN theirs ON theirs.lease = u.lease_id
        UNION ALL SELECT 'tenants_leaseparty', to_jsonb(p) FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION ALL SELECT 'tenants_residence', to_jsonb(homes) FROM homes
        UNION ALL SELECT 'tenants_account', to_jsonb(a) FROM tenants_account a JOIN theirs ON theirs.account = a.id
        UNION ALL SELECT 'tenants_entry', to_jsonb(e) FROM tenants_entry e JOIN theirs ON theirs.account = e.account_id
        UNION ALL SELECT 'tenants_writeoff', to_jsonb(w) FROM tenants_writeoff w JOIN theirs ON theirs.account = w.account_id
        UNION ALL SELECT 'tenants_clearing', to_jsonb(c) FROM tenants_clearing c JOIN tenants_entry e ON e.id = c.entry_id
            JOIN theirs ON theirs.account = e.account_id
        UNION ALL SELECT facts.source, facts.line FROM facts
        UNION ALL SELECT 'tenants_factcode', to_jsonb(k) FROM tenants_factcode k WHERE k.code IN (SELECT code_id FROM facts)
        UNION ALL SELECT 'tenants_contestedsentence', to_jsonb(c) - 'sentence' - 'wording' FROM tenants_contestedsentence c
            JOIN theirs ON theirs.account = c.account_id
        UNION ALL SELECT 'tenants_inheritedline', to_jsonb(i) - 'sentence' FROM tenants_inheritedline i
            JOIN theirs ON theirs.account = i.account_id
        UNION ALL SELECT 'tenants_discreetmark', to_jsonb(m) FROM tenants_discreetmark m JOIN theirs ON theirs.lease = m.lease_id
        UNION ALL SELECT 'tenants_discreetname', to_jsonb(n) FROM tenants_discreetname n
            JOIN tenants_discreetmark m ON m.id = n.mark_id JOIN theirs ON theirs.lease = m.lease_id
        UNION ALL SELECT 'tenants_conflictwall', to_jsonb(w) FROM tenants_conflictwall w JOIN theirs ON theirs.lease = w.lease_id
        UNION ALL SELECT 'tenants_identitycheck', to_jsonb(c) FROM tenants_identitycheck c JOIN theirs ON theirs.lease = c.lease_id
        UNION ALL SELECT 'tenants_emergencyaccess', to_jsonb(e) FROM tenants_emergencyaccess e JOIN theirs ON theirs.lease = e.lease_id
        UNION ALL SELECT 'tenants_subjectrequest', to_jsonb(requests) FROM requests
        UNION ALL SELECT 'tenants_namedlook', to_jsonb(n) FROM tenants_namedlook n JOIN requests ON requests.id = n.request_id
        UNION ALL SELECT 'tenants_sourcekey', to_jsonb(k) FROM tenants_sourcekey k
            WHERE k.target IN (SELECT person FROM people UNION SELECT lease FROM theirs UNION SELECT account FROM theirs)
        UNION ALL SELECT 'tenants_copyrelease', to_jsonb(c) FROM tenants_copyrelease c JOIN theirs ON theirs.lease = c.lease_id
        UNION ALL SELECT 'buildings_unit', to_jsonb(u) FROM buildings_unit u WHERE u.id IN (
            SELECT unit_id FROM homes
            UNION SELECT l.main_unit_id FROM tenants_lease l JOIN theirs ON theirs.lease = l.id
            UNION SELECT o.unit_id FROM tenants_leaseunit o JOIN theirs ON theirs.lease = o.lease_id
            UNION SELECT f.unit_id FROM tenants_dwellingfact f JOIN theirs ON theirs.lease = f.lease_id)
    ) found
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected_emergencies()
 RETURNS TABLE(opened_at timestamp with time zone, until timestamp with time zone, person uuid, building uuid, reason text, review_by date, verdict text, reviewed_by uuid, reviewed_on date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT e.opened_at, e.until, e.person_id, e.building_id, e.reason, e.review_by, e.verdict, e.reviewed_by_id, e.reviewed_on
    FROM tenants_emergencyaccess e WHERE (SELECT access_inspects()) ORDER BY e.opened_at DESC
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected_file(wanted text)
 RETURNS TABLE(source text, held bigint, oldest date, newest date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH theirs AS (
        SELECT a.id AS account, a.lease_id AS lease FROM tenants_account a
        WHERE a.reference = wanted AND (SELECT access_inspects())
    ), people AS (
        SELECT p.tenant_id AS person FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION SELECT r.tenant_id FROM tenants_residence r JOIN theirs ON theirs.lease = r.lease_id
    )
    SELECT f.source, count(*), min(f.day), max(f.day) FROM (
        SELECT 'tenants_tenant' AS source, NULL::date AS day FROM people
        UNION ALL SELECT 'tenants_lease', l.signed_on FROM tenants_lease l JOIN theirs ON theirs.lease = l.id
        UNION ALL SELECT 'tenants_leaseparty', p.first_day FROM tenants_leaseparty p JOIN theirs ON theirs.lease = p.lease_id
        UNION ALL SELECT 'tenants_residence', r.moved_in FROM tenants_residence r JOIN people ON people.person = r.tenant_id
        UNION ALL SELECT 'tenants_helpcode', h.asked_on FROM tenants_helpcode h JOIN people ON people.person = h.tenant_id
        UNION ALL SELECT 'tenants_representative', q.first_day FROM tenants_representative q JOIN people ON people.person = q.tenant_id
        UNION ALL SELECT 'tenants_identity', NULL FROM tenants_identity i JOIN people ON people.person = i.tenant_id
        UNION ALL SELECT 'tenants_bankdetail', b.set_on FROM tenants_bankdetail b JOIN people ON people.person = b.tenant_id
        UNION ALL SELECT 'tenants_account', NULL FROM theirs
        UNION ALL SELECT 'tenants_entry', e.effective_on FROM tenants_entry e JOIN theirs ON theirs.account = e.account_id
        UNION ALL SELECT 'tenants_accountfact', t.written_on FROM tenants_accountfact t JOIN theirs ON theirs.account = t.account_id
        UNION ALL SELECT 'tenants_cardfact', t.written_on FROM tenants_cardfact t
            JOIN tenants_residence r ON r.id = t.residence_id JOIN people ON people.person = r.tenant_id
        UNION ALL SELECT 'tenants_dwellingfact', t.written_on FROM tenants_dwellingfact t JOIN theirs ON theirs.lease = t.lease_id
        UNION ALL SELECT 'tenants_accountnote', n.written_on FROM tenants_accountnote n JOIN theirs ON theirs.account = n.account_id
        UNION ALL SELECT 'tenants_contestedsentence', c.asked_on FROM tenants_contestedsentence c JOIN theirs ON theirs.account = c.account_id
        UNION ALL SELECT 'tenants_inheritedline', i.first_written_on FROM tenants_inheritedline i JOIN theirs ON theirs.account = i.account_id
        UNION ALL SELECT 'tenants_subjectrequest', s.opened_on FROM tenants_subjectrequest s JOIN people ON people.person = s.tenant_id
    ) f GROUP BY f.source ORDER BY f.source
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected_requests()
 RETURNS TABLE(kind text, proof text, opened_on date, due_on date, extended_on date, closed_on date, answer text, reason text, measure text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT s.kind, s.proof, s.opened_on, s.due_on, s.extended_on, s.closed_on, s.answer, s.reason, s.measure
    FROM tenants_subjectrequest s WHERE (SELECT access_inspects()) ORDER BY s.opened_on DESC, s.id
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected_sorted()
 RETURNS TABLE(inheritance uuid, office text, answer text, decided bigint, first_on date, last_on date, mean_days integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT i.id, e.role, e.facts ->> 'answer', count(*), min(e.day), max(e.day), avg(e.day - i.begun_on)::integer
    FROM (SELECT role, facts, (at AT TIME ZONE 'Europe/Paris')::date AS day FROM audit_event
          WHERE kind = 'inherited_decided' AND outcome = 'changed' AND (SELECT access_inspects())) e
    JOIN tenants_inheritance i ON i.id::text = e.facts ->> 'inheritance'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected_terms()
 RETURNS TABLE(source text, held bigint, oldest_end date, overdue bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT e.source, count(*), min(e.last_day), count(*) FILTER (WHERE e.last_day < loge_today())
    FROM tenants_ends e WHERE (SELECT access_inspects()) GROUP BY e.source ORDER BY e.source
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspected_waiting()
 RETURNS TABLE(inheritance uuid, agency uuid, category text, waiting bigint, proposed bigint, next_end date)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT l.inheritance_id, l.agency_id, l.category, count(*), count(l.proposed_by_id), min(l.ends_on)
    FROM tenants_inheritedline l WHERE (SELECT access_inspects()) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspection_lines(which uuid)
 RETURNS TABLE(source text, said text, place uuid, since date, about uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT t.source, t.said, t.place, t.since, t.about
    FROM tenants_inspection i
    CROSS JOIN LATERAL jsonb_array_elements(i.hits) h
    JOIN tenants_text t ON t.source = h ->> 0 AND t.key = h ->> 1
    WHERE i.id = which AND i.asked_by_id = loge_person() AND i.agreed_by_id <> i.asked_by_id
        AND i.ends_on >= loge_today() AND (SELECT tenants_inspects())
        AND (t.about IS NULL OR t.about <> ALL (ARRAY (SELECT tenants_not_counted())))
    ORDER BY t.source, t.since, t.key
$function$;

CREATE OR REPLACE FUNCTION public.tenants_inspects()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ SELECT access_holds_everywhere('inspection') $function$;

CREATE OR REPLACE FUNCTION public.tenants_intake_within(files bigint, lines bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    tried record;
BEGIN
    -- Two at the same moment would each count the files before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge intake ' || loge_person()::text, 0));
    SELECT count(*) AS files, coalesce(sum(e.count), 0) AS lines INTO tried FROM audit_event e
    WHERE e.actor = loge_person() AND e.kind = 'portfolio_tried' AND e.at >= tenants_midnight(loge_today());
    RETURN tried.files BETWEEN 1 AND tenants_intake_within.files AND tried.lines <= tenants_intake_within.lines;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_keeper(wanted text)
 RETURNS TABLE(account uuid, agency uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT a.id, p.id FROM tenants_account a
    JOIN access_place b ON b.id = a.building_id
    JOIN access_place p ON b.path >= p.path AND b.path < p.path || '~'
    WHERE a.reference = wanted AND a.settled_on IS NULL AND p.level IN ('agency', 'directorate', 'organisation')
      AND EXISTS (SELECT FROM access_reach(loge_person(), 'counter', loge_today()))
    ORDER BY length(p.path) DESC LIMIT 1
$function$;

CREATE OR REPLACE FUNCTION public.tenants_keeps_line(which uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (SELECT FROM tenants_inheritedline l
        WHERE l.id = which AND tenants_of_two_offices(l.proposed_by_id, loge_person(), l.building_id))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_late(lease uuid, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT coalesce(sum(n.amount_cents) > 0, false)
    FROM tenants_account a JOIN tenants_entry n ON n.account_id = a.id AND n.effective_on <= on_day
    WHERE a.lease_id = tenants_late.lease
      AND (n.kind = 'payment' OR n.amount_cents < 0 OR n.effective_on <= on_day - 31)
      AND n.reverses_id IS NULL
      AND NOT EXISTS (SELECT FROM tenants_entry u WHERE u.reverses_id = n.id AND u.effective_on <= on_day)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_lease_days()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF TG_OP = 'UPDATE' AND ROW(NEW.signed_on, NEW.starts_on, NEW.notice_on, NEW.ends_on)
            IS NOT DISTINCT FROM ROW(OLD.signed_on, OLD.starts_on, OLD.notice_on, OLD.ends_on) THEN
        RETURN NEW;
    END IF;
    IF NEW.starts_on < date '1900-01-01' OR NEW.starts_on > loge_today() + 3660 OR NEW.signed_on > loge_today() + 366
            OR NEW.notice_on > loge_today() OR NEW.ends_on > loge_today() + 3660 THEN
        RAISE EXCEPTION 'a day of the lease is too far away'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'lease_days_plausible';
    END IF;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_line_said_instead(line uuid, account uuid, outcome text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT CASE outcome
        WHEN 'replaced' THEN EXISTS (SELECT FROM tenants_accountfact f WHERE f.id = line AND f.account_id = account)
        WHEN 'kept' THEN EXISTS (SELECT FROM tenants_accountnote n WHERE n.id = line AND n.account_id = account)
        ELSE outcome = 'erased' END
$function$;

CREATE OR REPLACE FUNCTION public.tenants_lines_around(question uuid)
 RETURNS TABLE(at timestamp with time zone, kind text, purpose text, outcome text, place text, itself boolean, same boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT e.at, e.kind, e.purpose, e.outcome, p.name, e.id = q.event, e.about IS NOT NULL AND e.about = l.about
    FROM tenants_lookquestion q
    LEFT JOIN audit_event l ON l.id = q.event AND l.at = q.at
    JOIN audit_event e ON e.actor = q.person_id
      AND e.at BETWEEN q.at - interval '15 minutes' AND q.at + interval '15 minutes'
    LEFT JOIN access_place p ON p.id = e.place
    WHERE q.id = question AND q.person_id <> loge_person() AND tenants_reads_questions(q.desk)
      AND e.outcome <> 'attempted'
    ORDER BY abs(extract(epoch FROM e.at - q.at)) LIMIT 40
$function$;

CREATE OR REPLACE FUNCTION public.tenants_lines_of(on_day date, kinds text[])
 RETURNS SETOF audit_event
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT e.* FROM audit_event e JOIN access_person p ON p.id = e.actor
    WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1) AND e.kind = ANY (kinds)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_looks_at(whose uuid, shared text[])
 RETURNS TABLE(id uuid, at timestamp with time zone, kind text, purpose text, outcome text, role text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH found AS (
        SELECT e.* FROM audit_event e WHERE e.about = whose
        UNION SELECT e.* FROM audit_event e WHERE e.shown @> ARRAY[whose]
        UNION SELECT e.* FROM tenants_residence r JOIN audit_event e ON e.about = r.id AND e.about_kind = 'residence'
            WHERE r.tenant_id = whose
        UNION SELECT e.* FROM tenants_spans_of(whose) s JOIN audit_event e ON e.about = s.account
            AND e.about_kind = 'account' AND e.kind = ANY (shared)
            AND (e.at AT TIME ZONE 'Europe/Paris')::date BETWEEN s.first_day AND s.last_day
        UNION SELECT e.* FROM (
                SELECT p.lease_id, p.first_day, p.last_day FROM tenants_leaseparty p WHERE p.tenant_id = whose
                UNION SELECT r.lease_id, r.moved_in, r.moved_out FROM tenants_residence r WHERE r.tenant_id = whose
            ) l JOIN audit_event e ON e.about = l.lease_id AND e.about_kind = 'lease' AND e.kind = ANY (shared)
            AND (e.at AT TIME ZONE 'Europe/Paris')::date BETWEEN l.first_day AND coalesce(l.last_day, 'infinity')
    )
    SELECT f.id, f.at, CASE WHEN f.kind = 'bank_details_shown' AND f.facts ->> 'tenant' IS DISTINCT FROM whose::text
            THEN 'identity_opened' ELSE f.kind END, f.purpose, f.outcome, f.role
    FROM found f WHERE f.outcome IN ('shown', 'changed') AND NOT EXISTS (
        SELECT FROM tenants_lookdeferral d
        WHERE d.event = f.id AND d.agreed_on IS NOT NULL AND d.until >= loge_today())
$function$;

CREATE OR REPLACE FUNCTION public.tenants_looks_by_name(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid, lease uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH staff AS MATERIALIZED (
        SELECT p.id, p.is_active, tenants_folded(p.name) AS whole FROM access_person p WHERE NOT p.is_machine
    )
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place, l.lease FROM (
        SELECT DISTINCT ON (f.person, f.lease) f.* FROM tenants_looks_of(on_day) f
        WHERE f.lease IS NOT NULL AND f.kind <> 'card_opened' ORDER BY f.person, f.lease, f.at) l
    WHERE CASE WHEN EXISTS (
        SELECT FROM tenants_names_at(l.lease, on_day) n
        WHERE n.whole IN (SELECT s.whole FROM staff s WHERE s.is_active)
           OR EXISTS (
               SELECT FROM staff s WHERE s.id IN (SELECT tenants_behind(l.person)) AND trim(n.last) <> ''
                 AND s.whole LIKE '%' || n.last))
      THEN NOT EXISTS (
          SELECT FROM audit_event e
          WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(l.lease))) AND e.actor = l.person AND e.outcome = 'shown'
            AND e.kind <> 'card_opened' AND e.at >= tenants_midnight(on_day - 31) AND e.at < tenants_midnight(on_day))
        AND tenants_borne_out(l.purpose, l.lease, on_day) IS NOT TRUE
        AND NOT tenants_something_open(l.lease, on_day)
        AND NOT tenants_did_something(l.person, l.lease, on_day - 2, on_day + 3)
      ELSE false END
$function$;

CREATE OR REPLACE FUNCTION public.tenants_looks_of(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid, purpose text, lease uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH looks AS (
        SELECT e.*, p.is_machine FROM audit_event e JOIN access_person p ON p.id = e.actor
        WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
          AND e.outcome = 'shown' AND e.about IS NOT NULL
          AND e.permission NOT IN ('identity_check', 'checked_card_view', 'emergency_open', 'evacuation_open')
          AND CASE WHEN e.kind = 'form_shown' AND e.about_kind IN ('account', 'lease') AND e.purpose <> ''
              THEN 'account_opened' ELSE e.kind END IN ('account_opened', 'statement_printed', 'identity_opened',
              'bank_details_shown', 'lease_opened', 'card_opened', 'export_taken')
    )
    SELECT l.id, l.at, l.kind, l.actor, l.role, l.place, l.purpose, tenants_household(l.about_kind, l.about, l.place, on_day)
    FROM looks l WHERE NOT l.is_machine OR l.actor NOT IN (SELECT tenants_busy_programs(on_day))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_lowers_alone(booked tenants_entry)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF booked.kind = 'payment' OR booked.amount_cents > 0 THEN
        RETURN true;
    ELSIF booked.posted_by_id IS DISTINCT FROM loge_person() OR booked.booked_on <> loge_today() THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('tenants_lowers_alone ' || booked.account_id, 0));
    IF tenants_takes_back_own(booked) OR EXISTS (
        SELECT FROM tenants_writeoff w
        WHERE w.id = booked.id AND w.decision = 'approved' AND w.decided_by_id = loge_person()
          AND (w.account_id, w.kind, w.amount_cents, w.reason, w.effective_on, w.label)
            = (booked.account_id, booked.kind, booked.amount_cents, booked.reason, booked.effective_on, booked.label)
          AND w.reverses_id IS NOT DISTINCT FROM booked.reverses_id) THEN
        RETURN true;
    END IF;
    IF (SELECT coalesce(sum(-e.amount_cents), 0) - booked.amount_cents FROM tenants_entry e
        WHERE e.account_id = booked.account_id AND e.kind <> 'payment' AND e.amount_cents < 0
          AND e.posted_by_id IS NOT NULL AND e.booked_on > loge_today() - 30 AND NOT tenants_takes_back_own(e)
          AND NOT EXISTS (SELECT FROM tenants_entry u WHERE u.reverses_id = e.id))
     + (SELECT coalesce(sum(-w.amount_cents), 0) FROM tenants_writeoff w
        WHERE w.account_id = booked.account_id AND w.decision = ''
          AND w.asked_at > loge_now() - interval '14 days') > tenants_alone_up_to() THEN
        RAISE EXCEPTION 'account % would be lowered by more than one person may', booked.account_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_takes_two';
    END IF;
    RETURN true;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_marked()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m
        WHERE loge_today() BETWEEN m.first_day AND m.last_day
          AND NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = m.id AND n.person_id = loge_person())
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
$function$;

CREATE OR REPLACE FUNCTION public.tenants_may_clear(which uuid, by_entry uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    PERFORM FROM tenants_receipt WHERE id = which FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM tenants_waiting() w WHERE w = which) THEN
        RAISE EXCEPTION 'receipt % is cleared already', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'receipt_cleared_once';
    END IF;
    RETURN EXISTS (
        SELECT FROM tenants_entry e JOIN tenants_receipt r ON r.id = which
        WHERE e.id = by_entry AND e.kind = 'payment' AND e.amount_cents = -r.amount_cents AND e.reverses_id IS NULL);
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_may_join(who uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH households AS (
        SELECT lease_id, building_id FROM tenants_leaseparty WHERE tenant_id = who
        UNION ALL
        SELECT lease_id, building_id FROM tenants_residence WHERE tenant_id = who
    )
    SELECT NOT EXISTS (SELECT FROM households) OR EXISTS (
        SELECT FROM households
        WHERE building_id = ANY (ARRAY (SELECT loge_reach('account')))
          AND lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
    )
$function$;

CREATE OR REPLACE FUNCTION public.tenants_may_name(mark uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT NOT EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = mark)
        OR EXISTS (SELECT FROM tenants_discreetname n WHERE n.mark_id = mark AND n.person_id = loge_person())
$function$;

CREATE OR REPLACE FUNCTION public.tenants_may_try(tried uuid, wanted text)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    mine audit_event;
    account uuid := tenants_tried_account(wanted);
BEGIN
    -- Two at the same moment would each count the misses before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge identity ' || loge_person()::text, 0));
    PERFORM pg_advisory_xact_lock(hashtextextended('loge identity ' || account::text, 0)) WHERE account IS NOT NULL;
    SELECT * INTO mine FROM audit_event e
    WHERE e.actor = loge_person() AND e.id = tried AND e.kind = 'identity_tried' AND e.outcome = 'attempted'
      AND e.about IS NOT DISTINCT FROM account AND e.at >= tenants_midnight(loge_today());
    RETURN FOUND AND tenants_missed_tries(mine, NULL) < 20
        AND (account IS NULL OR tenants_missed_tries(mine, account) < 5);
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_measure_exposure()
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    written bigint;
BEGIN
    DELETE FROM tenants_exposureday WHERE day = loge_today() OR day < loge_today() - 1096;
    WITH reaching AS (
        SELECT DISTINCT r.person, r.role, r.building FROM access_right r
        JOIN access_rolecompartment c ON c.role = r.role AND c.compartment = 'card'
        WHERE r.is_active AND access_in_force(r.first_day, r.last_day, r.ended_on, loge_today())
    ), seen AS (
        SELECT w.person, t.tenant FROM (SELECT DISTINCT person FROM reaching) w
        CROSS JOIN LATERAL (
            SELECT DISTINCT unnest(e.shown || e.about) AS tenant FROM audit_event e
            WHERE e.actor = w.person AND e.at > loge_now() - interval '1 year' AND e.outcome IN ('shown', 'changed')) t
    ), pairs AS (
        SELECT DISTINCT g.person, g.role, h.tenant_id FROM reaching g
        JOIN tenants_residence h ON h.building_id = g.building AND h.moved_in <= loge_today()
             AND (h.moved_out IS NULL OR h.moved_out >= loge_today())
    ), sizes AS (
        SELECT role, count(DISTINCT person) >= 5 AS large FROM pairs GROUP BY role
    )
    INSERT INTO tenants_exposureday (id, day, role, possible, unused)
    SELECT gen_random_uuid(), loge_today(), CASE WHEN z.large THEN p.role ELSE '' END, count(*),
           count(*) FILTER (WHERE s.tenant IS NULL)
    FROM pairs p JOIN sizes z ON z.role = p.role
    LEFT JOIN seen s ON s.person = p.person AND s.tenant = p.tenant_id
    GROUP BY 3 HAVING count(DISTINCT p.person) >= 5;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_midnight(on_day date)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$ SELECT on_day::timestamp AT TIME ZONE 'Europe/Paris' $function$;

CREATE OR REPLACE FUNCTION public.tenants_missed_tries(mine audit_event, account uuid)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT count(*) FROM audit_event e
    WHERE CASE WHEN account IS NULL THEN e.actor = mine.actor ELSE e.about = account END
      AND e.kind = 'identity_tried' AND e.outcome = 'attempted'
      AND e.at >= tenants_midnight(loge_today()) AND (e.at, e.id) < (mine.at, mine.id)
      AND NOT EXISTS (
          SELECT FROM audit_event d
          WHERE d.actor = e.actor AND d.request = e.request AND d.at >= e.at
            AND d.outcome = 'changed' AND d.kind IN ('identity_checked', 'subject_request_taken'))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_name_look(number text, shared text[], reason text, weighed text)
 RETURNS TABLE(look uuid, person uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    asked uuid := (SELECT q.id FROM tenants_subjectrequest q WHERE q.prepared_by_id = loge_person()
                   AND q.prepared_until > loge_now() AND q.closed_on IS NULL AND tenants_discloses());
    found record;
BEGIN
    SELECT e.id, e.actor, count(*) OVER () AS several INTO found
    FROM tenants_disclosed_looks(shared) s JOIN audit_event e ON e.id = s.id AND e.at = s.at
    WHERE starts_with(s.id::text, number) AND length(number) = 8 AND e.actor IS NOT NULL LIMIT 1;
    IF asked IS NULL OR found.several IS DISTINCT FROM 1 THEN
        RETURN;
    END IF;
    INSERT INTO tenants_namedlook (id, request_id, event, person_id, reason, weighed, decided_by_id, decided_on)
    VALUES (gen_random_uuid(), asked, found.id, found.actor, tenants_name_look.reason, tenants_name_look.weighed,
            loge_person(), loge_today());
    RETURN QUERY SELECT found.id, found.actor;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_named_by(lease uuid)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 8
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT lease
    UNION SELECT a.id FROM tenants_account a WHERE a.lease_id = lease
    UNION SELECT p.tenant_id FROM tenants_leaseparty p WHERE p.lease_id = lease
    UNION SELECT unnest(ARRAY[r.id, r.tenant_id]) FROM tenants_residence r WHERE r.lease_id = lease
    UNION SELECT u.unit_id FROM tenants_leaseunit u WHERE u.lease_id = lease
$function$;

CREATE OR REPLACE FUNCTION public.tenants_names_at(lease uuid, on_day date)
 RETURNS TABLE(last text, whole text)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 3
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT tenants_folded(t.last_name), tenants_folded(t.first_name || ' ' || t.last_name) FROM tenants_tenant t
    WHERE t.id IN (
        SELECT r.tenant_id FROM tenants_residence r
        WHERE r.lease_id = lease AND (r.moved_out IS NULL OR r.moved_out >= on_day)
        UNION SELECT p.tenant_id FROM tenants_leaseparty p
        WHERE p.lease_id = lease AND (p.last_day IS NULL OR p.last_day >= on_day))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_not_counted()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH apart AS (SELECT tenants_unsaid() AS lease)
    SELECT a.id FROM tenants_account a JOIN apart ON apart.lease = a.lease_id
    UNION SELECT p.tenant_id FROM tenants_leaseparty p JOIN apart ON apart.lease = p.lease_id
    UNION SELECT r.tenant_id FROM tenants_residence r JOIN apart ON apart.lease = r.lease_id
$function$;

CREATE OR REPLACE FUNCTION public.tenants_note_checks()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF NOT EXISTS (SELECT FROM tenants_factcode
                   WHERE code = NEW.code_id AND compartment = 'account' AND retired_on IS NULL) THEN
        RAISE EXCEPTION 'no such fact' USING ERRCODE = 'check_violation', CONSTRAINT = 'note_under_a_fact';
    END IF;
    RETURN NEW;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_of_two_offices(one uuid, other uuid, place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT one <> other AND (
        tenants_has_role_at(one, 'data_steward', place) AND tenants_has_role_at(other, 'sector_manager', place)
        OR tenants_has_role_at(one, 'sector_manager', place) AND tenants_has_role_at(other, 'data_steward', place))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_on_call()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM access_assignment a JOIN access_rolecompartment c ON c.role = a.role AND c.compartment = 'emergency'
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        WHERE a.person_id = loge_person()
          AND access_counts(a.first_day, a.last_day, a.ended_on, a.from_hour, a.to_hour, a.nightly, loge_today()))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_open_account(which uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    settled date;
BEGIN
    SELECT settled_on INTO settled FROM tenants_account WHERE id = which FOR SHARE;
    IF settled IS NOT NULL THEN
        RAISE EXCEPTION 'account % is settled', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_on_an_open_account';
    END IF;
    RETURN true;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_open_emergency(wanted text, dwelling uuid, why text, due date, tried uuid)
 RETURNS TABLE(emergency uuid, lease uuid, residence uuid, building uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
DECLARE
    home record;
    made uuid := gen_random_uuid();
    tries bigint;
BEGIN
    -- Two at the same moment would each count the openings before the other's.
    PERFORM pg_advisory_xact_lock(hashtextextended('loge emergency ' || loge_person()::text, 0));
    WITH lately AS (
        SELECT e.id, e.at FROM audit_event e WHERE e.actor = loge_person() AND e.kind = 'emergency_tried'
          AND e.at > loge_now() - interval '1 day'
    )
    SELECT count(*) INTO tries FROM lately l JOIN lately mine ON mine.id = tried AND (l.at, l.id) <= (mine.at, mine.id);
    IF NOT tenants_on_call() OR due NOT BETWEEN loge_today() + 1 AND loge_today() + 14
        OR tries NOT BETWEEN 1 AND 5
        OR (SELECT count(*) FROM tenants_emergencyaccess e
            WHERE e.person_id = loge_person() AND e.lease_id IS NOT NULL
              AND e.opened_at > loge_now() - interval '1 day') >= 5 THEN
        RETURN;
    END IF;
    SELECT r.id, r.lease_id, r.unit_id, r.building_id INTO home FROM tenants_residence r
    LEFT JOIN tenants_account a ON a.lease_id = r.lease_id AND a.settled_on IS NULL
    WHERE (CASE WHEN wanted <> '' THEN a.reference = wanted ELSE r.unit_id = dwelling END)
      AND r.moved_in <= loge_today() AND (r.moved_out IS NULL OR r.moved_out >= loge_today())
      AND r.lease_id <> ALL (ARRAY (SELECT tenants_hidden()))
      AND r.building_id <> ALL (ARRAY (SELECT access_reach(loge_person(), 'card', loge_today())))
    ORDER BY r.moved_in, r.id LIMIT 1;
    IF home.id IS NULL THEN
        RETURN;
    END IF;
    UPDATE tenants_emergencyaccess SET until = loge_now()
    WHERE person_id = loge_person() AND lease_id IS NOT NULL AND until > loge_now();
    INSERT INTO tenants_emergencyaccess
        (id, person_id, lease_id, unit_id, building_id, reason, opened_at, until, review_by, verdict)
    VALUES (made, loge_person(), home.lease_id, home.unit_id, home.building_id, why, loge_now(),
            loge_now() + interval '45 minutes', due, '');
    RETURN QUERY SELECT made, home.lease_id, home.id, home.building_id;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_open_evacuation(wanted uuid, why text, due date)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    made uuid := gen_random_uuid();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('loge evacuation ' || loge_person()::text, 0));
    IF due NOT BETWEEN loge_today() + 1 AND loge_today() + 14
        OR wanted <> ALL (ARRAY (SELECT access_reach(loge_person(), 'evacuation', loge_today())))
        OR (SELECT count(*) FROM tenants_emergencyaccess e
            WHERE e.person_id = loge_person() AND e.lease_id IS NULL AND e.opened_at > loge_now() - interval '1 day') >= 5
    THEN
        RETURN NULL;
    END IF;
    UPDATE tenants_emergencyaccess SET until = loge_now()
    WHERE person_id = loge_person() AND lease_id IS NULL AND until > loge_now();
    INSERT INTO tenants_emergencyaccess (id, person_id, building_id, reason, opened_at, until, review_by, verdict)
    VALUES (made, loge_person(), wanted, why, loge_now(), loge_now() + interval '45 minutes', due, '');
    RETURN made;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_ordinary_days(building uuid, under text, besides uuid, on_day date)
 RETURNS numeric
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT coalesce(avg(o.days), 0) FROM (
        SELECT count(DISTINCT (e.at AT TIME ZONE 'Europe/Paris')::date) AS days FROM audit_event e
        WHERE e.place = building AND e.role = under AND e.kind = 'card_opened' AND e.outcome = 'shown'
          AND e.permission NOT IN ('identity_check', 'checked_card_view', 'emergency_open', 'evacuation_open')
          AND e.at >= tenants_midnight(on_day - 27) AND e.at < tenants_midnight(on_day + 1)
          AND e.about <> ALL (ARRAY (SELECT tenants_named_by(besides)))
        GROUP BY e.about) o
$function$;

CREATE OR REPLACE FUNCTION public.tenants_owes(lease uuid, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT coalesce(sum(n.amount_cents) > 0, false)
    FROM tenants_account a JOIN tenants_entry n ON n.account_id = a.id AND n.effective_on <= on_day
    WHERE a.lease_id = tenants_owes.lease
$function$;

CREATE OR REPLACE FUNCTION public.tenants_prepare_receipt(which uuid)
 RETURNS timestamp with time zone
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    until timestamptz := loge_now() + interval '10 minutes';
BEGIN
    IF NOT tenants_discloses() OR NOT EXISTS (
        SELECT FROM tenants_subjectrequest q WHERE q.id = which AND q.kind = 'access' AND q.closed_on IS NULL
        AND NOT EXISTS (
        SELECT FROM tenants_leaseparty p
        WHERE p.tenant_id = q.tenant_id AND p.lease_id = ANY (ARRAY (SELECT tenants_walled()))
        UNION ALL
        SELECT FROM tenants_residence r
        WHERE r.tenant_id = q.tenant_id AND r.lease_id = ANY (ARRAY (SELECT tenants_walled())))) THEN
        RETURN NULL;
    END IF;
    UPDATE tenants_subjectrequest SET prepared_by_id = NULL, prepared_until = NULL
    WHERE prepared_by_id = loge_person() AND id <> which;
    UPDATE tenants_subjectrequest SET prepared_by_id = loge_person(), prepared_until = until WHERE id = which;
    RETURN until;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_question_desk(who uuid)
 RETURNS text
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT CASE WHEN EXISTS (
        SELECT FROM access_assignment a WHERE a.person_id IN (SELECT tenants_behind(who)) AND a.role = 'dpo'
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())) THEN 'steward' ELSE 'dpo' END
$function$;

CREATE OR REPLACE FUNCTION public.tenants_questions_due()
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT count(*) FROM tenants_lookquestion q
    WHERE q.verdict = '' AND q.person_id <> loge_person() AND tenants_reads_questions(q.desk)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_reached(who uuid, on_day date)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT count(DISTINCT r.tenant_id) FROM tenants_residence r
    WHERE r.building_id = ANY (ARRAY (SELECT access_reach(who, 'card', on_day)))
      AND r.moved_in <= on_day AND (r.moved_out IS NULL OR r.moved_out >= on_day)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_reached_by_place(who uuid, on_day date)
 RETURNS TABLE(building uuid, residents bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT b, (SELECT count(DISTINCT r.tenant_id) FROM tenants_residence r
               WHERE r.building_id = b AND r.moved_in <= on_day AND (r.moved_out IS NULL OR r.moved_out >= on_day))
    FROM access_reach(who, 'card', on_day) b WHERE (SELECT access_inspects())
$function$;

CREATE OR REPLACE FUNCTION public.tenants_reads_questions(desk text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM access_assignment a
        JOIN access_person p ON p.id = a.person_id AND p.is_active
        JOIN access_place q ON q.id = a.place_id AND q.parent_id IS NULL
        WHERE a.person_id = loge_person() AND a.role = CASE desk WHEN 'dpo' THEN 'dpo' WHEN 'steward' THEN 'data_steward' END
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today()))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_refusals_of(since date, until date)
 RETURNS TABLE(event uuid, at timestamp with time zone, day date, kind text, person uuid, role text, place uuid, asked text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT e.id, e.at, (e.at AT TIME ZONE 'Europe/Paris')::date, e.kind, e.actor, e.role, e.place,
           coalesce(e.about::text, e.facts ->> 'reference')
    FROM audit_event e JOIN access_person p ON p.id = e.actor
    WHERE e.at >= tenants_midnight(since) AND e.at < tenants_midnight(until + 1)
      AND e.outcome IN ('refused', 'missing') AND e.kind IN ('refused', 'wall_met')
      AND coalesce(e.about::text, e.facts ->> 'reference') IS NOT NULL
      AND NOT EXISTS (
          SELECT FROM audit_event n
          WHERE n.actor = e.actor AND n.outcome = 'shown' AND e.kind = 'refused' AND EXISTS (
                SELECT FROM tenants_account a WHERE a.id = n.about AND 2 >= (
                    SELECT count(*) FROM generate_series(1, 14) i
                    WHERE substr(a.reference, i, 1) <> substr(e.facts ->> 'reference', i, 1)))
            AND n.permission = e.permission AND n.at > e.at AND n.at < e.at + interval '3 minutes')
$function$;

CREATE OR REPLACE FUNCTION public.tenants_release_copy(which uuid)
 RETURNS TABLE(release uuid, account uuid, place uuid, person uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    asked record;
    made uuid := gen_random_uuid();
BEGIN
    SELECT q.event, q.person, a.id AS account, a.lease_id, a.building_id INTO asked
    FROM tenants_copies_asked() q JOIN tenants_account a ON a.id = q.account WHERE q.event = which AND q.until IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO tenants_copyrelease (id, event, lease_id, asked_by_id, released_by_id, released_at, until)
    VALUES (made, which, asked.lease_id, asked.person, loge_person(), loge_now(), loge_now() + interval '24 hours');
    RETURN QUERY SELECT made, asked.account, asked.building_id, asked.person;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_request_figures()
 RETURNS TABLE(kind text, asked bigint, answered bigint, in_time bigint, upheld bigint, days integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH month AS (SELECT date_trunc('month', loge_today())::date AS began), stood AS (
        SELECT q.kind, q.opened_on, q.due_on, CASE WHEN q.closed_on < month.began THEN q.closed_on END AS closed_on,
            CASE WHEN q.closed_on < month.began THEN q.answer ELSE '' END AS answer
        FROM tenants_subjectrequest q CROSS JOIN month
        WHERE q.opened_on < month.began AND q.opened_on >= month.began - interval '1 year'
    )
    SELECT q.kind, count(*), count(*) FILTER (WHERE q.answer NOT IN ('', 'withdrawn')),
        count(*) FILTER (WHERE q.closed_on <= q.due_on AND q.answer <> 'withdrawn'),
        count(*) FILTER (WHERE q.answer IN ('upheld', 'partly')),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY q.closed_on - q.opened_on) FILTER (WHERE q.answer NOT IN ('', 'withdrawn'))
    FROM stood q GROUP BY q.kind
$function$;

CREATE OR REPLACE FUNCTION public.tenants_requesters()
 RETURNS TABLE(tenant uuid, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT t.id, btrim(t.first_name || ' ' || t.last_name) FROM tenants_tenant t
    WHERE tenants_discloses() AND t.id IN (SELECT q.tenant_id FROM tenants_subjectrequest q)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_blocked(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH failed AS (
        SELECT e.id, e.at, e.kind, e.actor, e.role, e.place, e.kind = 'sessions_ended' OR 5 <= count(*) OVER (
            PARTITION BY e.actor, e.kind ORDER BY e.at RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW) AS enough
        FROM audit_event e
        WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1) AND e.actor IS NOT NULL
          AND (e.kind = 'sign_in_failed' OR e.kind = 'sessions_ended' AND e.facts ->> 'reason' = 'guesses')
    )
    SELECT DISTINCT ON (f.actor) f.id, f.at, f.kind, f.actor, f.role, f.place FROM failed f WHERE f.enough
    ORDER BY f.actor, f.at
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_brief_access(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM access_assignment a
    JOIN audit_event e ON e.about = a.id AND e.kind = 'assignment_granted' AND e.actor IS NOT NULL
    WHERE a.ended_on = on_day AND a.ended_on - a.first_day <= 3
      AND a.reason NOT IN ('stand_in_absence', 'stand_in_vacancy', 'on_call')
      AND NOT EXISTS (
          SELECT FROM access_accessrequest r WHERE r.person_id = a.person_id AND r.role = a.role AND r.place_id = a.place_id
            AND r.decision = 'approved' AND r.decided_at >= tenants_midnight(on_day - 20))
      AND EXISTS (
          SELECT FROM audit_event l WHERE l.actor = a.person_id AND l.outcome = 'shown' AND l.about IS NOT NULL
            AND l.role = a.role AND l.at >= tenants_midnight(a.first_day) AND l.at < tenants_midnight(on_day + 1))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_burst(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH opened AS (
        SELECT DISTINCT ON (f.person, f.lease) f.* FROM tenants_looks_of(on_day) f
        WHERE f.lease IS NOT NULL ORDER BY f.person, f.lease, f.at
    ), running AS (
        SELECT o.*, count(*) OVER (PARTITION BY o.person ORDER BY o.at
                                   RANGE BETWEEN interval '10 minutes' PRECEDING AND CURRENT ROW) AS many FROM opened o
    ), found AS (
        SELECT r.event, r.at, r.kind, r.person, r.role, r.place FROM running r
        WHERE r.many >= 25 AND 5 > (
            SELECT count(DISTINCT e.about) FROM audit_event e
            WHERE e.actor = r.person AND e.outcome = 'changed' AND e.at >= r.at - interval '10 minutes'
              AND e.at < r.at + interval '50 minutes')
        UNION ALL
        SELECT e.id, e.at, e.kind, e.actor, e.role, e.place FROM tenants_lines_of(on_day, '{limit_reached}') e
    )
    SELECT DISTINCT ON (f.person) f.event, f.at, f.kind, f.person, f.role, f.place FROM found f ORDER BY f.person, f.at
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_colleague(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH staff AS MATERIALIZED (
        SELECT tenants_folded(p.name) AS whole FROM access_person p WHERE p.is_active AND NOT p.is_machine
    )
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM tenants_looks_by_name(on_day - 3) l
    WHERE EXISTS (SELECT FROM tenants_names_at(l.lease, on_day - 3) n JOIN staff s ON s.whole = n.whole)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_guessed(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH missed AS (
        SELECT e.*, count(*) OVER (PARTITION BY e.actor ORDER BY e.at
                                   RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW) AS of_hour,
               count(*) OVER (PARTITION BY e.actor ORDER BY e.at) AS of_day
        FROM tenants_lines_of(on_day, '{identity_missed}') e
    )
    SELECT DISTINCT ON (m.actor) m.id, m.at, m.kind, m.actor, m.role, m.place FROM missed m
    WHERE m.of_hour >= 5 OR m.of_day >= 10 OR m.about IS NOT NULL AND 3 <= (
        SELECT count(DISTINCT (o.at AT TIME ZONE 'Europe/Paris')::date) FROM audit_event o
        WHERE o.about = m.about AND o.actor = m.actor AND o.kind = 'identity_missed'
          AND o.at >= tenants_midnight(on_day - 13) AND o.at < tenants_midnight(on_day + 1))
    ORDER BY m.actor, m.at
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_program(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH grown AS (
        SELECT p.id FROM access_person p
        WHERE p.is_machine AND tenants_shown_to(p.id, on_day) >= 25
          AND tenants_shown_to(p.id, on_day) > 2 * (
              SELECT max(tenants_shown_to(p.id, d::date)) FROM generate_series(on_day - 31, on_day - 1, interval '1 day') d)
    )
    SELECT DISTINCT ON (e.actor) e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM grown g JOIN audit_event e ON e.actor = g.id AND e.outcome = 'shown'
    WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
    ORDER BY e.actor, e.at
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_refused(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH asked AS (
        SELECT DISTINCT ON (t.person, t.asked) t.* FROM tenants_refusals_of(on_day, on_day) t
        WHERE t.kind = 'refused' ORDER BY t.person, t.asked, t.at
    ), running AS (
        SELECT a.*, count(*) OVER (PARTITION BY a.person ORDER BY a.at
                                   RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW) AS many FROM asked a
    )
    SELECT DISTINCT ON (r.person) r.event, r.at, r.kind, r.person, r.role, r.place FROM running r
    WHERE (r.many >= 5 OR 3 <= (
              SELECT count(DISTINCT o.day) FROM tenants_refusals_of(on_day - 13, on_day) o
              WHERE o.person = r.person AND o.asked = r.asked))
      AND NOT EXISTS (
          SELECT FROM access_assignment a
          WHERE a.person_id = r.person AND coalesce(a.ended_on, a.last_day + 1) BETWEEN on_day - 7 AND on_day)
    ORDER BY r.person, r.at
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_returning(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM (
        SELECT DISTINCT ON (f.person, f.lease, f.kind = 'card_opened') f.*, f.kind = 'card_opened' AS card,
               on_day - CASE f.kind WHEN 'card_opened' THEN 30 ELSE 16 END AS since
        FROM tenants_looks_of(on_day - 3) f
        WHERE f.lease IS NOT NULL ORDER BY f.person, f.lease, f.kind = 'card_opened', f.at) l
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT (e.at AT TIME ZONE 'Europe/Paris')::date) AS days,
               min((e.at AT TIME ZONE 'Europe/Paris')::date) AS first
        FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(l.lease))) AND e.actor = l.person AND e.outcome = 'shown'
          AND (e.kind = 'card_opened') = l.card
          AND e.permission NOT IN ('identity_check', 'checked_card_view', 'emergency_open', 'evacuation_open')
          AND e.at >= tenants_midnight(l.since) AND e.at < tenants_midnight(on_day - 2)) s
    WHERE CASE WHEN l.card
          THEN s.days >= 8 AND s.first <= on_day - 3 - 20
              AND s.days >= 3 * tenants_ordinary_days(l.place, l.role, l.lease, on_day - 3)
              AND NOT tenants_something_open(l.lease, on_day - 17)
              AND NOT EXISTS (
                  SELECT FROM tenants_residence r JOIN tenants_helpcode h ON h.tenant_id = r.tenant_id
                  WHERE r.lease_id = l.lease AND h.ended_on IS NULL AND h.renew_by >= on_day - 3)
          ELSE s.days >= 4 AND NOT tenants_late(l.lease, on_day - 3) AND NOT tenants_late(l.lease, l.since) END
      AND NOT tenants_something_open(l.lease, on_day - 3)
      AND NOT tenants_did_something(l.person, l.lease, l.since - 1, on_day)
      -- An entry put right, by whomever, is a matter that is going on.
      AND NOT EXISTS (
          SELECT FROM audit_event e
          WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(l.lease))) AND e.outcome = 'changed'
            AND e.kind IN ('adjustment_posted', 'entry_reversed')
            AND e.at >= tenants_midnight(l.since) AND e.at < tenants_midnight(on_day + 1))
      AND NOT tenants_asked_lately('returning', l.person, l.lease, on_day - 3)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_rights_of_person(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT DISTINCT ON (e.actor, e.about) e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM tenants_lines_of(on_day, '{rights_read}') e
    WHERE e.about IS NOT NULL AND e.about <> e.actor AND e.facts ->> 'question' IN ('person', 'reach')
      AND 3 <= (
          SELECT count(DISTINCT (o.at AT TIME ZONE 'Europe/Paris')::date) FROM audit_event o
          WHERE o.about = e.about AND o.actor = e.actor AND o.kind = 'rights_read'
            AND o.at >= tenants_midnight(on_day - 13) AND o.at < tenants_midnight(on_day + 1))
      AND NOT EXISTS (
          SELECT FROM audit_event c WHERE c.outcome = 'changed'
            AND (c.about = e.about OR c.facts ->> 'person' = e.about::text)
            AND c.at >= tenants_midnight(on_day - 14) AND c.at < tenants_midnight(on_day + 1))
    ORDER BY e.actor, e.about, e.at
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_surname(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT DISTINCT l.event, l.at, l.kind, l.person, l.role, l.place FROM tenants_looks_by_name(on_day - 3) l
    JOIN access_person p ON p.id IN (SELECT tenants_behind(l.person))
    WHERE EXISTS (
        SELECT FROM tenants_names_at(l.lease, on_day - 3) n
        WHERE trim(n.last) <> '' AND tenants_folded(p.name) LIKE '%' || n.last
          AND (SELECT count(DISTINCT r.lease_id) FROM tenants_residence r
               WHERE r.name_key >= ltrim(n.last) AND r.name_key < ltrim(rtrim(n.last) || '!') AND r.moved_out IS NULL) <= 25)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_trace_of_account(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT DISTINCT ON (e.actor, one.which) e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM tenants_lines_of(on_day, '{history_read,evidence_taken}') e
    CROSS JOIN LATERAL unnest(CASE e.kind WHEN 'evidence_taken' THEN e.shown ELSE ARRAY[e.about] END) AS one(which)
    CROSS JOIN LATERAL (
        SELECT coalesce(tenants_household('account', one.which, NULL, on_day),
                        tenants_household('lease', one.which, NULL, on_day),
                        tenants_household('tenant', one.which, NULL, on_day)) AS lease) h
    WHERE e.facts ->> 'scope' IN ('account', 'subject') AND h.lease IS NOT NULL AND e.role <> 'inspector'
      AND NOT EXISTS (
          SELECT FROM tenants_subjectrequest s WHERE s.opened_on BETWEEN on_day - 62 AND on_day
            AND s.tenant_id = ANY (ARRAY (SELECT tenants_named_by(h.lease))))
      AND NOT EXISTS (
          SELECT FROM tenants_lookquestion q JOIN audit_event l ON l.id = q.event AND l.at = q.at
          WHERE q.found_on >= on_day - 62 AND l.about = ANY (ARRAY (SELECT tenants_named_by(h.lease))))
      AND NOT EXISTS (
          SELECT FROM tenants_emergencyaccess m WHERE m.lease_id = h.lease AND m.opened_at >= tenants_midnight(on_day - 31))
    ORDER BY e.actor, one.which, e.at
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_trace_of_person(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT DISTINCT ON (e.actor, e.facts ->> 'person') e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM tenants_lines_of(on_day, '{person_looks_read,evidence_taken}') e
    WHERE e.facts ->> 'person' IS NOT NULL AND NOT CASE e.facts ->> 'reason'
        WHEN 'security_alert' THEN EXISTS (
            SELECT FROM tenants_lookquestion q WHERE q.person_id = (e.facts ->> 'person')::uuid AND q.found_on >= on_day - 31)
            OR EXISTS (
                SELECT FROM audit_event r WHERE r.actor = (e.facts ->> 'person')::uuid
                  AND (r.outcome IN ('refused', 'missing') OR r.kind IN ('limit_reached', 'sessions_ended'))
                  AND r.at >= tenants_midnight(on_day - 14) AND r.at < e.at)
        WHEN 'control' THEN EXISTS (
            SELECT FROM audit_event r WHERE r.kind IN ('words_counted', 'reading_asked', 'backup_taken', 'exhibit_shown')
              AND r.at >= tenants_midnight(on_day - 14) AND r.at < tenants_midnight(on_day + 1))
        WHEN 'left_post' THEN EXISTS (
            SELECT FROM access_assignment a WHERE a.person_id = (e.facts ->> 'person')::uuid
              AND coalesce(a.ended_on, a.last_day + 1) BETWEEN on_day - 62 AND on_day)
        ELSE EXISTS (SELECT FROM tenants_subjectrequest s WHERE s.opened_on BETWEEN on_day - 62 AND on_day)
    END
    ORDER BY e.actor, e.facts ->> 'person', e.at
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_unborne(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH looks AS MATERIALIZED (
        SELECT f.*, tenants_borne_out(f.purpose, f.lease, on_day - 3) AS borne FROM tenants_looks_of(on_day - 3) f
        WHERE f.lease IS NOT NULL AND f.kind <> 'card_opened'
    )
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM (
        SELECT DISTINCT ON (f.person, f.lease) f.* FROM looks f WHERE NOT f.borne ORDER BY f.person, f.lease, f.at) l
    -- A reason put right: the same file the same day, for another that stands or leaves nothing in a file.
    WHERE NOT EXISTS (
        SELECT FROM looks o WHERE o.person = l.person AND o.lease = l.lease
          AND (o.borne OR o.purpose IN ('tenant_asked', 'accounting', 'repair', 'correspondence')))
      AND NOT (l.purpose = 'payment' AND EXISTS (
          SELECT FROM audit_event c WHERE c.actor = l.person AND c.kind = 'receipt_cleared' AND c.outcome = 'changed'
            AND c.at >= tenants_midnight(on_day - 3) AND c.at < tenants_midnight(on_day - 2)))
      AND NOT tenants_something_open(l.lease, on_day - 3)
      AND NOT tenants_did_something(l.person, l.lease, on_day - 5, on_day)
      AND NOT tenants_wrong_line(l.person, l.lease, l.purpose, l.at, on_day - 3)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_walled(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT DISTINCT ON (t.person, t.asked) t.event, t.at, t.kind, t.person, t.role, t.place
    FROM tenants_refusals_of(on_day, on_day) t
    WHERE t.kind = 'wall_met' AND EXISTS (
        SELECT FROM audit_event e
        WHERE e.actor = t.person AND e.kind = 'wall_met' AND coalesce(e.about::text, e.facts ->> 'reference') = t.asked
          AND e.at >= tenants_midnight(on_day - 31) AND e.at < t.at - interval '10 minutes')
    ORDER BY t.person, t.asked, t.at
$function$;

CREATE OR REPLACE FUNCTION public.tenants_rule_words_probed(on_day date)
 RETURNS TABLE(event uuid, at timestamp with time zone, kind text, person uuid, role text, place uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH counted AS (
        SELECT e.*, row_number() OVER (PARTITION BY e.actor ORDER BY e.at) AS nth
        FROM tenants_lines_of(on_day, '{words_counted}') e
    )
    SELECT c.id, c.at, c.kind, c.actor, c.role, c.place FROM counted c
    WHERE c.nth = 11 AND NOT EXISTS (
        SELECT FROM tenants_inspection i WHERE i.asked_by_id = c.actor AND i.asked_on BETWEEN on_day - 7 AND on_day)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_say_end(target regclass, last_day text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW %I AS SELECT %L::text AS source, (%s)::date AS last_day FROM %s',
        target::text || '_ends', target, last_day, target);
    EXECUTE 'CREATE OR REPLACE VIEW tenants_ends AS ' || (
        SELECT string_agg(format('SELECT source, last_day FROM %I', viewname), ' UNION ALL ' ORDER BY viewname)
        FROM pg_views WHERE schemaname = 'public' AND viewname ~ '^tenants_.*_ends$');
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_sealed_sentences()
 RETURNS TABLE(source text, id uuid, household bigint, sentence bytea)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH sealed AS (
        SELECT 'tenants.ContestedSentence.sentence' AS source, c.id, c.account_id, c.sentence
        FROM tenants_contestedsentence c WHERE c.sentence IS NOT NULL AND c.asked_on < loge_today()
        UNION ALL
        SELECT 'tenants.InheritedLine.sentence', l.id, l.account_id, l.sentence FROM tenants_inheritedline l
    )
    SELECT s.source, s.id, dense_rank() OVER (ORDER BY a.lease_id), s.sentence
    FROM sealed s JOIN tenants_account a ON a.id = s.account_id
    WHERE (SELECT tenants_counts_texts()) AND s.account_id <> ALL (ARRAY (SELECT tenants_not_counted()))
      AND EXISTS (SELECT FROM tenants_countedword c WHERE c.person_id = loge_person() AND c.day = loge_today())
$function$;

CREATE OR REPLACE FUNCTION public.tenants_second_officer(asker uuid, building uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT tenants_holds_at('officer', building) AND access_apart(asker, loge_person())
       AND NOT (SELECT p.is_machine FROM access_person p WHERE p.id = loge_person())
$function$;

CREATE OR REPLACE FUNCTION public.tenants_set_wall(wanted text, who uuid)
 RETURNS TABLE(lease uuid, building uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    SELECT a.lease_id, a.building_id INTO lease, building FROM tenants_account a
    WHERE a.reference = wanted AND a.settled_on IS NULL
      AND access_holds(loge_person(), ARRAY['access_administrator', 'sector_manager'], a.building_id);
    IF lease IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO tenants_conflictwall (id, person_id, lease_id, building_id, set_by_id, set_on)
    VALUES (gen_random_uuid(), who, lease, building, loge_person(), loge_today());
    RETURN NEXT;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_settle_account(which uuid)
 RETURNS date
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    ended date;
BEGIN
    PERFORM FROM tenants_account WHERE id = which AND settled_on IS NULL
        AND building_id = ANY (ARRAY (SELECT loge_reach('account')))
        AND lease_id <> ALL (ARRAY (SELECT tenants_hidden())) FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'account % is not open' , which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_settled_once';
    END IF;
    SELECT l.ends_on INTO ended FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id WHERE a.id = which;
    IF ended IS NULL OR ended >= loge_today() THEN
        RAISE EXCEPTION 'the lease of account % goes on', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_settled_after_its_lease';
    END IF;
    IF (SELECT coalesce(sum(amount_cents), 0) FROM tenants_entry WHERE account_id = which) <> 0 THEN
        RAISE EXCEPTION 'the balance of account % is not zero', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_settled_at_zero';
    END IF;
    UPDATE tenants_account SET settled_on = loge_today() WHERE id = which;
    RETURN loge_today();
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_shown_to(who uuid, on_day date)
 RETURNS bigint
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT coalesce(sum(greatest(cardinality(e.shown), (e.about IS NOT NULL)::integer)), 0)
    FROM audit_event e
    WHERE e.actor = who AND e.outcome = 'shown' AND e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_something_open(lease uuid, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(lease))) AND e.outcome = 'changed'
          AND e.at < tenants_midnight(on_day + 4)
          AND (e.kind IN ('identity_checked', 'emergency_opened', 'emergency_reviewed', 'subject_request_taken',
                          'fact_contested', 'challenge_decided', 'refusal_contested', 'contest_decided',
                          'inherited_proposed', 'inherited_decided', 'adjustment_posted', 'entry_reversed',
                          'notice_given', 'resident_moved')
               AND e.at >= tenants_midnight(on_day - 2)
               OR e.kind IN ('fact_recorded', 'fact_replaced', 'note_written', 'note_replaced')
               AND e.at >= tenants_midnight(on_day - 14)))
    OR EXISTS (
        SELECT FROM tenants_leaseunit u JOIN tenants_reminderdoor d ON d.unit_id = u.unit_id
        JOIN tenants_reminder m ON m.id = d.reminder_id
        WHERE u.lease_id = lease AND on_day BETWEEN m.first_day AND m.last_day + 1)
    OR EXISTS (
        SELECT FROM tenants_residence r WHERE r.lease_id = lease
          AND (r.moved_in BETWEEN on_day - 30 AND on_day + 45 OR r.moved_out BETWEEN on_day - 45 AND on_day + 95))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_sorts_line(which uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (SELECT FROM tenants_inheritedline l
        WHERE l.id = which AND tenants_triages(loge_person(), l.building_id))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_spans_of(whose uuid)
 RETURNS TABLE(account uuid, lease uuid, first_day date, last_day date, alone boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 2
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT a.id, p.lease_id,
        CASE WHEN EXISTS (SELECT FROM tenants_leaseparty o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id
                          AND o.capacity <> 'guarantor' AND o.first_day < p.first_day) THEN p.first_day
             ELSE '-infinity' END,
        CASE WHEN EXISTS (SELECT FROM tenants_leaseparty o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id
                          AND o.capacity <> 'guarantor'
                          AND coalesce(o.last_day, 'infinity') > coalesce(p.last_day, 'infinity')) THEN p.last_day
             ELSE 'infinity' END,
        NOT EXISTS (SELECT FROM tenants_leaseparty o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id)
            AND NOT EXISTS (SELECT FROM tenants_residence o WHERE o.lease_id = p.lease_id AND o.tenant_id <> p.tenant_id)
    FROM tenants_leaseparty p JOIN tenants_account a ON a.lease_id = p.lease_id
    WHERE p.tenant_id = whose AND p.capacity <> 'guarantor'
$function$;

CREATE OR REPLACE FUNCTION public.tenants_take_request(wanted text, called text, asks text, proof text, due date, at_counter boolean, look text, matter text, shared text[], tried uuid)
 RETURNS TABLE(request uuid, tenant uuid, place uuid)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    home record;
    made uuid := gen_random_uuid();
BEGIN
    IF at_counter AND proof NOT IN ('photo', 'licence', 'mandate') OR NOT at_counter AND NOT tenants_discloses()
       OR NOT tenants_may_try(tried, wanted) THEN
        RETURN;
    END IF;
    SELECT l.id AS lease, l.building_id AS place, t.id AS tenant, count(*) OVER () AS several INTO home
    FROM tenants_account a JOIN tenants_lease l ON l.id = a.lease_id
    JOIN tenants_tenant t ON t.id IN (
        SELECT r.tenant_id FROM tenants_residence r WHERE r.lease_id = l.id
        UNION SELECT p.tenant_id FROM tenants_leaseparty p WHERE p.lease_id = l.id)
    WHERE a.reference = wanted AND length(called) >= 2 AND t.name_key = called
      AND (NOT at_counter OR (a.settled_on IS NULL AND tenants_at_counter(l.building_id)
           AND l.id <> ALL (ARRAY (SELECT tenants_hidden()))))
    LIMIT 1;
    IF home.several IS DISTINCT FROM 1 THEN
        RETURN;
    END IF;
    IF asks = 'contest' AND NOT EXISTS (
        SELECT FROM tenants_looks_at(home.tenant, shared) s
        WHERE length(tenants_take_request.look) = 8 AND starts_with(s.id::text, tenants_take_request.look)) THEN
        RETURN QUERY SELECT NULL::uuid, NULL::uuid, NULL::uuid;
        RETURN;
    END IF;
    INSERT INTO tenants_subjectrequest
        (id, tenant_id, kind, proof, look, matter, opened_on, opened_by_id, due_on, extension, answer)
    VALUES (made, home.tenant, asks, tenants_take_request.proof, tenants_take_request.look, tenants_take_request.matter,
            loge_today(), loge_person(), due, '', '');
    RETURN QUERY SELECT made, home.tenant, home.place;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_take_words(who uuid, digests bytea[])
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('tenants_take_words ' || who, 0));
    INSERT INTO tenants_countedword (id, person_id, day, digest)
        SELECT gen_random_uuid(), who, loge_today(), d FROM (SELECT DISTINCT unnest(digests)) t(d)
        ON CONFLICT (person_id, day, digest) DO NOTHING;
    IF (SELECT count(*) FROM tenants_countedword c WHERE c.person_id = who AND c.day = loge_today()) > 20 THEN
        RAISE EXCEPTION 'twenty words a day' USING ERRCODE = 'check_violation', CONSTRAINT = 'twenty_words_a_day';
    END IF;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_taken_words(words text[], key bytea)
 RETURNS text[]
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    wanted text[] := ARRAY (SELECT DISTINCT btrim(tenants_folded(w)) FROM unnest(words) w);
BEGIN
    IF EXISTS (SELECT FROM unnest(wanted) w WHERE w !~ '^[a-z]{2,40}$') THEN
        RAISE EXCEPTION 'not a whole word' USING ERRCODE = 'check_violation', CONSTRAINT = 'whole_words';
    END IF;
    IF EXISTS (SELECT FROM unnest(wanted) w WHERE NOT EXISTS (
        SELECT FROM tenants_countedword c WHERE c.person_id = loge_person() AND c.day = loge_today()
          AND c.digest = sha256(key || convert_to(w, 'UTF8')))) THEN
        RAISE EXCEPTION 'word not taken' USING ERRCODE = 'check_violation', CONSTRAINT = 'words_taken_first';
    END IF;
    RETURN wanted;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_takes_back_own(undoing tenants_entry)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM tenants_entry e
        WHERE e.id = undoing.reverses_id AND e.posted_by_id = undoing.posted_by_id AND e.reverses_id IS NULL
          AND e.booked_on > undoing.booked_on - 30)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_texts_measured()
 RETURNS TABLE(source text, texts bigint, average integer, longest integer, oldest date, newest date, overdue bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH apart AS MATERIALIZED (SELECT tenants_not_counted() AS about)
    SELECT t.source, count(*),
        CASE WHEN count(*) FILTER (WHERE t.measured) >= 5
            THEN (round(avg(length(t.said)) FILTER (WHERE t.measured), -1))::int END,
        CASE WHEN count(*) FILTER (WHERE t.measured) >= 5
            THEN (round(max(length(t.said)) FILTER (WHERE t.measured), -1))::int END,
        min(t.since), max(t.since),
        CASE t.source WHEN 'tenants.AccountNote.text' THEN
            (SELECT count(*) FROM tenants_accountnote WHERE ends_on < loge_today() OR withdrawn_on < loge_today())
        ELSE 0 END
    FROM (
        SELECT v.*, (v.since IS NULL OR v.since < loge_today())
            AND (v.about IS NULL OR v.about NOT IN (SELECT apart.about FROM apart)) AS measured
        FROM tenants_text v WHERE v.said <> '') t
    WHERE (SELECT tenants_counts_texts()) GROUP BY t.source
    UNION ALL
    SELECT 'tenants.ContestedSentence.sentence', count(sentence), NULL, NULL,
        min(asked_on) FILTER (WHERE sentence IS NOT NULL), max(asked_on) FILTER (WHERE sentence IS NOT NULL),
        count(*) FILTER (WHERE asked_on + 30 < loge_today())
    FROM tenants_contestedsentence WHERE (SELECT tenants_counts_texts())
    UNION ALL
    SELECT 'tenants.InheritedLine.sentence', count(*), NULL, NULL, min(first_written_on), max(first_written_on),
        count(*) FILTER (WHERE ends_on < loge_today())
    FROM tenants_inheritedline WHERE (SELECT tenants_counts_texts())
    UNION ALL
    SELECT 'tenants.BankDetail.holder', count(*), NULL, NULL, min(set_on), max(set_on), 0
    FROM tenants_bankdetail WHERE (SELECT tenants_counts_texts())
$function$;

CREATE OR REPLACE FUNCTION public.tenants_triages(who uuid, place uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT tenants_has_role_at(who, 'data_steward', place) OR tenants_has_role_at(who, 'sector_manager', place)
$function$;

CREATE OR REPLACE FUNCTION public.tenants_tried_account(wanted text)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT a.id FROM tenants_account a WHERE a.reference = wanted
$function$;

CREATE OR REPLACE FUNCTION public.tenants_undo_change(which uuid)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    change tenants_leasechange;
    former uuid;
BEGIN
    SELECT c.* INTO change FROM tenants_leasechange c WHERE c.id = which AND c.day = loge_today()
        AND c.building_id = ANY (ARRAY (SELECT loge_reach('account')))
        AND c.lease_id <> ALL (ARRAY (SELECT tenants_hidden()));
    former := coalesce((change.before->>'former')::uuid, change.lease_id);
    -- Everybody who changes one of the two leases waits here, or has been waited for.
    PERFORM FROM tenants_lease WHERE id IN (change.lease_id, former) ORDER BY id FOR UPDATE;
    PERFORM FROM tenants_leasechange c WHERE c.id = which FOR UPDATE;
    IF NOT FOUND OR change.id IS NULL OR EXISTS (
            SELECT FROM tenants_leasechange c WHERE c.lease_id IN (change.lease_id, former)
            AND c.id <> which AND (c.made_at, c.id) > (change.made_at, which)) THEN
        RAISE EXCEPTION 'not the latest act of today' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_undone_today';
    END IF;
    IF EXISTS (SELECT FROM tenants_account a WHERE a.lease_id IN (change.lease_id, former) AND a.settled_on IS NOT NULL) THEN
        RAISE EXCEPTION 'the account is settled' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_nothing_built_on';
    END IF;
    BEGIN
        DELETE FROM tenants_leasechange WHERE id = which;
        IF change.kind IN ('signed', 'transferred') THEN
            DELETE FROM tenants_residence WHERE lease_id = change.lease_id;
            DELETE FROM tenants_leaseparty WHERE lease_id = change.lease_id;
            DELETE FROM tenants_leaseunit WHERE lease_id = change.lease_id;
            DELETE FROM tenants_account WHERE lease_id = change.lease_id;
            DELETE FROM tenants_lease WHERE id = change.lease_id;
        ELSIF change.kind = 'moved_in' THEN
            DELETE FROM tenants_residence WHERE id = (change.before->>'residence')::uuid;
        END IF;
        DELETE FROM tenants_tenant WHERE id IN (SELECT value::uuid FROM jsonb_array_elements_text(change.before->'tenants'));
        UPDATE tenants_lease SET notice_on = (change.before->'lease'->>0)::date, ends_on = (change.before->'lease'->>1)::date
            WHERE id = former AND change.before ? 'lease';
        UPDATE tenants_leaseunit u SET last_day = (was.value->>1)::date
            FROM jsonb_array_elements(change.before->'units') was WHERE u.id = (was.value->>0)::uuid;
        UPDATE tenants_leaseparty p SET last_day = (was.value->>1)::date
            FROM jsonb_array_elements(change.before->'parties') was WHERE p.id = (was.value->>0)::uuid;
        UPDATE tenants_residence r SET moved_out = (was.value->>1)::date, transferred = (was.value->>2)::boolean
            FROM jsonb_array_elements(change.before->'residences') was WHERE r.id = (was.value->>0)::uuid;
        SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN foreign_key_violation THEN
        RAISE EXCEPTION 'another row stands on it' USING ERRCODE = 'check_violation', CONSTRAINT = 'change_nothing_built_on';
    END;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_unsaid()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 20
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH marked AS (
        SELECT m.lease_id FROM tenants_discreetmark m
        WHERE loge_today() BETWEEN m.first_day AND m.last_day
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
    UNION
    SELECT tenants_hidden()
$function$;

CREATE OR REPLACE FUNCTION public.tenants_waiting()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 50
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT r.id FROM tenants_receipt r WHERE NOT EXISTS (
        SELECT FROM tenants_clearing c WHERE c.receipt_id = r.id
        AND NOT EXISTS (SELECT FROM tenants_entry e WHERE e.reverses_id = c.entry_id))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_wall_lifted()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
BEGIN
    IF access_benefits_me(NEW.person_id) THEN
        RAISE EXCEPTION 'for a maker' USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_given_apart';
    END IF;
    RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_walled()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'public', 'pg_temp'
AS $function$
    WITH marked AS (
        SELECT w.lease_id FROM tenants_conflictwall w WHERE w.person_id = loge_person() AND w.ended_on IS NULL
    )
    SELECT lease_id FROM marked
    UNION
    SELECT other.lease_id FROM marked
    JOIN tenants_leaseparty p ON p.lease_id = marked.lease_id AND p.capacity <> 'guarantor'
    JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id AND other.capacity <> 'guarantor'
$function$;

CREATE OR REPLACE FUNCTION public.tenants_walled_accounts()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER ROWS 1
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT a.id FROM tenants_account a WHERE a.lease_id = ANY (ARRAY (SELECT tenants_walled()))
$function$;

CREATE OR REPLACE FUNCTION public.tenants_walled_here(compartment text, what text, key text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM (
            SELECT a.lease_id, a.building_id FROM tenants_account a
            WHERE a.reference = CASE WHEN what = 'reference' THEN key END AND a.settled_on IS NULL
            UNION ALL
            SELECT r.lease_id, r.building_id FROM tenants_residence r
            WHERE r.id = CASE WHEN what = 'residence' THEN key::uuid END
        ) found
        WHERE found.lease_id = ANY (ARRAY (SELECT tenants_walled()))
          AND found.lease_id <> ALL (ARRAY (SELECT tenants_marked()))
          AND found.building_id = ANY (ARRAY (SELECT access_reach(loge_person(), compartment, loge_today())))
    )
$function$;

CREATE OR REPLACE FUNCTION public.tenants_weighs()
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$ SELECT access_holds_everywhere('sealed') $function$;

CREATE OR REPLACE FUNCTION public.tenants_words_counted(words text[], key bytea)
 RETURNS TABLE(word text, source text, found bigint)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
DECLARE
    wanted text[];
    apart uuid[];
BEGIN
    IF NOT tenants_counts_texts() THEN
        RETURN;
    END IF;
    wanted := tenants_taken_words(words, key);
    apart := ARRAY (SELECT tenants_not_counted());
    RETURN QUERY
        SELECT h.word, h.source, count(*) - count(*) % 5
        FROM (
            SELECT w AS word, t.source, t.key, t.about
            FROM (SELECT v.*, tenants_folded(v.said) AS folded FROM tenants_text v OFFSET 0) t
            CROSS JOIN LATERAL (SELECT w FROM unnest(wanted) w WHERE t.folded LIKE '% ' || w || ' %') m(w)
            WHERE (t.since IS NULL OR t.since < loge_today()) AND (t.about IS NULL OR t.about <> ALL (apart))
        ) h
        GROUP BY h.word, h.source
        HAVING count(DISTINCT tenants_household_of_text(h.about, h.key)) >= 5;
END $function$;

CREATE OR REPLACE FUNCTION public.tenants_wrong_line(who uuid, lease uuid, purpose text, moment timestamp with time zone, on_day date)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
    SELECT EXISTS (
        SELECT FROM audit_event e
        CROSS JOIN LATERAL (SELECT tenants_household(e.about_kind, e.about, e.place, on_day) AS lease) h
        WHERE e.actor = who AND e.outcome = 'shown' AND e.purpose = tenants_wrong_line.purpose
          AND e.at > moment AND e.at <= moment + interval '1 minute' AND h.lease <> tenants_wrong_line.lease
          AND (tenants_borne_out(e.purpose, h.lease, on_day) OR tenants_did_something(who, h.lease, on_day - 2, on_day + 3)))
    AND NOT EXISTS (
        SELECT FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(lease))) AND e.actor = who AND e.outcome = 'shown'
          AND e.at >= tenants_midnight(on_day - 31) AND e.at < tenants_midnight(on_day + 4)
          AND e.at NOT BETWEEN moment - interval '1 minute' AND moment + interval '1 minute')
$function$;
