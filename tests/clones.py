"""Test databases: each process clones a template once and restores the clone after each test.

Making a clone for each test was too slow: it copies a thousand files, and new connections must load the catalogue.
Together this took as long as an ordinary test. So a process keeps one clone of each template. After each test it finds
the tables, sequences and catalogues whose rows changed, and restores the original rows in their physical order. It also
restores functions that a test replaced. A clone that cannot be restored is dropped, for example after another change of
the catalogue, and the next test gets a new one.
"""

import io
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from uuid import uuid4

import psycopg2
from django.conf import settings
from django.db import connections
from psycopg2.extensions import TRANSACTION_STATUS_IDLE, connection, cursor

ALIASES = ("default", "trace", "owner", "jobs", "prune", "seal", "cache")
# Number of tests that use one clone. After more tests, dead rows would distort query plans.
USES = 60
# Number of changed rows above which making a new clone is faster than restoring the old one.
ROWS = 3_000

TABLES = """SELECT c.oid::regclass::text, (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '')
    FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"""
CATALOGUE = """SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND NOT relisshared
    AND relnamespace = 'pg_catalog'::regnamespace ORDER BY 1"""
SEQUENCES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
# Ignore the schemas of temporary tables, which are not part of a clone's content.
LASTING = {"pg_namespace": " WHERE nspname !~ '^pg_(toast_)?temp_'"}
# Selects, for each table, how many rows were written, including those of transactions that were rolled back.
WRITTEN = """SELECT oid::regclass::text, pg_stat_get_tuples_inserted(oid) + pg_stat_get_tuples_updated(oid)
    + pg_stat_get_tuples_deleted(oid) FROM pg_class WHERE relkind = 'r' AND NOT relisshared
    AND relnamespace IN ('public'::regnamespace, 'pg_catalog'::regnamespace)"""
# Makes PostgreSQL publish its counts of written rows at the end of the transaction, instead of once a second.
REPORT = "SELECT pg_stat_force_next_flush()"
# SQL that counts the rows of a table, and the rows written since transaction `mark`. An updated row counts as written.
ROW = """SELECT {name!r}, {kind!r}, count(*), count(*) FILTER (WHERE age(xmin) < age(%(mark)s::xid))
    FROM ONLY {name}{where}"""
NUMBER = "SELECT {name!r}, 'sequence', last_value * 2 + is_called::integer, 0 FROM {name}"
WHOLE = """SELECT 'itself', 'catalogue', hashtext(concat_ws('|', datdba, datacl, datconnlimit, datallowconn,
    (SELECT string_agg(s::text, '|' ORDER BY s::text) FROM pg_db_role_setting s WHERE setdatabase = d.oid))), 0
    FROM pg_database d WHERE datname = current_database()"""
# Resets a session as DISCARD ALL does, but keeps its query plans and prepared statements (access/database/prepared.py).
RESET = f"""RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *;
    SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES; {REPORT}"""
# Terminates the database sessions of other processes, such as a web process. Returns no row once none is left.
OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity, pg_stat_clear_snapshot()
    WHERE datname = current_database() AND pid <> ALL (%s) AND pid <> pg_backend_pid()"""
# Selects the definition, owner and grants of each function that is not PostgreSQL's own, to find replaced functions.
FUNCTIONS = """SELECT oid::regprocedure::text, pg_get_functiondef(oid), concat(proowner, proacl) FROM pg_proc
    WHERE pronamespace::regnamespace::text !~ '^(pg_|information_)' AND prokind <> 'a'"""
# Catalogues that CREATE OR REPLACE FUNCTION changes. A clone is dropped if a test changed any catalogue but these.
REPLACED = {("pg_proc", "catalogue"), ("pg_depend", "catalogue")}
# `WATCHES` is SQL that selects the functions of triggers that fire even under session_replication_role = replica.
# `ASLEEP` is SQL that replaces a trigger function by one that does nothing, while the rows of a clone are restored.
WATCHES = """SELECT DISTINCT pg_get_functiondef(tgfoid), tgfoid::regproc::text FROM pg_trigger
    WHERE tgenabled = 'A' AND tgrelid = ANY (%s::regclass[])"""
ASLEEP = """CREATE OR REPLACE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN IF TG_OP = ''DELETE'' THEN RETURN OLD; END IF; RETURN NEW; END'"""


@cache
def superuser(url: str) -> connection:
    """Return the superuser's connection of this process, reused because connecting takes longer than making a clone."""
    opened: connection = psycopg2.connect(url)
    opened.autocommit = True
    return opened


def run_as_super(*statements: str) -> None:
    """Run statements in autocommit mode as the server's superuser, as creating and dropping databases requires."""
    with superuser(os.environ["LOGE_SUPER_URL"]).cursor() as asking:
        for statement in statements:
            asking.execute(statement)


