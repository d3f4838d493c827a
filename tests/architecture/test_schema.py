"""Every invariant is a named constraint with a sentence a human can read; the models and the migrations agree."""

import io

from django.apps import apps
from django.core.management import call_command
from django.db.migrations import AddField, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader

from access.constraints import declared
from tests.builders import run

OURS = ("access_", "buildings_", "tenants_", "audit_")
# Made by Django for a field (primary keys, foreign keys, one-to-one): named after table and column, met only by a bug.
DJANGO_MADE = ("_pkey", "_fk_", "_key", "_uniq", "_check")


def in_the_database() -> set[str]:
    """Names of our tables' constraints and unique indexes, whoever chose them."""
    rows = run(
        "SELECT conname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
        " WHERE contype IN ('c', 'x', 'u', 'f')"
        " AND t.relnamespace = 'public'::regnamespace AND conparentid = 0 AND (relname LIKE ANY (%s))",
        [prefix + "%" for prefix in OURS],
    )
    names = {name for (name,) in rows}
    names |= {
        name
        for (name,) in run(
            "SELECT indexname FROM pg_indexes WHERE indexdef LIKE 'CREATE UNIQUE%%' AND tablename LIKE ANY (%s)",
            [prefix + "%" for prefix in OURS],
        )
    }
    return names


def chosen() -> set[str]:
    """Those that somebody named to be read."""
    return {name for name in in_the_database() if not any(mark in name for mark in DJANGO_MADE)} | raised()


def raised() -> set[str]:
    """Names that functions give to what they refuse, and triggers to the guard they call: rules over several rows, or
    over what a row was before, which no constraint can say."""
    named = r"SELECT (regexp_matches(prosrc, $$CONSTRAINT = '(\w+)'$$, 'g'))[1] FROM pg_proc"
    guarded = r"SELECT substring(pg_get_triggerdef(oid) FROM $$loge_only\('(\w+)'$$) FROM pg_trigger"
    rows = run(f"{named} WHERE pronamespace = 'public'::regnamespace UNION {guarded}")
    return {name for (name,) in rows if name}


# Constraints without a sentence, and why nobody will read one.
SILENT = {
    "audit_event_has_an_actor": "the trace has one writer, which always names an actor",
    "audit_event_outcome": "the trace has one writer, whose outcomes are an enumeration",
    "audit_event_pk": "an id is drawn at random",
    "entry_mirrored": "the far side of entry_reversal_cancels_to_the_cent: an id is unique already",
    "role_compartment_once": "written by provision alone, from a set",
}


# Columns that nothing but the code of their own release fills, from before anything was served.
FILLED_BY_CODE = {
    "access.0009_machine_tokens accessrequest.permissions",
    "tenants.0018_contests_advised contestedsentence.advice",
}


def added(migration: Migration) -> list[AddField]:
    """Columns of tables that stood before it."""
    made = {one.name.lower() for one in migration.operations if isinstance(one, CreateModel)}
    return [one for one in migration.operations if isinstance(one, AddField) and one.model_name.lower() not in made]


def test_the_release_before_can_write_what_it_does_not_know():
    """A column that is added is empty or filled by the database: `default` is Django's alone, `db_default` is not."""
    ours = [one for one in MigrationLoader(None).disk_migrations.values() if f"{one.app_label}_" in OURS]
    columns = [(migration, one) for migration in ours for one in added(migration) if not one.field.many_to_many]
    unfilled = {
        f"{migration} {one.model_name}.{one.name}"
        for migration, one in columns
        if not (one.field.null or one.field.has_db_default())
    }
    assert len(columns) > 20
    assert unfilled == FILLED_BY_CODE, "a column that is added takes null=True or db_default=…"


def test_every_constraint_has_a_sentence(house):
    found = {name for name in chosen() if not name.startswith("audit_event_2") and "audit_event_other" not in name}
    sentences = dict(declared())
    assert len(found) > 45
    assert sorted(found - sentences.keys() - SILENT.keys()) == []
    assert set(SILENT) <= found


def test_every_sentence_belongs_to_a_constraint(house):
    ours = {name for name, sentence in declared() if not name.startswith(("unique_primary", "account_emailaddress"))}
    names = {c.name for m in apps.get_models() if m.__module__.startswith("allauth") for c in m._meta.constraints}
    assert len(raised()) >= 4
    assert sorted(ours - names - in_the_database() - raised()) == []


def test_no_sentence_is_djangos_default():
    for model in apps.get_models():
        if model._meta.app_label in ("access", "buildings", "tenants"):
            for constraint in model._meta.constraints:
                if constraint.name not in SILENT:
                    assert "%(name)s" not in str(constraint.violation_error_message), constraint.name


def test_models_and_migrations_agree(house):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0, stdout=io.StringIO())
