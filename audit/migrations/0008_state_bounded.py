from django.db import migrations

# The bound is worked out first and written into the question: the server then reads the last minute of an index, where it
# would otherwise have compared all leaves with all lines.
STATE = """
CREATE OR REPLACE FUNCTION audit_seal_state(OUT size bigint, OUT signed_at timestamptz, OUT cosigned_at timestamptz,
                                            OUT behind double precision, OUT unseen double precision)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    since timestamptz;
    oldest timestamptz;
BEGIN
    SELECT l.number + 1, greatest(l.at - interval '1 minute', now() - interval '1 day') INTO size, since
        FROM audit_leaf l ORDER BY l.number DESC LIMIT 1;
    size := coalesce(size, 0);
    EXECUTE format('SELECT e.at FROM audit_event e WHERE e.at > %L AND NOT EXISTS
        (SELECT FROM audit_leaf l WHERE l.event = e.id) ORDER BY e.at LIMIT 1', coalesce(since, now() - interval '1 day'))
        INTO oldest;
    behind := coalesce(extract(epoch FROM clock_timestamp() - oldest), 0);
    SELECT c.at INTO signed_at FROM audit_checkpoint c ORDER BY c.size DESC LIMIT 1;
    SELECT max(w.at) INTO cosigned_at FROM audit_cosignature w;
    SELECT extract(epoch FROM clock_timestamp() - c.at) INTO unseen FROM audit_checkpoint c
        WHERE c.size > (SELECT coalesce(max(w.size), 0) FROM audit_cosignature w) ORDER BY c.size LIMIT 1;
    unseen := coalesce(unseen, 0);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0007_witnessed")]
    operations = [migrations.RunSQL(STATE, migrations.RunSQL.noop)]
