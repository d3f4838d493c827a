"""A bulk load drops foreign keys and indexes of an empty landlord and creates them again in the same transaction.

Whatever happens to the load, all constraints must be in force afterwards, for each row.
"""

import io
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connections

from access.constraints import refusal_of, sentence_of
from demo.populate import filling
from demo.populate.households import Batch
from exchange.portfolio import importing
from exchange.portfolio.loading import Load
from formats.bulk_copy import Copying, loading
from ledger.bulk_load import indexes_created_last
from tests.audit.test_seal_running import environment
from tests.builders import run
from tests.clones import run_as_super
from tests.exchange.portfolio.landlord import small, write
from tests.exchange.test_portfolio import digest, refused, taken
from tests.tenants.test_search_keys import DIFFERING as DIFFERING_KEYS
from tests.tenants.test_search_keys import STORED

# The definitions of all constraints and indexes, and of the triggers that are our own.
CONSTRAINTS = """SELECT conrelid::regclass::text, conname::text, convalidated, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2"""
INDEXES = """SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid, indisready FROM pg_index
    JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace = 'public'::regnamespace ORDER BY 1, 2"""
TRIGGERS = """SELECT tgrelid::regclass::text, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger
    WHERE NOT tgisinternal ORDER BY 1, 2"""
DERIVING = ("CREATE TRIGGER ledger_balances ", "CREATE TRIGGER tenants_search_keys ")
DIFFERING = "SELECT ledger_differing_balances()"
LOADED = (
    *("tenants_tenant", "tenants_lease", "tenants_leaseunit", "tenants_account", "tenants_searchkey"),
    *("ledger_entry", "ledger_balance"),
)
LEASES = 40


def definitions():
    return [run(query) for query in (CONSTRAINTS, INDEXES, TRIGGERS)]


def nothing_is_left():
    return [run(f"SELECT count(*) FROM {table}") for table in (*LOADED, "buildings_unit")] == [[(0,)]] * (
        len(LOADED) + 1
    )


@pytest.fixture
def everything_in_bulk(monkeypatch):
    """Use the bulk load in the test even for small files and few leases."""
    monkeypatch.setattr(filling, "BULK_LEASES", 0)
    monkeypatch.setattr(importing, "BULK_BYTES", 0)


def populate():
    call_command("populate", leases=LEASES, months=3, stdout=io.StringIO())


def test_bulk_load_restores_every_constraint_and_index(bare, everything_in_bulk, monkeypatch):
    before, during = definitions(), []
    copy = Batch.copy

    def copy_and_look(self, copying, ledgers):
        copy(self, copying, ledgers)
        during.extend(copying.ask(query) for query in (CONSTRAINTS, INDEXES, TRIGGERS))

    monkeypatch.setattr(Batch, "copy", copy_and_look)
    populate()
    after = definitions()
    assert after == before
    assert {validated for _table, _name, validated, _text in after[0]} == {True}
    # While rows are copied, the table of ledger entries has neither foreign keys nor indexes.
    # All our own triggers exist except those that keep balances and search keys, which are filled at the end.
    assert not [row for row in during[0] if row[0] == "ledger_entry" and row[3].startswith("FOREIGN KEY")]
    assert not [row for row in during[1] if row[0] == "ledger_entry"]
    assert [row for row in before[2] if row not in during[2]] == [
        row for row in before[2] if row[1].startswith(DERIVING)
    ]
    assert len(before[2]) == len(during[2]) + 4
    assert run("SELECT count(*) > 0 FROM ledger_balance") == [(True,)] and run(DIFFERING) == []
    assert run(f"SELECT count(*) > 0 FROM ({STORED}) k") == [(True,)] and run(DIFFERING_KEYS) == []
    assert run("SELECT count(*) FROM ledger_bulkload") == [(0,)]


