"""What an inspector is answered about tenants: where a reference stands, who was kept apart from it, days and numbers.

Texts are counted for her as they are for the officer, who alone may ask to read the lines. No function here gives back a
name, a sentence or a sum.
"""

from django.db import migrations

# Their bodies stay as they are, but for who is answered.
_COUNTING = ("tenants_texts_measured()", "tenants_words_counted(text[])", "tenants_sealed_sentences()")
CREATE = """
CREATE FUNCTION tenants_counts_texts() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
    SELECT tenants_inspects() OR access_inspects()
$$;
-- A reference on a day: its account, lease and building, and how many people of the lease lived there.
CREATE FUNCTION tenants_inspected(wanted text, on_day date) RETURNS TABLE
    (account uuid, lease uuid, building uuid, residents bigint)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 1 SET search_path = public, pg_temp AS $$
    SELECT a.id, a.lease_id, a.building_id,
        (SELECT count(*) FROM tenants_residence r
         WHERE r.lease_id = a.lease_id AND r.moved_in <= on_day AND (r.moved_out IS NULL OR r.moved_out >= on_day))
    FROM tenants_account a WHERE a.reference = wanted AND (SELECT access_inspects())
$$;
-- Who was kept apart from a household on a day, or let in to it beside the rule of places. A mark of discretion or a wall
-- on another lease of one of its people counts, as it does at the doors.
CREATE FUNCTION tenants_inspected_apart(which uuid, on_day date) RETURNS TABLE
    (way text, person uuid, first_day date, last_day date)
    LANGUAGE sql STABLE SECURITY DEFINER ROWS 5 SET search_path = public, pg_temp AS $$
    WITH theirs AS (
        SELECT which AS lease WHERE (SELECT access_inspects())
        UNION
        SELECT other.lease_id FROM tenants_leaseparty p JOIN tenants_leaseparty other ON other.tenant_id = p.tenant_id
        WHERE p.lease_id = which AND (SELECT access_inspects())
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
    SELECT 'emergency', e.person_id, (e.opened_at AT TIME ZONE 'Europe/Paris')::date, (e.until AT TIME ZONE 'Europe/Paris')::date
    FROM tenants_emergencyaccess e
    WHERE e.lease_id = which AND (SELECT access_inspects())
      AND on_day BETWEEN (e.opened_at AT TIME ZONE 'Europe/Paris')::date AND (e.until AT TIME ZONE 'Europe/Paris')::date
$$;
-- How many residents of each building a person reached on a day: the numbers of tenants_reached, place by place.
CREATE FUNCTION tenants_reached_by_place(who uuid, on_day date) RETURNS TABLE (building uuid, residents bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b, (SELECT count(DISTINCT r.tenant_id) FROM tenants_residence r
               WHERE r.building_id = b AND r.moved_in <= on_day AND (r.moved_out IS NULL OR r.moved_out >= on_day))
    FROM access_reach(who, 'card', on_day) b WHERE (SELECT access_inspects())
$$;
CREATE FUNCTION tenants_inspected_emergencies() RETURNS TABLE (opened_at timestamptz, until timestamptz, person uuid,
    building uuid, reason text, review_by date, verdict text, reviewed_by uuid, reviewed_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.opened_at, e.until, e.person_id, e.building_id, e.reason, e.review_by, e.verdict, e.reviewed_by_id, e.reviewed_on
    FROM tenants_emergencyaccess e WHERE (SELECT access_inspects()) ORDER BY e.opened_at DESC
$$;
CREATE FUNCTION tenants_inspected_contests() RETURNS TABLE (asked_on date, answer_by date, categories text, proposal text,
    outcome text, decided_on date, suspended_on date, advice text, sealed boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.asked_on, c.answer_by, c.categories, c.proposal, c.outcome, c.decided_on, c.suspended_on, c.advice,
        c.sentence IS NOT NULL
    FROM tenants_contestedsentence c WHERE (SELECT access_inspects()) ORDER BY c.asked_on DESC, c.id
$$;
CREATE FUNCTION tenants_inspected_requests() RETURNS TABLE (kind text, proof text, opened_on date, due_on date,
    extended_on date, closed_on date, answer text, reason text, measure text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.kind, s.proof, s.opened_on, s.due_on, s.extended_on, s.closed_on, s.answer, s.reason, s.measure
    FROM tenants_subjectrequest s WHERE (SELECT access_inspects()) ORDER BY s.opened_on DESC, s.id
$$;
-- What ends on a day, counted; and how much of it is past that day. A table is named as the register names it.
CREATE FUNCTION tenants_inspected_terms() RETURNS TABLE (source text, held bigint, oldest_end date, overdue bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.source, count(t.ends), min(t.ends), count(*) FILTER (WHERE t.ends < loge_today())
    FROM (
        SELECT 'tenants_helpcode' AS source, coalesce(ended_on, renew_by) AS ends FROM tenants_helpcode
        UNION ALL SELECT 'tenants_cardfact', least(ends_on, withdrawn_on) FROM tenants_cardfact
        UNION ALL SELECT 'tenants_dwellingfact', least(ends_on, withdrawn_on) FROM tenants_dwellingfact
        UNION ALL SELECT 'tenants_accountfact', least(ends_on, withdrawn_on) FROM tenants_accountfact
        UNION ALL SELECT 'tenants_accountnote', least(ends_on, withdrawn_on) FROM tenants_accountnote
        UNION ALL SELECT 'tenants_contestedsentence', asked_on + 30 FROM tenants_contestedsentence
        UNION ALL SELECT 'tenants_inheritedline', ends_on FROM tenants_inheritedline
        UNION ALL SELECT 'tenants_inspection', ends_on FROM tenants_inspection
        UNION ALL SELECT 'tenants_emergencyaccess', (opened_at AT TIME ZONE 'Europe/Paris')::date + 366 FROM tenants_emergencyaccess
        UNION ALL SELECT 'tenants_subjectrequest', (closed_on + interval '3 years')::date FROM tenants_subjectrequest
    ) t WHERE (SELECT access_inspects()) GROUP BY t.source ORDER BY t.source
$$;
REVOKE ALL ON FUNCTION tenants_counts_texts(), tenants_inspected(text, date), tenants_inspected_apart(uuid, date),
    tenants_reached_by_place(uuid, date), tenants_inspected_emergencies(), tenants_inspected_contests(),
    tenants_inspected_requests(), tenants_inspected_terms() FROM PUBLIC;
"""
DROP = """
DROP FUNCTION tenants_inspected_terms(); DROP FUNCTION tenants_inspected_requests();
DROP FUNCTION tenants_inspected_contests(); DROP FUNCTION tenants_inspected_emergencies();
DROP FUNCTION tenants_reached_by_place(uuid, date); DROP FUNCTION tenants_inspected_apart(uuid, date);
DROP FUNCTION tenants_inspected(text, date); DROP FUNCTION tenants_counts_texts();
"""
ANSWER = """DO $$ BEGIN
    EXECUTE replace(pg_get_functiondef('{function}'::regprocedure), '{before}()', '{after}()');
END $$"""


def answering(before: str, after: str) -> str:
    return ";\n".join(ANSWER.format(function=function, before=before, after=after) for function in _COUNTING)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0035_on_call"), ("access", "0011_inspector")]
    operations = [
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL(
            answering("tenants_inspects", "tenants_counts_texts"),
            answering("tenants_counts_texts", "tenants_inspects"),
        ),
    ]
