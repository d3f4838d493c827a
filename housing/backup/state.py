"""Reads the state of a database: row counts, checksums and all security rules. A restore compares the states of the
backup and of the restored database."""

# ruff: noqa: S608 - the statements are built from constants of this module
import re
from typing import Any

# Casts, brackets and spaces in SQL expressions are not compared: PostgreSQL adds some when it restores a dump.
_NOISE = re.compile(r"::(?:character varying|[a-z_]+)(?:\(\d+\))?(?:\[\])?|[()\s]")
State = dict[str, dict[str, str]]

# Tables whose rows a backup leaves out: sessions and the cache. After a restore everybody must sign in again.
NOT_COPIED = ("access_session", "django_session", "usersessions_usersession", "shared_cache", "exchange_importfile")
_TABLES = """SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"""
# SQL query for the row count and a checksum of a table: a sum of row hashes, which does not depend on the rows' order.
_ROWS = "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {} t"
_ACL = "ARRAY(SELECT a::text FROM unnest(coalesce({0}, acldefault({1}, {2}))) a ORDER BY 1)::text"
_RELATIONS = "FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')"
_KIND = "CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\""
_FUNCTION, _SCHEMA, _DATABASE = "'f'", "'n'", "'d'"
# Maps a kind of database object, such as "policy", to a SQL query for the name and the definition of each object.
QUESTIONS = {
    "row security": "SELECT relname, relrowsecurity || ' ' || relforcerowsecurity FROM pg_class"
    " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace",
    "policy": "SELECT tablename || '.' || policyname,"
    " concat_ws(' | ', permissive, ARRAY(SELECT unnest(roles)::text ORDER BY 1)::text, cmd, qual, with_check)"
    " FROM pg_policies WHERE schemaname = 'public'",
    "owner": f"SELECT relname, relowner::regrole::text {_RELATIONS}",
    "privilege": f"SELECT relname, {_ACL.format('relacl', _KIND, 'relowner')} {_RELATIONS}",
    "column privilege": "SELECT c.relname || '.' || attname,"
    " ARRAY(SELECT a::text FROM unnest(attacl) a ORDER BY 1)::text"
    " FROM pg_attribute JOIN pg_class c ON c.oid = attrelid"
    " WHERE attacl IS NOT NULL AND c.relnamespace = 'public'::regnamespace",
    "function privilege": f"SELECT oid::regprocedure::text, {_ACL.format('proacl', _FUNCTION, 'proowner')}"
    " FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "schema privilege": f"SELECT nspname, {_ACL.format('nspacl', _SCHEMA, 'nspowner')}"
    " FROM pg_namespace WHERE nspname = 'public'",
    "database privilege": f"SELECT datname, {_ACL.format('datacl', _DATABASE, 'datdba')}"
    " FROM pg_database WHERE datname = current_database()",
    "view": "SELECT relname, pg_get_viewdef(oid) || coalesce(reloptions::text, '') FROM pg_class"
    " WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace",
    "trigger": "SELECT c.relname || '.' || tgname, tgenabled::text || ' ' || pg_get_triggerdef(t.oid)"
    " FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid"
    " WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace",
    "constraint": "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND connamespace = 'public'::regnamespace AND conrelid <> 0",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "function": "SELECT oid::regprocedure::text, pg_get_functiondef(oid) FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'",
    "sum of cents": "SELECT kind, sum(amount_cents)::text FROM ledger_entry GROUP BY kind",
}


def state_of(cursor: Any) -> State:
    """Read the state of the database within the cursor's transaction, so that all parts are of the same moment."""
    cursor.execute("SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL row_security = off")
    cursor.execute(_TABLES)
    tables = [name for (name,) in cursor.fetchall() if name not in NOT_COPIED]
    state: State = {"rows": {}}
    for name in tables:
        cursor.execute(_ROWS.format(f'"{name}"'))
        state["rows"][name] = str(cursor.fetchone()[0])
    for kind, question in QUESTIONS.items():
        cursor.execute(question)
        state[kind] = {str(name): _NOISE.sub("", str(definition)) for name, definition in cursor.fetchall()}
    return state


def differences(expected: State, actual: State) -> list[str]:
    """Compare the states of a backup and of the restored database. Each returned line names a table, rule or function
    that is missing, added or different in the restored database."""
    lines = []
    for kind in sorted(expected.keys() | actual.keys()):
        before, after = expected.get(kind, {}), actual.get(kind, {})
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                how = "manque" if name not in after else "en trop" if name not in before else "diffère"
                lines.append(f"{kind} {name} : {how}")
    return lines
