"""Compares triggers, rules, defaults and the like on append-only tables with what the migrations create.

A rule, trigger, default or child table added by hand can drop, redirect or change a row without leaving any sign in the
table. `shape.txt` contains the expected state after all migrations; `./dev docs` writes it.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

SHAPE_FILE = Path(__file__).with_name("shape.txt")
# In `shape.txt`, MONTH stands for all monthly partitions of the audit log, because the partitions are alike.
MONTH = "audit_event_YYYYMM"
_MONTHLY = re.compile(r"audit_event_[0-9]{6}")
# GUARDED selects the tables whose structure is compared with shape.txt: the audit log and all append-only tables.
# A table is append-only if one of its triggers calls loge_only().
GUARDED = """SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND (starts_with(c.relname, 'audit_') OR EXISTS (SELECT FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgrelid = c.oid AND p.proname = 'loge_only'))"""
# _THINGS selects (table, description) for every column, trigger, policy and so on of the given tables.
# Rules and disabled triggers are listed for all tables of the schema, because no table should have any.
# Tables of the same name in other schemas are listed: with a changed search path, statements would use these tables.
# Functions of the audit log are listed, because changing one can disable the triggers and checks that call it.
# Trigger conditions are hashed without brackets and casts, because restoring a dump adds brackets and casts.
_THINGS = r"""
WITH RECURSIVE guarded AS (
    SELECT c.oid, c.relname FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (%(names)s)
    UNION
    SELECT i.inhrelid, c.relname FROM guarded g JOIN pg_inherits i ON i.inhparent = g.oid
    JOIN pg_class c ON c.oid = i.inhrelid),
audit AS (SELECT * FROM guarded WHERE starts_with(relname, 'audit_'))
SELECT relname, format('table kind=%%s persistence=%%s', c.relkind, c.relpersistence)
    FROM guarded g JOIN pg_class c USING (oid, relname)
UNION ALL
SELECT relname, format('rows locked=%%s forced=%%s', relrowsecurity, relforcerowsecurity)
    FROM audit JOIN pg_class USING (oid, relname)
UNION ALL
SELECT g.relname, format('part of %%s', i.inhparent::regclass) || CASE WHEN NOT c.relispartition THEN ' (inherits)'
        WHEN pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT' THEN ' by default'
        WHEN pg_get_expr(c.relpartbound, c.oid) = (SELECT format('FOR VALUES FROM (%%L) TO (%%L)', m.starts,
                (m.starts AT TIME ZONE 'UTC' + interval '1 month') AT TIME ZONE 'UTC')
            FROM (SELECT to_date(substring(c.relname FROM '[0-9]{6}$') || '01', 'YYYYMMDD')::timestamp
                  AT TIME ZONE 'UTC' AS starts) m) THEN ' for its month'
        ELSE ' ' || pg_get_expr(c.relpartbound, c.oid) END
    FROM guarded g JOIN pg_class c USING (oid) JOIN pg_inherits i ON i.inhrelid = g.oid
UNION ALL
SELECT relname, format('column %%s %%s', attname, format_type(atttypid, atttypmod))
        || CASE WHEN attnotnull THEN ' not null' ELSE '' END || CASE attgenerated WHEN '' THEN '' ELSE ' generated' END
        || CASE attidentity WHEN '' THEN '' ELSE ' identity' END
        || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
    FROM audit JOIN pg_attribute ON attrelid = oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
UNION ALL
SELECT relname, format('policy %%s %%s%%s', polname, polcmd, CASE WHEN polpermissive THEN '' ELSE ' restrictive' END)
    FROM audit JOIN pg_policy p ON polrelid = audit.oid
UNION ALL
SELECT relname, format('trigger %%s enabled=%%s function=%%s.%%s %%s: %%s%%s', tgname, tgenabled,
        pronamespace::regnamespace, proname, md5(concat_ws('|', prosrc, proconfig, prosecdef)),
        regexp_replace(defined, ' WHEN \(.*\) EXECUTE', ' EXECUTE'), coalesce(' when ' || md5(regexp_replace(
            substring(defined FROM ' WHEN \((.*)\) EXECUTE'), '::(character varying|text)(\[\])?|[() ]', '', 'g')), ''))
    FROM guarded g JOIN pg_trigger t ON tgrelid = g.oid AND NOT tgisinternal JOIN pg_proc p ON p.oid = tgfoid,
    LATERAL (SELECT regexp_replace(regexp_replace(pg_get_triggerdef(t.oid), '\s+', ' ', 'g'),
        '^.*? (BEFORE|AFTER) (.*?) ON .*? FOR EACH', '\1 \2 FOR EACH') AS defined) d
