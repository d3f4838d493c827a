"""The audit log, partitioned by month, and the sealed log that makes it verifiable.

The tables are SQL, because Django makes neither partitions nor defaults of the server's clock.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.utils.timezone import now

from audit.sql_files import load_sql

EVENTS = """
CREATE TABLE audit_event (
    id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind varchar(64) NOT NULL,
    outcome varchar(16) NOT NULL,
    actor uuid,
    machine varchar(64) NOT NULL,
    role varchar(32) NOT NULL,
    permission varchar(64) NOT NULL,
    purpose varchar(32) NOT NULL DEFAULT '',
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
-- The officer reads the newest events first, page after page.
CREATE INDEX audit_event_newest ON audit_event (at DESC, id DESC);
"""
SEALED_LOG = """
-- One leaf for each event, numbered when it is sealed.
CREATE TABLE audit_leaf (
    number bigint PRIMARY KEY CHECK (number >= 0),
    event uuid NOT NULL UNIQUE,
    at timestamptz NOT NULL,
    entry bytea NOT NULL,
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);
-- Leaves are in the order of their times, except for a few late ones: a summary of each range of pages finds a period in
-- a log of any size, at a cost for the sealer that cannot be measured.
CREATE INDEX audit_leaf_at ON audit_leaf USING brin (at);
-- Hashes of complete subtrees of 256 leaves, of 65 536, and so on. Those between are computed.
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
    name varchar(120) NOT NULL,
    public bytea NOT NULL UNIQUE CHECK (octet_length(public) = 32),
    since timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- The digest of each person whose pseudonym was destroyed: enough to destroy it again in an older copy, too little to
-- name anybody.
CREATE TABLE audit_erasure (
    digest varchar(64) PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- These two can be forgotten: whose a pseudonym is, and the key of a month's salts.
CREATE TABLE audit_pseudonym (
    whose uuid PRIMARY KEY,
    key bytea NOT NULL,
    made timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE audit_salt (
    month date PRIMARY KEY,
    key bytea NOT NULL
);
"""
APPEND_ONLY = """
SELECT audit_seal_table('audit_event');
CREATE TABLE audit_event_other PARTITION OF audit_event DEFAULT;
SELECT audit_seal_table('audit_event_other');
SELECT audit_make_months(3);
SELECT audit_seal_table('audit_leaf'), audit_seal_table('audit_subtree'), audit_seal_table('audit_checkpoint'),
    audit_seal_table('audit_cosignature'), audit_seal_table('audit_sealkey'), audit_seal_table('audit_erasure');
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(EVENTS), migrations.RunSQL(SEALED_LOG)],
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
                        ("purpose", models.CharField(default="", max_length=32)),
                        ("route", models.CharField(max_length=64)),
                        ("about_kind", models.CharField(max_length=32)),
                        ("about", models.UUIDField(null=True)),
                        ("place", models.UUIDField(null=True)),
                        (
                            "shown_ids",
                            ArrayField(base_field=models.UUIDField(), db_column="shown", default=list, size=None),
                        ),
                        ("count", models.IntegerField(default=0)),
                        ("request", models.UUIDField(null=True)),
                        ("facts", models.JSONField(default=dict)),
                    ],
                    options={
                        "db_table": "audit_event",
                    },
                ),
                migrations.CreateModel(
                    name="Leaf",
                    fields=[
                        ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("event", models.UUIDField(unique=True)),
                        ("at", models.DateTimeField()),
                        ("entry", models.BinaryField()),
                        ("hash", models.BinaryField()),
                    ],
                    options={
                        "db_table": "audit_leaf",
                    },
                ),
                migrations.CreateModel(
                    name="Subtree",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "level", "number", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("level", models.SmallIntegerField()),
                        ("number", models.BigIntegerField()),
                        ("hash", models.BinaryField()),
                    ],
                    options={
                        "db_table": "audit_subtree",
                    },
                ),
                migrations.CreateModel(
                    name="Checkpoint",
                    fields=[
                        ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField(default=now)),
                        ("note", models.BinaryField()),
                    ],
                    options={
                        "db_table": "audit_checkpoint",
                    },
                ),
                migrations.CreateModel(
                    name="Cosignature",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "size", "witness", blank=True, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("size", models.BigIntegerField()),
                        ("witness", models.CharField(max_length=120)),
                        ("at", models.DateTimeField(default=now)),
                        ("line", models.BinaryField()),
                    ],
                    options={
                        "db_table": "audit_cosignature",
                    },
                ),
                migrations.CreateModel(
                    name="SealKey",
                    fields=[
                        ("id", models.CharField(max_length=8, primary_key=True, serialize=False)),
                        ("name", models.CharField(max_length=120)),
                        ("public", models.BinaryField(unique=True)),
                        ("since", models.DateTimeField(default=now)),
                    ],
                    options={
                        "db_table": "audit_sealkey",
                    },
                ),
                migrations.CreateModel(
                    name="Pseudonym",
                    fields=[
                        ("whose", models.UUIDField(primary_key=True, serialize=False)),
                        ("key", models.BinaryField()),
                        ("made", models.DateTimeField(default=now)),
                    ],
                    options={
                        "db_table": "audit_pseudonym",
                    },
                ),
                migrations.CreateModel(
                    name="Salt",
                    fields=[
                        ("month", models.DateField(primary_key=True, serialize=False)),
                        ("key", models.BinaryField()),
                    ],
                    options={
                        "db_table": "audit_salt",
                    },
                ),
                migrations.CreateModel(
                    name="Erasure",
                    fields=[
                        ("digest", models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ("at", models.DateTimeField(default=now)),
                    ],
                    options={
                        "db_table": "audit_erasure",
                    },
                ),
            ],
        ),
        load_sql("audit", "append_only", "months", "sealed_log", "limits"),
        migrations.RunSQL(APPEND_ONLY),
    ]
