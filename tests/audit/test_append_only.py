"""No login or database role may change or delete rows of the audit log, not even its owner or the superuser."""

import os
from contextlib import closing

import psycopg2
import pytest
from django.conf import settings
from django.db import connections

from access.compartments import Compartment
from access.database.provision import LOGINS
from audit import events as kinds
from audit.events import Outcome
from audit.record import AuditLogUnavailable, record_view
from tests.builders import run
from tests.database.test_policies import as_role

COLUMNS = "id, kind, outcome, machine, role, permission, route, about_kind, shown, count, facts"
VALUES = "gen_random_uuid(), 'list_shown', 'shown', 'test', '', '', '', '', '{}', 0, '{}'"
CHANGE = VALUES.replace("'list_shown', 'shown'", "'tenant_added', 'changed'")
LOGINS_ALONE = [f"{settings.INSTANCE}_{login}" for login in LOGINS]
ROLES = [compartment.database_role for compartment in Compartment]
CHANGES = ("UPDATE {0} SET kind = 'signed_in'", "DELETE FROM {0}", "TRUNCATE {0}")


@pytest.fixture
def partitions(bare):
    """Store one audit event in this month's partition and one in the default partition.

    Returns the names of the table audit_event and of all its partitions.
    """
    record_view(kinds.LIST_SHOWN, Outcome.SHOWN, by="test", list="accounts")
    run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ('2031-01-01', {VALUES})")
    parts = run("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass")
    return ["audit_event", *(name for (name,) in parts)]


@pytest.fixture
def super_cursor(bare):
    """Provide a cursor of the superuser, who can switch to the role of any login in a test."""
    with closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"], dbname=bare)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def lines(cursor):
    cursor.execute("RESET SESSION AUTHORIZATION")
    cursor.execute("SELECT md5(string_agg(e::text, '|' ORDER BY id)) FROM audit_event e")
    return cursor.fetchone()[0]


@pytest.mark.parametrize("role", [*LOGINS_ALONE, *ROLES])
def test_no_role_changes_deletes_or_truncates_the_audit_log(partitions, super_cursor, role):
    before = lines(super_cursor)
    for change in attempts(super_cursor, partitions, everywhere=not role.endswith("_owner")):
        super_cursor.execute(f'SET SESSION AUTHORIZATION "{role}"')
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            super_cursor.execute(change)
    assert lines(super_cursor) == before


def test_superuser_with_disabled_triggers_cannot_change_the_audit_log(partitions, super_cursor):
    before = lines(super_cursor)
    super_cursor.execute("SET session_replication_role = replica")
    for change in attempts(super_cursor, partitions, everywhere=False):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="only ever added to"):
            super_cursor.execute(change)
    assert lines(super_cursor) == before


def attempts(cursor, tables, *, everywhere):
    """Return UPDATE, DELETE and TRUNCATE statements that must fail, for each table.

    An UPDATE or DELETE of an empty table does not fail, because the triggers that refuse it act on rows. So an empty
    table gets only TRUNCATE, unless `everywhere` is set.
    """
    found = []
    for table in tables:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")
        filled = cursor.fetchone()[0]
        found += [c.format(table) for c in CHANGES if everywhere or filled or c.startswith("TRUNCATE")]
    return found


def test_every_partition_has_both_guard_triggers_always_enabled(partitions):
    rows = run(
        "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
        " WHERE tgname IN ('audit_keep_rows', 'audit_keep_table')"
    )
    kept = [
        *partitions,
        *(f"audit_{name}" for name in ("leaf", "subtree", "checkpoint", "cosignature", "sealkey", "erasure")),
    ]
    assert {(table, name) for table, name, _ in rows} == {
        (table, name) for table in kept for name in ("audit_keep_rows", "audit_keep_table")
    }
    assert {enabled for *_, enabled in rows} == {"A"}


def test_new_partitions_are_append_only_too(partitions, super_cursor):
    assert run("SELECT audit_make_months(8)", alias="prune")[0][0] == 5
    made = [
        n for (n,) in run("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass")
    ]
    assert len(made) == len(partitions) - 1 + 5
    for table in made:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege, match="only ever added to"):
            super_cursor.execute(f"TRUNCATE {table}")
    with pytest.raises(Exception, match="permission denied"):
        run(f"SELECT * FROM {made[-1]}", alias="default")


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ('2020-01-01', {VALUES})",
        f"INSERT INTO audit_event ({COLUMNS}) VALUES ({VALUES}) RETURNING id",
        f"INSERT INTO audit_event ({COLUMNS}) VALUES ({VALUES}) ON CONFLICT (id, at) DO UPDATE SET kind = 'x'",
        "SELECT count(*) FROM audit_event",
        "COPY audit_event TO STDOUT",
        f"COPY audit_event (at, {COLUMNS}) FROM STDIN",
    ],
)
@pytest.mark.parametrize("login", ["trace", "prune", "jobs"])
def test_writing_logins_cannot_set_the_time_or_read_the_audit_log(partitions, super_cursor, login, statement):
    super_cursor.execute(f'SET SESSION AUTHORIZATION "{settings.INSTANCE}_{login}"')
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        super_cursor.execute(statement)


