import uuid

import django.contrib.postgres.fields
from django.db import migrations, models

CREATE = """
CREATE TABLE audit_event (
    id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind varchar(64) NOT NULL,
    outcome varchar(16) NOT NULL,
    actor uuid,
    machine varchar(64) NOT NULL,
    role varchar(32) NOT NULL,
    permission varchar(64) NOT NULL,
    route varchar(64) NOT NULL,
    about_kind varchar(32) NOT NULL,
    about uuid,
    place uuid,
    shown uuid[] NOT NULL,
    count integer NOT NULL,
    request uuid,
    facts jsonb NOT NULL,
    CONSTRAINT audit_event_has_an_actor CHECK (kind = 'sign_in_failed' OR actor IS NOT NULL OR machine <> ''),
    CONSTRAINT audit_event_outcome CHECK (
        outcome IN ('shown', 'changed', 'refused', 'missing', 'attempted', 'failed')),
    CONSTRAINT audit_event_pk PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX audit_event_actor ON audit_event (actor, at DESC);
CREATE INDEX audit_event_about ON audit_event (about, at DESC);
CREATE INDEX audit_event_place ON audit_event (place, at DESC);
CREATE INDEX audit_event_shown ON audit_event USING gin (shown);

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the trace is only ever added to (% refused)', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

-- Row triggers are inherited by partitions, but a partition's TRUNCATE passes its parent's trigger, and a trigger that
-- is not ENABLE ALWAYS sleeps under session_replication_role = replica: so each partition gets its own, always on.
CREATE FUNCTION audit_seal_table(target regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = target AND tgname = 'audit_keep_rows') THEN
        EXECUTE format('CREATE TRIGGER audit_keep_rows BEFORE UPDATE OR DELETE ON %s
                        FOR EACH ROW EXECUTE FUNCTION public.audit_refuse()', target);
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_keep_rows', target);
    EXECUTE format('CREATE TRIGGER audit_keep_table BEFORE TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse()', target);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_keep_table', target);
END $$;

SELECT audit_seal_table('audit_event');
CREATE TABLE audit_event_other PARTITION OF audit_event DEFAULT;
SELECT audit_seal_table('audit_event_other');

-- Months are kept in UTC, as the rows are. Returns how many were made.
CREATE FUNCTION audit_make_months(ahead integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    month date := date_trunc('month', now())::date;
    made integer := 0;
    name text;
BEGIN
    FOR i IN 0..ahead LOOP
        name := 'audit_event_' || to_char(month, 'YYYYMM');
        IF to_regclass(name) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF audit_event FOR VALUES FROM (%L) TO (%L)',
                           name, month, month + interval '1 month');
            PERFORM audit_seal_table(name::regclass);
            made := made + 1;
        END IF;
        month := (month + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$;

-- Drops whole months that ended before the day given; a month is never cut. Younger than 12 months is refused here,
-- so that the login that prunes cannot be used to hide what happened lately.
CREATE FUNCTION audit_drop_months(before date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    part record;
    dropped integer := 0;
BEGIN
    IF before > (now() - interval '12 months')::date THEN
        RAISE EXCEPTION 'the trace is kept for at least 12 months';
    END IF;
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'audit_event'::regclass AND c.relname ~ '^audit_event_[0-9]{6}$'
          AND (to_date(right(c.relname, 6), 'YYYYMM') + interval '1 month') <= before
        ORDER BY 1
    LOOP
        EXECUTE format('DROP TABLE %I', part.relname);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION audit_make_months(integer), audit_drop_months(date), audit_seal_table(regclass) FROM PUBLIC;
SELECT audit_make_months(3);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, "DROP TABLE audit_event")],
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("kind", models.CharField(max_length=64)),
                        ("outcome", models.CharField(max_length=16)),
                        ("actor", models.UUIDField(null=True)),
                        ("machine", models.CharField(max_length=64)),
                        ("role", models.CharField(max_length=32)),
                        ("permission", models.CharField(max_length=64)),
                        ("route", models.CharField(max_length=64)),
                        ("about_kind", models.CharField(max_length=32)),
                        ("about", models.UUIDField(null=True)),
                        ("place", models.UUIDField(null=True)),
                        (
                            "shown",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.UUIDField(), default=list, size=None
                            ),
                        ),
                        ("count", models.IntegerField(default=0)),
                        ("request", models.UUIDField(null=True)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={"db_table": "audit_event"},
                ),
            ],
        ),
    ]
