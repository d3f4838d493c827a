"""Test databases are clones that several tests use: after each test, a clone must get its original rows back. A clone
that cannot be restored must not be used again.
"""

import os
from contextlib import closing

import psycopg2
import pytest
from django.conf import settings
from django.db import connections

from access.database.timeouts import TIMEOUTS
from tests.builders import make_tenant, run
from tests.clones import Clone, run_as_super, sessions
from tests.sign_in import let_in
from tests.world import World

# Hashes the rows of a table in their physical order, because tests with unsorted queries depend on this order.
CONTENT = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|'), '')), count(*) FROM {0} t"
TABLES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
)
NUMBERS = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
RULES = """SELECT md5(string_agg(pg_get_functiondef(p.oid) || coalesce(p.proacl::text, ''), '|' ORDER BY p.oid))
    FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT md5(string_agg(pg_get_triggerdef(oid) || tgenabled::text, '|' ORDER BY oid)) FROM pg_trigger"""


@pytest.fixture
def put_back(templates, django_db_blocker):
    """Clone a test database, and provide a function that restores the clone, or returns False if the clone cannot be
    restored."""
    with django_db_blocker.unblock():
        clone = Clone(templates["world"])
        try:
            original = clone.read()
            clone.stand_on()
            yield lambda: clone.put_back(original)
        finally:
            clone.drop()


def content() -> list[tuple]:
    queries = " UNION ALL ".join(CONTENT.format(table) for (table,) in run(TABLES))
    # The rows are sorted, because the order of the parts of a UNION ALL is not defined.
    return [*sorted(run(queries)), *run(NUMBERS), *run(RULES)]


def as_super(statement: str) -> None:
    """Run a statement as superuser with triggers disabled, which is the worst that a test could do."""
    [(name,)] = run("SELECT current_database()")
    with (
        closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"], dbname=name)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SET session_replication_role = replica; {statement}")


LEFT = {
    "a session and events of the audit log": lambda: None,
    "a new row": lambda: make_tenant("Restée"),
    "a row changed": lambda: run("UPDATE access_person SET name = upper(name)"),
    "rows gone": lambda: as_super("DELETE FROM tenants_leaseparty"),
    "a row gone and another there": lambda: as_super(
        "WITH gone AS (DELETE FROM tenants_leaseparty WHERE id = (SELECT min(id::text)::uuid FROM tenants_leaseparty)"
        " RETURNING *) INSERT INTO tenants_leaseparty SELECT (jsonb_populate_record(NULL::tenants_leaseparty,"
        " to_jsonb(gone) || jsonb_build_object('id', gen_random_uuid()))).* FROM gone"
    ),
    "a sequence gone on": lambda: run("SELECT nextval('django_migrations_id_seq')"),
    "what is kept in no log": lambda: run(
        "INSERT INTO shared_cache (cache_key, value, expires) VALUES ('a', 'b', now() + interval '1 day')"
    ),
    "a transaction that never ended": lambda: (
        connections["owner"].connection.set_session(autocommit=False)
        or run("LOCK TABLE ledger_entry IN ACCESS EXCLUSIVE MODE")
    ),
}


@pytest.mark.parametrize("leftover", LEFT)
def test_leftovers_of_a_test_are_undone(put_back, client, leftover):
    before = content()
    assert len(before) > 100
    # The test changes and restores the clone twice. The first restoration moves rows, and the second must still work.
    for _twice in range(2):
        let_in(client, World().person("elise"))
        assert client.get("/comptes/").status_code == 200
        LEFT[leftover]()
        assert put_back()
        assert content() == before


SPOILT = [
    "TRUNCATE tenants_leaseunit CASCADE",
    "CREATE TABLE other (id integer)",
    "ALTER TABLE tenants_account NO FORCE ROW LEVEL SECURITY",
    "ALTER TABLE ledger_entry DISABLE TRIGGER loge_keeps",
    "CREATE POLICY open ON tenants_account USING (true)",
    "DROP POLICY card_select_0 ON tenants_residence",
    "GRANT SELECT ON tenants_account TO PUBLIC",
    "GRANT UPDATE (name) ON access_person TO loge_jobs",
    "CREATE OR REPLACE FUNCTION loge_other() RETURNS date LANGUAGE sql STABLE AS $$ SELECT date '2020-01-01' $$",
    "GRANT EXECUTE ON FUNCTION tenants_set_wall TO PUBLIC",
    "DROP FUNCTION ledger_single_officer_limit() CASCADE",
    "DROP INDEX assignment_person",
    "ALTER TABLE audit_event ADD CONSTRAINT no_room CHECK (outcome <> 'changed') NOT VALID",
    "COMMENT ON TABLE ledger_entry IS 'x'",
    "ANALYZE ledger_entry",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "CREATE SEQUENCE other",
    "INSERT INTO access_session SELECT 'k' || n, '', now() FROM generate_series(1, 4000) n",
]


@pytest.mark.parametrize("statement", SPOILT)
def test_a_clone_that_cannot_be_restored_is_not_reused(put_back, statement):
    assert put_back()
    run(statement.replace("loge_jobs", f"{settings.INSTANCE}_jobs"))
    assert not put_back()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE OR REPLACE FUNCTION loge_today() RETURNS date LANGUAGE sql STABLE AS $$ SELECT date '2020-01-01' $$",
        "ALTER FUNCTION loge_today() VOLATILE",
        "ALTER FUNCTION tenants_set_wall SECURITY INVOKER",
        "ALTER FUNCTION loge_today() SET search_path = pg_temp",
    ],
)
def test_replaced_functions_are_restored(put_back, statement):
    everything = (
        "SELECT oid, pg_get_functiondef(oid), proowner, proacl::text FROM pg_proc WHERE prokind = 'f' ORDER BY 1"
    )
    before = run(everything)
    assert put_back()
    run(statement)
    assert run(everything) != before
    assert put_back() and run(everything) == before


def test_a_clone_with_changed_database_settings_is_not_reused(put_back):
    [(name,)] = run("SELECT current_database()")
    for statement in ("SET timezone = 'Asia/Tokyo'", "CONNECTION LIMIT 7"):
        run_as_super(f"ALTER DATABASE {name} {statement}")
        assert not put_back()


def test_reused_connection_is_reset_and_keeps_its_login(landlord, monkeypatch):
    run(
        "SET statement_timeout = '7h'; CREATE TEMP TABLE mine (id integer)",
        alias="jobs",
    )
    run("SELECT 1", alias="default")
    assert len(sessions()) >= 2
    left = "SELECT current_setting('statement_timeout'), to_regclass('mine')"
    assert run(left, alias="jobs") == [(TIMEOUTS["jobs"].statement_timeout, None)]
    connections["default"].close()
    with monkeypatch.context() as patched:
        patched.setitem(connections["default"].settings_dict, "USER", f"{settings.INSTANCE}_web_card")
        assert run("SELECT session_user::text", alias="default") == [(f"{settings.INSTANCE}_web_card",)]
    clone = Clone.__new__(Clone)
    clone.name = run("SELECT current_database()")[0][0]
    before = connections["owner"].connection
    clone.stand_on()
    assert run("SELECT session_user::text", alias="default") == [(f"{settings.INSTANCE}_web",)]
    assert connections["owner"].connection is before
