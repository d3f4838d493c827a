"""Every rule of the database that a user can violate has a name and a message to show. Models and migrations agree, and
the previous release can still insert rows after a migration."""

import io

from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.migrations import AddField, CreateModel, Migration
from django.db.migrations.loader import MigrationLoader

from access.constraints import declared
from tests.builders import run
from tests.resident_tables import APPS, PREFIXES

OURS = ("access_", "buildings_", *PREFIXES, "exchange_", "audit_")
# Parts of generated constraint names. Only a bug can violate a generated constraint, so it needs no message for users.
DJANGO_MADE = ("_pkey", "_fk_", "_key", "_uniq", "_check")


def in_the_database() -> set[str]:
    """Return the names of all constraints and unique indexes in the database, on tables of Loge's own apps."""
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


def named_by_us() -> set[str]:
    """Return the names of the constraints and rules that a developer named. Users can violate these rules, so each rule
    needs a message."""
    return {name for name in in_the_database() if not any(mark in name for mark in DJANGO_MADE)} | raised_by_functions()


def raised_by_functions() -> set[str]:
    """Return the rule names in errors that SQL functions and triggers raise, for rules that no constraint can
    express. These names are shown like constraint names."""
    named = r"SELECT (regexp_matches(prosrc, $$CONSTRAINT = '(\w+)'$$, 'g'))[1] FROM pg_proc"
    guarded = r"SELECT substring(pg_get_triggerdef(oid) FROM $$loge_only\('(\w+)'$$) FROM pg_trigger"
    refused = r"SELECT (regexp_matches(prosrc, $$allocations_refuse\('(\w+)'\)$$, 'g'))[1] FROM pg_proc"
    rows = run(f"{named} WHERE pronamespace = 'public'::regnamespace UNION {refused} UNION {guarded}")
    return {name for (name,) in rows if name}


# Maps each constraint that has no message for users to the reason why no user can violate the constraint.
SILENT = {
    "audit_event_codes": "the audit log has one writer, whose texts are codes",
    "audit_event_facts": "the audit log has one writer, which encodes the declared facts",
    "audit_event_shown": "the audit log has one writer, which writes a list of ids",
    "audit_event_has_an_actor": "the audit log has one writer, which always names an actor",
    "audit_event_outcome": "the audit log has one writer, whose outcomes are an enumeration",
    "audit_event_pk": "ids are random",
    "entry_mirrored": "needed as the target of entry_reversal_cancels_to_the_cent; an id is unique anyway",
    "role_compartment_once": "written only by provision, from a set",
}


def added(migration: Migration) -> list[AddField]:
    """Return the columns that a migration adds to existing tables, which earlier migrations created."""
    made = {operation.name.lower() for operation in migration.operations if isinstance(operation, CreateModel)}
    return [
        operation
        for operation in migration.operations
        if isinstance(operation, AddField) and operation.model_name.lower() not in made
    ]


def unfilled(migration: Migration) -> set[str]:
    """Return the new columns that make inserts fail in the previous release, which still runs during an upgrade.

    Such columns have neither null=True nor a `db_default`, and the database does not compute them. A Django `default`
    does not help, because the database does not know it.
    """
    return {
        f"{migration} {column.model_name}.{column.name}"
        for column in added(migration)
        if not (
            column.field.many_to_many or column.field.null or column.field.generated or column.field.has_db_default()
        )
    }


def test_the_previous_release_can_write_after_a_migration():
    ours = [step for step in MigrationLoader(None).disk_migrations.values() if f"{step.app_label}_" in OURS]
    assert len(ours) >= 4
    assert set().union(*map(unfilled, ours)) == set(), "a new column needs null=True or db_default=…"


def test_an_added_column_without_a_default_is_reported():
    class Adding(Migration):
        operations = (
            CreateModel("Made", [("here", models.TextField())]),
            AddField("made", "with_it", models.TextField()),
            AddField("account", "empty", models.TextField(null=True)),
            AddField("account", "filled", models.TextField(db_default="")),
            AddField("account", "by_code", models.TextField(default="")),
        )

    assert unfilled(Adding("0002_adding", "tenants")) == {"tenants.0002_adding account.by_code"}


def test_every_constraint_has_a_message(landlord):
    names = {name for name in named_by_us() if not name.startswith("audit_event_2") and "audit_event_other" not in name}
    sentences = dict(declared())
    assert len(names) > 45
    assert sorted(names - sentences.keys() - SILENT.keys()) == []
    assert set(SILENT) <= names


def test_every_message_belongs_to_a_constraint(landlord):
    ours = {name for name, sentence in declared() if not name.startswith(("unique_primary", "account_emailaddress"))}
    names = {c.name for m in apps.get_models() if m.__module__.startswith("allauth") for c in m._meta.constraints}
    assert len(raised_by_functions()) >= 4
    assert sorted(ours - names - in_the_database() - raised_by_functions()) == []


def test_no_message_is_the_default_of_django():
    for model in apps.get_models():
        if model._meta.app_label in ("access", "buildings", "exchange", *APPS):
            for constraint in model._meta.constraints:
                if constraint.name not in SILENT:
                    assert "%(name)s" not in str(constraint.violation_error_message), constraint.name


def test_models_and_migrations_agree(landlord):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0, stdout=io.StringIO())
