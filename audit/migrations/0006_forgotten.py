import django.utils.timezone
from django.db import migrations, models

CREATE = """
-- Whose pseudonym was destroyed, as a digest of their id: enough to destroy it again in an older copy, too little to name.
CREATE TABLE audit_erasure (
    digest varchar(64) PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT audit_seal_table('audit_erasure');

-- How many keys it destroyed. What is asked for twice, or in a copy from before, is put on the list all the same.
CREATE FUNCTION audit_forget(digests text[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE
    destroyed integer;
BEGIN
    DELETE FROM audit_pseudonym WHERE encode(sha256(whose::text::bytea), 'hex') = ANY (digests);
    GET DIAGNOSTICS destroyed = ROW_COUNT;
    INSERT INTO audit_erasure (digest) SELECT DISTINCT unnest(digests) ON CONFLICT (digest) DO NOTHING;
    RETURN destroyed;
END $$;
REVOKE ALL ON FUNCTION audit_forget(text[]) FROM PUBLIC;
"""
UNDO = "DROP FUNCTION audit_forget(text[]); DROP TABLE audit_erasure"


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_purpose")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, UNDO)],
            state_operations=[
                migrations.CreateModel(
                    name="Erasure",
                    fields=[
                        ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("at", models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={"db_table": "audit_erasure"},
                ),
            ],
        ),
    ]
