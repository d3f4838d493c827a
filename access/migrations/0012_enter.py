from django.db import migrations

CREATE = """
-- The first thing a door says: the roles held now, and for whoever holds one that carries the permission the compartment's
-- role and the person, both gone when the transaction ends. Whoever calls it may do no more by it than by themselves.
CREATE FUNCTION access_enter(who uuid, everyone boolean, carrying text[], compartment text, reading text,
                             OUT roles text[], OUT today date)
    LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    today := public.loge_today();
    SELECT coalesce(array_agg(DISTINCT role::text), '{}') INTO roles FROM public.access_assignment
    WHERE person_id = who
      AND public.access_counts(first_day, last_day, ended_on, from_hour, to_hour, nightly, today);
    PERFORM set_config('loge.person', who::text, true), set_config('transaction_read_only', reading, true),
            CASE WHEN everyone OR roles && carrying THEN set_config('role', compartment, true) END;
END $$;
REVOKE ALL ON FUNCTION access_enter(uuid, boolean, text[], text, text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0011_inspector")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION access_enter(uuid, boolean, text[], text, text)")]