def test_balances_are_filled_with_statistics_of_the_entries(bare, everything_in_bulk):
    """PostgreSQL must have statistics on ledger entries before it computes balances.

    Without statistics, it read a fixed share of all entries for each account, and 2,000 leases took 18 s.
    """
    populate()
    assert run("SELECT count(*) > 0 FROM pg_stats WHERE tablename = 'ledger_entry' AND attname = 'account_id'") == [
        (True,)
    ]


@pytest.mark.parametrize("setting", ["enable_hashjoin", "enable_mergejoin"])
def test_reversals_are_looked_up_one_by_one(bare, everything_in_bulk, setting):
    """The reversals of one account's entries must be looked up one by one, without reading the reversals of all
    accounts.

    The test disables all kinds of joins except one, so that PostgreSQL would use that join if it could.
    """
    populate()
    others = {"enable_nestloop", "enable_hashjoin", "enable_mergejoin"} - {setting}
    [(body,)] = run("SELECT prosrc FROM pg_proc WHERE proname = 'ledger_unpaid'")
    query = body[body.index("SELECT e.effective_on") : body.index("LOOP")].replace("which", "gen_random_uuid()")
    switches = "; ".join(f"SET LOCAL {name} = off" for name in others)
    plan = "\n".join(line for (line,) in run(f"{switches}; EXPLAIN {query}"))
    assert "ledger_entry_reverses_id_key" in plan and "Join" not in plan, plan


def test_balances_are_computed_in_several_processes(bare):
    """PostgreSQL must be able to compute the balances of a large landlord in parallel.

    The test makes PostgreSQL prefer parallel plans. It would not use one for the SELECT of an INSERT.
    """
    [(body,)] = run("SELECT prosrc FROM pg_proc WHERE proname = 'ledger_fill_balances'")
    creates = body[body.index("CREATE TEMPORARY TABLE") : body.index("INSERT INTO")]
    free = "; ".join(
        f"SET LOCAL {cost} = 0"
        for cost in ("parallel_setup_cost", "parallel_tuple_cost", "min_parallel_table_scan_size")
    )
    plan = "\n".join(line for (line,) in run(f"{free}; EXPLAIN {creates}"))
    assert "Workers Planned" in plan, plan


def test_bulk_load_stores_entries_in_a_new_file(bare, everything_in_bulk):
    """Only into a new file can COPY store rows frozen, and only then does PostgreSQL leave them out of its log."""
    files = "SELECT pg_relation_filenode('ledger_entry'), pg_relation_filenode('tenants_searchkey')"
    [before], during = run(files), []
    with loading() as copying, indexes_created_last(copying):
        during += [copying.ask(files)[0], copying.new_files]
    assert not {*before} & {*during[0]} and during[1] == {"ledger_entry"}
    populate()
    with loading() as copying, indexes_created_last(copying):
        assert copying.new_files == set()


def test_bulk_load_creates_constraints_in_the_same_order(bare, everything_in_bulk):
    """A bulk load must create constraints again in the same order as before.

    If a row violates two constraints, PostgreSQL names the one that was created first.
    """
    before = run("SELECT creates FROM ledger_bulk_parts() ORDER BY place")
    populate()
    assert run("SELECT creates FROM ledger_bulk_parts() ORDER BY place") == before and len(before) > 40


def test_import_in_bulk_gives_the_same_rows(bare, another_bare, everything_in_bulk, monkeypatch, tmp_path):
    folder = write(tmp_path / "in", small())
    before = definitions()
    taken(folder)
    assert definitions() == before
    counted = {table: rows[0][0] for table, rows in digest().items()}
    assert run("SELECT count(*) > 0 FROM ledger_balance") == [(True,)] and run(DIFFERING) == []
    assert run(f"SELECT count(*) > 0 FROM ({STORED}) k") == [(True,)] and run(DIFFERING_KEYS) == []
    again = digest()
    assert "rien ne change" in taken(folder) and digest() == again
    another_bare()
    monkeypatch.setattr(importing, "BULK_BYTES", 10**9)
    taken(folder)
    assert {table: rows[0][0] for table, rows in digest().items()} == counted and run(DIFFERING) == []
    assert run(DIFFERING_KEYS) == []


