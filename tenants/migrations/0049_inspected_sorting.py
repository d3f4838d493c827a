"""For an inspector: in which office a contest was weighed and decided, how old comments were sorted, and more that ends."""

from django.db import migrations

READS = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
CONTESTS = f"""
DROP FUNCTION tenants_inspected_contests();
-- The office is the one that the trace says somebody acted in: it is kept longer than any contest.
CREATE FUNCTION tenants_inspected_contests() RETURNS TABLE (asked_on date, answer_by date, categories text, proposal text,
    weighed_as text, outcome text, decided_as text, decided_on date, suspended_on date, advice text, sealed boolean) {READS} AS $$
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
$$;
"""  # noqa: S608 - of the words above alone
SORTING = f"""
-- Old comments that wait, group by group: how many, how many of them somebody asks to keep, and when the first one goes.
CREATE FUNCTION tenants_inspected_waiting() RETURNS TABLE (inheritance uuid, agency uuid, category text, waiting bigint,
    proposed bigint, next_end date) {READS} AS $$
    SELECT l.inheritance_id, l.agency_id, l.category, count(*), count(l.proposed_by_id), min(l.ends_on)
    FROM tenants_inheritedline l WHERE (SELECT access_inspects()) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$$;
-- In which office they were decided, and how long after their file was begun: as long as the trace goes back.
CREATE FUNCTION tenants_inspected_sorted() RETURNS TABLE (inheritance uuid, office text, answer text, decided bigint,
    first_on date, last_on date, mean_days integer) {READS} AS $$
    SELECT i.id, e.role, e.facts ->> 'answer', count(*), min(e.day), max(e.day), avg(e.day - i.begun_on)::integer
    FROM (SELECT role, facts, (at AT TIME ZONE 'Europe/Paris')::date AS day FROM audit_event
          WHERE kind = 'inherited_decided' AND outcome = 'changed' AND (SELECT access_inspects())) e
    JOIN tenants_inheritance i ON i.id::text = e.facts ->> 'inheritance'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
$$;
"""  # noqa: S608 - of the words above alone
# A row without an end of its own yet is held all the same.
TERMS = f"""
CREATE OR REPLACE FUNCTION tenants_inspected_terms() RETURNS TABLE (source text, held bigint, oldest_end date, overdue bigint)
    {READS} AS $$
    SELECT t.source, count(*), min(t.ends), count(*) FILTER (WHERE t.ends < loge_today())
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
        UNION ALL SELECT 'tenants_namedlook', (s.closed_on + interval '3 years')::date
            FROM tenants_namedlook n JOIN tenants_subjectrequest s ON s.id = n.request_id
        UNION ALL SELECT 'tenants_lookdeferral', until FROM tenants_lookdeferral
        UNION ALL SELECT 'tenants_lookquestion', least((at AT TIME ZONE 'Europe/Paris')::date + 366,
            CASE WHEN verdict NOT IN ('', 'misuse') THEN judged_on + 92 END) FROM tenants_lookquestion
        UNION ALL SELECT 'tenants_exposureday', (day + interval '3 years')::date FROM tenants_exposureday
        UNION ALL SELECT 'tenants_identitycheck', (until AT TIME ZONE 'Europe/Paris')::date FROM tenants_identitycheck
    ) t WHERE (SELECT access_inspects()) GROUP BY t.source ORDER BY t.source
$$;
"""  # noqa: S608 - of the words above alone
CLOSED = """
REVOKE ALL ON FUNCTION tenants_inspected_contests(), tenants_inspected_waiting(), tenants_inspected_sorted() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0048_look_rules_narrowed")]
    operations = [migrations.RunSQL(CONTESTS + SORTING + TERMS + CLOSED, migrations.RunSQL.noop)]
