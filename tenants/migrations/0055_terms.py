"""Until when a line is held, said by its own table: what an inspector is counted is made of that."""

from django.db import migrations

CREATE = """
-- Called by the migration of a table whose lines end: `last_day` is the last on which one is held, SQL over its columns;
-- the night after takes it. Said again, it is said anew. A view for each, so that no column of a term goes unnoticed.
CREATE FUNCTION tenants_say_end(target regclass, last_day text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE VIEW %I AS SELECT %L::text AS source, (%s)::date AS last_day FROM %s',
        target::text || '_ends', target, last_day, target);
    EXECUTE 'CREATE OR REPLACE VIEW tenants_ends AS ' || (
        SELECT string_agg(format('SELECT source, last_day FROM %I', viewname), ' UNION ALL ' ORDER BY viewname)
        FROM pg_views WHERE schemaname = 'public' AND viewname ~ '^tenants_.*_ends$');
END $$;
REVOKE ALL ON FUNCTION tenants_say_end(regclass, text) FROM PUBLIC;
"""
_OVER = "least(ends_on, withdrawn_on)"
ENDS = {
    # Of what no night erases, the day on which its page shows it no more.
    "tenants_helpcode": "coalesce(ended_on, renew_by)",
    "tenants_identitycheck": "until AT TIME ZONE 'Europe/Paris'",
    "tenants_cardfact": _OVER,
    "tenants_dwellingfact": _OVER,
    "tenants_accountfact": _OVER,
    "tenants_accountnote": _OVER,
    "tenants_contestedsentence": "asked_on + 29",
    "tenants_inheritedline": "ends_on",
    "tenants_inspection": "ends_on",
    "tenants_copyrelease": "(released_at AT TIME ZONE 'Europe/Paris')::date + 7",
    "tenants_emergencyaccess": "(opened_at AT TIME ZONE 'Europe/Paris')::date + 366",
    "tenants_subjectrequest": "closed_on + 1096",
    "tenants_namedlook": "(SELECT s.closed_on + 1096 FROM tenants_subjectrequest s WHERE s.id = request_id)",
    "tenants_lookdeferral": "until",
    "tenants_lookquestion": "least((at AT TIME ZONE 'Europe/Paris')::date + 366,"
    " CASE WHEN verdict NOT IN ('', 'misuse') THEN judged_on + 92 END)",
    "tenants_exposureday": "day + 1096",
}
# A row without an end of its own yet is held all the same.
COUNTED = """
CREATE OR REPLACE FUNCTION tenants_inspected_terms() RETURNS TABLE (source text, held bigint, oldest_end date, overdue bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.source, count(*), min(e.last_day), count(*) FILTER (WHERE e.last_day < loge_today())
    FROM tenants_ends e WHERE (SELECT access_inspects()) GROUP BY e.source ORDER BY e.source
$$;
"""


def said(table: str, last_day: str) -> str:
    return f"SELECT tenants_say_end('{table}', $${last_day}$$)"


class Migration(migrations.Migration):
    dependencies = [("tenants", "0054_kept")]
    operations = [
        migrations.RunSQL(CREATE),
        *(migrations.RunSQL(said(table, last_day)) for table, last_day in ENDS.items()),
        migrations.RunSQL(COUNTED),
    ]
