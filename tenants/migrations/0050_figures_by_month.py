"""The figures of rights are public, and stand still from the first of a month to its end."""

from django.db import migrations

CREATE = """
-- Counts of twelve whole months by right, for everyone: how many asked, were answered, in time, found right, in how many
-- days (the median). Of nobody, and of no place. As they stood when the last month ended: who looks every day does not
-- see that somebody asked yesterday, nor what.
CREATE OR REPLACE FUNCTION tenants_request_figures() RETURNS TABLE
    (kind text, asked bigint, answered bigint, in_time bigint, upheld bigint, days integer) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0049_inspected_sorting")]
    operations = [migrations.RunSQL(CREATE, migrations.RunSQL.noop)]
