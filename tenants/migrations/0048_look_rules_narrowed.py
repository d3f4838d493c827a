"""`unborne` and `returning` ask less: what explains a look in the work itself is read (housing/decisions, 0024)."""

from django.db import migrations

READS = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
LINE = "RETURNS TABLE (event uuid, at timestamptz, kind text, person uuid, role text, place uuid)"
PARIS = "(e.at AT TIME ZONE 'Europe/Paris')::date"

GROUND = f"""
-- Owed for over a month, as tenants/arrears.py says it: what came in counts against the oldest.
CREATE OR REPLACE FUNCTION tenants_late(lease uuid, on_day date) RETURNS boolean {READS} AS $$
    SELECT coalesce(sum(n.amount_cents) > 0, false)
    FROM tenants_account a JOIN tenants_entry n ON n.account_id = a.id AND n.effective_on <= on_day
    WHERE a.lease_id = tenants_late.lease
      AND (n.amount_cents < 0 OR n.effective_on <= on_day - 31 OR n.reverses_id IS NOT NULL AND n.period <= on_day - 31)
$$;
-- Anything that is owed that day: what stood a month before, and was paid since, is for `tenants_late` to say.
CREATE OR REPLACE FUNCTION tenants_owes(lease uuid, on_day date) RETURNS boolean {READS} AS $$
    SELECT coalesce(sum(n.amount_cents) > 0, false)
    FROM tenants_account a JOIN tenants_entry n ON n.account_id = a.id AND n.effective_on <= on_day
    WHERE a.lease_id = tenants_owes.lease
$$;
-- From notice on an account is made ready to settle; once they have left it waits on the officer's desk until it is
-- settled, for a year at most.
CREATE OR REPLACE FUNCTION tenants_being_settled(lease uuid, on_day date) RETURNS boolean {READS} AS $$
    SELECT EXISTS (
        SELECT FROM tenants_lease l JOIN tenants_account a ON a.lease_id = l.id
        WHERE l.id = lease AND l.ends_on BETWEEN on_day - 366 AND on_day + 120
          AND (l.notice_on IS NULL OR l.notice_on <= on_day + 3) AND (a.settled_on IS NULL OR a.settled_on >= on_day - 14))
$$;
-- A list is worked through for days: who has paid since was on it.
CREATE OR REPLACE FUNCTION tenants_borne_out(purpose text, lease uuid, on_day date) RETURNS boolean {READS} AS $$
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
$$;
-- The wrong line of a list, left within a minute for the file that was meant: one whose reason stands, or that is worked
-- on. A household that the same person opens in another moment of five weeks was not the wrong line.
CREATE OR REPLACE FUNCTION tenants_wrong_line(who uuid, lease uuid, purpose text, moment timestamptz, on_day date)
    RETURNS boolean {READS} AS $$
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
$$;
-- Days on which a card of that building was opened under that role, by whomever, in the four weeks that end on a day: the
-- mean of its other people whose card was opened at all. What is ordinary in a small building is much in a large one.
CREATE OR REPLACE FUNCTION tenants_ordinary_days(building uuid, under text, besides uuid, on_day date) RETURNS numeric {READS} AS $$
    SELECT coalesce(avg(o.days), 0) FROM (
        SELECT count(DISTINCT {PARIS}) AS days FROM audit_event e
        WHERE e.place = building AND e.role = under AND e.kind = 'card_opened' AND e.outcome = 'shown'
          AND e.purpose NOT IN ('counter', 'emergency')
          AND e.at >= tenants_midnight(on_day - 27) AND e.at < tenants_midnight(on_day + 1)
          AND e.about <> ALL (ARRAY (SELECT tenants_named_by(besides)))
        GROUP BY e.about) o
$$;
-- A rule that spoke of a household under somebody's hand is silent about both for a month.
CREATE OR REPLACE FUNCTION tenants_asked_lately(which text, who uuid, lease uuid, on_day date) RETURNS boolean {READS} AS $$
    SELECT EXISTS (
        SELECT FROM tenants_lookquestion q JOIN audit_event e ON e.id = q.event AND e.at = q.at
        WHERE q.rule = which AND q.person_id = who AND e.about = ANY (ARRAY (SELECT tenants_named_by(lease)))
          AND q.at >= tenants_midnight(on_day - 31) AND q.at < tenants_midnight(on_day + 1))
$$;
"""  # noqa: S608 - of the words above alone
RULES = f"""
CREATE OR REPLACE FUNCTION tenants_rule_unborne(on_day date) {LINE} {READS} AS $$
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
      AND NOT tenants_something_open(l.lease, on_day - 3)
      AND NOT tenants_did_something(l.person, l.lease, on_day - 5, on_day)
      AND NOT tenants_wrong_line(l.person, l.lease, l.purpose, l.at, on_day - 3)
$$;
-- An account, a lease or an identity on a fourth day in two weeks; a card, which is what a caretaker works with, on an
-- eighth in four weeks, spread over three, and three times as often as is ordinary under that role in that building.
CREATE OR REPLACE FUNCTION tenants_rule_returning(on_day date) {LINE} {READS} AS $$
    SELECT l.event, l.at, l.kind, l.person, l.role, l.place FROM (
        SELECT DISTINCT ON (f.person, f.lease, f.kind = 'card_opened') f.*, f.kind = 'card_opened' AS card,
               on_day - CASE f.kind WHEN 'card_opened' THEN 30 ELSE 16 END AS since
        FROM tenants_looks_of(on_day - 3) f
        WHERE f.lease IS NOT NULL ORDER BY f.person, f.lease, f.kind = 'card_opened', f.at) l
    CROSS JOIN LATERAL (
        SELECT count(DISTINCT {PARIS}) AS days, min({PARIS}) AS first FROM audit_event e
        WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(l.lease))) AND e.actor = l.person AND e.outcome = 'shown'
          AND (e.kind = 'card_opened') = l.card AND e.purpose NOT IN ('counter', 'emergency')
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
-- As before; but names are compared first, which few answer to, and what explains a look is asked of those alone.
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
           OR EXISTS (SELECT FROM staff s WHERE s.id = l.person AND trim(n.last) <> '' AND s.whole LIKE '%' || n.last))
      THEN NOT EXISTS (
          SELECT FROM audit_event e
          WHERE e.about = ANY (ARRAY (SELECT tenants_named_by(l.lease))) AND e.actor = l.person AND e.outcome = 'shown'
            AND e.kind <> 'card_opened' AND e.at >= tenants_midnight(on_day - 31) AND e.at < tenants_midnight(on_day))
        AND tenants_borne_out(l.purpose, l.lease, on_day) IS NOT TRUE
        AND NOT tenants_something_open(l.lease, on_day)
        AND NOT tenants_did_something(l.person, l.lease, on_day - 2, on_day + 3)
      ELSE false END
$$;
"""  # noqa: S608 - of the words above alone
MADE = (
    "tenants_late(uuid, date)",
    "tenants_being_settled(uuid, date)",
    "tenants_wrong_line(uuid, uuid, text, timestamptz, date)",
    "tenants_ordinary_days(uuid, text, uuid, date)",
    "tenants_asked_lately(text, uuid, uuid, date)",
)
SHUT = f"REVOKE ALL ON FUNCTION {', '.join(MADE)} FROM PUBLIC;"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0047_emergencies_tried")]
    operations = [migrations.RunSQL(GROUND + RULES + SHUT, migrations.RunSQL.noop)]
