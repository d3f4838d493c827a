"""Leaves that came long after the time their line bears, and those whose line was written after a checkpoint that
claims to be older."""

from django.db import migrations

CREATE = """
-- Leaves sealed since a moment that were signed ten minutes or more after the time their line bears: the sealer stood
-- still, a transaction was long, or the line was antedated. `backdated` where that is certain: the line's transaction
-- has a later number than the one that signed the log before it, and bears a time minutes before that signature. A line
-- that a long transaction wrote has an earlier number. Numbers go round at 2^32; those of a restored database are of the
-- restore, which shows in the leaf signed last: it was not written with its checkpoint.
CREATE FUNCTION audit_late_leaves(since timestamptz, OUT number bigint, OUT at timestamptz, OUT signed_at timestamptz,
                                  OUT signed_before timestamptz, OUT backdated boolean)
    RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.number, l.at, c.at, c.before, coalesce(l.at < c.before - interval '5 minutes' AND age(e.xmin) < age(c.number)
        AND EXISTS (SELECT FROM audit_leaf n WHERE n.number = c.first - 1 AND n.xmin = c.number), false)
    FROM (SELECT p.at, p.size, lag(p.at) OVER w AS before, lag(p.xmin) OVER w AS number,
              lag(p.size, 1, CASE WHEN since = '-infinity' THEN 0 ELSE p.size END) OVER w AS first
          FROM audit_checkpoint p WHERE p.at >= since WINDOW w AS (ORDER BY p.size)) c
    JOIN audit_leaf l ON l.number >= c.first AND l.number < c.size
        AND (l.at < c.at - interval '10 minutes' OR l.at < c.before - interval '5 minutes')
    LEFT JOIN audit_event e ON e.id = l.event AND e.at = l.at
    ORDER BY l.number
$$;
REVOKE ALL ON FUNCTION audit_late_leaves(timestamptz) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0011_only")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION audit_late_leaves(timestamptz)")]
