from django.db import migrations

STATE = """
CREATE FUNCTION audit_seal_state(OUT size bigint, OUT signed_at timestamptz, OUT cosigned_at timestamptz,
                                 OUT behind double precision{more})
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (SELECT coalesce(max(number) + 1, 0) FROM audit_leaf),
        (SELECT at FROM audit_checkpoint ORDER BY audit_checkpoint.size DESC LIMIT 1),
        (SELECT max(at) FROM audit_cosignature),
        coalesce((SELECT extract(epoch FROM clock_timestamp() - min(e.at)) FROM audit_event e
            WHERE e.at > greatest((SELECT at - interval '1 minute' FROM audit_leaf ORDER BY number DESC LIMIT 1),
                                  now() - interval '1 day')
              AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event = e.id)), 0)::double precision{also}
$$;
REVOKE ALL ON FUNCTION audit_seal_state() FROM PUBLIC;
"""
# The age of the oldest checkpoint after the last that somebody else signed.
ALSO = """,
        coalesce((SELECT extract(epoch FROM clock_timestamp() - c.at) FROM audit_checkpoint c
            WHERE c.size > (SELECT coalesce(max(w.size), 0) FROM audit_cosignature w)
            ORDER BY c.size LIMIT 1), 0)::double precision"""
DROP = "DROP FUNCTION audit_seal_state();"


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_forgotten")]
    operations = [
        migrations.RunSQL(
            DROP + STATE.format(more=", OUT unseen double precision", also=ALSO), DROP + STATE.format(more="", also="")
        )
    ]
