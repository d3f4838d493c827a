"""Programs are watched by the rules of looks, which go by what was done and not by the purpose that was claimed; and no
program opens what is shut."""

from django.db import migrations

READS = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
LINE = "RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)"
# Cards at the counter and in an emergency have their own proof. Which they are, the door's permission tells.
PROVED = "('identity_check', 'checked_card_view', 'emergency_open', 'evacuation_open')"

CREATE = f"""
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_conflictwall FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_discreetmark FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_discreetname FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_identitycheck FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_emergencyaccess FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_inspection FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_copyrelease FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_lookdeferral FOR EACH ROW EXECUTE FUNCTION access_by_people();
CREATE TRIGGER access_a_people AFTER INSERT OR UPDATE ON tenants_lookquestion FOR EACH ROW EXECUTE FUNCTION access_by_people();

-- Whose looks these are: a person's own; of a program, those of the people who asked for, approved and made it.
CREATE FUNCTION tenants_behind(who uuid) RETURNS SETOF uuid {READS} ROWS 3 AS $$
    SELECT who
    UNION
    SELECT maker FROM access_person p CROSS JOIN LATERAL access_makers(p.id) AS maker WHERE p.id = who AND p.is_machine
$$;
-- How many residents' rows a program was shown on a day, lists included.
CREATE FUNCTION tenants_shown_to(who uuid, on_day date) RETURNS bigint {READS} AS $$
    SELECT coalesce(sum(greatest(cardinality(e.shown), (e.about IS NOT NULL)::integer)), 0)
    FROM audit_event e
    WHERE e.actor = who AND e.outcome = 'shown' AND e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
$$;
CREATE FUNCTION tenants_busy_programs(on_day date) RETURNS SETOF uuid {READS} ROWS 5 AS $$
    SELECT p.id FROM access_person p WHERE p.is_machine AND 25 <= (
        SELECT count(DISTINCT e.about) FROM audit_event e
        WHERE e.actor = p.id AND e.outcome = 'shown'
          AND e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1))
$$;
-- Looks at one household each, of a day: people's, and those of a program that opened few. One that opens many works
-- through a list; the rule `program` asks about those.
CREATE OR REPLACE FUNCTION tenants_looks_of(on_day date) RETURNS TABLE
    (event uuid, at timestamptz, kind text, person uuid, role text, place uuid, purpose text, lease uuid) {READS} AS $$
    WITH looks AS (
        SELECT e.*, p.is_machine FROM audit_event e JOIN access_person p ON p.id = e.actor
        WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1)
          AND e.outcome = 'shown' AND e.about IS NOT NULL AND e.permission NOT IN {PROVED}
          AND CASE WHEN e.kind = 'form_shown' AND e.about_kind IN ('account', 'lease') AND e.purpose <> ''
              THEN 'account_opened' ELSE e.kind END IN ('account_opened', 'statement_printed', 'identity_opened',
              'bank_details_shown', 'lease_opened', 'card_opened', 'export_taken')
    )
    SELECT l.id, l.at, l.kind, l.actor, l.role, l.place, l.purpose, tenants_household(l.about_kind, l.about, l.place, on_day)
    FROM looks l WHERE NOT l.is_machine OR l.actor NOT IN (SELECT tenants_busy_programs(on_day))
$$;
CREATE OR REPLACE FUNCTION tenants_lines_of(on_day date, kinds text[]) RETURNS SETOF audit_event {READS} AS $$
    SELECT e.* FROM audit_event e JOIN access_person p ON p.id = e.actor
    WHERE e.at >= tenants_midnight(on_day) AND e.at < tenants_midnight(on_day + 1) AND e.kind = ANY (kinds)
$$;
CREATE OR REPLACE FUNCTION tenants_refusals_of(since date, until date) RETURNS TABLE
    (event uuid, at timestamptz, day date, kind text, person uuid, role text, place uuid, asked text) {READS} AS $$
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
$$;
CREATE OR REPLACE FUNCTION tenants_looks_by_name(on_day date) RETURNS TABLE
    (event uuid, at timestamptz, kind text, person uuid, role text, place uuid, lease uuid) {READS} AS $$
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
$$;
CREATE OR REPLACE FUNCTION tenants_rule_surname(on_day date) {LINE} {READS} AS $$
    SELECT DISTINCT l.event, l.at, l.kind, l.person, l.role, l.place FROM tenants_looks_by_name(on_day - 3) l
    JOIN access_person p ON p.id IN (SELECT tenants_behind(l.person))
    WHERE EXISTS (
        SELECT FROM tenants_names_at(l.lease, on_day - 3) n
        WHERE trim(n.last) <> '' AND tenants_folded(p.name) LIKE '%' || n.last
          AND (SELECT count(DISTINCT r.lease_id) FROM tenants_residence r
               WHERE r.name_key >= ltrim(n.last) AND r.name_key < ltrim(rtrim(n.last) || '!') AND r.moved_out IS NULL) <= 25)
$$;
CREATE OR REPLACE FUNCTION tenants_ordinary_days(building uuid, under text, besides uuid, on_day date) RETURNS numeric
    {READS} AS $$
    SELECT coalesce(avg(o.days), 0) FROM (
        SELECT count(DISTINCT (e.at AT TIME ZONE 'Europe/Paris')::date) AS days FROM audit_event e
        WHERE e.place = building AND e.role = under AND e.kind = 'card_opened' AND e.outcome = 'shown'
          AND e.permission NOT IN {PROVED}
          AND e.at >= tenants_midnight(on_day - 27) AND e.at < tenants_midnight(on_day + 1)
          AND e.about <> ALL (ARRAY (SELECT tenants_named_by(besides)))
        GROUP BY e.about) o
$$;
CREATE OR REPLACE FUNCTION tenants_rule_returning(on_day date) {LINE} {READS} AS $$
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
          AND (e.kind = 'card_opened') = l.card AND e.permission NOT IN {PROVED}
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
$$;
CREATE OR REPLACE FUNCTION tenants_rule_brief_access(on_day date) {LINE} {READS} AS $$
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
$$;
CREATE OR REPLACE FUNCTION tenants_rule_burst(on_day date) {LINE} {READS} AS $$
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
        SELECT e.id, e.at, e.kind, e.actor, e.role, e.place FROM tenants_lines_of(on_day, '{{limit_reached}}') e
    )
    SELECT DISTINCT ON (f.person) f.event, f.at, f.kind, f.person, f.role, f.place FROM found f ORDER BY f.person, f.at
$$;
-- A program that shows more than twice what it showed on its busiest day of the month before.
CREATE FUNCTION tenants_rule_program(on_day date) {LINE} {READS} AS $$
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
$$;
-- What is asked about the officer, or about a program that she had a part in, is read by the steward.
CREATE OR REPLACE FUNCTION tenants_question_desk(who uuid) RETURNS text {READS} AS $$
    SELECT CASE WHEN EXISTS (
        SELECT FROM access_assignment a WHERE a.person_id IN (SELECT tenants_behind(who)) AND a.role = 'dpo'
          AND access_in_force(a.first_day, a.last_day, a.ended_on, loge_today())) THEN 'steward' ELSE 'dpo' END
$$;
REVOKE ALL ON FUNCTION tenants_behind(uuid), tenants_shown_to(uuid, date), tenants_busy_programs(date),
    tenants_rule_program(date) FROM PUBLIC;
"""  # noqa: S608 - of the words above alone


class Migration(migrations.Migration):
    dependencies = [("tenants", "0066_telephone"), ("access", "0023_access_by_people")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
