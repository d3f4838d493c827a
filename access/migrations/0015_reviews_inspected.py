"""When each yearly list is due is told to who inspects, as to who watches."""

from django.db import migrations

TOLD = """
CREATE OR REPLACE FUNCTION access_reviews() RETURNS TABLE (assignment uuid, last date, due date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.assignment, d.last, d.due FROM access_review_days() d
    WHERE d.person = loge_person() OR access_watches_reviews() OR access_inspects()
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0014_reach_planned_once")]
    operations = [migrations.RunSQL(TOLD, migrations.RunSQL.noop)]