def tables_read_in_loops(plan):
    """Return the tables that a plan reads from beginning to end for each row of another table."""
    children = plan.get("Plans", [])
    tables = [table for child in children for table in tables_read_in_loops(child)]
    if plan["Node Type"] == "Nested Loop":
        inner = children[1]["Plans"][0] if children[1]["Node Type"] in {"Materialize", "Memoize"} else children[1]
        tables += [inner["Relation Name"]] if inner["Node Type"] == "Seq Scan" else []
    return tables


def test_import_in_bulk_never_reads_a_table_for_each_row_of_another(bare, everything_in_bulk, monkeypatch, tmp_path):
    """PostgreSQL must not use a nested loop for the tables whose indexes were dropped.

    It did so for a table that was empty when the statement began, and 100,000 leases took ten times as long.
    """
    begun, planned, looped = [], [], set()

    def explained(original):
        def explain_and_run(self, statement, *params):
            if "bulk_load()" in statement:
                begun[:] = [True] * ("end" not in statement)
            elif begun and statement.startswith(("SELECT DISTINCT", "INSERT", "UPDATE", "WITH")):
                self.cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", params)
                [(plans,)] = self.cursor.fetchall()
                planned.append(statement)
                looped.update(tables_read_in_loops(plans[0]["Plan"]))
            return original(self, statement, *params)

        return explain_and_run

    for name in ("run", "ask"):
        monkeypatch.setattr(Copying, name, explained(getattr(Copying, name)))
    taken(write(tmp_path / "in", small()))
    [(tables,)] = run("SELECT ledger_bulk_tables()::text[]")
    assert len(planned) > 80 and not looped & {*tables}, looped


def test_second_load_drops_nothing(bare, everything_in_bulk):
    populate()
    before = definitions()
    with loading() as copying, indexes_created_last(copying):
        assert [copying.ask(query) for query in (CONSTRAINTS, INDEXES, TRIGGERS)] == before
    populate()
    assert run("SELECT count(*) FROM tenants_lease") == [(2 * LEASES,)] and run(DIFFERING) == []


def test_few_leases_and_small_files_are_loaded_in_the_usual_way(bare, tmp_path, monkeypatch):
    for module in (filling, importing):
        monkeypatch.setattr(module, "indexes_created_last", lambda _copying: 1 / 0)
    taken(write(tmp_path / "in", small()))
    populate()


def test_bulk_load_must_end_before_the_commit(bare):
    before = definitions()
    with pytest.raises(IntegrityError) as caught, loading() as copying:
        copying.run("SELECT ledger_begin_bulk_load()")
    assert refusal_of(caught.value).startswith("Un chargement en masse")
    with pytest.raises(IntegrityError), loading() as copying:
        copying.run("SELECT ledger_begin_bulk_load()")
        copying.run("SET CONSTRAINTS ALL IMMEDIATE")
    assert definitions() == before


@pytest.mark.parametrize("statement", ["DELETE FROM ledger_bulkload", "SELECT * FROM ledger_bulkload"])
def test_jobs_login_cannot_touch_what_a_bulk_load_notes(bare, statement):
    with pytest.raises(DatabaseError, match="permission denied"), loading() as copying:
        copying.run("SELECT ledger_begin_bulk_load()")
        copying.run(statement)