@contextmanager
def no_other_provision() -> Iterator[None]:
    """Make the command `provision` wait in other test processes, because it would reset roles that they all share."""
    run_as_super("SELECT pg_advisory_lock(hashtext('loge roles'))")
    try:
        yield
    finally:
        run_as_super("SELECT pg_advisory_unlock(hashtext('loge roles'))")


def stand_on(database: str) -> None:
    """Make all Django connections, one for each login, use this database."""
    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = settings.DATABASES[alias]["NAME"] = database


def drop(*databases: str) -> None:
    stand_on("postgres")
    run_as_super(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in databases))


def clone(template: str, name: str) -> None:
    run_as_super(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {settings.INSTANCE}_owner STRATEGY FILE_COPY")


class Original:
    """The original content of a template database. It is read from the first clone of the template."""

    def __init__(self, asking: cursor) -> None:
        asking.execute(TABLES)
        self.columns = dict(asking.fetchall())
        self._rows = {table: self._copied(asking, table) for table in self.columns}
        self._functions = functions(asking)
        self._counts = {name: ROW.format(name=name, kind="table", where="") for name in self.columns}
        asking.execute(CATALOGUE)
        for (name,) in asking.fetchall():
            self._counts[name] = ROW.format(name=name, kind="catalogue", where=LASTING.get(name, ""))
        asking.execute(SEQUENCES)
        self._others = [*(NUMBER.format(name=name) for (name,) in asking.fetchall()), WHOLE]
        self.first = self.state(asking, self._counts, now())

    def state(self, asking: cursor, names: Iterable[str], mark: str) -> dict[tuple[str, str], tuple[int, int]]:
        """Return counts whose comparison reveals which tables, system catalogues and sequences have changed.

        Maps (name, kind) to (all rows, rows written since transaction `mark`), or for a sequence to (value, 0). `names`
        selects the tables and catalogues. Sequences are always included.
        """
        parts = [*(self._counts[name] for name in names if name in self._counts), *self._others]
        asking.execute(" UNION ALL ".join(parts), {"mark": mark})
        return {(name, kind): (rows, new) for name, kind, rows, new in asking.fetchall()}

    def _copied(self, asking: cursor, table: str) -> bytes:
        rows = io.BytesIO()
        asking.copy_expert(f"COPY {table} ({self.columns[table]}) TO STDOUT (FORMAT binary)", rows)
        return rows.getvalue()

    def write(self, asking: cursor, tables: list[str]) -> None:
        """Delete all rows of the given tables and insert the original rows."""
        asking.execute(WATCHES, [tables])
        watches = asking.fetchall()
        for _, name in watches:
            asking.execute(ASLEEP.format(name))
        for table in tables:
            asking.execute(f"DELETE FROM ONLY {table}")
            into = f"COPY {table} ({self.columns[table]}) FROM STDIN (FORMAT binary)"
            asking.copy_expert(into, io.BytesIO(self._rows[table]))
        for awake, _ in watches:
            asking.execute(awake)

    def restore_functions(self, asking: cursor) -> bool:
        """Restore the definitions of the functions that a test replaced.

        Returns False if a test created a function or changed its owner or grants, because this is not restored.
        """
        for name, (definition, rights) in functions(asking).items():
            original, before = self._functions.get(name, ("", ""))
            if rights != before:
                return False
            if definition != original:
                asking.execute(original)
        return True


def functions(asking: cursor) -> dict[str, tuple[str, str]]:
    """Map the signature of each function of the application to its definition, and to its owner and grants."""
    asking.execute(FUNCTIONS)
    return {name: (definition, rights) for name, definition, rights in asking.fetchall()}


def written(asking: cursor) -> dict[str, int]:
    """Map each table and system catalogue to the number of rows that have been written to it."""
    asking.execute(WRITTEN)
    return dict(asking.fetchall())


def now() -> str:
    """Return a new transaction id. Rows written later, in any database of the server, have a higher id."""
    with superuser(os.environ["LOGE_SUPER_URL"]).cursor() as asking:
        asking.execute("SELECT pg_current_xact_id()::xid::text")
        [(current,)] = asking.fetchall()
        return str(current)


class Clone:
    """A cloned database that can be restored to its original content."""

    def __init__(self, template: str) -> None:
        self.name, self._used = f"loge_t_{uuid4().hex[:16]}", 0
        self._written: dict[str, int] = {}
        self._asking: connection | None = None
        clone(template, self.name)
        self._mark = now()

    def stand_on(self) -> None:
        """Make all Django connections use this clone. Those already using it with the right login stay open."""
        for alias in ALIASES:
            wrapper = connections[alias]
            wrapper.settings_dict["NAME"] = settings.DATABASES[alias]["NAME"] = self.name
            if wrapper.connection is None or not leads(wrapper.connection, wrapper.get_connection_params()):
                wrapper.close()

    def read(self) -> Original:
        """Read the original content of the template. Must be called before the first test changes the clone."""
        with self._open() as asking:
            return Original(asking)

    @contextmanager
    def _open(self) -> Iterator[cursor]:
        if not self._asking:
            self._asking = psycopg2.connect(os.environ["LOGE_SUPER_URL"], dbname=self.name)
            with self._asking.cursor() as asking:
                asking.execute("SET session_replication_role = replica; SET lock_timeout = '5s'")
        with self._asking, self._asking.cursor() as asking:
            yield asking

    def put_back(self, original: Original) -> bool:
        """Restore the original content. Returns False if that failed and the clone must not be used again."""
        self._used += 1
        try:
            with self._open() as asking:
                end_others(asking)
                touched = [name for name, rows in written(asking).items() if rows != self._written.get(name, 0)]
                changed = {
                    key: was
                    for key, was in original.state(asking, touched, self._mark).items()
                    if was[1] or was[0] != original.first[key][0]
                }
                catalogues = {key for key in changed if key[1] == "catalogue"}
                rows = sum(sum(was) for key, was in changed.items() if key not in catalogues)
                if rows > ROWS or catalogues - REPLACED:
                    return False
                if catalogues and not original.restore_functions(asking):
                    return False
                restored = original.state(asking, [name for name, _kind in catalogues], self._mark)
                if any(restored[key][0] != original.first[key][0] for key in catalogues):
                    return False
                original.write(asking, [name for name, kind in changed if kind == "table"])
                for name, kind in changed:
                    if kind == "sequence":
                        number = original.first[name, kind][0]
                        asking.execute("SELECT setval(%s, %s, %s)", [name, number // 2, bool(number % 2)])
                asking.execute(REPORT)
            with self._open() as asking:
                self._written = written(asking)
            self._mark = now()
        except psycopg2.Error:
            return False
        return self._used < USES

    def drop(self) -> None:
        if self._asking:
            self._asking.close()
        drop(self.name)


def leads(opened: connection, wanted: dict[str, object]) -> bool:
    """Whether the open connection has the connection parameters `wanted`.

    A test may have opened the connection with another login or through a connection pool.
    """
    known = opened.info.dsn_parameters
    ways = {"dbname": "", "user": "", "host": "", "port": "5432", "options": ""}
    return not opened.closed and all(known[way] == str(wanted.get(way, usual)) for way, usual in ways.items())


def end_others(asking: cursor) -> None:
    """Terminate all sessions but ours, and wait until they are gone.

    PostgreSQL can wait for the end of a session, but it looks only every tenth of a second.
    """
    ours, latest = sessions(), time.monotonic() + 5
    while time.monotonic() < latest:
        asking.execute(OTHERS, [ours])
        if not asking.rowcount:
            return
        time.sleep(0.003)
    raise psycopg2.OperationalError("a session of the test does not end")


def sessions() -> list[int]:
    """Reset Django's connections, and return the backend pids of those that stay open.

    A connection inside a transaction is closed. Before a clone is restored, connections with other pids are ended.
    """
    pids = []
    for alias in ALIASES:
        wrapper = connections[alias]
        if wrapper.connection is None:
            continue
        if wrapper.connection.closed or wrapper.connection.info.transaction_status != TRANSACTION_STATUS_IDLE:
            wrapper.close()
            continue
        with wrapper.connection.cursor() as asking:
            asking.execute(RESET)
        wrapper.ensure_timezone()
        pids.append(wrapper.connection.info.backend_pid)
    return pids


class Clones:
    """Keeps one clone of each template database. The tests of a process use this clone one after another."""

    def __init__(self) -> None:
        self._kept: dict[str, Clone] = {}
        self._originals: dict[str, Original] = {}

    @contextmanager
    def one_of(self, template: str, *, spoilt: bool = False) -> Iterator[str]:
        """Use a clone of the template for one test.

        `spoilt`: the test changes more than rows, so it gets a clone of its own, which is dropped afterwards.
        """
        clone = (None if spoilt else self._kept.pop(template, None)) or Clone(template)
        if not spoilt and template not in self._originals:
            self._originals[template] = clone.read()
        clone.stand_on()
        try:
            yield clone.name
        finally:
            if not spoilt and clone.put_back(self._originals[template]) and template not in self._kept:
                self._kept[template] = clone
            else:
                clone.drop()

    def drop_of(self, template: str) -> None:
        self._originals.pop(template, None)
        if clone := self._kept.pop(template, None):
            clone.drop()

    def drop(self) -> None:
        for template in list(self._originals):
            self.drop_of(template)
