"""The SQL files of the apps: each function is in exactly one file, has a valid body, and can be loaded again."""

import re
from collections import Counter

import pytest
from django.db import DatabaseError, connections, transaction

from audit.sql_files import load_sql, read_sql
from tests.architecture.source import ROOT
from tests.builders import run

FILES = sorted((path.parent.parent.name, path.stem) for path in ROOT.glob("*/sql/*.sql"))
# Functions that are in no SQL file, because `provision` creates them from a value in the landlord's settings.
WRITTEN_BY_PROVISION = {"ledger_single_officer_limit"}
OURS = """FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE nspname IN ('public', 'masked')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype IN ('e', 'i'))"""
STATE = f"""SELECT 'function', pg_get_functiondef(p.oid), proacl::text {OURS}
    UNION ALL SELECT 'trigger', pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'view', schemaname || '.' || viewname, definition FROM pg_views
    WHERE schemaname IN ('public', 'masked')"""


def defined() -> list[str]:
    pattern = re.compile(r"^CREATE OR REPLACE FUNCTION (?:masked\.)?(\w+)", re.MULTILINE)
    return [name for file in FILES for name in pattern.findall(read_sql(*file))]


def test_every_function_is_defined_in_one_file(bare):
    names = [name for (name,) in run(f"SELECT proname::text {OURS}")]
    assert len(names) > 220
    assert sorted(defined()) == sorted(names)


def test_no_two_functions_have_one_name(bare):
    """A function must not be overloaded: a reader who searches for its name may find the wrong one."""
    assert [name for name, times in Counter(defined()).items() if times > 1] == []


def test_every_body_is_valid(bare):
    """PostgreSQL must accept the body of each function.

    Loading the SQL files does not check the bodies, because a function may call one that a later file creates.
    """
    texts = run(f"SELECT pg_get_functiondef(p.oid) {OURS}")
    assert len(texts) > 220
    with transaction.atomic("owner"):
        run("SET LOCAL check_function_bodies = on")
        for (text,) in texts:
            run(text)
        transaction.set_rollback(True, "owner")


def test_an_invalid_body_is_found(bare):
    with pytest.raises(DatabaseError, match="no_such_table"), transaction.atomic("owner"):
        run("SET LOCAL check_function_bodies = on")
        run("CREATE FUNCTION wrong() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM no_such_table'")


@pytest.mark.spoils
def test_every_file_can_be_loaded_again_and_changes_nothing(bare):
    before = sorted(run(STATE))
    with connections["owner"].schema_editor() as editor:
        for app, subject in FILES:
            editor.execute(str(load_sql(app, subject).sql), None)
    changed = [text for kind, text, more in sorted(run(STATE)) if (kind, text, more) not in before]
    assert len(before) > 350
    assert [text for text in changed if not any(name in text for name in WRITTEN_BY_PROVISION)] == []


def test_no_file_is_longer_than_400_lines():
    assert FILES
    assert [file for file in FILES if read_sql(*file).count("\n") > 400] == []