def test_audit_log_login_inserts_with_the_time_of_the_database(partitions):
    run(f"INSERT INTO audit_event ({COLUMNS}) VALUES ({VALUES})", alias="trace")
    [(late,)] = run("SELECT now() - max(at) < interval '1 minute' FROM audit_event WHERE at < '2031-01-01'")
    assert late


def test_compartment_role_records_only_for_its_own_person(landlord):
    awa, bruno = landlord.person("awa"), landlord.person("bruno")
    insert = f"INSERT INTO audit_event (actor, {COLUMNS}) VALUES (%s, {CHANGE})"
    with connections["default"].cursor() as cursor:
        for compartment in (Compartment.ACCOUNT, Compartment.ASSIGNMENTS):
            for actor, allowed in ((awa, True), (bruno, False)):
                cursor.execute("BEGIN")
                cursor.execute("SELECT set_config('role', %s, true)", [compartment.database_role])
                cursor.execute("SELECT set_config('loge.person', %s, true)", [str(awa.pk)])
                if allowed:
                    cursor.execute(insert, [actor.pk])
                else:
                    with pytest.raises(Exception, match="row-level security"):
                        cursor.execute(insert, [actor.pk])
                cursor.execute("ROLLBACK")


@pytest.mark.parametrize("compartment", ["card", "help", "account", "identity", "assignments"])
def test_compartment_role_cannot_record_a_view_of_data(landlord, compartment):
    """The database role of a web page may write audit events about changes, but not about views or refusals.

    Only the audit log's own login may write audit events about views and refusals.
    """
    awa = landlord.person("awa").pk
    with pytest.raises(Exception, match="row-level security"):
        as_role(Compartment(compartment), awa, f"INSERT INTO audit_event (actor, {COLUMNS}) VALUES (%s, {VALUES})", awa)


def test_prune_login_cannot_record_for_a_person(landlord):
    with pytest.raises(Exception, match="row-level security"):
        run(
            f"INSERT INTO audit_event (actor, {COLUMNS}) VALUES (%s, {CHANGE})",
            landlord.person("awa").pk,
            alias="prune",
        )


def test_unwritable_audit_log_raises_unavailable(bare):
    run(f'REVOKE INSERT ON audit_event FROM "{settings.INSTANCE}_trace"')
    with pytest.raises(AuditLogUnavailable):
        record_view(kinds.LIST_SHOWN, Outcome.SHOWN, by="test", list="accounts")


def test_events_survive_deletion_of_their_subjects(landlord, sign_in):
    """Deleting a tenant or an employee must delete no audit event.

    Foreign keys could delete events as well, so there must be none from or to the table audit_event.
    """
    account = landlord.account("Dette-Glycines A")
    sign_in("elise").get(f"/comptes/{account.reference}/")
    assert not run(
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND 'audit_event'::regclass IN (conrelid, confrelid)"
    )
    before = run(
        "SELECT count(*), md5(string_agg(e::text, '|' ORDER BY id)) FROM audit_event e WHERE kind <> 'signed_in'"
    )
    _erase(account)
    after = run(
        "SELECT count(*), md5(string_agg(e::text, '|' ORDER BY id)) FROM audit_event e WHERE kind <> 'signed_in'"
    )
    assert before == after and before[0][0] == 1


def _erase(account):
    """Delete the household of the account, all employees, and everything that refers to them.

    Audit events must survive.
    """
    for (kept,) in run("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'loge_keeps'"):
        run(f"ALTER TABLE {kept} DISABLE TRIGGER USER")
    run("TRUNCATE access_person, tenants_tenant, tenants_lease CASCADE")
    assert not run("SELECT id FROM tenants_account WHERE id = %s", account.pk)


def test_only_the_dpo_reads_all_events_in_the_audit_role(landlord, sign_in):
    """The database role that can read all audit events must show them to the DPO only.

    Other people must get no event with this role, even by SQL statements that bypass Python.
    """
    assert sign_in("awa").get("/").status_code in {200, 302}
    told = {
        name: as_role(Compartment.ALL_TRACE, landlord.person(name).pk, "SELECT count(*) FROM audit_event")[0][0]
        for name in ("ines", "jules", "georges", "noel", "chloe")
    }
    assert told.pop("ines") > 0 and set(told.values()) == {0}
