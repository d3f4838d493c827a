"""Statements that PostgreSQL plans once per connection (access/database/prepared.py)."""

from contextlib import closing
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.db import OperationalError, close_old_connections, connection, transaction
from django.db.backends.postgresql import base
from psycopg2 import extensions

from access.compartments import Compartment
from access.database.prepared import prepared
from tests.builders import run
from tests.clones import run_as_super

STATEMENT = prepared("SELECT %s::integer + 1, '100 %%', %s::text")


def ask(statement: str, *params: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchone()


def executions(part: str = "") -> list[int]:
    """Return how often this connection has executed each prepared statement that contains `part`."""
    rows = run("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements", alias="default")
    return [number for statement, number in rows if part in statement]


@pytest.fixture
def anew(landlord):
    """Close the connection, so that a new one with no prepared statements is opened."""
    connection.close()
    yield
    connection.close()


def test_statement_is_prepared_once_per_connection(anew):
    assert [ask(STATEMENT, number, "%s") for number in (1, 2)] == [(2, "100 %", "%s"), (3, "100 %", "%s")]
    assert executions() == [2]
    connection.close()
    assert ask(STATEMENT, 3, "") == (4, "100 %", "")
    assert executions() == [1]


class Pooled(extensions.connection):
    """A connection through a pool, which tells the client a process id of its own."""

    @property
    def info(self) -> Any:
        return SimpleNamespace(backend_pid=1)


def test_nothing_is_prepared_behind_a_pool(landlord):
    parameters = connection.get_connection_params()
    with closing(psycopg2.connect(**parameters, connection_factory=Pooled)) as pooled, pooled.cursor() as cursor:
        for number in (1, 2):
            cursor.execute(STATEMENT, [number, ""])
            assert cursor.fetchone() == (number + 1, "100 %", "")
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == (0,)


def test_other_statements_and_other_forms_are_not_prepared(anew):
    ask("SELECT %s::integer", 1)
    with connection.cursor() as cursor:
        cursor.execute(prepared("SELECT 1"))
    assert executions() == []


def test_statement_without_parameters(anew):
    statement = prepared("SELECT 7")
    assert [ask(statement), ask(statement)] == [(7,), (7,)]
    assert executions() == [2]


def test_statement_prepared_in_a_transaction_that_fails_is_usable_afterwards(anew):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask(STATEMENT, 1, "")
        raise ZeroDivisionError
    assert ask(STATEMENT, 1, "") == (2, "100 %", "")


def test_account_page_executes_its_prepared_statements(anew, landlord, sign_in):
    """The plan is the same for all accounts, since the page is narrowed to one."""
    elise, account = sign_in("elise"), landlord.account("Dette-Glycines A")
    for _ in range(2):
        assert elise.get(f"/comptes/{account.reference}/").status_code == 200
    for part in (
        "FROM access_session s LEFT JOIN access_person p",
        "access_enter(",
        '"tenants_account"."reference" =',
        '"totals"',
        "ledger_beside_account(",
    ):
        assert executions(part) == [2], part
    plans = "SELECT sum(custom_plans) FROM pg_prepared_statements WHERE statement LIKE '%FROM \"ledger_entry\"%'"
    assert run(plans, alias="default") == [(0,)]


def test_row_policies_apply_to_each_execution(anew, landlord):
    """One connection serves one person after another, in various roles. The statement below has no condition of its own
    about the person, and its plan is the same for everybody."""
    statement = prepared("SELECT count(*) FROM tenants_account WHERE reference = %s")
    reference = landlord.account("Dette-Glycines A").reference

    def visible_to(name: str, compartment: Compartment) -> int:
        with transaction.atomic(durable=True):
            ask(
                "SELECT set_config('role', %s, true), set_config('loge.person', %s, true),"
                " set_config('plan_cache_mode', 'force_generic_plan', true)",
                compartment.database_role,
                str(landlord.person(name).pk),
            )
            return int(ask(statement, reference)[0])

    people = [("elise", Compartment.ACCOUNT), ("fatou", Compartment.ACCOUNT), ("awa", Compartment.ACCOUNT)]
    assert [visible_to(*person) for person in people * 3] == [1, 0, 0] * 3
    assert executions("tenants_account WHERE reference") == [9]


@pytest.mark.parametrize(("narrowing", "mode"), [("tenants_narrow_to_account", "force_generic_plan"), ("", "auto")])
def test_only_pages_of_one_object_use_the_same_plan_for_all(landlord, narrowing, mode):
    elise, reference = landlord.person("elise"), landlord.account("Dette-Glycines A").reference
    with transaction.atomic():
        entered = "SELECT roles FROM access_enter(%s, false, ARRAY['officer'], %s, %s, %s, 'on')"
        role = Compartment.ACCOUNT.database_role
        assert ask(entered, elise.pk, role, narrowing, reference) == (["officer"],)
        assert ask("SHOW plan_cache_mode") == (mode,)


def test_migration_that_changes_a_type_fails_one_request_of_a_connection(anew):
    run("CREATE TABLE parcel (id integer, name varchar(20)); INSERT INTO parcel VALUES (1, 'a')")
    run("GRANT SELECT ON parcel TO PUBLIC")
    statement = prepared("SELECT name FROM parcel WHERE id = %s")
    assert ask(statement, 1) == ("a",)
    run("ALTER TABLE parcel ADD COLUMN town text")
    assert ask(statement, 1) == ("a",)
    run("ALTER TABLE parcel ALTER COLUMN name TYPE varchar(40)")
    with pytest.raises(OperationalError, match="migration"):
        ask(statement, 1)
    assert ask(statement, 1) == ("a",)


def test_idle_connection_is_used_without_a_statement(anew, monkeypatch):
    ask("SELECT 1")
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda _self: pytest.fail("a statement was executed"))
    assert connection.is_usable()


def test_connection_that_the_server_has_ended_is_not_used(anew):
    ask("SELECT 1")
    run_as_super(f"SELECT pg_terminate_backend({connection.connection.get_backend_pid()}, 5000)")
    assert not connection.is_usable()
    assert connection.connection.closed and not connection.is_usable()
    connection.close()
    assert not connection.is_usable()


def test_request_after_a_lost_connection_is_answered(anew, sign_in):
    """The first request meets the lost connection in the middle, and the second one opens another."""
    elise = sign_in("elise")
    elise.raise_request_exception = False
    assert elise.get("/comptes/").status_code == 200

    def cut(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        run_as_super(f"SELECT pg_terminate_backend({connection.connection.get_backend_pid()}, 5000)")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(cut):
        assert elise.get("/comptes/").status_code == 503
    close_old_connections()  # Django calls this at the end of each request, but not for its test client.
    assert elise.get("/comptes/").status_code == 200
