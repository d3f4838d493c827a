"""A trigger refuses every change to append-only tables. On some other tables, it refuses all but listed changes.

Each of these tables must have the trigger, enabled in every session (ENABLE ALWAYS).
"""

import os
from contextlib import closing

import psycopg2
import pytest

from tests.builders import run

GUARDS = """SELECT t.tgrelid::regclass::text, t.tgname, t.tgenabled, t.tgtype, t.tgnargs,
        string_to_array(encode(t.tgargs, 'escape'), '\\000')
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE p.proname = 'loge_only' AND t.tgparentid = 0"""
TRUNCATES = 32  # The bit of the column pg_trigger.tgtype that marks a trigger on TRUNCATE.


def guards():
    return [(*row, arguments[:number]) for *row, number, arguments in run(GUARDS)]


def test_guards_are_always_enabled_and_refuse_truncate(landlord):
    triggers = guards()
    tables = {table for table, *_ in triggers}
    assert (
        len(tables) >= 24 and {"ledger_entry", "oversight_lookquestion", "access_rightsreview", "audit_leaf"} <= tables
    )
    assert {enabled for _, _, enabled, *_ in triggers} == {"A"}
    assert {table for table, _, _, kind, _ in triggers if kind & TRUNCATES} == tables
    [(database,)] = run("SELECT current_database()")
    with closing(psycopg2.connect(os.environ["LOGE_SUPER_URL"], dbname=database)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            for table in tables:
                with pytest.raises(psycopg2.Error, match=r"TRUNCATE refused"):
                    cursor.execute(f"TRUNCATE {table} CASCADE")


def test_guards_name_existing_columns(landlord):
    """The trigger of a table names the columns that may change. Each of these columns must exist.

    If a column were renamed, the trigger would refuse all changes to the column. If a column were dropped, a later
    column with the same name could be changed unintentionally.
    """
    columns = set(run("SELECT attrelid::regclass::text, attname FROM pg_attribute WHERE NOT attisdropped"))
    named = [(table, column) for table, *_, arguments in guards() for column in arguments[1:]]
    assert len(named) > 50 and set(named) <= columns


def test_only_two_functions_compare_old_and_new_rows(landlord):
    """Only the triggers of append-only tables (`loge_only`) and of access rights may compare whole rows."""
    written = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc ~ 'to_jsonb\\(OLD\\)'"
    assert {name for (name,) in run(written)} == {"loge_only", "access_refuse_programs"}


def test_only_one_function_checks_for_organisation_wide_roles(landlord):
    written = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc ~ %s ORDER BY 1"
    assert run(written, r"access_rolecompartment.*parent_id IS NULL") == [("access_holds_everywhere",)]
    asking = [name for (name,) in run(written, "access_holds_everywhere")]
    assert len(asking) >= 5 and {
        "access_imports_files",
        "access_is_inspector",
        "casework_reads_sealed_sentences",
    } <= set(asking)


@pytest.fixture
def guarded_table(bare):
    run("CREATE TABLE guarded (id integer, word text, ended_on date, ended_by integer, day date)")
    run("INSERT INTO guarded VALUES (1, 'a', NULL, NULL, NULL)")
    run(
        "SELECT loge_keep('guarded', 'a_rule', '{day}', jsonb_build_object("
        " 'ended_on, ended_by', $$OLD.ended_on IS NULL AND NEW.ended_by > 7$$), over => 'OLD.ended_on < loge_today()')"
    )


@pytest.mark.spoils
@pytest.mark.parametrize(
    ("statement", "passes"),
    [
        ("UPDATE guarded SET day = loge_today()", True),
        ("UPDATE guarded SET word = 'b'", False),
        ("UPDATE guarded SET word = 'b', day = loge_today()", False),
        ("UPDATE guarded SET ended_on = loge_today(), ended_by = 8", True),
        ("UPDATE guarded SET ended_on = loge_today(), ended_by = 7", False),
        # If an UPDATE leaves `ended_by` empty, the rule's condition is NULL. The trigger must then refuse the UPDATE.
        ("UPDATE guarded SET ended_on = loge_today()", False),
        ("UPDATE guarded SET word = word, ended_by = ended_by", True),
        ("DELETE FROM guarded", False),
        ("TRUNCATE guarded", False),
    ],
)
def test_guard_allows_only_the_changes_of_its_rule(guarded_table, statement, passes):
    if passes:
        run(statement)
        return
    with pytest.raises(Exception, match="refused") as refused:
        run(statement)
    assert refused.value.__cause__.diag.constraint_name == "a_rule"


@pytest.mark.spoils
def test_ended_row_cannot_change_but_may_be_deleted(guarded_table):
    run("UPDATE guarded SET ended_on = loge_today() - 1, ended_by = 8")
    with pytest.raises(Exception, match="refused"):
        run("UPDATE guarded SET ended_by = 9")
    run("DELETE FROM guarded")
    assert run("SELECT count(*) FROM guarded") == [(0,)]


@pytest.mark.spoils
def test_setting_the_guard_again_replaces_its_rule(guarded_table):
    run("SELECT loge_keep('guarded', 'another_rule', '{word}')")
    run("UPDATE guarded SET word = 'b'")
    with pytest.raises(Exception, match="refused") as refused:
        run("UPDATE guarded SET ended_on = loge_today(), ended_by = 8")
    assert refused.value.__cause__.diag.constraint_name == "another_rule"
    assert len(run("SELECT 1 FROM pg_trigger WHERE tgrelid = 'guarded'::regclass")) == 3