UNION ALL
SELECT relname, format('rule %%s', rulename)
    FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class
    WHERE relnamespace = 'public'::regnamespace AND rulename <> '_RETURN'
UNION ALL
SELECT relname, format('sleeping trigger %%s', CASE WHEN tgisinternal THEN 'of a constraint' ELSE tgname END)
    FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
    WHERE relnamespace = 'public'::regnamespace AND tgenabled IN ('D', 'R')
UNION ALL
SELECT 'audit_functions',
        format('function %%s %%s', oid::regprocedure, md5(concat_ws('|', prosrc, proconfig, prosecdef)))
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, 'audit_')
UNION ALL
SELECT relname, 'is no part of audit_event' FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
        AND starts_with(relname, 'audit_event_')
UNION ALL
SELECT 'audit_functions', format('search path of %%s: %%s', coalesce(setrole::regrole::text, 'all'), setting)
    FROM pg_db_role_setting, unnest(setconfig) setting
    WHERE starts_with(setting, 'search_path=')
        AND setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
UNION ALL
SELECT 'audit_functions', format('schema %%s of a login', nspname) FROM pg_namespace JOIN pg_roles ON rolname = nspname
UNION ALL
SELECT relname, format('also in schema %%s', nspname) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relname = ANY (%(names)s) AND nspname <> 'public' AND nspname !~ '^pg_(toast_)?temp_'"""

Shape = dict[str, frozenset[str]]


def read_shape(cursor: Any, tables: list[str]) -> Shape:
    """Describe the columns, triggers, policies and so on of the given tables and their partitions. Return a dict: table
    name -> descriptions.

    Tables that are not given are described only if they have what no table should have, such as a rule or a disabled
    trigger.
    """
    cursor.execute(_THINGS, {"names": tables})
    shape: dict[str, set[str]] = {}
    for table, thing in cursor.fetchall():
        shape.setdefault(table, set()).add(thing)
    return {table: frozenset(things) for table, things in shape.items()}


@cache
def expected_shape() -> Shape:
    shape: dict[str, set[str]] = {}
    for line in SHAPE_FILE.read_text(encoding="utf-8").splitlines():
        table, _colon, thing = line.partition(": ")
        shape.setdefault(table, set()).add(thing)
    return {table: frozenset(things) for table, things in shape.items()}


def alterations(cursor: Any) -> Iterator[str]:
    """Yield the differences between the database and `shape.txt` as texts. `table: + description` is something
    unexpected in the database; `table: - description` is something missing."""
    expected = expected_shape()
    actual = read_shape(cursor, [table for table in expected if table != MONTH])
    months = {table for table in actual if _MONTHLY.fullmatch(table)}
    for table in sorted({*actual, *expected, MONTH} - {MONTH}):
        wanted = expected.get(MONTH if table in months else table, frozenset())
        things = actual.get(table, frozenset())
        yield from (f"{table}: + {thing}" for thing in sorted(things - wanted))
        yield from (f"{table}: - {thing}" for thing in sorted(wanted - things))


def render_shape(cursor: Any) -> str:
    """Return the text for `shape.txt`, computed from a database to which only the migrations and the provisioning have
    been applied. Do not use another database: triggers or rules added there by hand would then count as expected."""
    cursor.execute(GUARDED)
    shape = read_shape(cursor, [name for (name,) in cursor.fetchall()])
    months = {table for table in shape if _MONTHLY.fullmatch(table)}
    rendered = {table: things for table, things in shape.items() if table not in months}
    rendered[MONTH] = shape[min(months)]
    return "".join(f"{table}: {thing}\n" for table in sorted(rendered) for thing in sorted(rendered[table]))