ENTRY = "building_id, kind, label, source, reason, amount_cents, effective_on, booked_on, booked_at, period"
# Constraint -> statements that insert a row that the constraint must refuse.
PLANTED = {
    "entry_stands_in_its_account": [
        f"INSERT INTO ledger_entry (id, account_id, {ENTRY}) SELECT gen_random_uuid(), gen_random_uuid(), {ENTRY}"
        " FROM ledger_entry LIMIT 1"
    ],
    "account_reference_once": [
        "INSERT INTO tenants_lease (id, main_unit_id, building_id, starts_on) SELECT"
        " '00000000-0000-4000-8000-000000000001', main_unit_id, building_id, starts_on FROM tenants_lease LIMIT 1",
        "INSERT INTO tenants_account (id, lease_id, building_id, reference, opened_on) SELECT gen_random_uuid(), l.id,"
        " l.building_id, (SELECT reference FROM tenants_account LIMIT 1), l.starts_on FROM tenants_lease l"
        " WHERE id = '00000000-0000-4000-8000-000000000001'",
    ],
    "letting_once_at_a_time": [
        "INSERT INTO tenants_leaseunit (id, lease_id, unit_id, building_id, first_day, last_day) SELECT"
        " gen_random_uuid(), lease_id, unit_id, building_id, first_day, last_day FROM tenants_leaseunit LIMIT 1"
    ],
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_row_fails_the_bulk_load_with_its_sentence(bare, everything_in_bulk, monkeypatch, tmp_path, name):
    before, sentence, copy = definitions(), sentence_of(name), Batch.copy

    def copy_and_plant(self, copying, ledgers):
        copy(self, copying, ledgers)
        for statement in PLANTED[name]:
            copying.run(statement)

    monkeypatch.setattr(Batch, "copy", copy_and_plant)
    with pytest.raises(IntegrityError) as caught:
        populate()
    assert refusal_of(caught.value) == sentence
    monkeypatch.setattr(importing, "ENDINGS", (*importing.ENDINGS, *map(Load, PLANTED[name])))
    with pytest.raises(CommandError) as failed:
        taken(write(tmp_path / "in", small()))
    assert str(failed.value) == f"La base refuse, rien n’est écrit\u00a0: {sentence}"
    assert nothing_is_left() and definitions() == before


def edited(file: str, line: int, **cells: str):
    lines = small()
    lines[file][line].update(cells)
    return lines


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (edited("ecritures.csv", 0, bail="X99"), "ecritures.csv"),
        (edited("baux.csv", 0, compte=small()["baux.csv"][1]["compte"]), "baux.csv"),
        (edited("baux.csv", 1, logement=small()["baux.csv"][0]["logement"]), "baux.csv"),
    ],
)
def test_files_with_an_error_leave_nothing_after_a_bulk_load(bare, everything_in_bulk, tmp_path, lines, error):
    before = definitions()
    assert error in refused(write(tmp_path / "in", lines))
    assert nothing_is_left() and definitions() == before


# The process kills itself after it has copied rows, while PostgreSQL creates the indexes, or just before the commit.
KILLED = """
import os, signal, sys, threading
import django
django.setup()
from demo.populate import filling
from demo.populate.households import Batch
from formats.bulk_copy import Copying

moment, run, copy = sys.argv[1], Copying.run, Batch.copy

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def copy_and_die(self, copying, ledgers):
    copy(self, copying, ledgers)
    if moment == "copied":
        die()

def run_and_die(self, statement, *params):
    if "ledger_end_bulk_load" in statement:
        if moment == "creating":
            statement += ", pg_sleep(60)"
            threading.Timer(1, die).start()
        run(self, statement, *params)
        die()
    return run(self, statement, *params)

Batch.copy, Copying.run, filling.BULK_LEASES = copy_and_die, run_and_die, 0
filling.populate(40, 1, months=3, by="test")
"""


@pytest.mark.parametrize("moment", ["copied", "creating", "created"])
def test_killed_bulk_load_leaves_nothing_and_all_constraints(bare, moment):
    before, name = definitions(), connections["default"].settings_dict["NAME"]
    env = environment(name) | {"DJANGO_SETTINGS_MODULE": "housing.settings", "PYTHONPATH": str(settings.BASE_DIR)}
    done = subprocess.run([sys.executable, "-c", KILLED, moment], env=env, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]
    # PostgreSQL notices only after `pg_sleep` that the killed process is gone.
    run_as_super(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
                 f" AND usename = '{settings.INSTANCE}_jobs'")  # fmt: skip
    assert nothing_is_left() and definitions() == before
