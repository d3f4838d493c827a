import django.utils.timezone
from django.db import migrations, models

CREATE = """
-- One leaf a line of the trace, numbered when it is sealed: gaps in anything else mean nothing.
CREATE TABLE audit_leaf (
    number bigint PRIMARY KEY CHECK (number >= 0),
    event uuid NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    entry bytea NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
-- Hashes of complete subtrees of 256 leaves, of 65 536, and so on; those between are worked out.
CREATE TABLE audit_subtree (
    level smallint NOT NULL CHECK (level > 0 AND level % 8 = 0),
    number bigint NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    PRIMARY KEY (level, number)
);
CREATE TABLE audit_checkpoint (
    size bigint PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    note bytea NOT NULL
);
CREATE TABLE audit_cosignature (
    size bigint NOT NULL,
    witness varchar(120) NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    line bytea NOT NULL,
    PRIMARY KEY (size, witness)
);
CREATE TABLE audit_sealkey (
    id varchar(8) PRIMARY KEY,
    name varchar(64) NOT NULL,
    public bytea NOT NULL UNIQUE CHECK (octet_length(public) = 32),
    since timestamptz NOT NULL DEFAULT clock_timestamp()
);
SELECT audit_seal_table('audit_leaf'), audit_seal_table('audit_subtree'), audit_seal_table('audit_checkpoint'),
    audit_seal_table('audit_cosignature'), audit_seal_table('audit_sealkey');

-- What can be forgotten: whose a pseudonym is, and the key of a month's salts.
CREATE TABLE audit_pseudonym (
    whose uuid PRIMARY KEY,
    key bytea NOT NULL,
    made timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE audit_salt (
    month date PRIMARY KEY,
    key bytea NOT NULL
);

-- How far the log is behind, for who watches the machines: leaves, when they were last signed and by whom else, and the
-- age of the oldest line without a leaf. It looks back to the newest leaf, and a day at most.
CREATE FUNCTION audit_seal_state(OUT size bigint, OUT signed_at timestamptz, OUT cosigned_at timestamptz,
                                 OUT behind double precision)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (SELECT coalesce(max(number) + 1, 0) FROM audit_leaf),
        (SELECT at FROM audit_checkpoint ORDER BY audit_checkpoint.size DESC LIMIT 1),
        (SELECT max(at) FROM audit_cosignature),
        coalesce((SELECT extract(epoch FROM clock_timestamp() - min(e.at)) FROM audit_event e
            WHERE e.at > greatest((SELECT at - interval '1 minute' FROM audit_leaf ORDER BY number DESC LIMIT 1),
                                  now() - interval '1 day')
              AND NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event = e.id)), 0)::double precision
$$;
REVOKE ALL ON FUNCTION audit_seal_state() FROM PUBLIC;

-- With the lines of a month goes the key of their salts: what their leaves commit to can no longer be told from chance.
CREATE OR REPLACE FUNCTION audit_drop_months(before date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    part record;
    unsealed boolean;
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
        EXECUTE format('SELECT EXISTS (SELECT FROM %I e WHERE NOT EXISTS (SELECT FROM audit_leaf l WHERE l.event = e.id))',
                       part.relname) INTO unsealed;
        IF unsealed AND EXISTS (SELECT FROM audit_leaf) THEN
            RAISE EXCEPTION 'a month whose lines have no leaf yet is kept: %', part.relname;
        END IF;
        EXECUTE format('DROP TABLE %I', part.relname);
        DELETE FROM audit_salt WHERE month = to_date(right(part.relname, 6), 'YYYYMM');
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;
"""
UNDO = """DROP FUNCTION audit_seal_state();
DROP TABLE audit_leaf, audit_subtree, audit_checkpoint, audit_cosignature, audit_sealkey, audit_pseudonym, audit_salt"""


def _model(name: str, table: str, *fields: tuple[str, models.Field]) -> migrations.CreateModel:
    return migrations.CreateModel(name=name, fields=list(fields), options={"db_table": table})


NOW = django.utils.timezone.now
LEAF = (
    ("number", models.BigIntegerField(primary_key=True, serialize=False)),
    ("event", models.UUIDField(unique=True)),
    ("at", models.DateTimeField()),
    ("entry", models.BinaryField()),
    ("hash", models.BinaryField()),
)
SUBTREE = (
    (
        "pk",
        models.CompositePrimaryKey("level", "number", blank=True, editable=False, primary_key=True, serialize=False),
    ),
    ("level", models.SmallIntegerField()),
    ("number", models.BigIntegerField()),
    ("hash", models.BinaryField()),
)
CHECKPOINT = (
    ("size", models.BigIntegerField(primary_key=True, serialize=False)),
    ("at", models.DateTimeField(default=NOW)),
    ("note", models.BinaryField()),
)
COSIGNATURE = (
    (
        "pk",
        models.CompositePrimaryKey("size", "witness", blank=True, editable=False, primary_key=True, serialize=False),
    ),
    ("size", models.BigIntegerField()),
    ("witness", models.CharField(max_length=120)),
    ("at", models.DateTimeField(default=NOW)),
    ("line", models.BinaryField()),
)
SEAL_KEY = (
    ("id", models.CharField(max_length=8, primary_key=True, serialize=False)),
    ("name", models.CharField(max_length=64)),
    ("public", models.BinaryField(unique=True)),
    ("since", models.DateTimeField(default=NOW)),
)
PSEUDONYM = (
    ("whose", models.UUIDField(primary_key=True, serialize=False)),
    ("key", models.BinaryField()),
    ("made", models.DateTimeField(default=NOW)),
)
SALT = (("month", models.DateField(primary_key=True, serialize=False)), ("key", models.BinaryField()))


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_opened_lately")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, UNDO)],
            state_operations=[
                _model("Leaf", "audit_leaf", *LEAF),
                _model("Subtree", "audit_subtree", *SUBTREE),
                _model("Checkpoint", "audit_checkpoint", *CHECKPOINT),
                _model("Cosignature", "audit_cosignature", *COSIGNATURE),
                _model("SealKey", "audit_sealkey", *SEAL_KEY),
                _model("Pseudonym", "audit_pseudonym", *PSEUDONYM),
                _model("Salt", "audit_salt", *SALT),
            ],
        ),
    ]
