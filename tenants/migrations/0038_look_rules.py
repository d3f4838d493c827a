"""The rules of the list (tenants/questions/rules.py), one function each, over the trace and over what explains a look."""

from django.db import migrations

READS = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
LINE = "RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)"

# What the rules stand on.
GROUND = f"""
CREATE FUNCTION tenants_midnight(on_day date) RETURNS timestamptz LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
    AS $$ SELECT on_day::timestamp AT TIME ZONE 'Europe/Paris' $$;
-- The household that a line of the trace is about; none for what is about nobody's.
CREATE FUNCTION tenants_household(what text, which uuid, place uuid, on_day date) RETURNS uuid {READS} AS $$
    SELECT CASE what
        WHEN 'account' THEN (SELECT a.lease_id FROM tenants_account a WHERE a.id = which)
        WHEN 'lease' THEN (SELECT l.id FROM tenants_lease l WHERE l.id = which)
        WHEN 'residence' THEN (SELECT r.lease_id FROM tenants_residence r WHERE r.id = which)
        WHEN 'tenant' THEN (
            SELECT r.lease_id FROM tenants_residence r WHERE r.tenant_id = which
            ORDER BY r.building_id IS NOT DISTINCT FROM place DESC, coalesce(r.moved_out >= on_day, true) DESC,
                     r.moved_in DESC LIMIT 1)
    END
$$;
-- All that lines about a household may name it by.
CREATE FUNCTION tenants_named_by(lease uuid) RETURNS SETOF uuid {READS} ROWS 8 AS $$
    SELECT lease
    UNION SELECT a.id FROM tenants_account a WHERE a.lease_id = lease
    UNION SELECT p.tenant_id FROM tenants_leaseparty p WHERE p.lease_id = lease
    UNION SELECT unnest(ARRAY[r.id, r.tenant_id]) FROM tenants_residence r WHERE r.lease_id = lease
    UNION SELECT u.unit_id FROM tenants_leaseunit u WHERE u.lease_id = lease
$$;
-- People's looks at one household each, of a day. Cards at the counter and in an emergency have their own proof.
CREATE FUNCTION tenants_looks_of(on_day date) RETURNS TABLE
    (event uuid, at timestamptz, kind text, person uuid, role text, place uuid, purpose text, lease uuid) {READS} AS $$
    SELECT e.id, e.at, e.kind, e.actor, e.role, e.place, e.purpose, tenants_household(e.about_kind, e.about, e.place, on_day)
    FROM audit_event e JOIN access_person p ON p.id = e.actor AND NOT p.is_machine
    WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
      AND e.outcome = 'shown' AND e.about IS NOT NULL AND e.purpose NOT IN ('counter', 'emergency')
      AND e.kind IN ('account_opened', 'statement_printed', 'identity_opened', 'bank_details_shown', 'lease_opened',
                     'card_opened', 'export_taken')
$$;
-- Did this person do anything about the household from one day to another?
CREATE FUNCTION tenants_did_something(who uuid, lease uuid, since date, until date) RETURNS boolean {READS} AS $$
    SELECT EXISTS (
        SELECT FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(lease))) AND e.actor = who AND e.outcome = 'changed'
          AND e.at >= tenants_midnight(since) AND e.at < tenants_midnight(until + 1))
$$;
-- What anybody may see to be going on there: a visit at the counter, an emergency, a message at the door, a recent fact or
-- note, somebody who asked for their rights, somebody arriving or leaving.
CREATE FUNCTION tenants_something_open(lease uuid, on_day date) RETURNS boolean {READS} AS $$
    SELECT EXISTS (
        SELECT FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(lease))) AND e.outcome = 'changed'
          AND e.at < tenants_midnight(on_day + 4)
          AND (e.kind IN ('identity_checked', 'emergency_opened', 'subject_request_taken')
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
$$;
CREATE FUNCTION tenants_owes(lease uuid, on_day date) RETURNS boolean {READS} AS $$
    SELECT coalesce(sum(n.amount_cents) > 0 OR sum(n.amount_cents) FILTER (WHERE n.effective_on <= on_day - 31) > 0, false)
    FROM tenants_account a JOIN tenants_entry n ON n.account_id = a.id AND n.effective_on <= on_day
    WHERE a.lease_id = tenants_owes.lease
$$;
-- Does the file bear out the reason that was given? Unknown for reasons that leave nothing in a file: a tenant who asks,
-- a letter, a repair, the books.
CREATE FUNCTION tenants_borne_out(purpose text, lease uuid, on_day date) RETURNS boolean {READS} AS $$
    SELECT CASE purpose
        WHEN 'arrears' THEN tenants_owes(lease, on_day)
        WHEN 'payment' THEN tenants_owes(lease, on_day) OR EXISTS (
            SELECT FROM tenants_account a JOIN tenants_entry n ON n.account_id = a.id AND n.kind = 'payment'
            WHERE a.lease_id = tenants_borne_out.lease
              AND (n.effective_on BETWEEN on_day - 10 AND on_day + 3 OR n.booked_on BETWEEN on_day - 10 AND on_day + 3))
        WHEN 'moving' THEN EXISTS (
            SELECT FROM tenants_lease l WHERE l.id = lease AND (l.starts_on BETWEEN on_day - 60 AND on_day + 60
                OR l.ends_on BETWEEN on_day - 60 AND on_day + 120 OR l.notice_on BETWEEN on_day - 60 AND on_day + 3))
        WHEN 'closing' THEN EXISTS (SELECT FROM tenants_lease l WHERE l.id = lease AND l.ends_on <= on_day + 30)
        WHEN 'lease' THEN EXISTS (
            SELECT FROM tenants_lease l WHERE l.id = lease AND (l.starts_on BETWEEN on_day - 60 AND on_day + 60
                OR l.ends_on BETWEEN on_day - 60 AND on_day + 120))
            OR EXISTS (SELECT FROM audit_event e WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(lease)))
                AND e.outcome = 'changed' AND e.kind IN ('lease_signed', 'notice_given', 'resident_moved',
                    'representative_set', 'discreet_set', 'discreet_ended')
                AND e.at >= tenants_midnight(on_day - 14) AND e.at < tenants_midnight(on_day + 4))
    END
$$;
"""  # noqa: S608 - of the words above alone
# Three days later: what one looked for may be done in the days that follow.
OF_HOUSEHOLDS = f"""
CREATE FUNCTION tenants_rule_unborne(on_day date) {LINE} {READS} AS $$
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM (
        SELECT DISTINCT ON (f.person, f.lease) f.* FROM tenants_looks_of(on_day - 3) f
        WHERE f.purpose IN ('arrears', 'payment', 'moving', 'closing', 'lease') AND f.lease IS NOT NULL
        ORDER BY f.person, f.lease, f.at) l
    WHERE NOT tenants_borne_out(l.purpose, l.lease, on_day - 3)
      AND NOT tenants_something_open(l.lease, on_day - 3)
      AND NOT tenants_did_something(l.person, l.lease, on_day - 5, on_day)
$$;
CREATE FUNCTION tenants_rule_returning(on_day date) {LINE} {READS} AS $$
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM (
        SELECT DISTINCT ON (f.person, f.lease) f.* FROM tenants_looks_of(on_day - 3) f
        WHERE f.lease IS NOT NULL ORDER BY f.person, f.lease, f.at) l
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT d.day) FILTER (WHERE d.day > on_day - 17) AS days,
               count(DISTINCT d.day) FILTER (WHERE d.day < on_day - 3) AS before
        FROM (SELECT (e.at AT TIME ZONE 'Europe/Paris')::date AS day FROM audit_event e
              WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(l.lease))) AND e.actor = l.person AND e.outcome = 'shown'
                AND e.purpose NOT IN ('counter', 'emergency')
                AND e.at >= tenants_midnight(on_day - 17) AND e.at < tenants_midnight(on_day - 2)) d) s
    WHERE s.days >= 4 AND s.before < 4
      AND NOT tenants_something_open(l.lease, on_day - 3)
      AND NOT tenants_did_something(l.person, l.lease, on_day - 17, on_day)
      AND NOT (l.kind <> 'card_opened' AND tenants_owes(l.lease, on_day - 3))
      AND NOT EXISTS (
          SELECT FROM tenants_residence r JOIN tenants_helpcode h ON h.tenant_id = r.tenant_id
          WHERE r.lease_id = l.lease AND h.ended_on IS NULL AND h.renew_by >= on_day - 3)
$$;
-- The first look in a month at a household whose name answers to a person's, in one way or another: a card in one's own
-- building is explained by the building.
CREATE FUNCTION tenants_looks_by_name(on_day date) RETURNS TABLE
    (event uuid, at timestamptz, kind text, person uuid, role text, place uuid, lease uuid) {READS} AS $$
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place, l.lease FROM (
        SELECT DISTINCT ON (f.person, f.lease) f.* FROM tenants_looks_of(on_day) f
        WHERE f.lease IS NOT NULL AND f.kind <> 'card_opened' ORDER BY f.person, f.lease, f.at) l
    WHERE NOT EXISTS (
        SELECT FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(l.lease))) AND e.actor = l.person AND e.outcome = 'shown'
          AND e.kind <> 'card_opened' AND e.at >= tenants_midnight(on_day - 31) AND e.at < tenants_midnight(on_day))
      AND tenants_borne_out(l.purpose, l.lease, on_day) IS NOT TRUE
      AND NOT tenants_something_open(l.lease, on_day)
      AND NOT tenants_did_something(l.person, l.lease, on_day - 2, on_day + 3)
$$;
-- Last and whole name of whoever lives or holds a lease there that day, folded: each stands between two spaces.
CREATE FUNCTION tenants_names_at(lease uuid, on_day date) RETURNS TABLE (last text, whole text) {READS} ROWS 3 AS $$
    SELECT tenants_folded(t.last_name), tenants_folded(t.first_name || ' ' || t.last_name) FROM tenants_tenant t
    WHERE t.id IN (
        SELECT r.tenant_id FROM tenants_residence r
        WHERE r.lease_id = lease AND (r.moved_out IS NULL OR r.moved_out >= on_day)
        UNION SELECT p.tenant_id FROM tenants_leaseparty p
        WHERE p.lease_id = lease AND (p.last_day IS NULL OR p.last_day >= on_day))
$$;
CREATE FUNCTION tenants_rule_surname(on_day date) {LINE} {READS} AS $$
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM tenants_looks_by_name(on_day - 3) l
    JOIN access_person p ON p.id = l.person
    WHERE EXISTS (
        SELECT FROM tenants_names_at(l.lease, on_day - 3) n
        WHERE trim(n.last) <> '' AND tenants_folded(p.name) LIKE '%' || n.last
          AND (SELECT count(DISTINCT r.lease_id) FROM tenants_residence r
               WHERE r.name_key >= ltrim(n.last) AND r.name_key < ltrim(rtrim(n.last) || '!') AND r.moved_out IS NULL) <= 25)
$$;
CREATE FUNCTION tenants_rule_colleague(on_day date) {LINE} {READS} AS $$
    WITH staff AS MATERIALIZED (
        SELECT tenants_folded(p.name) AS whole FROM access_person p WHERE p.is_active AND NOT p.is_machine
    )
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM tenants_looks_by_name(on_day - 3) l
    WHERE EXISTS (SELECT FROM tenants_names_at(l.lease, on_day - 3) n JOIN staff s ON s.whole = n.whole)
$$;
CREATE FUNCTION tenants_rule_burst(on_day date) {LINE} {READS} AS $$
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
        SELECT e.id, e.at, e.kind, e.actor, e.role, e.place FROM audit_event e
        JOIN access_person p ON p.id = e.actor AND NOT p.is_machine
        WHERE e.kind = 'limit_reached' AND e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
    )
    SELECT DISTINCT ON (f.person) f.event, f.at, f.kind, f.person, f.role, f.place FROM found f ORDER BY f.person, f.at
$$;
-- Files asked for and not opened, by what was asked for; a wrong sign mended at once is a wrong sign.
CREATE FUNCTION tenants_refusals_of(since date, until date) RETURNS TABLE
    (event uuid, at timestamptz, day date, kind text, person uuid, role text, place uuid, asked text) {READS} AS $$
    SELECT e.id, e.at, (e.at AT TIME ZONE 'Europe/Paris')::date, e.kind, e.actor, e.role, e.place,
           coalesce(e.about::text, e.facts ->> 'reference')
    FROM audit_event e JOIN access_person p ON p.id = e.actor AND NOT p.is_machine
    WHERE e.at >= tenants_midnight(since) AND e.at < tenants_midnight(until + 1)
      AND e.outcome IN ('refused', 'missing') AND e.kind IN ('refused', 'wall_met')
      AND coalesce(e.about::text, e.facts ->> 'reference') IS NOT NULL
      AND NOT EXISTS (
          SELECT FROM audit_event n WHERE n.actor = e.actor AND n.outcome = 'shown' AND n.about IS NOT NULL
            AND n.permission = e.permission AND n.at > e.at AND n.at < e.at + interval '3 minutes')
$$;
CREATE FUNCTION tenants_rule_refused(on_day date) {LINE} {READS} AS $$
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
$$;
CREATE FUNCTION tenants_rule_walled(on_day date) {LINE} {READS} AS $$
    SELECT DISTINCT ON (t.person, t.asked) t.event, t.at, t.kind, t.person, t.role, t.place
    FROM tenants_refusals_of(on_day, on_day) t
    WHERE t.kind = 'wall_met' AND EXISTS (
        SELECT FROM audit_event e
        WHERE e.actor = t.person AND e.kind = 'wall_met' AND coalesce(e.about::text, e.facts ->> 'reference') = t.asked
          AND e.at >= tenants_midnight(on_day - 31) AND e.at < t.at - interval '10 minutes')
    ORDER BY t.person, t.asked, t.at
$$;
CREATE FUNCTION tenants_rule_blocked(on_day date) {LINE} {READS} AS $$
    WITH failed AS (
        SELECT e.id, e.at, e.kind, e.actor, e.role, e.place, e.kind = 'sessions_ended' OR 5 <= count(*) OVER (
            PARTITION BY e.actor, e.kind ORDER BY e.at RANGE BETWEEN interval '1 hour' PRECEDING AND CURRENT ROW) AS enough
        FROM audit_event e
        WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1) AND e.actor IS NOT NULL
          AND (e.kind = 'sign_in_failed' OR e.kind = 'sessions_ended' AND e.facts ->> 'reason' = 'guesses')
    )
    SELECT DISTINCT ON (f.actor) f.id, f.at, f.kind, f.actor, f.role, f.place FROM failed f WHERE f.enough
    ORDER BY f.actor, f.at
$$;
"""  # noqa: S608 - of the words above alone
OF_WATCHERS = f"""
CREATE FUNCTION tenants_lines_of(on_day date, kinds text[]) RETURNS SETOF audit_event {READS} AS $$
    SELECT e.* FROM audit_event e JOIN access_person p ON p.id = e.actor AND NOT p.is_machine
    WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1) AND e.kind = ANY (kinds)
$$;
CREATE FUNCTION tenants_rule_trace_of_person(on_day date) {LINE} {READS} AS $$
    SELECT DISTINCT ON (e.actor, e.facts ->> 'person') e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM tenants_lines_of(on_day, '{{person_looks_read}}') e
    WHERE NOT CASE e.facts ->> 'reason'
        WHEN 'security_alert' THEN EXISTS (
            SELECT FROM tenants_lookquestion q WHERE q.person_id = (e.facts ->> 'person')::uuid AND q.found_on >= on_day - 31)
            OR EXISTS (
                SELECT FROM audit_event r WHERE r.actor = (e.facts ->> 'person')::uuid
                  AND (r.outcome IN ('refused', 'missing') OR r.kind IN ('limit_reached', 'sessions_ended'))
                  AND r.at >= tenants_midnight(on_day - 14) AND r.at < e.at)
        WHEN 'control' THEN EXISTS (
            SELECT FROM audit_event r WHERE r.kind IN ('words_counted', 'reading_asked', 'backup_taken')
              AND r.at >= tenants_midnight(on_day - 14) AND r.at < tenants_midnight(on_day + 1))
        WHEN 'left_post' THEN EXISTS (
            SELECT FROM access_assignment a WHERE a.person_id = (e.facts ->> 'person')::uuid
              AND coalesce(a.ended_on, a.last_day + 1) BETWEEN on_day - 62 AND on_day)
        ELSE EXISTS (SELECT FROM tenants_subjectrequest s WHERE s.opened_on BETWEEN on_day - 62 AND on_day)
    END
    ORDER BY e.actor, e.facts ->> 'person', e.at
$$;
CREATE FUNCTION tenants_rule_trace_of_account(on_day date) {LINE} {READS} AS $$
    SELECT DISTINCT ON (e.actor, e.about) e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM tenants_lines_of(on_day, '{{history_read}}') e
    CROSS JOIN LATERAL (
        SELECT coalesce(tenants_household('account', e.about, NULL, on_day), tenants_household('lease', e.about, NULL, on_day),
                        tenants_household('tenant', e.about, NULL, on_day)) AS lease) h
    WHERE e.facts ->> 'scope' IN ('account', 'subject') AND h.lease IS NOT NULL
      AND NOT EXISTS (
          SELECT FROM tenants_subjectrequest s WHERE s.opened_on BETWEEN on_day - 62 AND on_day
            AND s.tenant_id = ANY (ARRAY (SELECT tenants_named_by(h.lease))))
      AND NOT EXISTS (
          SELECT FROM tenants_lookquestion q JOIN audit_event l ON l.id = q.event AND l.at = q.at
          WHERE q.found_on >= on_day - 62 AND l.about = ANY (ARRAY (SELECT tenants_named_by(h.lease))))
      AND NOT EXISTS (
          SELECT FROM tenants_emergencyaccess m WHERE m.lease_id = h.lease AND m.opened_at >= tenants_midnight(on_day - 31))
    ORDER BY e.actor, e.about, e.at
$$;
CREATE FUNCTION tenants_rule_rights_of_person(on_day date) {LINE} {READS} AS $$
    SELECT DISTINCT ON (e.actor, e.about) e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM tenants_lines_of(on_day, '{{rights_read}}') e
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
$$;
CREATE FUNCTION tenants_rule_brief_access(on_day date) {LINE} {READS} AS $$
    SELECT e.id, e.at, e.kind, e.actor, e.role, e.place
    FROM access_assignment a
    JOIN audit_event e ON e.about = a.id AND e.kind = 'assignment_granted' AND e.actor IS NOT NULL
    JOIN access_person p ON p.id = e.actor AND NOT p.is_machine
    WHERE a.ended_on = on_day AND a.ended_on - a.first_day <= 3
      AND a.reason NOT IN ('stand_in_absence', 'stand_in_vacancy')
      AND NOT EXISTS (
          SELECT FROM access_accessrequest r WHERE r.person_id = a.person_id AND r.role = a.role AND r.place_id = a.place_id
            AND r.decision = 'approved' AND r.decided_at >= tenants_midnight(on_day - 20))
      AND EXISTS (
          SELECT FROM audit_event l WHERE l.actor = a.person_id AND l.outcome = 'shown' AND l.about IS NOT NULL
            AND l.role = a.role AND l.at >= tenants_midnight(a.first_day) AND l.at < tenants_midnight(on_day + 1))
$$;
CREATE FUNCTION tenants_rule_words_probed(on_day date) {LINE} {READS} AS $$
    WITH counted AS (
        SELECT e.*, row_number() OVER (PARTITION BY e.actor ORDER BY e.at) AS nth
        FROM tenants_lines_of(on_day, '{{words_counted}}') e
    )
    SELECT c.id, c.at, c.kind, c.actor, c.role, c.place FROM counted c
    WHERE c.nth = 11 AND NOT EXISTS (
        SELECT FROM tenants_inspection i WHERE i.asked_by_id = c.actor AND i.asked_on BETWEEN on_day - 7 AND on_day)
$$;
"""  # noqa: S608 - of the words above alone
WATCHING = f"""
-- Who reads what is asked about somebody: the officer, but what is asked about whoever holds her office.
CREATE FUNCTION tenants_question_desk(who uuid) RETURNS text {READS} AS $$
    SELECT CASE WHEN EXISTS (
        SELECT FROM access_assignment a WHERE a.person_id = who AND a.role = 'dpo'
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())) THEN 'steward' ELSE 'dpo' END
$$;
-- One rule on one day that is over: the questions that it had not asked yet. Twice the same day asks nothing twice.
CREATE FUNCTION tenants_ask_about(rule text, on_day date) RETURNS integer LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    asked integer;
BEGIN
    IF rule !~ '^[a-z_]{{1,32}}$' OR on_day >= loge_today() THEN
        RETURN 0;
    END IF;
    EXECUTE format('INSERT INTO tenants_lookquestion (id, event, rule, kind, at, person_id, role, place_id, desk, found_on,
            explanation, answer, verdict)
        SELECT gen_random_uuid(), f.event, $1, f.kind, f.at, f.person, f.role,
               (SELECT p.id FROM access_place p WHERE p.id = f.place), tenants_question_desk(f.person), loge_today(), '''', '''', ''''
        FROM %I($2) f ON CONFLICT (event, rule) DO NOTHING', 'tenants_rule_' || rule) USING rule, on_day;
    GET DIAGNOSTICS asked = ROW_COUNT;
    RETURN asked;
END $$;
-- The last days that no night has watched yet, the oldest first: the trace itself remembers which were.
CREATE FUNCTION tenants_days_to_watch(back integer) RETURNS SETOF date {READS} AS $$
    SELECT d::date FROM generate_series(loge_today() - back, loge_today() - 1, interval '1 day') d
    WHERE NOT EXISTS (
        SELECT FROM audit_event e
        WHERE e.actor IS NULL AND e.machine = 'watch_looks' AND e.kind = 'looks_watched'
          AND e.at >= tenants_midnight(loge_today() - back - 1) AND e.facts ->> 'day' = d::date::text)
    ORDER BY 1
$$;
"""  # noqa: S608 - of the words above alone
MADE = (
    "tenants_midnight(date)",
    "tenants_household(text, uuid, uuid, date)",
    "tenants_named_by(uuid)",
    "tenants_looks_of(date)",
    "tenants_did_something(uuid, uuid, date, date)",
    "tenants_something_open(uuid, date)",
    "tenants_owes(uuid, date)",
    "tenants_borne_out(text, uuid, date)",
    "tenants_looks_by_name(date)",
    "tenants_names_at(uuid, date)",
    "tenants_refusals_of(date, date)",
    "tenants_lines_of(date, text[])",
    "tenants_question_desk(uuid)",
    "tenants_ask_about(text, date)",
    "tenants_days_to_watch(integer)",
    *(
        f"tenants_rule_{rule}(date)"
        for rule in (
            "unborne",
            "returning",
            "surname",
            "colleague",
            "burst",
            "refused",
            "walled",
            "blocked",
            "trace_of_person",
            "trace_of_account",
            "rights_of_person",
            "brief_access",
            "words_probed",
        )
    ),
)
SHUT = f"REVOKE ALL ON FUNCTION {', '.join(MADE)} FROM PUBLIC;"
DROP = f"DROP FUNCTION {', '.join(reversed(MADE))};"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0037_look_questions"), ("audit", "0008_state_bounded")]
    operations = [
        migrations.RunSQL(GROUND + OF_HOUSEHOLDS + OF_WATCHERS + WATCHING + SHUT, DROP),
    ]
